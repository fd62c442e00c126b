"""run_task: EvalScope's fields in our terms, its forms of a task, and where a key goes."""

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from pytest_evalscope.api import Interrupted, problems
from pytest_evalscope.compat import TaskConfig, run_task, start
from pytest_evalscope.compat.models import model_name, named_model
from pytest_evalscope.compat.settings import folder_of, settings_of
from pytest_evalscope.compat.start import plan_task
from pytest_evalscope.data import Source
from pytest_evalscope.errors import DataNotFound, UnknownName, UsageError
from pytest_evalscope.run import Settings
from pytest_evalscope.types import RunSummary

KEY = "sk-SENTINEL-0123456789"
URL = "http://127.0.0.1:1/v1"


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"model": "openai/gpt-4o-mini"}, "openai/gpt-4o-mini"),
        ({"model": "fake/echo"}, "fake/echo"),
        ({"model": "smollm2"}, "smollm2"),
        ({"model": "hf/Qwen/Qwen2.5-0.5B", "eval_type": "llm_ckpt"}, "hf/Qwen/Qwen2.5-0.5B"),
        ({"model": "qwen", "api_url": URL}, "openai/qwen"),
        ({"model": "Qwen/Qwen2.5-7B", "api_url": URL}, "openai/Qwen/Qwen2.5-7B"),
        ({"model": "qwen", "eval_type": "openai_api"}, "openai/qwen"),
        ({"model": "qwen", "eval_type": "server"}, "openai/qwen"),
        ({"model": "gpt", "eval_type": "openai_responses_api"}, "responses/gpt"),
        ({"model": "responses/gpt", "eval_type": "openai_responses_api"}, "responses/gpt"),
        ({"model": "claude", "eval_type": "anthropic_api"}, "anthropic/claude"),
        ({"model": "qwen", "eval_type": "service"}, "openai/qwen"),
        ({"model": "openai/qwen", "eval_type": "openai_api", "api_url": URL}, "openai/qwen"),
        ({"model": "Qwen/Qwen2.5-0.5B", "eval_type": "llm_ckpt"}, "hf/Qwen/Qwen2.5-0.5B"),
        ({"model": "Qwen/Qwen2.5-0.5B", "eval_type": "checkpoint"}, "hf/Qwen/Qwen2.5-0.5B"),
        ({"model": "weights"}, "hf/weights"),
        ({"model": "Qwen/Qwen2.5-0.5B-Instruct"}, "hf/Qwen/Qwen2.5-0.5B-Instruct"),
        ({"model": "./weights"}, "hf/weights"),
        ({"model": Path("weights")}, "hf/weights"),
    ],
)
def test_what_evalscope_calls_a_model(folder, fields, name):
    (folder / "weights").mkdir()
    assert model_name(TaskConfig(**fields)) == name


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "TaskConfig model: none is named; accepted: provider/model, such as openai/NAME\nhint: fake/echo or fake"),
        ({"eval_type": "mock_llm"}, "TaskConfig eval_type: not supported ('mock_llm')\nhint: fake/echo or"),
        (
            {"model": "m", "eval_type": "litellm"},
            "TaskConfig eval_type: not supported ('litellm')",
        ),
        (
            {"model": "m", "eval_type": "openai_apy"},
            "TaskConfig eval_type: unknown name ('openai_apy'); did you mean op",
        ),
        (
            {"model": "hf/x", "eval_type": "openai_api"},
            "TaskConfig eval_type: contradicts the model's name ('openai_api', hf/x), which says what it is already",
        ),
        ({"model": "openai/x", "eval_type": "llm_ckpt"}, "TaskConfig eval_type: contradicts the model's name"),
        ({"model": "fake/echo", "api_url": URL}, "TaskConfig api_url: would be lost, for fake/echo takes none"),
        ({"model": "fake/echo", "api_key": KEY}, "TaskConfig api_key: would be lost, for fake/echo takes none"),
        ({"model": len, "api_url": URL}, "TaskConfig api_url: would be lost, for the model is an object"),
        ({"model": "m", "api_url": "127.0.0.1:80"}, "TaskConfig api_url: not a base URL ('127.0.0.1:80')"),
        ({"model": "openai/m", "api_key": f"{KEY}\n"}, "TaskConfig api_key: contains characters that no HTTP header"),
        ({"model": "opnai/gpt-4o"}, "model provider: unknown name ('opnai'); did you mean openai"),
        ({"model": "m", "api_url": URL, "model_args": {"revision": "v1"}}, "model openai/m: takes no model arguments"),
    ],
)
def test_a_model_that_means_none_is_refused(fields, said):
    with pytest.raises(UsageError) as caught:
        plan_task(TaskConfig(datasets=["smoke_facts"], **fields))
    assert str(caught.value).startswith(said)
    assert "SENTINEL" not in str(caught.value)


def test_settings_are_ours_when_nothing_is_said(folder):
    assert settings_of(TaskConfig()) == Settings(work_dir=Path("outputs"), cache_dir=folder / "cache")


def test_fields_become_settings(monkeypatch):
    task = TaskConfig(
        dataset_dir="mirror",
        dataset_hub="modelscope",
        repeats=3,
        limit=0.5,
        eval_batch_size=4,
        rerun_review=True,
        work_dir="runs",
        ignore_errors=True,
        seed=7,
        api_url=URL,
        timeout=9,
        stream=True,
        generation_config={
            "temperature": 0.7,
            "stop_seqs": ["\n"],
            "retries": 2,
            "top_k": None,
            "timeout": 3,
            "extra_body": {"a": 1},
        },
        model_args={"precision": "torch.float16", "device_map": "auto", "revision": "master", "threads": 2},
    )
    made = settings_of(task)
    assert made.data == Source(data_dir=Path("mirror"), hub="modelscope")
    assert (made.repeats, made.limit, made.concurrency, made.seed) == (3, 0.5, 4, 7)
    assert (made.cache, made.work_dir, made.max_errors) == ("replay", Path("runs"), 1.0)
    assert made.params == {"temperature": 0.7, "stop": ["\n"], "extra_body": {"a": 1}, "stream": True}
    assert (made.model.api_url, made.model.timeout, made.model.attempts) == (URL, 9, 2)
    assert made.model.args == {"dtype": "float16", "threads": 2}
    monkeypatch.setenv("EVALSCOPE_DATA_DIR", "there")
    assert settings_of(TaskConfig(dataset_hub="local")).data == Source(data_dir=Path("there"), offline=True)


@pytest.mark.parametrize(
    ("generation", "repeats", "made"),
    [
        ({"do_sample": False, "temperature": 0.9}, 1, ({"temperature": 0.0}, 1)),
        ({"do_sample": True}, 1, ({"temperature": 1.0}, 1)),
        ({"do_sample": True, "temperature": 0.5}, 1, ({"temperature": 0.5}, 1)),
        ({"n": 4}, 1, ({}, 4)),
        ({"n": 4}, 4, ({}, 4)),
        ({"n": 1}, 3, ({}, 3)),
    ],
)
def test_sampling_and_repeats(generation, repeats, made):
    settings = settings_of(TaskConfig(generation_config=generation, repeats=repeats))
    assert (settings.params, settings.repeats) == made


@pytest.mark.parametrize(
    ("generation", "said"),
    [
        ({"extra_headers": {"Authorization": KEY}}, "generation_config extra_headers: not supported; leave"),
        ({"retry_interval": 10}, "generation_config retry_interval: not supported"),
        ({"n": 4}, "generation_config n: contradicts repeats (4, 2); leave one of them out"),
        ({"retries": 0}, "generation_config retries: does not fit (0); accepted: a whole number from 1"),
        ({"timeout": "long"}, "generation_config timeout: does not fit ('long'); accepted: a number above 0"),
    ],
)
def test_generation_parameters_that_do_not_fit(generation, said):
    with pytest.raises(UsageError) as caught:
        settings_of(TaskConfig(generation_config=generation, repeats=2))
    assert str(caught.value).startswith(said)


def test_a_collection_as_the_documents_write_it(mixed, capsys, read_json):
    task = TaskConfig(
        model="fake/letter:A",
        datasets=["data_collection"],
        dataset_args={"data_collection": {"local_path": "mixed.jsonl", "shuffle": True}},
    )
    summary = run_task(task_cfg=task)
    (index,) = summary.indexes
    assert (index.name, index.count) == ("mine", 24)
    assert read_json(summary.folder / "reports" / "index.json")["headline"]["weighted_avg"] == index.weighted_avg.value
    out, said = capsys.readouterr()
    assert out == ""
    assert "mine of fake/letter:A: category" in said
    assert said.endswith("/reports/summary.md\n")


def test_a_limit_takes_a_collection_in_proportion(mixed):
    task = {"model": "fake/letter:A", "datasets": ["data_collection"], "limit": 8}
    (index,) = run_task({**task, "dataset_args": {"data_collection": {"local_path": str(mixed)}}}).indexes
    counts = {row.name: row.count for row in index.dataset}
    assert counts == {"smoke_arithmetic": 2, "smoke_facts": 2, "smoke_knowledge": 4}
    assert [row.weighted_avg.n for row in index.category] == [8]


@pytest.mark.parametrize(
    ("fields", "error", "said"),
    [
        ({"datasets": ["data_collection"]}, UsageError, "dataset_args of data_collection: local_path names no file"),
        (
            {"datasets": ["data_collection"], "dataset_args": {"data_collection": {"local_path": "no.jsonl"}}},
            DataNotFound,
            "mixed set not found: no.jsonl",
        ),
        (
            {"dataset_args": {"smoke_fact": {"few_shot_num": 0}}},
            UnknownName,
            "TaskConfig dataset_args: unknown name ('smoke_fact'); did you mean smoke_facts?",
        ),
        (
            {"dataset_args": {"smoke_facts": {"few_shots": 0}}},
            UnknownName,
            "dataset_args of smoke_facts: args: unknown name ('few_shots')",
        ),
        (
            {"dataset_args": {"smoke_facts": {"shuffle": True}}},
            UsageError,
            "dataset_args of smoke_facts: this option of EvalScope is not supported ('shuffle')",
        ),
        ({"datasets": []}, UsageError, "datasets: none is named; `pytest-evalscope benchmarks` lists them"),
    ],
)
def test_data_sets_that_cannot_be_asked(folder, fields, error, said):
    with pytest.raises(error) as caught:
        run_task({"model": "fake/echo", "datasets": ["smoke_facts"], **fields})
    assert str(caught.value).startswith(said)
    assert not (folder / "outputs").exists()


def test_custom_files_are_named_as_in_evalscope(folder):
    rows = [{"id": str(n), "question": f"{n}?", "A": "no", "B": "yes", "answer": "B"} for n in range(3)]
    (folder / "quiz_val.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    args = {"general_mcq": {"local_path": str(folder), "subset_list": ["quiz"]}}
    summary = run_task({"model": "fake/letter:B", "datasets": ["general_mcq"], "dataset_args": args})
    (result,) = summary.results
    assert (result.subset, result.metrics["accuracy"].value, result.planned) == ("quiz", 1.0, 3)


def test_a_key_reaches_the_endpoint_and_nothing_else(endpoint, folder, capsys, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-environment")
    fields: dict[str, Any] = {"model": "m", "api_url": endpoint.url, "datasets": ["smoke_arithmetic"], "limit": 2}
    summary = run_task(TaskConfig(**fields, api_key=KEY))
    assert endpoint.keys == [f"Bearer {KEY}"] * 2
    assert os.environ["OPENAI_API_KEY"] == "sk-of-the-environment"
    written = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"SENTINEL" not in written
    assert "SENTINEL" not in f"{summary!r}{capsys.readouterr()}"
    run_task(TaskConfig(**fields, api_key="EMPTY", repeats=2))
    assert endpoint.keys[2:] == ["Bearer sk-of-the-environment"] * 2, "replies were cached whatever the key"


def test_an_id_is_what_files_and_reports_say(endpoint, add):
    fields: dict[str, Any] = {"datasets": ["smoke_arithmetic"], "limit": 2}
    summary = run_task({**fields, "model": "m", "api_url": endpoint.url, "model_id": "mine", "api_key": KEY})
    assert [result.model for result in summary.results] == ["mine"]
    assert (summary.folder / "reviews" / "mine").is_dir()
    assert endpoint.bodies[0]["model"] == "m"
    assert [result.model for result in run_task({**fields, "model": "fake/fixed:4", "model_id": "four"}).results] == [
        "four"
    ]
    assert [result.model for result in run_task(TaskConfig(**fields, model=lambda prompt: "4")).results] == ["<lambda>"]


def test_a_dry_run_says_what_would_be_asked(folder, capsys):
    summary = run_task(
        TaskConfig(model="fake/echo", datasets=["smoke_facts", "smoke_knowledge"], limit=3, dry_run=True)
    )
    assert summary == RunSummary(folder=Path("outputs"), results=(), complete=False)
    assert capsys.readouterr().err.splitlines() == [
        "smoke_facts/default of fake/echo: 3 samples",
        "smoke_knowledge/en of fake/echo: 3 samples",
        "smoke_knowledge/zh of fake/echo: 3 samples",
    ]
    assert not (folder / "outputs").exists()


def test_a_list_of_tasks_and_files(folder):
    task: dict[str, Any] = {"model": "fake/fixed:4", "datasets": ["smoke_facts"], "limit": 2}
    (folder / "task.json").write_text(json.dumps(task), encoding="utf-8")
    made = run_task([task, TaskConfig(**task), "task.json", folder / "task.json"])
    assert [summary.results[0].planned for summary in made] == [2] * 4
    assert len({summary.folder for summary in made}) == 4
    with pytest.raises(UnknownName):
        run_task([task, {"modle": "m"}])
    assert len(list((folder / "outputs").iterdir())) == 5, "four runs and the link: nothing of the list was run"


def test_what_could_not_be_measured_is_told(capsys):
    task = {"model": "fake/error", "datasets": ["smoke_facts"], "limit": 2}
    summary = run_task(task)
    said = capsys.readouterr().err
    assert len(problems(summary)) == 1
    assert "\nerror: smoke_facts/default of fake/error: 2 of 2 samples have no score (2 model_error)" in said
    assert problems(run_task({**task, "ignore_errors": True})) == []


def test_the_run_folder_may_be_named(folder, capsys):
    task = {"model": "fake/fixed:4", "datasets": ["smoke_facts"], "limit": 2}
    first = run_task({**task, "work_dir": "here", "no_timestamp": True})
    assert first.folder == Path("here")
    assert not (folder / "latest").is_symlink()
    again = run_task({**task, "use_cache": str(folder / "here")})
    assert (again.folder, again.results[0].requests) == (folder / "here", 0)
    with pytest.raises(UsageError, match=r"^TaskConfig use_cache: not a run folder \(cache\)"):
        run_task({**task, "use_cache": "cache"})
    assert folder_of(TaskConfig()) is None


def test_what_is_cached_is_marked_again_and_nothing_is_asked(endpoint):
    task = {"model": "m", "api_url": endpoint.url, "datasets": ["smoke_arithmetic"], "limit": 2}
    first = run_task(task)
    again = run_task({**task, "rerun_review": True})
    assert len(endpoint.keys) == 2
    assert again.results[0].metrics["accuracy"].value == first.results[0].metrics["accuracy"].value
    missing = run_task({**task, "rerun_review": True, "limit": 3})
    assert "--eval-cache=replay never sends it" in problems(missing)[0]


def test_the_page_of_a_job_gets_the_summary(folder, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "page.md"))
    run_task({"model": "fake/fixed:4", "datasets": ["smoke_facts"], "limit": 2})
    assert (folder / "page.md").read_text("utf-8").startswith("## Evals\n")


def test_ctrl_c_shows_what_there_is_and_goes_on_up(monkeypatch, capsys, folder):
    cut = RunSummary(folder=folder, results=(), complete=False)

    def interrupted(plan, *, folder):
        raise Interrupted(cut)

    monkeypatch.setattr(start, "carry_out", interrupted)
    with pytest.raises(Interrupted) as caught:
        run_task({"model": "fake/echo", "datasets": ["smoke_facts"]})
    assert caught.value.summary is cut
    assert isinstance(caught.value, KeyboardInterrupt)
    assert "results (INCOMPLETE)" in capsys.readouterr().err


def test_a_stream_without_the_characters_gets_marks_in_their_place(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    start.run_one(TaskConfig(model="fake/fixed:4", datasets=["smoke_facts"], limit=2), tables=stream)
    assert b"0.000 ? 0.3" in stream.buffer.getvalue()


@pytest.mark.parametrize(
    ("kind", "identity"),
    [
        ("anthropic_api", {"protocol": "messages", "endpoint": "http://127.0.0.1:1", "model": "m"}),
        ("openai_responses_api", {"protocol": "responses", "endpoint": URL, "model": "m"}),
    ],
)
def test_url_and_key_go_to_the_protocol_that_is_named(monkeypatch, kind, identity):
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    task = TaskConfig(model="m", eval_type=kind, api_url=URL, api_key=KEY)
    named: dict[str, Any] = dict(named_model(task, settings_of(task).model))
    [(name, model)] = named.items()
    assert (model.name, model.identity) == (name, identity)
    assert "SENTINEL" not in repr(model)
