"""`pytest-evalscope show`, as a person types it."""

import json
import re
import shutil
from importlib import import_module

import click
import pytest

from pytest_evalscope.api import evaluate
from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.data import Rows
from pytest_evalscope.errors import ScorerError
from pytest_evalscope.run import Settings
from pytest_evalscope.types import Sample, Score

NASTY = "\x1b[2J\x9b31m\u202e::error::no ##[error]no"
module = import_module("pytest_evalscope.cli.show")


def closeness(sample, completion):
    if sample.id == "broken":
        raise ScorerError("no score for it")
    return Score(values={"accuracy": int(sample.id) / 10}, answer=None if sample.id == "3" else completion.text)


def bench(name, ids):
    return Benchmark(
        name=name,
        data=Rows([{"id": each} for each in ids]),
        sample=lambda row: Sample(id=row["id"], input=f"to {row['id']}", target="x"),
        score=closeness,
    )


def say(prompt: str):
    return f"on {prompt}{NASTY if prompt == 'to 4' else ''}" + "z" * (60_000 if prompt == "to 5" else 0)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The folder of a run of two benchmarks: a numbered sample scores a tenth of its number."""
    folder = tmp_path_factory.mktemp("runs")
    settings = Settings(work_dir=folder, max_errors=1)
    return evaluate(
        [bench("tens", ["10", "5", "4", "broken", "3"]), bench("ones", ["1"])], models={"say": say}, settings=settings
    ).folder


@pytest.fixture
def shown(invoke, run):
    def typed(*words):
        return invoke(["show", str(run), *words])

    return typed


def ids(text):
    return re.findall("(?m)^sample (.*?) of ", text)


def test_samples_are_in_the_order_of_the_run(shown):
    result = shown()
    assert result.exit_code == 0
    assert result.stdout.startswith("5 of 6 matching samples; -n 0 shows all\n\nsample 1 of ones: ")
    assert ids(result.stdout) == ["1", "10", "5", "4", "broken"]
    assert ids(shown("-n", "0").stdout) == ["1", "10", "5", "4", "broken", "3"]
    assert ids(shown("--n", "2").stdout) == ["1", "10"]


def test_failed_ones_come_without_a_score_first_and_then_the_worst(shown):
    result = shown("--failed")
    assert result.stdout.startswith("5 of 5 matching samples, the worst first\n")
    assert ids(result.stdout) == ["broken", "1", "3", "4", "5"]
    assert ids(shown("--failed", "-n", "2").stdout) == ["broken", "1"]
    assert ids(shown("--failed", "-n", "0").stdout) == ["broken", "1", "3", "4", "5"]
    assert "  error        no score for it\n" in result.stdout


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--benchmark", "ones"), ["1"]),
        (("--benchmark", "tens", "--failed", "-n", "1"), ["broken"]),
        (("--subset", "default", "-n", "1"), ["1"]),
        (("--model", "say", "-n", "1"), ["1"]),
        (("--id", "4"), ["4"]),
        (("--outcome", "no_answer"), ["3"]),
        (("--outcome", "scorer_error"), ["broken"]),
        (("--id", "4", "--benchmark", "ones"), []),
        (("--outcome", "timeout", "--failed"), []),
    ],
)
def test_samples_are_chosen(shown, run, words, found):
    result = shown(*words)
    assert result.exit_code == 0
    assert ids(result.stdout) == found
    if not found:
        assert result.stdout == f"no sample of {run} matches\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--benchmark", "ten"), "--benchmark of {run}: unknown name ('ten'); did you mean tens?"),
        (("--subset", "defualt"), "--subset of {run}: unknown name ('defualt'); did you mean default?"),
        (("--model", "sy"), "--model of {run}: unknown name ('sy'); did you mean say?"),
        (("--outcome", "tiemout"), "--outcome: unknown name ('tiemout'); did you mean timeout?"),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest(shown, run, words, message):
    result = shown(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"error: {message.format(run=run)}\n"


def test_what_is_no_run_is_refused(invoke, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EVALSCOPE_WORK_DIR", raising=False)
    result = invoke(["show", str(tmp_path)])
    assert (result.exit_code, result.stderr.startswith("error: run folder: not a run folder")) == (2, True)
    result = invoke(["show"])
    assert result.exit_code == 2
    assert "no run is named, and there is no newest one" in result.stderr


def test_without_a_name_it_is_the_newest_run(invoke, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "outputs").mkdir()
    (tmp_path / "outputs" / "latest").symlink_to(run, target_is_directory=True)
    monkeypatch.delenv("EVALSCOPE_WORK_DIR", raising=False)
    assert ids(invoke(["show", "-n", "1"]).stdout) == ["1"]
    monkeypatch.setenv("EVALSCOPE_WORK_DIR", str(tmp_path / "nowhere"))
    assert invoke(["show"]).exit_code == 2


def test_json_is_an_object_a_line_with_everything_whole(shown):
    lines = shown("--json", "-n", "0").stdout.splitlines()
    found = {one["sample_id"]: one for one in map(json.loads, lines)}
    assert list(found) == ["1", "10", "5", "4", "broken", "3"]
    assert len(found["5"]["completion"]["text"]) == 60_007
    assert found["5"]["messages"] == [{"role": "user", "content": "to 5"}]
    assert (found["broken"]["outcome"], found["broken"]["error"]) == ("scorer_error", "no score for it")
    assert found["4"]["place"] == "reviews/say/tens/default.jsonl:3"
    assert found["4"]["completion"]["text"] == f"on to 4{NASTY}", "it reads as what the model said"
    assert shown("--json", "--id", "none").stdout == ""


@pytest.mark.parametrize(
    "text", ["broken", "[]", '{"model": "m"}', '{"model": 1, "benchmark": "b", "subset": "s", "primary_metric": "p"}']
)
def test_a_broken_manifest_is_one_error(invoke, run, tmp_path, text):
    broken = tmp_path / "run"
    shutil.copytree(run, broken)
    path = broken / "configs" / "jobs" / "say" / "tens" / "default.json"
    path.write_text(text, "utf-8")
    result = invoke(["show", str(broken)])
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert result.stderr.startswith(f"error: {path}: not the manifest of a job (")


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_no_text_of_a_model_does_harm(shown, words):
    said = shown("--id", "4", *words).stdout
    assert not re.search("[\x1b\x9b\u202e]", said)
    assert "##[" not in said


def test_long_texts_are_cut_and_say_so(shown):
    assert "[… 54,007 characters …]" in " ".join(shown("--id", "5").stdout.split())


def test_a_broken_file_is_one_error(invoke, run, tmp_path):
    broken = tmp_path / "run"
    shutil.copytree(run, broken)
    (broken / "reviews" / "say" / "tens" / "default.jsonl").write_text("broken\n", "utf-8")
    result = invoke(["show", str(broken)])
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)


def test_on_a_terminal_it_goes_through_a_pager_in_colours(shown, monkeypatch):
    paged: list[str] = []
    monkeypatch.setattr(click, "echo_via_pager", paged.append)
    monkeypatch.setattr(module, "is_terminal", lambda: True)
    assert shown("--id", "4").stdout == ""
    (text,) = paged
    assert "\x1b[31m\x1b[1msample 4 of tens: scored, accuracy 0.4\x1b[0m\n" in text
    assert "\x1b[36mprompt\x1b[0m       to 4\n" in text
    assert "\x1b[2J" not in text
