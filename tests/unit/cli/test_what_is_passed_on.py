"""Each option of a command reaches what it is for, and its default is what is documented."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from pytest_evalscope.api import arena as api_arena
from pytest_evalscope.api.rescore import Change, Rescored
from pytest_evalscope.collections import publish
from pytest_evalscope.compat import TaskConfig
from pytest_evalscope.compat import start as api_start
from pytest_evalscope.errors import EvalscopeError, UsageError
from pytest_evalscope.run import Settings
from pytest_evalscope.run.settings import default_cache_dir
from pytest_evalscope.types import Estimate, Leaderboard, Orders, Result, RunSummary

# In the package, functions go by the names of these modules.
api_merge = import_module("pytest_evalscope.api.merge")
api_rescore = import_module("pytest_evalscope.api.rescore")
DONE = RunSummary(folder=Path("there"), results=(), complete=True)
PLACE = Path("there/reports/summary.md")
CUT = RunSummary(folder=Path("there"), results=(), complete=False)


@pytest.fixture
def typed(monkeypatch, tmp_path, invoke):
    """Type a command line in an empty folder; returns click's result."""
    monkeypatch.chdir(tmp_path)
    for name in ("EVALSCOPE_DATA_DIR", "EVALSCOPE_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    return lambda *words: invoke(list(words))


@pytest.fixture
def instead(monkeypatch):
    """Put a function in the place of another, which notes what it is given and returns or raises something."""

    def put(module: Any, name: str, made: Any = None) -> list[Any]:
        given: list[Any] = []

        def noted(*args: Any, **named: Any) -> Any:
            given.append((args, named))
            if isinstance(made, Exception):
                raise made
            return made

        monkeypatch.setattr(module, name, noted)
        return given

    return put


def test_eval_makes_a_task_of_its_flags(typed, instead):
    asked = instead(api_start, "run_one", DONE)
    assert typed("eval", "--model", "m").exit_code == 0
    assert asked.pop()[0] == (TaskConfig(model="m"),)
    words = (
        *("--model", "m", "--model-id", "i", "--model-args", "a=1", "--datasets", "x", "y"),
        *("--dataset-args", '{"x": {}}'),
        *("--dataset-dir", "d", "--dataset-hub", "modelscope", "--generation-config", "temperature=1"),
        *("--eval-type", "openai_api", "--eval-batch-size", "1", "--judge", '{"models": [{"model_id": "j"}]}'),
        *("--judge-strategy", "llm", "--use-sandbox", "--sandbox-type", "unsafe"),
        *("--sandbox-manager-config", "{}", "--limit", "0.5", "--repeats", "1", "--use-cache", "c", "--rerun-review"),
        *("--work-dir", "w", "--no-timestamp", "--ignore-errors", "--debug", "--dry-run", "--seed", "0"),
        *("--api-url", "http://127.0.0.1:1", "--api-key", "k", "--timeout", "0.5", "--stream"),
    )
    assert typed("eval", *words).exit_code == 0
    [((task,), named)] = asked
    assert task == TaskConfig(
        model="m", model_id="i", model_args={"a": 1}, datasets=["x", "y"], dataset_args={"x": {}}, dataset_dir="d",
        dataset_hub="modelscope", generation_config={"temperature": 1}, eval_type="openai_api", eval_batch_size=1,
        judge={"models": [{"model_id": "j"}]}, judge_strategy="llm", use_sandbox=True, sandbox_type="unsafe",
        sandbox_manager_config={}, limit=0.5, repeats=1, use_cache="c", rerun_review=True, work_dir="w",
        no_timestamp=True, ignore_errors=True, debug=True, dry_run=True, seed=0, api_url="http://127.0.0.1:1",
        api_key="k", timeout=0.5, stream=True,
    )  # fmt: skip
    assert list(named) == ["tables"]


@pytest.mark.parametrize(
    ("words", "summary", "status"), [((), DONE, 0), ((), CUT, 1), (("--dry-run",), CUT, 0), (("--debug",), CUT, 1)]
)
def test_evals_status_tells_whether_everything_was_measured(typed, instead, words, summary, status):
    instead(api_start, "run_one", summary)
    assert typed("eval", "--model", "m", *words).exit_code == status


@pytest.mark.parametrize(
    ("option", "least"), [("--eval-batch-size", "0"), ("--repeats", "0"), ("--seed", "-1"), ("--timeout", "0")]
)
def test_numbers_below_the_least_are_refused(typed, instead, option, least):
    asked = instead(api_start, "run_one", DONE)
    result = typed("eval", "--model", "m", option, least)
    assert (result.exit_code, asked) == (2, [])
    assert f"Invalid value for '{option}'" in result.stderr


def board(battles: int) -> Leaderboard:
    """Return a leaderboard of battles of which none has a verdict."""
    orders = Orders(agreed=0, first=0, second=0, half=0)
    return Leaderboard(name="overall", baseline="a", standings=(), orders=orders, battles=battles)


def test_arena_passes_runs_and_options_on(typed, instead, tmp_path):
    asked = instead(api_arena, "arena_of_runs", DONE)
    (tmp_path / "x=y").mkdir()
    (tmp_path / "criteria.txt").write_text("be brief ✓", "utf-8")
    assert typed("arena", "one", "NAME=two", "x=y", "=three", "--judge", "j").exit_code == 0
    runs = [("", Path("one")), ("NAME", Path("two")), ("", Path("x=y")), ("", Path("three"))]
    settings = Settings(judges=("j",), concurrency=8, work_dir=Path("outputs"), cache_dir=default_cache_dir())
    assert asked.pop() == ((runs, settings), {"baseline": "", "schedule": "round_robin", "criteria": ""})
    words = (
        *("--judge", "j", "--judge", "k", "--judge-api-url", "http://u", "--judge-concurrency", "1", "--baseline", "b"),
        *("--schedule", "baseline", "--criteria", "criteria.txt", "--cache-dir", "c", "--work-dir", "w", "--seed", "0"),
    )
    assert typed("arena", "one", *words).exit_code == 0
    settings = Settings(
        judges=("j", "k"), judge_api_url="http://u", judge_concurrency=1, concurrency=1, work_dir=Path("w"), seed=0,
        cache_dir=Path("c"),
    )  # fmt: skip
    named = {"baseline": "b", "schedule": "baseline", "criteria": "be brief ✓"}
    assert asked == [(([("", Path("one"))], settings), named)]


def test_arena_ends_with_the_battles_that_have_no_verdict(typed, instead):
    summary = RunSummary(folder=Path("there"), results=(), complete=True, leaderboards=(board(2), board(1)))
    instead(api_arena, "arena_of_runs", summary)
    result = typed("arena", "one", "two", "--judge", "j")
    assert result.exit_code == 1
    assert result.stderr == "error: 3 battles have no verdict; reviews/ in the run folder says why\n"
    assert result.stdout.endswith(f"reports: {PLACE}\n")


def test_arena_tells_a_file_that_cannot_be_read_and_numbers_that_are_none(typed, instead, tmp_path):
    asked = instead(api_arena, "arena_of_runs", DONE)
    (tmp_path / "raw").write_bytes(b"\xff")
    for name in ("none", "raw"):
        result = typed("arena", "one", "two", "--judge", "j", "--criteria", name)
        assert result.exit_code == 2
        assert result.stderr.startswith(f"error: arena --criteria: the file cannot be read ({name}: ")
    for words in (("--judge-concurrency", "0"), ("--seed", "-1"), ("--schedule", "knockout")):
        assert typed("arena", "one", "two", "--judge", "j", *words).exit_code == 2
    assert typed("arena", "one", "two").exit_code == 2, "no judge"
    assert typed("arena", "--judge", "j").exit_code == 2, "no run"
    assert asked == []


def test_merge_joins_and_tells_what_is_wrong(typed, instead):
    joined = instead(api_merge, "merge", DONE)
    result = typed("merge", "one", "two", "-o", "three")
    assert (result.exit_code, result.stderr) == (0, "")
    assert joined == [(((Path("one"), Path("two")), Path("three")), {})]
    assert result.stdout.endswith(f"reports: {PLACE}\n")
    instead(api_merge, "merge", CUT)
    result = typed("merge", "one", "--output", "three")
    assert (result.exit_code, result.stderr) == (1, "error: the run was cut off: these numbers are not a result\n")
    assert typed("merge", "one").exit_code == 2
    assert typed("merge", "-o", "three").exit_code == 2


def test_rescore_marks_with_what_was_recorded_and_what_is_typed(typed, monkeypatch, instead, tmp_path):
    half = Estimate(value=0.5, stderr=0.1, low=0.3, high=0.7, n=10, metric="accuracy")
    result = Result(
        benchmark="sums", version="1", model="m", subset="default", primary_metric="accuracy",
        metrics={"accuracy": half}, planned=10, outcomes={"scored": 10},
    )  # fmt: skip
    recorded = Settings(seed=7, data=Settings().data)
    monkeypatch.setattr("pytest_evalscope.folder.recorded.open_run", lambda path: f"opened {path}")
    read = instead(api_rescore, "recorded_settings", recorded)
    changes = (
        Change(result=result, changed=2, before=result.primary),
        Change(result=result, changed=0, before=None, kept="no\nbenchmark"),
    )
    marked = instead(api_rescore, "rescore", Rescored(summary=DONE, changes=changes))
    shown = typed("rescore", "run")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert shown.stdout == (
        "sums/default of m: 2 of 10 verdicts changed, accuracy 0.5000 -> 0.5000\n"
        "sums/default of m: scores kept: no benchmark\n"
        f"reports: {PLACE}\n"
    )
    assert read == [(("opened run",), {})]
    assert marked.pop() == ((Path("run"), None), {"settings": recorded})
    (tmp_path / "d").mkdir()
    words = ("-o", "new", "--judge", "j", "--judge", "k", "--api-url", "http://u", "--data-dir", "d")
    assert typed("rescore", "run", *words).exit_code == 0
    [(args, named)] = marked
    assert args == (Path("run"), Path("new"))
    told = named["settings"]
    assert (told.seed, told.judges, told.judge_api_url, told.data.data_dir) == (7, ("j", "k"), "http://u", Path("d"))
    instead(api_rescore, "rescore", Rescored(summary=CUT, changes=()))
    shown = typed("rescore", "run")
    assert (shown.exit_code, shown.stderr) == (1, "error: the run was cut off: these numbers are not a result\n")


def test_a_set_is_pulled_from_where_it_was_pushed(typed, instead):
    asked = instead(publish, "pull", "mine: 3 samples")
    shown = typed("index", "pull", "me/mine", "-o", "mine.jsonl")
    assert (shown.exit_code, shown.stdout) == (0, "mine: 3 samples\n\nwrote mine.jsonl\n")
    assert asked.pop() == (("me/mine", Path("mine.jsonl")), {"hub": "huggingface", "revision": ""})
    typed("index", "pull", "me/mine", "--output", "mine.jsonl", "--hub", "modelscope", "--revision", "v1")
    assert asked == [(("me/mine", Path("mine.jsonl")), {"hub": "modelscope", "revision": "v1"})]
    instead(publish, "pull", PermissionError(13, "Permission denied"))
    shown = typed("index", "pull", "me/mine", "-o", "mine.jsonl")
    assert shown.exit_code == 2
    assert shown.stderr == "error: index pull: the file cannot be written (mine.jsonl: Permission denied)\n"
    instead(publish, "pull", OSError("gone"))
    shown = typed("index", "pull", "me/mine", "-o", "mine.jsonl")
    assert shown.stderr == "error: index pull: the file cannot be written (mine.jsonl: gone)\n"


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (UsageError("typed wrong", hint="type\x1b[2J it right"), 2, "error: typed wrong\nhint: type"),
        (EvalscopeError("went wrong"), 1, "error: went wrong\n"),
    ],
)
def test_an_error_is_two_lines_and_a_status(typed, instead, error, status, said):
    instead(api_start, "run_one", error)
    shown = typed("eval", "--model", "m")
    assert (shown.exit_code, shown.stdout) == (status, "")
    assert shown.stderr.startswith(said)
    assert "\x1b" not in shown.stderr
    assert "Traceback" not in shown.stderr
