"""The names and the order of an index's leaves, and what a leaf takes from the schema."""

import asyncio
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.collections import CollectionSchema, DatasetInfo, WeightedSampler, dump_jsonl_data
from pytest_evalscope.collections.leaf import Leaf, as_rendered, filed
from pytest_evalscope.collections.resolve import resolve
from pytest_evalscope.data import Rows, Source
from pytest_evalscope.errors import UsageError
from pytest_evalscope.scorers import exact
from pytest_evalscope.solvers import chat, multiple_choice
from pytest_evalscope.types import Sample


@pytest.fixture
def leaf(make):
    def made(dataset, *categories, **args):
        benchmark = make(dataset, all=3)
        told: dict[str, Any] = {"share": Fraction(1, 2), "subsets": ("all",), "version": "1"}
        return Leaf(dataset=dataset, benchmark=benchmark, categories=categories, args=args, **told)

    return made


def names(leaves):
    return [each.name for each in leaves]


def test_a_leaf_is_named_by_as_little_as_tells_it_apart(leaf):
    made = [
        leaf("b", "root"),
        leaf("a", "root", few_shot_num=5, subset_list=["x", "y"]),
        leaf("a", "root"),
        leaf("c", "root", "one"),
        leaf("c", "root", "other"),
        leaf("d", "root"),
        leaf("d", "root"),
    ]
    found = filed(made, "mine")
    assert names(found) == [
        "a(few_shot_num=5, subset_list=x+y)",
        "root/a",
        "b",
        "root/one/c",
        "root/other/c",
        "root/d#6",
        "root/d#7",
    ]
    assert [each.benchmark.name for each in found] == [f"mine.{name}" for name in names(found)]
    assert names(filed([leaf("a", "root", system="s"), leaf("a", "root")], "mine")) == ["a(system=s)", "root/a"]


def test_the_order_is_that_of_names_args_and_groups_however_they_are_written(leaf):
    made = [
        leaf("a", "z", few_shot_num=1, system="s"),
        leaf("a", "b", system="s", few_shot_num=1),
        leaf("a", "c"),
        leaf("Z", "z"),
    ]
    for order in (made, made[::-1]):
        found = filed(order, "mine")
        assert [(each.dataset, each.categories) for each in found] == [
            ("Z", ("z",)),
            ("a", ("b",)),
            ("a", ("z",)),
            ("a", ("c",)),
        ]
    assert made[0].identity == ("a", '{"few_shot_num":1,"system":"s"}', ("z",))


def test_the_benchmark_of_a_leaf_makes_its_samples_from_rows_that_hold_them(leaf):
    [found] = filed([leaf("a")], "mine")
    sample = Sample(id="x", input="?")
    assert found.benchmark.sample({"sample": sample, "row": {}}) is sample
    assert found.size("all") == 3


def test_prompts_that_are_ready_are_sent_as_they_stand():
    async def ask(sample, context):
        raise NotImplementedError

    benchmark = Benchmark(name="a", data=Rows([]), sample=lambda row: Sample(input=""), score=exact())
    assert as_rendered(replace(benchmark, solve=multiple_choice())).solve == chat()
    assert as_rendered(replace(benchmark, solve=ask)).solve is ask
    with pytest.raises(NotImplementedError):
        asyncio.run(ask(None, None))


def schema_of(*leaves):
    return CollectionSchema("root", datasets=list(leaves))


def test_what_a_leaf_says_nothing_of_its_benchmark_says(make):
    inner = CollectionSchema("inner", 2, [DatasetInfo("b", task_type="own", tags=["root", "fine"])])
    only = DatasetInfo("c", tags=["root"], args={"subset_list": ["y"]})
    a, b, c = resolve(
        schema_of(DatasetInfo("a"), inner, only), benchmarks=[make("a", x=1, y=2), make("b", z=1), make("c", x=1, y=1)]
    )
    assert (a.task_type, a.tags, a.categories, a.subsets, a.args) == (
        "recall",
        ("en", "root"),
        ("root",),
        ("x", "y"),
        {},
    )
    assert (b.task_type, b.tags, b.categories) == ("own", ("root", "fine", "inner"), ("root", "inner"))
    assert (c.tags, c.subsets, c.args) == (("en", "root"), ("y",), {"subset_list": ["y"]}), "no tag of its own"
    assert [each.share for each in (a, b, c)] == [Fraction(1, 4), Fraction(1, 2), Fraction(1, 4)]
    assert {each.version for each in (a, b, c)} == {"1"}


def test_the_way_of_normalization_decides_the_shares(make):
    schema = schema_of(DatasetInfo("a"), CollectionSchema("g", 1, [DatasetInfo("b"), DatasetInfo("c")]))
    own = [make(name, x=1) for name in "abc"]
    assert [each.share for each in resolve(schema, benchmarks=own)] == [Fraction(1, 3)] * 3
    halves = [Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)]
    assert [each.share for each in resolve(schema, "level", benchmarks=own)] == halves


def test_one_subset_may_stand_twice_only_where_it_is_asked_in_two_ways(make):
    own = [make("a", x=3, y=3)]
    leaves = [DatasetInfo("a", args={"subset_list": ["x", "y"]}), DatasetInfo("a", args={"subsets": ["y"]})]
    with pytest.raises(UsageError) as caught:
        resolve(schema_of(leaves[0], CollectionSchema("g", datasets=[leaves[1]])), benchmarks=own)
    assert caught.value.message == (
        "schema root/g/a: its subset 'y' is in another leaf too (root/a); accepted: once for each set of args"
    )
    leaves[1].args["few_shot_num"] = 1
    assert len(resolve(schema_of(*leaves), benchmarks=own)) == 2
    leaves = [DatasetInfo("a", args={"subset_list": [name]}) for name in "xy"]
    assert len(resolve(schema_of(*leaves), benchmarks=own)) == 2


def test_the_leaves_of_a_set_within_take_what_is_said_of_the_set(file, own):
    told: dict[str, Any] = {"tags": ["en", "mixed"], "args": {"local_path": str(file)}}
    group = CollectionSchema("g", datasets=[DatasetInfo("data_collection", 3, **told)])
    a, b = resolve(schema_of(group), benchmarks=own)
    assert (a.categories, b.categories) == (("root", "g", "index"), ("root", "g", "index"))
    assert a.tags == ("en", "index", "mixed", "root", "g")
    assert (a.share, b.share) == (Fraction(3, 4), Fraction(1, 4))
    assert (a.task_type, a.dataset, a.args) == ("recall", "a", {})
    [typed, _] = resolve(schema_of(DatasetInfo("data_collection", task_type="t", **told)), benchmarks=own)
    assert typed.task_type == "t"


def test_sets_within_and_single_leaves_are_in_one_order(file, own, make, tmp_path):
    schema = schema_of(
        DatasetInfo("z"), DatasetInfo("data_collection", args={"local_path": str(file)}), DatasetInfo("aa")
    )
    found = resolve(schema, benchmarks=[*own, make("z", x=1), make("aa", x=1)])
    assert [each.dataset for each in found] == ["a", "aa", "b", "z"]
    drawn = WeightedSampler(schema, Source(), benchmarks=[*own, make("z", x=1), make("aa", x=1)]).sample(8)
    assert names(drawn.leaves) == ["a", "aa", "b", "z"]
    dump_jsonl_data(drawn, tmp_path / "again.jsonl")
    assert len((tmp_path / "again.jsonl").read_bytes().splitlines()) == 8
