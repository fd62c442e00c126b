"""An index as tables and as JSON: every number of it, and groups of several depths."""

# mypy: disable-error-code="union-attr"
# A table where a note should be fails its test as well.

import pytest

from pytest_evalscope.reports.indexes import index_blocks, index_content, index_line, keys_of
from pytest_evalscope.reports.table import Note, Table
from pytest_evalscope.types import Estimate, IndexLevel, IndexReport, IndexRow


def estimate(value):
    return Estimate(value=value, stderr=value / 8, low=value - 0.25, high=value + 0.125, n=7)


def row(level, *key, unscored=0):
    averages = {"micro_avg": estimate(0.5), "macro_avg": estimate(0.25), "weighted_avg": estimate(0.75)}
    return IndexRow(level=level, key=key, count=12, unscored=unscored, **averages)


LEVELS = {
    "category": IndexLevel("category", (row("category", "root"), row("category", "root", "math", unscored=2))),
    "tag": IndexLevel("tag", ()),
    "subset": IndexLevel("subset", (row("subset", "qa", "arc", "easy"),)),
}


@pytest.fixture
def report():
    def made(**fields):
        told = {"count": 12, "unscored": 2, "levels": LEVELS, "missing": ("a/x", "b/y"), **fields}
        return IndexReport(
            name="mine",
            model="m",
            weighted_avg=estimate(0.75),
            micro_avg=estimate(0.5),
            macro_avg=estimate(0.25),
            **told,
        )

    return made


def averaged(name, value):
    return {name: value, f"{name}_stderr": value / 8, f"{name}_low": value - 0.25, f"{name}_high": value + 0.125}


def test_the_content_for_json(report):
    micro, macro, weighted = averaged("micro_avg", 0.5), averaged("macro_avg", 0.25), averaged("weighted_avg", 0.75)
    every = {**micro, **macro, **weighted}
    assert index_content(report()) == {
        "name": "mine",
        "model": "m",
        "complete": False,
        "missing": ["a/x", "b/y"],
        "headline": {
            "weighted_avg": 0.75,
            "stderr": 0.09375,
            "low": 0.5,
            "high": 0.875,
            "detectable": report().weighted_avg.detectable,
            "count": 12,
            "unscored": 2,
        },
        **micro,
        **macro,
        "levels": {
            "subset": [
                {"task_type": "qa", "dataset_name": "arc", "subset_name": "easy", **micro, "count": 12, "unscored": 0}
            ],
            "tag": [],
            "category": [
                {"category0": "root", "category1": "", **every, "count": 12, "unscored": 0},
                {"category0": "root", "category1": "math", **every, "count": 12, "unscored": 2},
            ],
        },
    }
    assert list(index_content(report())["levels"]) == ["subset", "tag", "category"]
    assert index_content(report(missing=()))["complete"] is True


CELLS = ("0.5000 ± 0.188", "0.2500 ± 0.188", "0.7500 ± 0.188")


def test_the_tables(report):
    note, subset, category = index_blocks(report())
    assert note == Note(
        title="mine of m",
        lines=(
            "weighted_avg 0.7500 ± 0.188 (95 % 0.50–0.88, n=7)",
            "micro_avg 0.5000 ± 0.188, macro_avg 0.2500 ± 0.188",
            "2 of 12 samples have no score and count 0",
            "INCOMPLETE: no score for a/x, b/y",
        ),
    )
    assert subset == Table(
        title="mine of m: subset",
        headers=("task_type", "dataset_name", "subset_name", "micro_avg", "count", "unscored"),
        rows=(("qa", "arc", "easy", CELLS[0], "12", "0"),),
        numbers=frozenset({"micro_avg", "count", "unscored"}),
    )
    assert category == Table(
        title="mine of m: category",
        headers=("category0", "category1", "micro_avg", "macro_avg", "weighted_avg", "count", "unscored"),
        rows=(("root", "", *CELLS, "12", "0"), ("root", "math", *CELLS, "12", "2")),
        numbers=frozenset({"micro_avg", "macro_avg", "weighted_avg", "count", "unscored"}),
    )


def test_an_index_that_nobody_requested_is_one_line(report):
    told = "mine of m: 0.7500 ± 0.188 (95 % 0.50–0.88, n=7)"
    assert index_line(report(missing=())) == told
    assert index_line(report()) == f"{told}; INCOMPLETE: no score for a/x, b/y"


def test_a_whole_index_says_less(report):
    note, *tables = index_blocks(report(unscored=0, missing=()))
    assert len(note.lines) == 2
    assert [table.headers[-1] for table in tables] == ["count", "count"]
    assert [table.rows[-1][-1] for table in tables] == ["12", "12"]


@pytest.mark.parametrize(
    ("most", "shown", "footer"), [(None, 2, ""), (3, 2, ""), (2, 2, ""), (1, 1, "… and 1 more"), (0, 0, "… and 2 more")]
)
def test_a_level_has_at_most_so_many_rows(report, most, shown, footer):
    table = index_blocks(report(), most_rows=most)[-1]
    assert (len(table.rows), table.footer) == (shown, footer)


def test_the_names_of_the_key_columns():
    assert {name: keys_of(name, IndexLevel(name, ())) for name in ("subset", "dataset", "task", "tag", "category")} == {
        "subset": ("task_type", "dataset_name", "subset_name"),
        "dataset": ("task_type", "dataset_name"),
        "task": ("task_type",),
        "tag": ("tags",),
        "category": ("category0",),
    }
