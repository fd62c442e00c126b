"""What holds for every index: shares, counts, averages, order, coverage."""

import random
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.collections import (
    CollectionSchema,
    DatasetInfo,
    StratifiedSampler,
    UniformSampler,
    WeightedSampler,
    dump_jsonl_data,
    load_mixed,
    members,
)
from pytest_evalscope.collections.levels import Measured, index_report
from pytest_evalscope.collections.schema import exact_shares
from pytest_evalscope.data import Rows
from pytest_evalscope.scorers import exact
from pytest_evalscope.stats import mean
from pytest_evalscope.types import Columns, Sample

NAMES = "abcdefgh"
WEIGHTS = st.floats(1e-3, 1e3) | st.integers(1, 100)
SAMPLERS = st.sampled_from([WeightedSampler, UniformSampler, StratifiedSampler])


@st.composite
def schemas(draw):
    """A tree over some of the names, each once."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=8, unique=True))

    def group(name, leaves, depth):
        children: list[DatasetInfo | CollectionSchema] = []
        rest = list(leaves)
        while rest:
            size = draw(st.integers(1, len(rest)))
            part, rest = rest[:size], rest[size:]
            if depth < 3 and draw(st.booleans()):
                children.append(group(f"{name}{len(children)}", part, depth + 1))
            else:
                children.extend(DatasetInfo(leaf, draw(WEIGHTS)) for leaf in part)
        return CollectionSchema(name, draw(WEIGHTS), children)

    return group("g", names, 0)


def shuffled(group, chance):
    children = [shuffled(child, chance) if isinstance(child, CollectionSchema) else child for child in group.datasets]
    chance.shuffle(children)
    return replace(group, datasets=children)


def benchmark(name, sizes):
    data = Rows({subset: [{"i": f"{name}{subset}{i}"} for i in range(size)] for subset, size in sizes.items()})
    return Benchmark(name=name, data=data, sample=lambda row: Sample(id=row["i"], input=row["i"]), score=exact())


BENCHMARKS = [benchmark(name, {"x": 3 + 7 * i, "y": i + 1}) for i, name in enumerate(NAMES)]
EXIST = {item.name: sum(item.data.size(subset) for subset in item.data.subsets) for item in BENCHMARKS}


@given(schemas(), st.sampled_from(["product", "level"]))
def test_shares_sum_to_one(schema, normalize):
    assert sum(share for _, share in exact_shares(schema, normalize)) == 1
    leaves = schema.flatten(normalize)
    assert sum(leaf.weight for leaf in leaves) == pytest.approx(1)
    assert all(0 < leaf.weight <= 1 for leaf in leaves)


@given(schemas())
def test_a_product_of_weights_decides_between_any_two_leaves(schema):
    def products(group, above):
        for child in group.datasets:
            here = above * Fraction(repr(child.weight))
            if isinstance(child, CollectionSchema):
                yield from products(child, here)
            else:
                yield here

    made = [leaf.weight for leaf in schema.flatten()]
    expected = list(products(schema, Fraction(1)))
    assert made == [float(item / sum(expected)) for item in expected]


@given(schemas(), SAMPLERS, st.integers(0, 300), st.integers(0, 2**63 - 1))
@settings(max_examples=50, deadline=None)
def test_counts_sum_to_what_was_asked(schema, sampler, extra, seed):
    leaves = schema.flatten()
    count = len(leaves) + extra
    mixed = sampler(schema, benchmarks=BENCHMARKS).sample(count, seed=seed)
    most = sum(EXIST[leaf.name] for leaf in leaves)
    assert len(mixed) == min(count, most)
    assert bool(mixed.remarks) >= (count > most)
    assert sum(part.share for part in members(mixed)) == 1
    records = list(mixed)
    assert len({record["sample"]["id"] for record in records}) == len(records) == len(mixed)
    weights: Counter[str] = Counter()
    for record in records:
        weights[record["dataset_name"]] += record["weight"]
    assert weights == pytest.approx({leaf.name: leaf.weight for leaf in leaves})


@given(schemas(), SAMPLERS, st.integers(0, 60), st.randoms())
@settings(max_examples=30, deadline=None)
def test_the_order_of_leaves_and_groups_changes_no_byte(tmp_path_factory, schema, sampler, extra, chance):
    folder = tmp_path_factory.mktemp("sets")
    count = len(schema.flatten()) + extra
    for name, one in (("a", schema), ("b", shuffled(schema, chance))):
        own = chance.sample(BENCHMARKS, len(BENCHMARKS))
        dump_jsonl_data(sampler(one, benchmarks=own).sample(count), folder / name)
    assert (folder / "a").read_bytes() == (folder / "b").read_bytes()
    dump_jsonl_data(load_mixed(folder / "a", benchmarks=BENCHMARKS), folder / "c")
    assert (folder / "a").read_bytes() == (folder / "c").read_bytes()


def estimate(values):
    rows = range(len(values))
    return mean("accuracy")(Columns(values={"accuracy": values}, clusters=rows, samples=rows))


MARKS = st.lists(st.sampled_from([0.0, 1.0]) | st.floats(0, 1), min_size=1, max_size=8)
SUBSETS = st.dictionaries(st.sampled_from("xyz"), MARKS, min_size=1)
INDEXES = st.dictionaries(st.sampled_from("abcd"), st.tuples(st.integers(1, 9), SUBSETS), min_size=1)


def report_of(index, order=lambda items: items):
    """The report of leaf → (weight, subset → marks), with a task, tags and categories of each leaf's own."""
    total = sum(weight for weight, _ in index.values())
    measured = [
        Measured(
            dataset=name,
            subset=subset,
            task_type="early" if name < "c" else "late",
            tags=("all", name),
            categories=("root", "left" if name in "ac" else "right"),
            share=weight / total * len(marks) / sum(map(len, subsets.values())),
            estimate=estimate(marks),
            count=len(marks),
        )
        for name, (weight, subsets) in index.items()
        for subset, marks in subsets.items()
    ]
    return index_report("root", "m", order(measured))


def values(report):
    rows = [("all", report), *(((row.level, row.key), row) for level in report.levels.values() for row in level)]
    return {
        (key, name): getattr(row, name).value
        for key, row in rows
        for name in ("micro_avg", "macro_avg", "weighted_avg")
    }


@given(INDEXES)
def test_the_weighted_average_is_the_shares_times_the_leaves_means(index):
    total = sum(weight for weight, _ in index.values())
    means = {name: [mark for marks in subsets.values() for mark in marks] for name, (_, subsets) in index.items()}
    expected = sum(index[name][0] / total * sum(marks) / len(marks) for name, marks in means.items())
    assert report_of(index).weighted_avg.value == pytest.approx(expected)
    everything = [mark for marks in means.values() for mark in marks]
    assert report_of(index).micro_avg.value == pytest.approx(sum(everything) / len(everything))


@given(INDEXES, st.randoms())
def test_the_order_of_results_changes_no_average(index, chance):
    mixed = report_of(index, lambda items: chance.sample(items, len(items)))
    assert values(mixed) == pytest.approx(values(report_of(index)))
    assert [row.key for row in mixed.category] == [row.key for row in report_of(index).category]


@given(INDEXES, st.data())
def test_a_wrong_answer_more_never_raises_any_average(index, data):
    """Whether it is one more planned sample, or a sample that was right before."""
    name = data.draw(st.sampled_from(sorted(index)))
    subset = data.draw(st.sampled_from(sorted(index[name][1])))
    weight, subsets = index[name]
    marks = subsets[subset]
    place = data.draw(st.integers(0, len(marks)))
    worse = [*marks[:place], 0.0, *marks[place + data.draw(st.sampled_from([0, 1])) :]]
    before = values(report_of(index))
    after = values(report_of({**index, name: (weight, {**subsets, subset: worse})}))
    assert before.keys() == after.keys()
    assert all(after[key] <= before[key] + 1e-12 for key in before)


@given(INDEXES, st.integers(1, 9))
def test_a_leaf_that_is_all_wrong_never_raises_the_index(index, weight):
    before = report_of(index)
    after = report_of({**index, "new": (weight, {"x": [0.0, 0.0]})})
    for name in ("micro_avg", "macro_avg", "weighted_avg"):
        assert getattr(after, name).value <= getattr(before, name).value + 1e-12


def test_the_intervals_cover_the_truth_in_95_of_100_runs():
    """1,000 seeded runs of an index of four leaves, unlike in size, weight and difficulty."""
    leaves = {"a": (1, 0.9, 30), "b": (4, 0.3, 60), "c": (2, 0.55, 40), "d": (3, 0.7, 25)}
    truths = {
        "weighted_avg": sum(weight * p for weight, p, _ in leaves.values()) / 10,
        "micro_avg": sum(p * n for _, p, n in leaves.values()) / 155,
        "macro_avg": sum(p for _, p, _ in leaves.values()) / 4,
    }
    chance, runs = random.Random(7), 1000
    covered: Counter[str] = Counter()
    for _ in range(runs):
        measured = [
            Measured(
                dataset=name,
                subset="x",
                share=weight / 10,
                estimate=estimate([float(chance.random() < p) for _ in range(n)]),
                count=n,
            )
            for name, (weight, p, n) in leaves.items()
        ]
        report = index_report("root", "m", measured)
        for name, truth in truths.items():
            average = getattr(report, name)
            covered[name] += average.low <= truth <= average.high
    assert {name: 0.93 <= covered[name] / runs <= 0.97 for name in truths} == dict.fromkeys(truths, True)
