"""Rows of AGIEval that cannot be answered."""

from typing import Any

from pytest_evalscope.benchmarks.knowledge.agieval import BENCHMARK, Answered
from pytest_evalscope.data import Source

ROWS = [{"label": ["A"]}, {"label": []}, {"label": ""}, {"label": "BC"}, {"label": None}]


class Hub:
    """A hub that notes how many rows are requested."""

    id = "owner/name"
    subsets = ("jec-qa-kd", "sat-en")

    def __init__(self) -> None:
        self.most: list[int | None] = []

    def size(self, subset):
        return 2

    def read(self, subset, *, part="eval", source):
        self.most.append(source.most)
        yield from ROWS


def test_rows_without_a_right_option_are_left_out():
    hub: Any = Hub()
    data = Answered(hub)
    assert list(data.read("jec-qa-kd", source=Source(offline=True))) == [{"label": ["A"]}, {"label": "BC"}]
    assert (data.id, data.subsets, data.size("sat-en")) == ("owner/name", ("jec-qa-kd", "sat-en"), 2)


def test_a_limit_counts_the_rows_that_are_kept():
    hub: Any = Hub()
    list(Answered(hub).read("jec-qa-kd", source=Source(offline=True, most=10)))
    list(Answered(hub).read("sat-en", source=Source(offline=True, most=10)))
    assert hub.most == [11, 10]


def test_the_card_says_so():
    assert "nor is the row of jec-qa-kd without a right option" in BENCHMARK.description
    assert BENCHMARK.data.size("jec-qa-kd") == 999
