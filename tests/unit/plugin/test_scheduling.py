"""How items go to the workers of xdist when there are evals among them, with workers that only take notes."""

import argparse
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("xdist", reason="xdist is not installed")

from pytest_evalscope.plugin import scheduling as scheduling_of_evals  # it imports xdist

ITEMS = ["t.py::a[m-1]", "t.py::a[m-2]", "t.py::plain", "t.py::b[m-1]", "t.py::b[m-2]", "t.py::other"]
BUCKETS = {"t.py::a[m-1]": "a", "t.py::a[m-2]": "a", "t.py::b[m-1]": "b", "t.py::b[m-2]": "b"}


class Worker:
    """A worker that takes note of what it is sent."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.gateway = SimpleNamespace(id=name)
        self.sent: list[str] = []
        self.shutting_down = False

    def send_runtest_some(self, indices: Any) -> None:
        self.sent += [ITEMS[index] for index in indices]

    def shutdown(self) -> None:
        self.shutting_down = True


def scheduling(buckets: dict[str, str], workers: int = 2) -> tuple[Any, list[Worker], list[int]]:
    option = argparse.Namespace(tx=["popen"] * workers, maxschedchunk=None, loadscopereorder=False)
    config: Any = SimpleNamespace(option=option, getvalue=vars(option).get, getoption=vars(option).get)
    asked: list[int] = []

    def told() -> dict[str, str]:
        asked.append(1)
        return buckets

    log = SimpleNamespace(loadsched=lambda *told: None, loadscopesched=lambda *told: None)
    made = scheduling_of_evals.EvalScheduling(config, log, told)
    nodes = [Worker(f"gw{number}") for number in range(workers)]
    for node in nodes:
        made.add_node(node)
    for node in nodes:
        assert not made.collection_is_completed
        made.add_node_collection(node, list(ITEMS))
    assert made.collection_is_completed
    return made, nodes, asked


def test_a_bucket_goes_to_one_worker_and_ordinary_tests_by_themselves():
    made, (first, second), asked = scheduling(BUCKETS)
    made.schedule()
    assert first.sent == ["t.py::a[m-1]", "t.py::a[m-2]", "t.py::b[m-1]", "t.py::b[m-2]"]
    assert second.sent == ["t.py::plain", "t.py::other"]
    made.schedule()
    assert asked == [1], "which it is has been decided"
    assert made.nodes == [first, second]


def test_without_evals_the_distribution_is_that_of_xdist():
    made, (first, second), _ = scheduling({})
    made.schedule()
    assert first.sent == ITEMS[:2]
    assert second.sent == ITEMS[2:4]


def test_who_has_not_collected_yet_is_taken_over_without_items():
    told: list[Any] = []
    new = SimpleNamespace(add_node=told.append, add_node_collection=lambda *given: told.append(given))
    old = SimpleNamespace(nodes=["gw0", "gw1"], node2collection={"gw1": ITEMS})
    assert scheduling_of_evals._taken_over(old, new) is new
    assert told == ["gw0", "gw1", ("gw1", ITEMS)]


def replaced(made: Any) -> Worker:
    """Begin another worker, as xdist does for one that died."""
    fresh = Worker("gw2")
    made.add_node(fresh)
    made.add_node_collection(fresh, list(ITEMS))
    made.schedule()
    return fresh


def test_the_item_that_a_worker_died_in_is_not_handed_out_again_and_the_rest_is():
    made, (first, second), _ = scheduling(BUCKETS)
    made.schedule()
    made.mark_test_complete(first, 0)
    assert made.remove_node(first) == "t.py::a[m-2]", "a bucket that has nothing left goes to nobody"
    assert made.nodes == [second]
    assert replaced(made).sent == ["t.py::b[m-1]", "t.py::b[m-2]"]


def test_a_worker_that_died_within_a_bucket_leaves_the_rest_of_it_to_whoever_is_free():
    made, (first, second), _ = scheduling(BUCKETS)
    made.schedule()
    second.shutting_down = False
    assert made.remove_node(first) == "t.py::a[m-1]"
    assert second.sent == ["t.py::plain", "t.py::other", "t.py::a[m-2]"]
    assert replaced(made).sent == ["t.py::b[m-1]", "t.py::b[m-2]"]


def test_a_worker_that_had_done_everything_died_in_nothing():
    made, (first, _), _ = scheduling(BUCKETS)
    made.schedule()
    for index in (0, 1, 3, 4):
        made.mark_test_complete(first, index)
    assert made.remove_node(first) is None
