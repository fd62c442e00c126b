"""The tables at the end of a run: what they show, and how wide they are where there is no terminal."""

import pytest

TWO = """
from dataclasses import replace

from pytest_evalscope import Score
from pytest_evalscope.stats import mean

def scored(sample, completion):
    return Score(values={"accuracy": 0.0, "close": 1.0, "far": 0.5}, answer=None)

TWO = replace(SUMS, name="two", score=scored, metrics={name: mean(name) for name in ("accuracy", "close", "far")})
"""

TESTS = """
@benchmark(TWO)
def test_two(scores):
    assert scores.close >= 0.5

@benchmark(replace(TWO, name="other"))
def test_other(scores):
    assert scores.meets(0)
"""


@pytest.fixture
def lines(project, sums, monkeypatch):
    """Return a function: options → the lines below the heading `evals`."""

    def run(*options, tests=TESTS, **environ):
        for name in ("COLUMNS", "LINES"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        project.write("test_sums.py", sums + TWO + tests)
        shown = project.run(*options).stdout.lines
        begin = next(at for at, line in enumerate(shown) if " evals " in line)
        return shown[begin + 1 :]

    return run


@pytest.mark.workers
def test_a_metric_that_an_assertion_looks_at_has_a_row(lines):
    shown = lines()
    begin = next(at for at, line in enumerate(shown) if line.startswith("---")) + 1
    rows = [line.split()[:3] for line in shown[begin : begin + 3]]
    two, other = [["two", "passed", "accuracy"], ["close", "1.000", "±"]], [["other", "passed", "accuracy"]]
    assert rows in ([*two, *other], [*other, *two])  # workers may end in another order


def test_the_index_is_one_line_unless_it_was_requested(lines):
    told = [line for line in lines() if line.startswith("index of ")]
    assert told == ["index of fake/fixed:4: 0.0000 ± 0.081 (95 % 0.00–0.16, n=20)"]
    assert "index of fake/fixed:4: dataset" in lines("--eval-fail-under=0")
    weighted = TESTS.replace("@benchmark(TWO)", "@benchmark(TWO, weight=2)")
    assert "index of fake/fixed:4: dataset" in lines(tests=weighted)


def test_without_a_terminal_a_table_has_80_columns_unless_columns_says_otherwise(lines):
    rule = next(line for line in lines() if line.startswith("---"))
    assert len(rule) <= 80
    wide = next(line for line in lines(COLUMNS="160") if line.startswith("---"))
    assert len(wide) > 80
