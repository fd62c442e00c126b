"""The table of results, cell by cell, and the notes beside it."""

# mypy: disable-error-code="union-attr"
# A table where a note should be fails its test as well.

from dataclasses import replace

import pytest

from pytest_evalscope.reports.results import agreement_blocks, gate_note, result_blocks
from pytest_evalscope.reports.table import Note, Table
from pytest_evalscope.types import Agreement, Estimate, Leaderboard, Orders, Spending, Spent

HEADERS = (
    *("model", "benchmark", "gate", "metric", "value", "95 %", "n", "unscored", "no answer", "truncated", "threshold"),
    *("requests", "tokens", "seconds"),
)
NUMBERS = frozenset({"value", "95 %", "n", "unscored", "no answer", "truncated", "requests", "tokens", "seconds"})
VALUE = Estimate(value=0.8125, stderr=0.1, low=0.5, high=0.9, n=10, metric="accuracy")


@pytest.fixture
def cell(result, summary):
    """Return a function: header, fields of a result → its cell."""

    def of(header, **fields):
        told = {"outcomes": {"truncated": 1}, "metrics": {"accuracy": VALUE}, **fields}
        [table, *_] = result_blocks(summary(result(**told), result(model="b")), every_subset=True)
        return table.rows[0][table.headers.index(header)]

    return of


def test_the_table_of_several_models(result, summary):
    lost = {"outcomes": {"scored": 3, "no_answer": 1, "truncated": 2, "timeout": 4}, "thresholds": {}}
    one = result(metrics={"accuracy": VALUE}, **lost)
    other = result(model="b", metrics={}, subset="default", verdict="error", seconds=0.04)
    [grouped] = result_blocks(summary(one, other))
    assert [row[:2] for row in grouped.rows] == [("fake/echo",), ("gsm8k/main", "passed"), ("b",), ("gsm8k", "error")]
    assert result_blocks(summary(one, other), every_subset=True) == [
        Table(
            title="results",
            headers=HEADERS,
            rows=(
                (
                    *("fake/echo", "gsm8k/main", "passed", "accuracy", "0.812 ± 0.200", "0.50–0.90", "10"),
                    *("4", "1", "2", "–", "10", "1.23k", "1.2"),
                ),
                ("b", "gsm8k", "error", "", "–", "–", "0", "0", "0", "0", "0.5", "10", "1.23k", "0.0"),
            ),
            numbers=NUMBERS,
            optional=("tokens", "requests", "seconds", "metric"),
            spare=("95 %", "truncated", "no answer"),
        )
    ]


def test_columns_that_say_nothing_are_left_out_or_go_first(result, summary):
    [table] = result_blocks(summary(result()))
    gone = ("model", "truncated")
    assert table.headers == tuple(name for name in HEADERS if name not in gone)
    assert table.optional == ("tokens", "requests", "seconds", "no answer", "unscored", "metric")
    [table] = result_blocks(summary(result(), result(outcomes={"no_answer": 1, "timeout": 1})))
    assert table.optional == ("tokens", "requests", "seconds", "metric")


@pytest.mark.parametrize(
    ("tokens", "shown"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1k"),
        (12_345, "12.3k"),
        (999_499, "999k"),
        (999_500, "1M"),
        (1_000_000, "1M"),
        (1_204_000, "1.2M"),
        (999_499_999, "999M"),
        (999_500_000, "1G"),
        (1_000_000_000, "1G"),
        (12_340_000_000, "12.3G"),
    ],
)
def test_tokens_have_at_most_three_digits(cell, tokens, shown):
    assert cell("tokens", prompt_tokens=tokens, completion_tokens=0) == shown
    assert cell("tokens", prompt_tokens=0, completion_tokens=tokens) == shown


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"verdict": "passed"}, "passed"),
        ({"verdict": "none"}, "–"),
        ({"verdict": "failed"}, "failed"),
        ({"verdict": "error"}, "error"),
        ({"verdict": "passed", "complete": False}, "incomplete"),
        ({"verdict": "none", "complete": False}, "incomplete"),
        ({"verdict": "failed", "complete": False}, "failed"),
    ],
)
def test_a_gate_says_what_it_found(cell, fields, shown):
    assert cell("gate", **fields) == shown


def test_a_metric_beside_the_primary_one_has_a_row_where_the_test_is_about_it(result, summary):
    other = replace(VALUE, metric="f1", value=0.25)
    measured = {"metrics": {"accuracy": VALUE, "f1": other, "bleu": other}}
    [table] = result_blocks(summary(result(**measured, thresholds={"accuracy": 0.5, "f1": 0.5, "lost": 0.1})))
    columns = [table.headers.index(name) for name in ("benchmark", "gate", "metric", "value", "n", "threshold")]
    assert [tuple(row[at] for at in columns) for row in table.rows] == [
        ("gsm8k/main", "passed", "accuracy", "0.812 ± 0.200", "10", "0.5"),
        ("", "", "f1", "0.250 ± 0.200", "10", "0.5"),
        ("", "", "lost", "–", "0", "0.1"),
    ]
    assert "metric" not in table.optional
    [table] = result_blocks(summary(result(**measured, asserted=("accuracy", "bleu"), thresholds={})))
    assert [row[table.headers.index("metric")] for row in table.rows] == ["accuracy", "bleu"]
    [table] = result_blocks(summary(result(**measured)))
    assert len(table.rows) == 1


def test_without_a_threshold_there_is_none_to_show(cell):
    assert cell("threshold", thresholds={}) == "–"


def wholes(blocks):
    at = blocks[0].headers.index
    return [row if len(row) == 1 else (row[at("benchmark")], row[at("gate")]) for row in blocks[0].rows]


def test_a_whole_counts_its_gates(result, summary):
    verdicts = ("failed", "error", "passed", "error")
    run = summary(*(result(subset=f"s{at}", verdict=verdict) for at, verdict in enumerate(verdicts)))
    assert wholes(result_blocks(run))[0] == ("gsm8k (4 subsets)", "2 error, 1 failed")
    run = summary(result(subset="a"), result(subset="b"))
    assert wholes(result_blocks(run))[0] == ("gsm8k (2 subsets)", "passed")
    run = summary(result(subset="a", verdict="none"), result(subset="b", verdict="none", metrics={}))
    assert wholes(result_blocks(run))[0] == ("gsm8k (1 of 2 subsets)", "incomplete")


@pytest.mark.parametrize("count", [8, 9])
def test_more_than_eight_subsets_are_shown_as_a_whole(result, summary, count):
    run = summary(*(result(subset=f"s{at}") for at in range(count)))
    names = [f"s{at}" for at in range(count)]
    whole = (f"gsm8k ({count} subsets)", "passed")
    assert wholes(result_blocks(run)) == [whole, *((f"  {name}", "passed") for name in names if count == 8)]
    every = [(f"gsm8k/{name}", "passed") for name in names]
    assert wholes(result_blocks(run, every_subset=True)) == [whole, *every]


def test_what_does_not_fit_on_a_screen_is_shown_as_a_whole(result, summary):
    def run(count):
        parts = [result(benchmark="a", subset=f"s{at}", verdict="failed" if at == 2 else "passed") for at in range(6)]
        return wholes(result_blocks(summary(*parts, *(result(benchmark=f"b{at}") for at in range(count)))))

    others = [(f"b{at}/main", "passed") for at in range(8)]
    whole, failed = ("a (6 subsets)", "1 failed"), ("  s2", "failed")
    passed = [(f"  s{at}", "passed") for at in range(6)]
    assert run(7) == [whole, *passed[:2], failed, *passed[3:], *others[:7]]
    assert run(8) == [whole, failed, *others]


@pytest.mark.parametrize(("red", "more"), [(8, None), (9, "  … 1 more did not pass")])
def test_of_many_gates_that_did_not_hold_eight_are_named(result, summary, red, more):
    run = summary(*(result(subset=f"s{at}", verdict="failed" if at < red else "none") for at in range(12)))
    [table] = result_blocks(run)
    named = [(f"  s{at}", "failed") for at in range(8)]
    rest = [] if more is None else [(more,)]
    assert wholes([table]) == [("gsm8k (12 subsets)", f"{red} failed"), *named, *rest]


def test_the_rest_of_the_gates_is_below_its_model(result, summary):
    run = summary(*(result(subset=f"s{at}", verdict="error") for at in range(10)), result(model="b"))
    [table] = result_blocks(run)
    assert [table.rows[at] for at in (0, 10, 11)] == [("fake/echo",), ("  … 2 more did not pass",), ("b",)]


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({}, "results of fake/echo"),
        ({"complete": False}, "results (INCOMPLETE) of fake/echo"),
        ({"complete": False, "shard": "3/8"}, "results (INCOMPLETE) of shard 3/8 of fake/echo"),
    ],
)
def test_the_title_says_what_the_numbers_are_of(result, summary, fields, title):
    assert result_blocks(summary(result(), **fields))[0].title == title


def test_a_run_of_battles_alone_has_no_empty_table(result, summary):
    orders = Orders(agreed=0, first=0, second=0, half=0)
    board = Leaderboard(name="overall", baseline="a", standings=(), orders=orders, battles=0)
    assert result_blocks(summary(leaderboards=(board,))) == []
    assert [block.title for block in result_blocks(summary())] == ["results"]
    assert len(result_blocks(summary(result(), leaderboards=(board,)))) == 1


def test_spending_and_remarks_follow_the_table(result, summary):
    spending = Spending(models=(Spent(model="m", requests=2, prompt_tokens=1000, completion_tokens=5),))
    run = summary(result(judges=("fake/echo",)), remarks=("one",), spending=spending)
    assert result_blocks(run)[1:] == [
        Note(lines=("spent: 1,005 tokens", "m: 1,000 tokens in, 5 out, 2 requests")),
        Note(
            lines=(
                "remark: one",
                "remark: fake/echo is a judge of its own completions: judges favour what they wrote themselves",
            )
        ),
    ]


def agreed(**fields):
    return Agreement(**{"statistic": "cohen_kappa", "value": 0.5, "judges": 2, "items": 10, "same": 0.75, **fields})


def test_the_agreement_of_each_panel(result):
    more = agreed(statistic="krippendorff_alpha", value=None, judges=3)
    results = [result(agreement=agreed()), result(subset="default", agreement=more), result()]
    [table] = agreement_blocks(results)
    assert table == Table(
        title="agreement of the judges",
        headers=("model", "benchmark", "judges", "statistic", "value", "all the same", "items"),
        rows=(
            ("fake/echo", "gsm8k/main", "2", "cohen kappa", "0.500", "0.750", "10"),
            ("fake/echo", "gsm8k", "3", "krippendorff alpha", "–", "0.750", "10"),
        ),
        numbers=frozenset({"judges", "value", "all the same", "items"}),
    )
    assert agreement_blocks(results, most_rows=2) == [table]
    [cut] = agreement_blocks(results, most_rows=1)
    assert cut.rows == (table.rows[0], ("", "… 1 more", "", "", "", "", ""))
    assert agreement_blocks([result()]) == []


def test_gates_that_did_not_hold_are_told_with_reason_and_place(result):
    results = [
        result(verdict="failed", message="below"),
        result(subset="default", verdict="error", location=""),
        result(verdict="none"),
        result(),
    ]
    told = "failed: gsm8k/main of fake/echo: below (evals/math/test_gsm8k.py:7)"
    assert gate_note(results) == [
        Note(title="gates that did not hold", lines=(told, "error: gsm8k of fake/echo: no reason given"))
    ]
    assert gate_note(results[2:]) == []


@pytest.mark.parametrize(
    ("value", "least", "says"),
    [
        (
            85.0,
            0.85,
            "gsm8k/main: accuracy is 85.000 and its threshold 0.85: no such value misses a share; accepted: b",
        ),
        (85.0, 85.0, ""),
        (85.0, 0.0, ""),
        (0.8, 90.0, "gsm8k/main: accuracy is 0.800 and its threshold 90: no share reaches it; 90 % is written 0.90"),
        (
            0.8,
            62.5,
            "gsm8k/main: accuracy is 0.800 and its threshold 62.5: no share reaches it; 62.5 % is written",
        ),
        (0.8, 1.2, ""),
        (0.8, 0.9, ""),
    ],
)
def test_a_threshold_on_another_scale_than_its_values_is_remarked(result, summary, value, least, says):
    measured = Estimate(value=value, stderr=0.1, low=value - 0.1, high=value + 0.1, n=10, metric="accuracy")
    made = result(metrics={"accuracy": measured}, thresholds={"accuracy": least, "lost": 0.5})
    notes = [line for block in result_blocks(summary(made, made)) if isinstance(block, Note) for line in block.lines]
    assert [line[: len("remark: ") + len(says)] for line in notes] == ([f"remark: {says}"] if says else [])
