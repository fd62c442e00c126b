"""TaskConfig: what is accepted, what is refused and how, and what a key shows."""

import json
import sys
from dataclasses import fields, replace

import pytest
from pydantic import SecretStr

from pytest_evalscope.compat import TaskConfig
from pytest_evalscope.compat.settings import settings_of
from pytest_evalscope.errors import MissingExtra, UnknownName, UsageError
from pytest_evalscope.run.options import described

KEY = "sk-SENTINEL-0123456789"


def test_defaults_are_evalscopes_where_they_mean_something():
    task = TaskConfig()
    assert (task.repeats, task.limit, task.seed, task.work_dir) == (1, None, 42, "outputs")
    assert (task.no_timestamp, task.ignore_errors, task.rerun_review, task.dry_run) == (False,) * 4
    assert (task.eval_backend, task.model_task, task.judge_strategy) == ("Native", "text_generation", "auto")


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        (
            {"modle": "m"},
            UnknownName,
            "TaskConfig: unknown name ('modle'); did you mean model or model_id or model_task?",
        ),
        ({"eval-type": "x"}, UnknownName, "TaskConfig: unknown name ('eval-type'); did you mean eval_type"),
        (
            {"repeats": 0},
            UsageError,
            "TaskConfig repeats: does not fit (0); input should be greater than or equal to 1",
        ),
        (
            {"eval_batch_size": "many"},
            UsageError,
            "TaskConfig eval_batch_size: does not fit ('many'); input should be a valid integer",
        ),
        (
            {"datasets": "gsm8k"},
            UsageError,
            "TaskConfig datasets: does not fit ('gsm8k'); input should be a valid list",
        ),
        (
            {"dataset_args": {"gsm8k": 3}},
            UsageError,
            "TaskConfig dataset_args.gsm8k: does not fit (3); input should be",
        ),
        (
            {"dataset_hub": "hugging"},
            UsageError,
            "TaskConfig dataset_hub: does not fit ('hugging'); input should be 'huggingface', 'modelscope' or 'local'",
        ),
        ({"timeout": float("nan")}, UsageError, "TaskConfig timeout: does not fit (nan); input should be"),
        (
            {"limit": 1.5},
            UsageError,
            "TaskConfig limit: neither a count nor a share (1.5); accepted: a whole number from 1, or a",
        ),
        ({"limit": 0}, UsageError, "TaskConfig limit: neither a count nor a share (0)"),
        ({"limit": float("nan")}, UsageError, "TaskConfig limit: neither a count nor a share (nan)"),
    ],
)
def test_a_mistake_is_one_sentence(given, error, said):
    with pytest.raises(error) as caught:
        TaskConfig.from_dict(given)
    assert str(caught.value).startswith(said)
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(("given", "made"), [(5, 5), (5.0, 5), (0.25, 0.25), (None, None), ("7", 7)])
def test_a_limit_is_a_count_or_a_share(given, made):
    limit = TaskConfig(limit=given).limit
    assert limit == made
    assert type(limit) is type(made)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (
            {"agent_config": {"mode": "native"}},
            "agent_config: not supported (dict); accepted: None, or left out",
        ),
        ({"analysis_report": True}, "analysis_report: not supported (True); accepted: False, or left out"),
        ({"chat_template": "{{x}}"}, "chat_template: not supported ('{{x}}'); accepted: None, or left out"),
        ({"collect_perf": False}, "collect_perf: not supported (False); accepted: True, or left out"),
        ({"enable_progress_tracker": True}, "enable_progress_tracker: not supported (True)"),
        (
            {"eval_backend": "OpenCompass"},
            "eval_backend: not supported ('OpenCompass'); accepted: 'N",
        ),
        ({"eval_config": {"a": 1}}, "eval_config: not supported (dict)"),
        ({"judge": {"strategy": "llm"}}, "judge.models: not a list of models"),
        ({"judge": {"strategy": "llm_recal", "models": [{"model_id": "m"}]}}, "judge.strategy: unknown name"),
        ({"judge": {"models": ["openai/m"]}}, "judge.models: not a list of models"),
        ({"judge": {"models": [{"api_url": "http://localhost/v1"}]}}, "judge.models: one has no model_id"),
        ({"judge": {"models": [{"model_id": 3}]}}, "judge.models: one has no model_id"),
        ({"judge": {"models": [{"model_id": ""}]}}, "judge.models: one has no model_id"),
        ({"judge": {"models": [{"api_key": KEY}]}}, "judge.models: one has no model_id"),
        ({"judge": {"models": [{"model_id": "m", "apikey": KEY}]}}, "judge.models: unknown name ('apikey'); did you"),
        ({"judge": {"models": [{"model_id": "fake/echo", "api_key": KEY}]}}, "judge.models.api_key: would be lost"),
        (
            {"judge": {"models": [{"model_id": "m", "api_key": KEY + "\n"}]}},
            "judge.models.api_key: contains characters",
        ),
        ({"judge": {"models": [{"model_id": "m", "eval_type": "x"}]}}, "judge.models.eval_type: unknown name ('x')"),
        ({"judge": {"models": [{"model_id": "m", "model_args": [KEY]}]}}, "judge.models.model_args: not an object"),
        ({"judge": {"models": [{"model_id": "m"}], "contract": {"prompt_template": "x"}}}, "judge.contract: not supp"),
        ({"judge": {"models": [{"model_id": "m"}], "repeats": 3}}, "judge.repeats: not supported"),
        ({"judge": {"models": [{"model_id": "m"}], "agregation": "mean"}}, "judge: unknown name ('agregation'); did y"),
        (
            {"judge": {"models": [{"model_id": "m"}, {"model_id": "m", "api_url": "http://localhost/v1"}]}},
            "judge.models: two judges go by one name (openai/m); give each a judge_id of its own",
        ),
        ({"judge_strategy": "lm"}, "judge_strategy: unknown name ('lm'); did you mean llm?"),
        (
            {"judge_strategy": "llm", "judge": {"strategy": "llm_recall", "models": [{"model_id": "m"}]}},
            "judge_strategy: contradicts judge.strategy",
        ),
        ({"judge_model_args": {"api_key": KEY}}, "judge_model_args: one has no model_id"),
        ({"judge_model_args": {"model_id": "m", "prompt_template": "x"}}, "judge_model_args.prompt_template: not supp"),
        (
            {"judge_model_args": {"model_id": "m"}, "judge": {"models": [{"model_id": "m"}]}},
            "judge_model_args: contradicts judge.models",
        ),
        ({"judge_worker_num": 0}, "judge_worker_num: does not fit (0)"),
        ({"model_task": "image_generation"}, "model_task: not supported ('image_generation')"),
    ],
)
def test_a_field_without_counterpart_is_refused_by_name(given, shown):
    with pytest.raises(UsageError) as caught:
        TaskConfig(**given)
    assert caught.value.message.startswith(f"TaskConfig {shown}")
    assert "SENTINEL" not in str(caught.value)


def test_what_would_do_nothing_in_evalscope_either_is_accepted():
    written_out = {
        "judge": {"strategy": "auto", "models": [], "contract": {"score_type": "pattern"}},
        "judge_strategy": "rule",
        "sandbox": {"enabled": False, "engine": "docker"},
        "sandbox_manager_config": {},
        "agent_config": None,
        "eval_backend": "Native",
        "evalscope_version": "1.14.1",
    }
    assert TaskConfig.from_dict(written_out).judge_strategy == "rule"


def test_a_task_changes_by_making_another():
    task = TaskConfig(model="m", datasets=["gsm8k"])
    assert replace(task, limit=5) == TaskConfig(model="m", datasets=["gsm8k"], limit=5)
    with pytest.raises(AttributeError):
        task.limit = 5  # type: ignore[misc]  # that it cannot be set is the test
    with pytest.raises(UsageError, match="TaskConfig limit"):
        replace(task, limit=-1)


def test_a_key_is_never_shown():
    task = TaskConfig(model="m", api_key=KEY)
    assert isinstance(task.api_key, SecretStr)
    assert task.api_key.get_secret_value() == KEY
    assert "SENTINEL" not in f"{task!r} {task} {[getattr(task, item.name) for item in fields(task)]}"
    with pytest.raises(UsageError) as caught:
        TaskConfig.from_dict({"api_key": [KEY]})
    assert caught.value.message == "TaskConfig api_key: does not fit (list); input should be a valid string"


TASK = {"model": "openai/m", "datasets": ["gsm8k", "arc"], "dataset_args": {"gsm8k": {"few_shot_num": 0}}, "limit": 5}


def test_from_files(folder):
    yaml = pytest.importorskip("yaml")
    (folder / "task.yaml").write_text(yaml.safe_dump(TASK), encoding="utf-8")
    (folder / "task.json").write_text(json.dumps(TASK), encoding="utf-8")
    made = TaskConfig(model="openai/m", datasets=["gsm8k", "arc"], dataset_args={"gsm8k": {"few_shot_num": 0}}, limit=5)
    assert TaskConfig.from_yaml("task.yaml") == TaskConfig.from_json(folder / "task.json") == made


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("task.yaml", "model: [", "config task.yaml: not YAML ("),
        ("task.json", "{model}", "config task.json: not JSON ("),
        ("task.json", "[1]", "config task.json: not an object of fields (list); accepted: fields such as model: …"),
        ("task.yml", "", "config task.yml: not an object of fields (NoneType)"),
        ("task.json", '{"modle": 1}', "TaskConfig: unknown name ('modle')"),
    ],
)
def test_a_broken_file_is_told(folder, name, text, said):
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        TaskConfig.from_yaml(name)
    assert str(caught.value).startswith(said)
    assert "\n" not in caught.value.message


def test_a_file_that_is_not_there_is_told():
    with pytest.raises(UsageError, match=r"^config nowhere.yaml: cannot be read \(No such file or directory\)$"):
        TaskConfig.from_yaml("nowhere.yaml")


def test_yaml_without_its_package(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    (folder / "task.yaml").write_text("model: m", encoding="utf-8")
    with pytest.raises(MissingExtra, match=r"config task\.yaml: needs the package 'yaml'") as caught:
        TaskConfig.from_yaml("task.yaml")
    assert caught.value.hint == "pip install 'pytest-evalscope[yaml]'"


def test_yaml_makes_no_objects(folder):
    (folder / "task.yaml").write_text("model: !!python/object/apply:os.getcwd []", encoding="utf-8")
    with pytest.raises(UsageError, match=r"config task\.yaml: not YAML"):
        TaskConfig.from_yaml("task.yaml")


LOCAL = {"api_url": "http://localhost/v1"}


@pytest.mark.parametrize(
    ("judge", "names", "args", "strategy"),
    [
        (None, (), {}, "auto"),
        ({"strategy": "rule", "models": []}, (), {}, "rule"),
        ({"models": [{"model_id": "fake/echo"}], "strategy": "llm"}, ("fake/echo",), {}, "llm"),
        ({"models": [{"model_id": "fake/echo"}], "strategy": "llm_recall"}, ("fake/echo",), {}, "llm_recall"),
        ({"models": [{"model_id": "Qwen/Q"}]}, ("openai/Qwen/Q",), {}, "auto"),
        ({"models": [{"model_id": "c", "eval_type": "anthropic_api"}]}, ("anthropic/c",), {}, "auto"),
        (
            {"models": [{"model_id": name, **LOCAL} for name in ("Qwen/Q", "openai/m")], "repeats": 1},
            ("openai/Qwen/Q", "openai/m"),
            {"openai/Qwen/Q": LOCAL, "openai/m": LOCAL},
            "auto",
        ),
        (
            {
                "models": [
                    {
                        "model_id": "m",
                        "judge_id": "one",
                        "generation_config": {"stop_seqs": ["x"], "temperature": None},
                    },
                    {"model_id": "m", "judge_id": "two", **LOCAL, "api_key": "EMPTY"},
                ]
            },
            ("one", "two"),
            {
                "one": {"model": "openai/m", "generation_config": {"stop": ["x"], "temperature": None}},
                "two": {"model": "openai/m", **LOCAL},
            },
            "auto",
        ),
    ],
)
def test_judges_are_named_as_evalscope_names_them(judge, names, args, strategy):
    settings = settings_of(TaskConfig(model="fake/echo", datasets=["simple_qa"], judge=judge))
    assert (settings.judges, settings.judge_args, settings.judge_strategy) == (names, args, strategy)


def test_the_older_fields_of_a_judge_say_the_same():
    older = TaskConfig(
        model="fake/echo",
        judge_model_args={"model_id": "m", **LOCAL, "api_key": KEY, "generation_config": {"temperature": 1}},
        judge_worker_num=3,
    )
    made = settings_of(older)
    assert (made.judges, made.judge_concurrency) == (("openai/m",), 3)
    own = made.judge_args["openai/m"]
    assert (own["api_url"], own["generation_config"]) == (LOCAL["api_url"], {"temperature": 1})
    assert own["api_key"].get_secret_value() == KEY
    assert settings_of(TaskConfig(model="fake/echo")).judge_concurrency == 8


def test_the_key_of_a_judge_is_never_shown():
    for fields_ in ({"judge": {"models": [{"model_id": "m", "api_key": KEY}]}},
                    {"judge_model_args": {"model_id": "m", "api_key": KEY}}):  # fmt: skip
        task = TaskConfig(model="fake/echo", **fields_)
        settings = settings_of(task)
        shown = [task, settings, *(getattr(task, item.name) for item in fields(task)), settings.judge_args]
        assert "SENTINEL" not in f"{shown!r} {shown} {described(settings)}"


def test_the_older_field_of_a_strategy_says_the_same():
    settings = settings_of(TaskConfig(model="fake/echo", datasets=["gsm8k"], judge_strategy="llm_recall"))
    assert settings.judge_strategy == "llm_recall"
