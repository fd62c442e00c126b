"""Of several results of one subset, the one that counts."""

from pathlib import Path

import pytest

from pytest_evalscope.plugin.collector import Gathered

ORDER = ("none", "passed", "failed", "error")


@pytest.mark.parametrize("first", ORDER)
@pytest.mark.parametrize("second", ORDER)
def test_of_several_tests_of_one_subset_the_worst_counts_and_of_equals_the_last(result, first, second):
    gathered = Gathered(Path("run"))
    one, two = result(verdict=first, nodeid="t.py::one"), result(verdict=second, nodeid="t.py::two")
    gathered.add(one)
    gathered.add(two)
    counts = two if ORDER.index(second) >= ORDER.index(first) else one
    assert gathered.results == {("m", "sums", "default"): counts}


@pytest.mark.parametrize("first", ORDER)
@pytest.mark.parametrize("second", ORDER)
def test_a_rerun_of_one_test_replaces_its_result(result, first, second):
    gathered = Gathered(Path("run"))
    gathered.add(result(verdict=first))
    gathered.add(result(verdict=second))
    assert [made.verdict for made in gathered.results.values()] == [second]


def test_models_benchmarks_and_subsets_stay_apart(result):
    gathered = Gathered(Path("run"))
    for made in (result(), result(model="n"), result(subset="b"), result("more")):
        gathered.add(made)
    assert list(gathered.results) == [
        ("m", "sums", "default"),
        ("n", "sums", "default"),
        ("m", "sums", "b"),
        ("m", "more", "default"),
    ]
