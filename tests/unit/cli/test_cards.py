"""Whole outputs: the list of benchmarks, a card with its prompt, what was fetched, written and checked."""

import json
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
import pytest

from pytest_evalscope.benchmarks import load, names
from pytest_evalscope.cli import benchmarks as command
from pytest_evalscope.cli.cards import card, describe, labels, rows_of
from pytest_evalscope.cli.root import commands
from pytest_evalscope.data import File, Hub, Rows
from pytest_evalscope.errors import DataError
from pytest_evalscope.types import Sample


@pytest.fixture
def typed(monkeypatch, tmp_path, invoke):
    """Type a command line in an empty folder; returns click's result."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EVALSCOPE_DATA_DIR", raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    return lambda *words: invoke(list(words))


SMOKE = """\
name                field      subsets    rows  tags                                       title
------------------  -------  ---------  ------  -----------------------------------------  -----------------------------
smoke_arithmetic    smoke            1      60  en, math, smoke                            Smoke: arithmetic
smoke_facts         smoke            1      30  en, knowledge, smoke                       Smoke: short facts
smoke_instructions  smoke            1      40  en, instruction, smoke                     Smoke: following instructions
smoke_knowledge     smoke            2      60  en, zh, knowledge, multiple_choice, smoke  Smoke: general knowledge
"""
FACTS = """\
smoke_facts: Smoke: short facts

30 questions that one word answers; the reply must contain an accepted answer as a whole word.

field      smoke
version    1
task type  knowledge
tags       en, knowledge, smoke
languages  en
licence    Apache-2.0
reference  written for this project; ships with it
data       smoke/smoke_facts.jsonl
subsets    1, 30 rows: default (30)
metrics    accuracy (primary)
solver     chat
params     temperature=0.0, max_tokens=32

The prompt of the first sample of default:

--- user
What is the capital of Germany? Answer in one short sentence.
---
"""


def test_the_list_and_a_card_as_text_and_as_json(typed):
    assert typed("benchmarks", "--tag", "smoke").stdout == SMOKE
    assert typed("benchmarks", "smoke_facts").stdout == FACTS
    listed = json.loads(typed("benchmarks", "--tag", "smoke", "--json").stdout)
    assert [one["name"] for one in listed] == [line.split()[0] for line in SMOKE.splitlines()[2:]]
    shown = typed("benchmarks", "smoke_facts", "--json").stdout
    assert shown == json.dumps(card(load("smoke_facts")), ensure_ascii=False, indent=2) + "\n"
    assert listed[1] == json.loads(shown)
    chosen = json.loads(typed("benchmarks", "--tag", "zh", "--json").stdout)
    assert [one["name"] for one in chosen] == [name for name in names() if "zh" in labels(card(load(name)))]


def test_a_card_says_everything_of_a_benchmark():
    assert card(load("mmlu")) == {
        "name": "mmlu",
        "title": "MMLU",
        "field": "knowledge",
        "version": "2",
        "description": load("mmlu").description,
        "task_type": "knowledge",
        "tags": ["en", "knowledge", "multiple_choice"],
        "languages": ["en"],
        "paper": "arXiv:2009.03300",
        "licence": "MIT",
        "reference": load("mmlu").reference,
        "needs": [],
        "data": "cais/mmlu",
        "revision": load("mmlu").data.revision,  # type: ignore[attr-defined]  # its data is on a hub
        "subsets": {subset: load("mmlu").data.size(subset) for subset in load("mmlu").data.subsets},
        "metrics": ["accuracy"],
        "primary_metric": "accuracy",
        "solver": "multiple_choice",
        "few_shot": 5,
        "params": {"temperature": 0.0},
    }
    assert card(load("humaneval"))["needs"] == ["sandbox"]


def test_a_card_of_data_elsewhere_and_of_a_solver_of_ones_own():
    async def own_solver(sample: Sample, context: Any) -> Any:
        """Say nothing."""

    unpinned = replace(load("smoke_facts"), data=Hub("me/mine", split="test"), solve=own_solver)
    assert (card(unpinned)["data"], card(unpinned)["revision"]) == ("me/mine", "newest")
    assert (card(unpinned)["solver"], card(unpinned)["few_shot"]) == ("own_solver", 0)
    own = card(replace(load("smoke_facts"), data=Rows([{"a": 1}])))
    assert (own["data"], own["revision"], own["subsets"]) == ("", "", {"default": 1})


def facts(**changes: Any) -> dict[str, Any]:
    return {**card(load("smoke_facts")), **changes}


def test_what_a_card_leaves_empty_is_left_out_and_long_lines_are_folded():
    shown = describe(facts(
        description="", subsets={f"subset_{n}": 1000 if n else None for n in range(9)}, metrics=["a", "accuracy", "b"],
        params={}, few_shot=4, tags=[], needs=["judge", "sandbox"],
    ))  # fmt: skip
    assert shown == (
        "smoke_facts: Smoke: short facts\n"
        "\n"
        "field      smoke\n"
        "version    1\n"
        "task type  knowledge\n"
        "languages  en\n"
        "licence    Apache-2.0\n"
        "reference  written for this project; ships with it\n"
        "needs      judge, sandbox\n"
        "data       smoke/smoke_facts.jsonl\n"
        "subsets    9: subset_0, subset_1 (1,000), subset_2 (1,000), subset_3 (1,000), subset_4 (1,000), "
        "subset_5 (1,000),\n"
        "           subset_6 (1,000), subset_7 (1,000), subset_8 (1,000)\n"
        "metrics    a, accuracy (primary), b\n"
        "solver     chat\n"
        "few shot   4"
    )
    assert "\nsubsets    those of your own files\n" in describe(facts(subsets={}))
    folded = describe(facts(reference="x" * 100 + " " + "y" * 6 + " z")).splitlines()
    assert [line for line in folded if "x" * 9 in line] == ["reference  " + "x" * 100 + " " + "y" * 6]


def test_rows_are_counted_where_every_subset_tells():
    assert rows_of(facts(subsets={"a": 1000, "b": 234})) == "1,234"
    assert rows_of(facts(subsets={"a": 1000, "b": None})) == ""
    assert rows_of(facts(subsets={})) == ""
    assert labels(facts(task_type="", tags=["a"], languages=["en"])) == {"a", "en", "smoke"}


def prompt(**changes: Any) -> str:
    return command._prompt(replace(load("smoke_facts"), **changes), None)


def test_why_there_is_no_prompt_to_show(tmp_path):
    assert prompt(solve=lambda sample, context: None) == "no prompt to show: the solver is a function of its own"
    elsewhere = "no prompt to show: the rows are not in this package; name their folder with --data-dir"
    assert prompt(data=Hub("me/mine", split="test")) == elsewhere
    assert prompt(data=Rows([])) == "no prompt to show: smoke_facts/default has no rows"
    assert prompt(data=File(tmp_path / "none.jsonl")).startswith("no prompt to show: data file not found: ")
    asked = command._prompt(replace(load("smoke_facts"), data=Hub("me/mine", split="test")), tmp_path)
    assert asked.startswith("no prompt to show: ")
    assert asked != elsewhere


def test_prefetch_tells_all_that_it_read_and_lost(typed, monkeypatch):
    read = typed("prefetch", "smoke_facts", "smoke_knowledge", "smoke_facts")
    assert (read.exit_code, read.stderr) == (0, "")
    assert read.stdout == ("smoke_facts/default: 30 rows\nsmoke_knowledge/en: 30 rows\nsmoke_knowledge/zh: 30 rows\n")
    sources: list[Any] = []

    def lost(benchmark: Any, source: Any) -> None:
        sources.append(source)
        if benchmark.name == "smoke_facts":
            raise DataError("no \x1b[2J rows", hint="look")

    monkeypatch.setattr("pytest_evalscope.cli.prefetch._read", lost)
    Path("d").mkdir()
    words = ("smoke_knowledge", "smoke_facts", "smoke_facts", "--hub", "modelscope", "--data-dir", "d")
    result = typed("prefetch", *words)
    assert (result.exit_code, result.stdout) == (1, "")
    first, hint, last = result.stderr.splitlines()
    assert first.startswith("error: no ")
    assert (hint, last) == ("hint: look", "error: prefetch: 1 of 2 could not be read (smoke_facts)")
    assert "\x1b" not in result.stderr
    assert [(source.hub, source.data_dir) for source in sources] == [("modelscope", Path("d"))] * 2
    monkeypatch.setenv("EVALSCOPE_DATA_DIR", "d")
    typed("prefetch", "smoke_facts")
    assert sources[-1].data_dir == Path("d")
    monkeypatch.delenv("EVALSCOPE_DATA_DIR")
    typed("prefetch", "smoke_facts")
    assert (sources[-1].hub, sources[-1].data_dir, sources[-1].offline) == ("huggingface", None, False)


def test_init_tells_each_file_and_what_to_run(typed, tmp_path):
    begun = typed("init")
    assert begun.stdout == (
        f"wrote   {Path('evals/test_smoke.py')}\nwrote   {Path('evals/thresholds.toml')}\nwrote   .gitignore\n"
        "\nNow run it on a small model that needs no network:\n  pytest evals --model=smollm2\n"
    )
    again = typed("init", "--ci")
    assert again.stdout == (
        f"exists  {Path('evals/test_smoke.py')} (left as it is)\n"
        f"exists  {Path('evals/thresholds.toml')} (left as it is)\n"
        "exists  .gitignore (left as it is)\n"
        f"wrote   {Path('.github/workflows/evals.yml')}\n"
        "\nNow run it on a small model that needs no network:\n  pytest evals --model=smollm2\n"
    )
    assert typed("init", "app").stdout.endswith("\n  cd app && pytest evals --model=smollm2\n")
    starter = files("pytest_evalscope.cli") / "starter"
    for name, template in (
        ("evals/test_smoke.py", "test_smoke.py.txt"),
        ("evals/thresholds.toml", "thresholds.toml"),
        (".gitignore", "gitignore.txt"),
        (".github/workflows/evals.yml", "evals.yml"),
    ):
        assert (tmp_path / name).read_bytes() == (starter / template).read_bytes()


def test_a_judge_is_checked_at_the_width_of_the_terminal_or_in_full(typed):
    rows = [{"judge": "y" * 60, "label": "y" * 60}, {"judge": "n", "label": "n"}, {"judge": "n", "label": ["y", "n"]}]
    Path("labels.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    whole = typed("judge-check", "--labels", "labels.jsonl")
    assert whole.exit_code == 0
    remark = "1 rows of labels.jsonl have as many votes for one label as for another: left out"
    assert f"remark: {remark}" in whole.stdout.splitlines()
    assert max(map(len, whole.stdout.splitlines())) > 100, "in a file nothing is cut to a terminal's width"
    told = json.loads(typed("judge-check", "--labels", "labels.jsonl", "--json").stdout)
    assert sorted(told) == ["judges", "remarks"]
    assert (told["remarks"], len(told["judges"])) == ([remark], 1)
    assert typed("judge-check").exit_code == 2
    refused = typed("judge-check", "nowhere", "--labels", "labels.jsonl")
    assert (refused.exit_code, refused.stderr) == (
        2, "error: judge-check: not a run folder (nowhere); accepted: one with reviews/\n",
    )  # fmt: skip


def test_every_option_is_explained_and_shows_its_default():
    def walk(group: click.Group) -> Iterator[click.Command]:
        for each in group.commands.values():
            yield from walk(each) if isinstance(each, click.Group) else (each,)

    silent = {"hub", "seed", "judge_concurrency", "work_dir"}
    for each in walk(commands):
        assert each.help
        for option in each.params:
            if isinstance(option, click.Option):
                named = f"{each.name} {option.name}"
                assert option.help or (option.name in silent and option.show_default), named
                has_default = isinstance(option.default, (str, int)) and option.default not in ("", False)
                assert option.show_default or not has_default, named
