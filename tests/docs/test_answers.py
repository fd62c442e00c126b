"""Every row of the tables in `docs/answers.md`."""

import asyncio
import inspect
import re
from pathlib import Path

import pytest

from pytest_evalscope.scorers import choice, exact, includes, label, math, number, spans
from pytest_evalscope.types import Completion, Context, Sample

PAGE = Path(__file__).parents[2] / "docs" / "answers.md"
PLANETS = ("Mercury", "Venus", "Earth", "Mars")
SCORERS = {
    'label(("yes", "no"))': label(("yes", "no")), "exact()": exact(), "includes()": includes(), "spans()": spans()
}  # fmt: skip


def rows(heading):
    section = PAGE.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    table = [line for line in section.split("\n") if line.startswith("| `")]
    return [[_cell(cell) for cell in re.split(r"(?<!\\) \| ", line.strip("| "))] for line in table]


def _cell(cell):
    return cell.strip("`").replace(r"\n", "\n").replace(r"\|", "|") if cell.startswith("`") else cell


NOTHING = Context(model=None, judges=(), sandbox=None)  # type: ignore[arg-type]  # no scorer here calls a model


def scored(scorer, text, **fields):
    made = scorer(Sample(input="q", **fields), Completion(text=text), NOTHING)
    return asyncio.run(_awaited(made)) if inspect.isawaitable(made) else made


async def _awaited(made):
    return await made


@pytest.mark.parametrize("row", rows("Letters"), ids=lambda row: row[0][:30])
def test_letters(row):
    text, answer, _ = row
    found = scored(choice(), text, target="A", choices=PLANETS).answer
    assert (found or "none") == answer


@pytest.mark.parametrize("row", rows("Numbers"), ids=lambda row: row[0][:30])
def test_numbers(row):
    text, answer, _ = row
    assert (scored(number(), text, target="1").answer or "none") == answer


@pytest.mark.parametrize("row", rows("Mathematics"), ids=lambda row: row[0][:30])
def test_mathematics(row):
    text, target, verdict = row
    assert scored(math(), text, target=target).values == {"accuracy": float(verdict == "right")}


@pytest.mark.parametrize("row", rows("Labels and words"), ids=lambda row: row[1][:30])
def test_labels_and_words(row):
    name, text, target, verdict = row
    values = scored(SCORERS[name], text, target=target).values
    assert max(values.values()) == float(verdict == "right")


def test_the_page_has_rows():
    assert [len(rows(heading)) > 9 for heading in ("Letters", "Numbers", "Mathematics", "Labels and words")] == [
        True
    ] * 4
