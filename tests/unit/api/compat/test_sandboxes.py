"""A task names its sandbox as EvalScope does."""

import sys

import pytest

from pytest_evalscope import TaskConfig
from pytest_evalscope.api import evaluate, problems
from pytest_evalscope.compat.settings import settings_of
from pytest_evalscope.errors import EvalscopeError

URL = "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({}, "local"),
        ({"sandbox_type": "docker"}, "local"),
        ({"use_sandbox": True}, "docker"),
        ({"use_sandbox": True, "sandbox_type": None}, "docker"),
        ({"use_sandbox": True, "sandbox_type": "local"}, "local"),
        ({"use_sandbox": True, "sandbox_type": "unsafe"}, "unsafe"),
        ({"use_sandbox": True, "sandbox_manager_config": {"base_url": URL}}, f"enclave:{URL}"),
        (
            {"use_sandbox": True, "sandbox_type": "enclave", "sandbox_manager_config": {"base_url": URL}},
            f"enclave:{URL}",
        ),
        ({"sandbox": {"enabled": False, "engine": "volcengine"}}, "local"),
        ({"sandbox": {"enabled": True}}, "docker"),
        ({"sandbox": {"enabled": True, "default_config": {"image": "a:1"}, "pool_size": 4}}, "docker:a:1"),
        (
            {"sandbox": {"enabled": True, "default_config": {"image": "a:1"}, "manager_config": {"base_url": URL}}},
            f"enclave:{URL}#a:1",
        ),
        ({"sandbox": {"enabled": True, "engine": "local"}, "use_sandbox": True}, "local"),
    ],
)
def test_where_code_runs(given, kind):
    assert settings_of(TaskConfig(model="m", **given)).sandbox == kind


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"use_sandbox": True, "sandbox_type": "volcengine"}, "TaskConfig sandbox_type: unknown name ('volcengine')"),
        ({"sandbox": {"enabled": True, "engine": "dokcer"}}, "TaskConfig sandbox.engine: unknown name ('dokcer')"),
        ({"sandbox": {"enabled": True, "engine": "enclave"}}, "TaskConfig sandbox.manager_config: names no server"),
        ({"sandbox": {"on": True}}, "TaskConfig sandbox.on: not supported"),
        ({"sandbox": True}, "TaskConfig sandbox: does not fit (True)"),
        (
            {"sandbox": {"enabled": True, "manager_config": {"base_url": "host:1"}}},
            "TaskConfig sandbox.manager_config: enclave names no server",
        ),
        (
            {"sandbox": {"enabled": True, "manager_config": {"api_key": "sk-SENTINEL"}}},
            "TaskConfig sandbox.manager_config.api_key: not supported",
        ),
        (
            {"sandbox": {"enabled": True, "default_config": {"memory_limit": "4g"}}},
            "TaskConfig sandbox.default_config.memory_limit: not supported",
        ),
        (
            {"sandbox": {"enabled": True, "default_config": {"network_enabled": True}}},
            "TaskConfig sandbox.default_config.network_enabled: no sandbox has a network here",
        ),
        ({"sandbox": {"enabled": True, "default_config": 5}}, "TaskConfig sandbox.default_config: not an object"),
        ({"sandbox": {"enabled": True, "manager_config": "u"}}, "TaskConfig sandbox.manager_config: not an object"),
        (
            {"sandbox": {"enabled": True, "engine": "local", "default_config": {"image": "a"}}},
            "TaskConfig sandbox.engine: local has neither image nor base_url",
        ),
    ],
)
def test_what_would_be_lost_is_refused(given, message):
    with pytest.raises(EvalscopeError) as caught:
        TaskConfig(model="m", **given)
    assert caught.value.message.startswith(message)
    assert "SENTINEL" not in str(caught.value)


@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is Linux's")
def test_without_bubblewrap_a_benchmark_of_code_errors_before_the_first_request(sums, folder, monkeypatch):
    monkeypatch.setenv("PATH", str(folder))
    asked = []

    def add(prompt):
        asked.append(prompt)
        return "2"

    summary = evaluate([sums("coded", needs=("sandbox",)), sums("others")], models=[add])
    assert [result.verdict for result in summary.results] == ["error", "none"]
    (problem, *_) = problems(summary)
    assert problem.startswith("coded/default of add: sandbox local: the program bwrap is not installed")
    assert "sudo apt install bubblewrap" in problem
    assert len(asked) == 4  # those of the other benchmark
