"""`pytest-evalscope eval`: EvalScope's flags, exit status, and what is printed where."""

import json

import pytest

from pytest_evalscope.api import Interrupted
from pytest_evalscope.compat import start
from pytest_evalscope.types import RunSummary

SMALL = ("--model", "fake/letter:A", "--datasets", "smoke_knowledge", "--limit", "3")


@pytest.fixture
def run(invoke, monkeypatch, tmp_path):
    """Type `pytest-evalscope eval …` in an empty folder; returns click's result."""
    monkeypatch.chdir(tmp_path)
    for name in ("EVALSCOPE_DATA_DIR", "GITHUB_STEP_SUMMARY", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EVALSCOPE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "120")

    def typed(*words):
        result = invoke(["eval", *words])
        assert result.exception is None or isinstance(result.exception, SystemExit), "no traceback ever"
        return result

    return typed


@pytest.fixture
def planned(run):
    """The lines of a dry run."""

    def typed(*words):
        result = run(*words, "--dry-run")
        assert result.exit_code == 0, result.stderr
        return result.stdout.splitlines()

    return typed


def test_the_tables_are_printed_and_the_place_of_the_reports_last(run, tmp_path):
    result = run("--model", "fake/letter:A", "--datasets", "smoke_knowledge", "smoke_facts", "--limit", "3")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == "results of fake/letter:A"
    assert len([line for line in lines if line.startswith("index of fake/letter:A: ")]) == 1  # it was not requested
    place = lines[-1].partition("reports: ")[2]
    assert (tmp_path / place).name == "summary.md"
    assert (tmp_path / place).is_file()
    assert (tmp_path / "outputs" / "latest" / "reports" / "index.json").is_file()


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("--datasets", "smoke_facts", "smoke_instructions"), ["smoke_facts", "smoke_instructions"]),
        (("--datasets", "smoke_facts", "--datasets", "smoke_instructions"), ["smoke_facts", "smoke_instructions"]),
        (("--datasets=smoke_facts",), ["smoke_facts"]),
        (("--datasets", "smoke_facts", "smoke_facts"), ["smoke_facts"]),
    ],
)
def test_data_sets_are_named_one_after_another(planned, words, names):
    assert [line.partition("/")[0] for line in planned("--model", "fake/echo", *words)] == names
    assert [line.partition("/")[0] for line in planned(*words, "--model", "fake/echo")] == names


@pytest.mark.parametrize("limit", ["5", "0.25"])
def test_a_limit_is_a_count_or_a_share(planned, limit):
    count = {"5": 5, "0.25": 10}[limit]
    lines = planned("--model", "fake/echo", "--datasets", "smoke_instructions", "--limit", limit)
    assert lines == [f"smoke_instructions/default of fake/echo: {count} samples"]


def test_structured_values_are_pairs_or_json(run, tmp_path):
    (tmp_path / "args.json").write_text('{"smoke_knowledge": {"subset_list": ["zh"]}}', encoding="utf-8")
    for generation in ("temperature=0.5,max_tokens=9", '{"temperature": 0.5, "max_tokens": 9}'):
        result = run(*SMALL, "--generation-config", generation, "--dataset-args", "@args.json")
        assert result.exit_code == 0, result.stderr
        manifest = json.loads((tmp_path / "outputs" / "latest" / "configs" / "run.json").read_text("utf-8"))
        assert manifest["options"]["generation-config"] == '{"temperature":0.5,"max_tokens":9}'
        assert list(manifest["data"]) == ["smoke_knowledge/zh"]


def test_a_judge_is_named_as_json(run, tmp_path):
    asked = ("--model", "fake/echo", "--datasets", "simple_qa", "--limit", "2", "--dry-run")
    named = run(*asked, "--judge", '{"models": [{"model_id": "fake/echo"}]}')
    assert (named.exit_code, named.stdout) == (0, "simple_qa/default of fake/echo: 2 samples\n")
    nobody = run(*asked)
    assert nobody.exit_code == 2
    assert "simple_qa: a judge scores its completions, but no judge is named" in nobody.stderr


def test_a_sandbox_is_named_as_json_or_in_a_file(run, tmp_path):
    (tmp_path / "box.json").write_text('{"enabled": true, "engine": "unsafe"}', encoding="utf-8")
    for box in ('{"enabled": true, "engine": "unsafe"}', "enabled=true,engine=unsafe", "@box.json"):
        assert run(*SMALL, "--sandbox", box, "--dry-run").exit_code == 0
    refused = run(*SMALL, "--sandbox", '{"enabled": true, "engine": "dokcer"}')
    assert refused.exit_code == 2
    assert "TaskConfig sandbox.engine: unknown name ('dokcer'); did you mean docker" in refused.stderr


def test_a_file_holds_what_is_not_typed(planned, tmp_path):
    pytest.importorskip("yaml")
    (tmp_path / "task.yaml").write_text("model: fake/echo\ndatasets: [smoke_facts]\nlimit: 2\n", encoding="utf-8")
    assert planned("--config", "task.yaml") == ["smoke_facts/default of fake/echo: 2 samples"]
    assert planned("--config", "task.yaml", "--limit", "4", "--model", "fake/blank") == [
        "smoke_facts/default of fake/blank: 4 samples"
    ]


def test_the_other_flags_reach_the_run(run, tmp_path):
    result = run(
        *(*SMALL, "--model-id", "mine", "--repeats", "2", "--seed", "7", "--work-dir", "here", "--no-timestamp"),
        *("--eval-batch-size", "4", "--timeout", "9", "--dataset-hub", "local", "--dataset-dir", "mirror", "--stream"),
    )
    assert result.exit_code == 0, result.stderr
    options = json.loads((tmp_path / "here" / "configs" / "run.json").read_text("utf-8"))["options"]
    said = {
        "model": ["mine"],
        "repeats": "2",
        "seed": "7",
        "concurrency": "4",
        "timeout": "9",
        "offline": "true",
        "data-dir": "mirror",
        "generation-config": '{"stream":true}',
        "work-dir": "here",
    }
    assert {name: options[name] for name in said} == said
    again = run(*SMALL, "--model-id", "mine", "--use-cache", "here", "--rerun-review", "--stream", "--ignore-errors")
    assert again.exit_code == 0, again.stderr


def test_what_could_not_be_measured_is_status_1(run):
    result = run("--model", "fake/error", "--datasets", "smoke_facts", "--limit", "2")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: smoke_facts/default of fake/error: 2 of 2 samples have no score")
    assert result.stdout.splitlines()[-1].endswith("/reports/summary.md")
    assert run("--model", "fake/error", "--datasets", "smoke_facts", "--limit", "2", "--ignore-errors").exit_code == 0


def test_a_run_that_was_cut_off_is_status_1(run, monkeypatch, tmp_path):
    def interrupted(plan, *, folder):
        raise Interrupted(RunSummary(folder=tmp_path, results=(), complete=False))

    monkeypatch.setattr(start, "carry_out", interrupted)
    result = run(*SMALL)
    assert result.exit_code == 1
    assert "results (INCOMPLETE)" in result.stdout
    assert result.stderr == "error: the run was cut off: these numbers are not a result\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--modle", "m"), "No such option"),
        (("--review-workers", "4"), "No such option"),
        (("--eval-backend", "OpenCompass"), "error: TaskConfig eval_backend: not supported ('OpenCompass')"),
        (("--repeats", "0"), "Invalid value for '--repeats'"),
        (("--dataset-hub", "hub"), "Invalid value for '--dataset-hub'"),
        (("--limit", "many"), "error: --limit: neither a count nor a share ('many')"),
        (("--model-args", "fast"), "error: --model-args: not key=value ('fast')"),
        (("--dataset-args", "{bad"), "error: --dataset-args: not a JSON object"),
        (("--config", "nowhere.yaml"), "error: config nowhere.yaml: cannot be read"),
        ((), "error: TaskConfig model: none is named"),
        (("--model", "fake/echo"), "error: datasets: none is named; `pytest-evalscope benchmarks` lists them"),
        (
            ("--model", "fake/echo", "--datasets", "gsm9k"),
            "error: benchmark: unknown name ('gsm9k'); did you mean gsm8k or mgsm?",
        ),
        (("--model", "fake/echo", "--datasets"), "Option '--datasets' requires an argument"),
        (("--model", "fake/echo", "stray"), "Got unexpected extra argument"),
    ],
)
def test_a_mistake_is_status_2(run, words, said, tmp_path):
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert not (tmp_path / "outputs").exists()


def test_an_unknown_flag_gives_the_nearest(run):
    assert "--model" in run("--modle", "m").stderr
    assert "--eval-type" in run("--evl-type", "m").stderr


def test_debug_shows_where_an_error_comes_from(run):
    words = ("--model", "fake/echo", "--datasets", "gsm9k")
    assert "Traceback" not in run(*words).stderr
    result = run(*words, "--debug")
    assert result.exit_code == 2
    assert "Traceback (most recent call last)" in result.stderr
    assert result.stderr.endswith("error: benchmark: unknown name ('gsm9k'); did you mean gsm8k or mgsm?\n")
