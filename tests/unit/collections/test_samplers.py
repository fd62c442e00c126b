"""Drawing a mixed set: how many, which, and what is said of it."""

import hashlib
import subprocess
import sys
from collections import Counter

import pytest

from pytest_evalscope.collections import (
    CollectionSchema,
    DatasetInfo,
    StratifiedSampler,
    UniformSampler,
    WeightedSampler,
    dump_jsonl_data,
    members,
)
from pytest_evalscope.errors import DataError, UnknownName, UsageError


def per_leaf(mixed):
    return {leaf.name: sum(leaf.size(subset) for subset in leaf.subsets) for leaf in mixed.leaves}


def ids(mixed):
    return [record["sample"]["id"] for record in mixed]


def test_a_weighted_sampler_follows_the_shares(make, index):
    own = [make(name, all=100) for name in ("simpleqa", "lcr", "ifeval2")]
    mixed = WeightedSampler(index(simpleqa=0.3, lcr=0.3, ifeval2=0.4), benchmarks=own).sample(100)
    assert per_leaf(mixed) == {"simpleqa": 30, "lcr": 30, "ifeval2": 40}
    assert len(mixed) == 100
    assert mixed.remarks == ()


def test_twenty_nine_hundredths_of_a_hundred_are_twenty_nine(make, index):
    own = [make("a", all=100), make("b", all=100)]
    assert per_leaf(WeightedSampler(index(a=0.29, b=0.71), benchmarks=own).sample(100)) == {"a": 29, "b": 71}


def test_a_stratified_sampler_gives_a_small_set_at_least_one(make, index):
    own = [make("small", all=7), make("large", all=200)]
    mixed = StratifiedSampler(index(small=1, large=1), benchmarks=own).sample(10)
    assert per_leaf(mixed) == {"small": 1, "large": 9}


def test_a_uniform_sampler_gives_all_the_same(make, index):
    own = [make(name, all=20) for name in ("a", "b", "c")]
    assert per_leaf(UniformSampler(index(a=1, b=5, c=9), benchmarks=own).sample(11)) == {"a": 4, "b": 4, "c": 3}


@pytest.mark.parametrize("sampler", [WeightedSampler, UniformSampler, StratifiedSampler])
def test_whatever_the_counts_the_weights_sum_to_the_shares(make, index, sampler):
    own = [make("a", all=20), make("b", x=5, y=10)]
    weights: Counter[str] = Counter()
    for record in sampler(index(a=3, b=1), benchmarks=own).sample(13):
        weights[record["dataset_name"]] += record["weight"]
    assert weights == pytest.approx({"a": 0.75, "b": 0.25})


def test_subsets_share_in_proportion_to_their_sizes(make, index):
    mixed = WeightedSampler(index(a=1), benchmarks=[make("a", large=60, middle=30, small=10)]).sample(20)
    assert {part.subset: part.count for part in members(mixed)} == {"large": 12, "middle": 6, "small": 2}
    assert sum(part.share for part in members(mixed)) == 1


def test_samples_are_drawn_without_replacement(make, index):
    drawn = ids(WeightedSampler(index(a=1), benchmarks=[make("a", all=50)]).sample(40))
    assert len(set(drawn)) == 40


def test_a_shortage_goes_to_the_others_and_is_told(make, index):
    own = [make("a", all=4), make("b", all=100), make("c", all=100)]
    mixed = WeightedSampler(index(a=5, b=2, c=3), benchmarks=own).sample(24)
    assert per_leaf(mixed) == {"a": 4, "b": 8, "c": 12}
    assert mixed.remarks == ("index/a: 12 samples requested, 4 exist; the rest was sampled from the other leaves",)


def test_asking_for_more_than_exists_says_so(make, index):
    mixed = WeightedSampler(index(a=1, b=1), benchmarks=[make("a", all=3), make("b", all=2)]).sample(50)
    assert per_leaf(mixed) == {"a": 3, "b": 2}
    assert mixed.remarks[-1] == "50 samples requested, 5 exist; all are taken"
    assert "50 samples requested" in str(mixed)


def test_fewer_samples_than_leaves_are_refused(make, index):
    own = [make("a", all=3), make("b", all=2)]
    with pytest.raises(UsageError, match=r"^count: not enough samples to give each of 2 leaves 1 \(1\)"):
        WeightedSampler(index(a=1, b=1), benchmarks=own).sample(1)


def test_a_leaf_without_samples_is_an_error(make, index):
    with pytest.raises(DataError, match=r"^index leaf index/a: it has no samples"):
        WeightedSampler(index(a=1, b=1), benchmarks=[make("a", all=0), make("b", all=2)]).sample(2)


@pytest.mark.parametrize("seed", ["7", 1.5, True, 2**64])
def test_a_seed_that_is_no_number_is_refused(make, index, seed):
    with pytest.raises(UsageError, match=r"^seed: not a whole number of 64 bits"):
        WeightedSampler(index(a=1), benchmarks=[make("a", all=3)]).sample(2, seed=seed)


def test_a_larger_count_draws_the_same_samples_and_some_more(make, index):
    sampler = WeightedSampler(index(a=1), benchmarks=[make("a", all=100)])
    assert set(ids(sampler.sample(20))) < set(ids(sampler.sample(30)))
    assert set(ids(sampler.sample(20))) != set(ids(sampler.sample(20, seed=1)))


def test_rows_in_another_order_give_the_same_draw(make, index):
    benchmark, turned = make("a", all=60), make("a", all=60)
    turned.data.literal["all"].reverse()
    draws = [WeightedSampler(index(a=1), benchmarks=[own]).sample(20) for own in (benchmark, turned)]
    assert set(ids(draws[0])) == set(ids(draws[1]))


def test_two_ways_of_asking_draw_the_same_samples(make):
    leaves = [DatasetInfo("a", args={"few_shot_num": shots}) for shots in (0, 3)]
    schema = CollectionSchema("index", datasets=leaves)  # type: ignore[arg-type]  # a list of leaves is a list of parts
    mixed = WeightedSampler(schema, benchmarks=[make("a", all=40)]).sample(20)
    assert [leaf.name for leaf in mixed.leaves] == ["a(few_shot_num=0)", "a(few_shot_num=3)"]
    drawn = ids(mixed)
    assert drawn[:10] == drawn[10:]


def test_every_sample_is_as_likely_as_any_other(make, index):
    """Over 400 seeds each of 20 samples is drawn 100 times, give or take five standard deviations."""
    sampler = WeightedSampler(index(a=1), benchmarks=[make("a", all=20)])
    drawn = Counter(name for seed in range(400) for name in ids(sampler.sample(5, seed=seed)))
    assert len(drawn) == 20
    assert all(abs(times - 100) < 5 * (400 * 0.25 * 0.75) ** 0.5 for times in drawn.values())


SCRIPT = """
import sys
from pytest_evalscope.collections import CollectionSchema, DatasetInfo, WeightedSampler, dump_jsonl_data
leaves = [DatasetInfo("{first}", {first_weight}), DatasetInfo("{second}", {second_weight})]
group = CollectionSchema("group", 2, [DatasetInfo("smoke_instructions"), DatasetInfo("smoke_knowledge")][::{step}])
schema = CollectionSchema("index", datasets=[*leaves, group][::{step}])
dump_jsonl_data(WeightedSampler(schema).sample(17, seed=7), sys.argv[1])
"""


def test_two_processes_and_another_order_write_the_same_bytes(tmp_path):
    hashes = set()
    orders = [("smoke_arithmetic", 1, "smoke_facts", 3, 1), ("smoke_facts", 3, "smoke_arithmetic", 1, -1)]
    for number, (first, first_weight, second, second_weight, step) in enumerate(orders):
        script = SCRIPT.format(
            first=first, first_weight=first_weight, second=second, second_weight=second_weight, step=step
        )
        file = tmp_path / f"{number}.jsonl"
        subprocess.run(
            [sys.executable, "-c", script, str(file)], check=True, env={"PYTHONHASHSEED": str(number)}, timeout=60
        )
        hashes.add(hashlib.sha256(file.read_bytes()).hexdigest())
    assert len(hashes) == 1


def test_the_draw_itself_is_pinned(make, index):
    """A change of these ids would part every index from the results that were measured on it."""
    mixed = WeightedSampler(index(a=1), benchmarks=[make("a", all=1000)]).sample(5, seed=42)
    assert ids(mixed) == ["all-304", "all-419", "all-437", "all-698", "all-916"]


def test_only_subsets_that_something_is_drawn_from_are_read(watched, index):
    sizes = {f"s{number:02}": 100 for number in range(50)}
    benchmark = watched("a", sizes, sizes)
    WeightedSampler(index(a=1), benchmarks=[benchmark]).sample(3)
    assert len(benchmark.data.reads) == 3


def test_sizes_that_no_card_tells_are_counted_once(watched, index):
    benchmark = watched("a", {"x": 5, "y": 15}, {"x": None, "y": None})
    mixed = StratifiedSampler(index(a=1), benchmarks=[benchmark]).sample(8)
    assert {part.subset: part.count for part in members(mixed)} == {"x": 2, "y": 6}
    assert sorted(benchmark.data.reads) == ["x", "y"]
    assert mixed.remarks == ()


def test_a_mirror_with_fewer_rows_than_the_card_promises_is_noticed(watched, make, index):
    own = [watched("a", {"x": 3}, {"x": 1000}), make("b", all=100)]
    mixed = StratifiedSampler(index(a=1, b=1), benchmarks=own).sample(50)
    assert per_leaf(mixed) == {"a": 1, "b": 49}
    assert mixed.remarks == ("a/x: the data has 3 samples, its card promises 1000",)


def test_data_that_changes_after_the_draw_is_an_error(make, index):
    benchmark = make("a", all=30)
    mixed = WeightedSampler(index(a=1), benchmarks=[benchmark]).sample(10)
    benchmark.data.literal["all"].reverse()
    with pytest.raises(DataError, match=r"^a/all: the data changed since it was sampled"):
        list(mixed)


def test_data_that_shrinks_after_the_draw_is_an_error(make, index):
    benchmark = make("a", all=30)
    mixed = WeightedSampler(index(a=1), benchmarks=[benchmark]).sample(30)
    benchmark.data.literal["all"].pop()
    with pytest.raises(DataError, match="the data changed"):
        list(mixed)


def test_the_leaves_benchmarks_are_ordinary_and_named_after_the_index(make, index):
    mixed = WeightedSampler(index(a=1), benchmarks=[make("a", few_shot=2, all=30)]).sample(10)
    (part,) = members(mixed)
    benchmark = part.leaf.benchmark
    assert benchmark.name == "index.a"
    assert benchmark.data.subsets == ("all",)
    assert [item.id for item in part.samples(mixed.source)] == ids(mixed)
    assert [shot.id for shot in benchmark.shots("all", mixed.source)] == ["shot-0", "shot-1"]


def test_a_leaf_takes_task_type_and_tags_from_its_benchmark_unless_it_has_its_own(make):
    leaves = [DatasetInfo("a"), DatasetInfo("b", task_type="own", tags=["fine"])]
    schema = CollectionSchema("index", datasets=leaves)  # type: ignore[arg-type]  # a list of leaves is a list of parts
    mixed = WeightedSampler(schema, benchmarks=[make("a", all=3), make("b", all=3)]).sample(6)
    assert [(leaf.task_type, leaf.tags) for leaf in mixed.leaves] == [
        ("recall", ("en", "index")),
        ("own", ("fine", "index")),
    ]


def test_an_unknown_benchmark_is_refused_with_its_path_and_the_nearest():
    group = CollectionSchema("math", datasets=[DatasetInfo("gsm8")])
    with pytest.raises(UnknownName, match=r"^schema root/math/gsm8: benchmark: unknown name .* did you mean gsm8k"):
        WeightedSampler(CollectionSchema("root", datasets=[group])).sample(3)


def test_a_subset_in_two_leaves_is_refused(make):
    leaves = [DatasetInfo("a", args={"subset_list": names}) for names in (["x", "y"], ["y"])]
    schema = CollectionSchema("index", datasets=leaves)  # type: ignore[arg-type]  # a list of leaves is a list of parts
    with pytest.raises(UsageError, match=r"^schema index/a: its subset 'y' is in another leaf too \(index/a\)"):
        WeightedSampler(schema, benchmarks=[make("a", x=3, y=3)]).sample(3)


def test_drawing_to_a_file_needs_no_folder(make, index, tmp_path):
    mixed = WeightedSampler(index(a=1), benchmarks=[make("a", all=3)]).sample(2)
    dump_jsonl_data(mixed, tmp_path / "new" / "set.jsonl")
    assert len((tmp_path / "new" / "set.jsonl").read_text().splitlines()) == 2
