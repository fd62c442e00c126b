"""Which items stay in one worker of xdist, and the file in which the workers say so."""

from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.collections import CollectionSchema, DatasetInfo
from pytest_evalscope.plugin.buckets import _buckets, bucket_of, write_buckets
from pytest_evalscope.plugin.declare import IndexDeclaration
from pytest_evalscope.plugin.kinds.index import IndexCase


@pytest.fixture
def items(item) -> list[Any]:
    """Two subsets of a test, an index, an item of an ordinary test with a model, and an ordinary test."""
    index = item(case=IndexCase(declaration=IndexDeclaration(schema="a.json"), model="m"))
    plain, parametrized = item(None), item(None)
    parametrized.callspec.params["evalscope_model"] = "m"
    return [item(model="m"), item(model="m", subset="two"), index, parametrized, plain]


def test_what_requests_a_benchmark_of_a_model_goes_together_and_an_index_or_arena_by_its_name(items, item):
    assert [bucket_of(each) for each in items] == [
        "sums[m]",
        "sums[m]",
        "index a of m",
        None,
        None,
    ]
    assert bucket_of(item(model="n")) == "sums[n]"
    assert bucket_of(item(case=SimpleNamespace(jobs=(), label="arena a"))) == "arena a"


def test_the_buckets_of_all_evals_are_written_with_those_that_were_deselected(items):
    written: list[Any] = []
    folder: Any = SimpleNamespace(write_json=lambda *given: written.append(given))
    write_buckets(folder, items, ("one of m",))
    buckets = {
        "test_it.py::test_sums[m-default]": "sums[m]",
        "test_it.py::test_sums[m-two]": "sums[m]",
        items[2].nodeid: "index a of m",
    }
    assert written == [
        ("configs/buckets.json", {"buckets": buckets, "deselected": ["one of m"], "problem": "", "remarks": []})
    ]


def schema(*names: str) -> CollectionSchema:
    """A schema with a group in it."""
    first, *others = (DatasetInfo(name=name) for name in names)
    return CollectionSchema(name="mine", datasets=[first, CollectionSchema(name="group", datasets=[*others])])


@pytest.mark.parametrize(
    ("names", "together"),
    [
        (("sums", "more"), ["sums", "more"]),
        (("gsm8k", "more"), ["more"]),
        (("gsm8k", "data_collection"), ["sums", "more", "third"]),
        (("gsm8k", "mmlu"), []),
    ],
)
def test_an_index_goes_with_the_tests_of_its_model_whose_samples_it_may_request(item, tmp_path, names, together):
    schema(*names).dump_json(tmp_path / "mine.json")
    tests = {name: item(name=name, model="m") for name in ("sums", "more", "third")}
    other = item(model="another")
    for given in (schema(*names), str(tmp_path / "mine.json")):
        index = item(case=IndexCase(declaration=IndexDeclaration(schema=given), model="m"))
        found = _buckets([*tests.values(), index, other])
        assert [name for name in tests if found[tests[name].nodeid] == found[index.nodeid]] == together
        assert found[other.nodeid] != found[index.nodeid]


@pytest.mark.parametrize(("path", "shared"), [("set.jsonl", None), ("nosuch.json", ())])
def test_a_mixed_set_in_a_file_is_not_read_to_know_what_it_shares(tmp_path, path, shared):
    case = IndexCase(declaration=IndexDeclaration(schema=path), model="m")
    assert case.shares_requests_with(tmp_path) == shared
