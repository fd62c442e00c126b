"""What a draw says of itself: how it was drawn, from what, and what was missing."""

from fractions import Fraction

import pytest

from pytest_evalscope.collections import (
    CollectionSchema,
    DatasetInfo,
    StratifiedSampler,
    UniformSampler,
    WeightedSampler,
    members,
)
from pytest_evalscope.data import Source
from pytest_evalscope.errors import DataError, UsageError


@pytest.mark.parametrize(
    ("sampler", "name"),
    [(WeightedSampler, "weighted"), (UniformSampler, "uniform"), (StratifiedSampler, "stratified")],
)
def test_a_draw_says_how_it_was_made(make, sampler, name):
    group = CollectionSchema("g", 2, [DatasetInfo("c", tags=["t"], hierarchy=["not used"]), DatasetInfo("b", 0.5)])
    schema = CollectionSchema("mine", datasets=[group, DatasetInfo("a")])
    own = [make(each, x=9) for each in "abc"]
    source = Source()
    made = sampler(schema, source, normalize="level", benchmarks=own).sample(6, seed=7)
    leaf = {"weight": 1.0, "task_type": "", "tags": [], "args": {}, "hierarchy": []}
    inner = [{**leaf, "name": "b", "weight": 0.5}, {**leaf, "name": "c", "tags": ["t"]}]
    groups = [{**leaf, "name": "a"}, {"name": "g", "weight": 2, "datasets": inner}]
    assert made.drawn == {
        "sampler": name,
        "seed": 7,
        "count": 6,
        "normalize": "level",
        "collection": {"name": "mine", "weight": 1.0, "datasets": groups},
    }
    assert (made.name, made.source, len(made)) == ("mine", source, 6)
    shares = {"a": Fraction(1, 3), "b": Fraction(2, 9), "c": Fraction(4, 9)}
    assert {leaf.name: leaf.share for leaf in made.leaves} == shares
    whole = sampler(schema, benchmarks=own).sample()
    assert "count" not in whole.drawn
    assert (whole.drawn["seed"], whole.drawn["normalize"], len(whole)) == (42, "product", 27)


def test_the_seed_decides_which_samples_are_drawn(make, index):
    sampler = WeightedSampler(index(a=1), benchmarks=[make("a", x=100)])
    first, again, other = ([record["sample"]["id"] for record in sampler.sample(9, seed=seed)] for seed in (1, 1, 2))
    assert first == again != other
    assert [record["sample"]["id"] for record in sampler.sample(9)] == [
        record["sample"]["id"] for record in sampler.sample(9, 42)
    ]


def test_samples_come_in_the_order_of_the_data(make, index):
    [part] = members(WeightedSampler(index(a=1), benchmarks=[make("a", x=100)]).sample(30))
    places = [int(sample.id.rpartition("-")[2]) for sample in part.samples(Source())]
    assert places == sorted(places)
    assert len(set(places)) == 30


@pytest.mark.parametrize("seed", [-(2**63), 0, 2**63 - 1])
def test_a_seed_has_64_bits(make, index, seed):
    assert WeightedSampler(index(a=1), benchmarks=[make("a", x=3)]).sample(2, seed=seed).drawn["seed"] == seed


@pytest.mark.parametrize("seed", [-(2**63) - 1, 2**63, None])
def test_a_seed_of_more_bits_is_refused(make, index, seed):
    with pytest.raises(UsageError) as caught:
        WeightedSampler(index(a=1), benchmarks=[make("a", x=3)]).sample(2, seed=seed)
    assert caught.value.message == f"seed: not a whole number of 64 bits ({seed!r})"


@pytest.mark.parametrize("count", [True, 2.0, "2", 2**63])
def test_a_count_that_is_no_count_is_refused(make, index, count):
    with pytest.raises(UsageError) as caught:
        WeightedSampler(index(a=1), benchmarks=[make("a", x=3)]).sample(count)
    assert caught.value.message == f"count: not a whole number of 64 bits ({count!r})"


def test_exactly_what_there_is_needs_no_remark(make, index):
    own = [make("a", x=3), make("b", x=3)]
    assert WeightedSampler(index(a=1, b=1), benchmarks=own).sample(6).remarks == ()


def test_everything_that_is_missing_is_said(watched, make, index):
    own = [watched("a", {"x": 3, "y": 4, "z": 2}, {"x": 5, "y": 4, "z": None}), make("b", x=2)]
    made = StratifiedSampler(index(a=1, b=1), benchmarks=own).sample(20)
    assert made.remarks == (
        "a/x: the data has 3 samples, its card promises 5",
        "index/a: 16 samples requested, 9 exist; all are taken",
        "index/b: 4 samples requested, 2 exist; all are taken",
        "20 samples requested, 11 exist; all are taken",
    )
    assert len(made) == 11
    weighted = WeightedSampler(index(a=9, b=1), benchmarks=own).sample(11)
    assert weighted.remarks[1:] == ("index/a: 10 samples requested, 9 exist; all are taken",)
    nested = CollectionSchema("index", datasets=[CollectionSchema("g", 9, [DatasetInfo("a")]), DatasetInfo("b")])
    short = "index/g/a: 10 samples requested, 9 exist; all are taken"
    assert WeightedSampler(nested, benchmarks=own).sample(11).remarks[1:] == (short,)


def test_without_a_count_only_the_card_can_be_wrong(watched, index):
    own = [watched("a", {"x": 3}, {"x": 5})]
    made = WeightedSampler(index(a=1), benchmarks=own).sample()
    assert made.remarks == ("a/x: the data has 3 samples, its card promises 5",)
    assert own[0].data.reads.count("x") == 1


def test_data_that_turns_out_empty_is_an_error(watched, make, index):
    own = [watched("a", {"x": 0}, {"x": 5}), make("b", x=9)]
    with pytest.raises(DataError, match=r"^index leaf index/a: it has no samples$"):
        WeightedSampler(index(a=1, b=1), benchmarks=own).sample(4)


def test_an_empty_subset_gives_nothing_and_is_left_out(make, index):
    made = WeightedSampler(index(a=1), benchmarks=[make("a", y=4, x=4, none=0)]).sample(8)
    assert made.leaves[0].subsets == ("x", "y")
    assert made.leaves[0].benchmark.data.subsets == ("x", "y")


def test_data_that_changed_is_told_with_the_place_of_the_row(make, index):
    benchmark = make("a", x=30)
    [part] = members(WeightedSampler(index(a=1), benchmarks=[benchmark]).sample(30))
    benchmark.data.literal["x"][7]["id"] = "another"
    read = part.samples(Source())
    assert [next(read).id for _ in range(7)] == [f"x-{number}" for number in range(7)]
    with pytest.raises(DataError) as caught:
        next(read)
    assert caught.value.message == ("a/x: the data changed since it was sampled (row 7); sample it again")


def test_only_as_many_rows_are_read_as_are_needed(make, index):
    benchmark = make("a", x=100)
    [part] = members(WeightedSampler(index(a=1), benchmarks=[benchmark]).sample(3))
    ids = [sample.id for sample in part.samples(Source())]
    last = max(int(name.rpartition("-")[2]) for name in ids)
    del benchmark.data.literal["x"][last + 1 :]
    assert [sample.id for sample in part.samples(Source())] == ids
