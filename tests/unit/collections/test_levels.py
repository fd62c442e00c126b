"""The five levels of an index: the documents' example, groups, what is missing."""

from dataclasses import replace
from fractions import Fraction

import pytest

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.collections import CollectionSchema, DatasetInfo, WeightedSampler, members
from pytest_evalscope.collections.levels import Measured, index_report, indexes_of_marks, measures_of, measures_of_marks
from pytest_evalscope.data import Rows
from pytest_evalscope.errors import GateError, UnknownName
from pytest_evalscope.scorers import exact
from pytest_evalscope.stats import mean
from pytest_evalscope.types import Columns, Estimate, Result, Sample


def estimate(right: int, count: int) -> Estimate:
    rows = range(count)
    values = [1.0] * right + [0.0] * (count - right)
    return mean("accuracy")(Columns(values={"accuracy": values}, clusters=rows, samples=rows))


def measured(dataset, subset, right, count, share, **more):
    return Measured(dataset=dataset, subset=subset, estimate=estimate(right, count), count=count, share=share, **more)


def result(benchmark, subset, right, count, **more):
    plain = Result(
        benchmark=benchmark,
        version="1",
        model="m",
        subset=subset,
        primary_metric="accuracy",
        metrics={"accuracy": estimate(right, count)},
        planned=count,
        outcomes={"scored": count},
        nodeid=f"test_{benchmark}.py::test_it[m-{subset}]",
    )
    return replace(plain, **more)


def averages(row):
    return tuple(round(average.value, 4) for average in (row.micro_avg, row.macro_avg, row.weighted_avg))


@pytest.fixture
def documented():
    """Arc of weight 2 and ceval of weight 3, as in EvalScope's documents."""
    arc = {"task_type": "reasoning", "tags": ("en",), "categories": ("root", "english")}
    ceval = {"task_type": "reasoning", "tags": ("zh",), "categories": ("root", "chinese")}
    return [
        measured("arc", "ARC-Challenge", 4, 5, 0.4 * 5 / 9, **arc),
        measured("arc", "ARC-Easy", 4, 4, 0.4 * 4 / 9, **arc),
        measured("ceval", "logic", 0, 1, 0.6, **ceval),
    ]


def test_the_documented_example(documented):
    report = index_report("root", "m", documented)
    assert averages(report) == (0.8, 0.6, 0.3556)
    assert averages(report.dataset["reasoning/arc"]) == (0.8889, 0.9, 0.8889)
    assert averages(report.dataset["ceval"]) == (0, 0, 0)
    assert averages(report.task["reasoning"]) == (0.8, 0.6, 0.3556)
    assert averages(report.tag["en"]) == (0.8889, 0.9, 0.8889)
    assert averages(report.category["root"]) == (0.8, 0.6, 0.3556)
    assert averages(report.category["root/chinese"]) == (0, 0, 0)
    assert [(row.name, averages(row)[0], row.count) for row in report.subset] == [
        ("ARC-Challenge", 0.8, 5),
        ("ARC-Easy", 1, 4),
        ("logic", 0, 1),
    ]
    assert (report.count, report.unscored, report.missing) == (10, 0, ())


def test_the_documented_example_from_the_marks_of_ordinary_tests():
    results = [
        result("arc", "ARC-Challenge", 4, 5, weight=2.0),
        result("arc", "ARC-Easy", 4, 4, weight=2.0),
        result("ceval", "logic", 0, 1, weight=3.0),
    ]
    assert averages(index_report("marks", "m", *measures_of_marks(results))) == (0.8, 0.6, 0.3556)


def test_every_average_has_its_uncertainty(documented):
    report = index_report("root", "m", documented)
    rows = [report, *(row for level in report.levels.values() for row in level)]
    for row in rows:
        for name in ("micro_avg", "macro_avg", "weighted_avg"):
            average = getattr(row, name)
            assert average.stderr > 0
            assert 0 <= average.low <= average.value <= average.high <= 1
            assert average.metric == name


def test_the_headlines_error_is_that_of_independent_strata(documented):
    report = index_report("root", "m", documented)
    errors = [item.share * item.estimate.stderr for item in documented]
    assert report.weighted_avg.stderr == pytest.approx(sum(error**2 for error in errors) ** 0.5)


def test_groups_with_most_samples_come_first_and_categories_as_a_tree(documented):
    report = index_report("root", "m", documented)
    assert [row.key for row in report.tag] == [("en",), ("zh",)]
    assert [row.key for row in report.category] == [("root",), ("root", "chinese"), ("root", "english")]


def test_a_sample_with_several_tags_counts_in_each_and_without_any_in_none():
    items = [
        measured("a", "x", 1, 2, 0.5, tags=("en", "easy", "en")),
        measured("b", "y", 1, 4, 0.5),
    ]
    report = index_report("root", "m", items)
    assert {row.name: row.count for row in report.tag} == {"en": 2, "easy": 2}
    assert len(report.category) == 0


def test_two_leaves_of_one_data_set_are_one_pair_in_the_macro_average():
    items = [measured("a", "x", 1, 1, 0.5), measured("a", "x", 0, 3, 0.25), measured("b", "y", 1, 1, 0.25)]
    report = index_report("root", "m", items)
    assert averages(report)[1] == (0.25 + 1) / 2
    assert averages(report.subset["x"]) == (0.25, 0.25, 0.6667)
    assert [row.key for row in report.subset] == [("", "a", "x"), ("", "b", "y")]
    assert (report.name, report.model, report.missing, report.unscored) == ("root", "m", (), 0)


def test_unscored_samples_stay_in_the_denominator_and_are_shown():
    lost = result("a", "x", 2, 4, outcomes={"scored": 2, "model_error": 1, "timeout": 1})
    report = index_report("marks", "m", *measures_of_marks([lost]))
    assert (report.weighted_avg.value, report.count, report.unscored) == (0.5, 4, 2)
    assert report.subset["x"].unscored == 2


def test_incomplete_results_are_missing_and_weightless_ones_left_out():
    results = [
        result("a", "x", 1, 2),
        result("b", "y", 2, 2, complete=False),
        result("c", "z", 2, 2, weight=0.0),
        result("d", "w", 2, 2, primary_metric="f1"),
    ]
    measures = measures_of_marks(results)
    assert [item.dataset for item in measures.measured] == ["a"]
    assert measures.missing == ("b/y", "d/w")
    assert index_report("marks", "m", *measures).missing == ("b/y", "d/w")


def test_one_benchmark_in_two_tests_is_two_leaves():
    results = [
        result("a", "x", 1, 1, weight=1.0, nodeid="test_a.py::test_plain[m-x]"),
        result("a", "x", 0, 3, weight=3.0, nodeid="test_a.py::test_shots[m-x]"),
        result("a", "y", 3, 3, weight=3.0, nodeid="test_a.py::test_shots[m-y]"),
    ]
    report = index_report("marks", "m", *measures_of_marks(results))
    assert report.weighted_avg.value == pytest.approx(0.25 * 1 + 0.75 * 0.5)


def test_groups_of_one_size_are_in_the_order_of_their_names():
    items = [measured(name, "x", 1, 2, 0.25, task_type=name, categories=("root", name)) for name in "bca"]
    report = index_report("root", "m", items)
    for level in (report.subset, report.dataset, report.task):
        assert [row.key[0] for row in level] == ["a", "b", "c"]
    assert [row.key for row in report.category] == [("root",), ("root", "a"), ("root", "b"), ("root", "c")]
    assert [row.count for row in report.category] == [6, 2, 2, 2]


def test_a_result_without_planned_samples_is_missing():
    measures = measures_of_marks([result("a", "x", 1, 2), result("b", "y", 1, 1, planned=0)])
    assert [(item.dataset, item.share) for item in measures.measured] == [("a", 1.0)]
    assert measures.missing == ("b/y",)


def test_the_parts_of_an_index_of_marks_say_what_the_results_say():
    lost = {"outcomes": {"scored": 1, "filtered": 2, "not_asked": 1, "no_answer": 2}}
    one = result("a", "x", 2, 6, task_type="qa", tags=("en",), weight=0.3, **lost)
    [item, other] = measures_of_marks([one, result("b", "y", 1, 1, weight=0.1)]).measured
    assert item == Measured(
        dataset="a",
        subset="x",
        task_type="qa",
        tags=("en",),
        categories=(),
        share=0.75,
        estimate=one.metrics["accuracy"],
        count=6,
        unscored=3,
    )
    assert (other.share, other.unscored) == (0.25, 0)


def test_each_model_with_two_benchmarks_has_an_index():
    both = [result("a", "x", 1, 1), result("b", "y", 1, 1)]
    others = [
        result("a", "x", 1, 1, model="one"),
        result("a", "z", 1, 1, model="one"),
        result("b", "y", 1, 1, model="one", weight=0.0),
        result("a", "x", 1, 1, model="lost", complete=False),
        result("b", "y", 1, 1, model="lost", complete=False),
        result("b", "y", 0, 1, model="part", complete=False),
        result("a", "x", 0, 1, model="part"),
    ]
    found = indexes_of_marks([*others, *both])
    assert [(each.name, each.model, each.count, each.missing) for each in found] == [
        ("index", "part", 1, ("b/y",)),
        ("index", "m", 2, ()),
    ]
    assert [(each.model, each.count) for each in indexes_of_marks(others, least=1)] == [("one", 2), ("part", 1)]


def test_nothing_measured_is_no_index():
    with pytest.raises(GateError, match=r"^index root: nothing was measured \(a/x missing\); at least one leaf"):
        index_report("root", "m", [], ["a/x"])
    with pytest.raises(GateError, match=r"^index root: nothing was measured; at least"):
        index_report("root", "m", [])


def test_an_unknown_group_is_refused_with_the_nearest(documented):
    with pytest.raises(UnknownName, match="did you mean root/english"):
        index_report("root", "m", documented).category["root/englisch"]


@pytest.fixture
def mixed():
    def own(name, **sizes):
        data = Rows({subset: [{"i": f"{subset}{i}"} for i in range(size)] for subset, size in sizes.items()})
        return Benchmark(
            name=name, data=data, sample=lambda row: Sample(id=row["i"], input=row["i"]), score=exact(), tags=("own",)
        )

    schema = CollectionSchema(
        "root", datasets=[DatasetInfo("a", 2), CollectionSchema("group", 3, [DatasetInfo("b", task_type="recall")])]
    )
    return WeightedSampler(schema, benchmarks=[own("a", x=50, y=40), own("b", z=10)]).sample(10)


def test_results_of_a_mixed_set_make_its_index(mixed):
    parts = members(mixed)
    results = [
        result(part.leaf.benchmark.name, part.subset, right, part.count)
        for part, right in zip(parts, (1, 2, 3), strict=True)
    ]
    report = index_report(mixed.name, "m", *measures_of(parts, results))
    assert [(row.key, row.count) for row in report.dataset] == [(("recall", "b"), 6), (("", "a"), 4)]
    assert [row.key for row in report.category] == [("root",), ("root", "group")]
    assert {row.name for row in report.tag} == {"own", "root", "group"}
    assert report.weighted_avg.value == pytest.approx(0.4 * 3 / 4 + 0.6 * 3 / 6)


def test_a_member_without_a_complete_result_is_missing(mixed):
    parts = members(mixed)
    results = [
        result(parts[0].leaf.benchmark.name, parts[0].subset, 1, parts[0].count),
        result(parts[2].leaf.benchmark.name, parts[2].subset, 1, parts[2].count, complete=False),
    ]
    measures = measures_of(parts, results)
    assert measures.missing == (f"a/{parts[1].subset}", "b/z")
    assert [item.share for item in measures.measured] == [0.4]


def test_a_limit_leaves_the_shares_of_the_leaves_as_they_are(mixed):
    parts = members(mixed)
    results = [result(part.leaf.benchmark.name, part.subset, 1, 1) for part in parts]
    measures = measures_of(parts, results)
    assert [item.share for item in measures.measured] == [0.2, 0.2, 0.6]
    assert sum(Fraction(str(item.share)) for item in measures.measured) == 1
