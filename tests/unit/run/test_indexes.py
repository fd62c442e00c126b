"""An index that was asked for: what is drawn, and a limit that takes part of it."""

from fractions import Fraction

import pytest

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.collections import CollectionSchema, DatasetInfo, WeightedSampler, dump_jsonl_data, members
from pytest_evalscope.data import Rows
from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.run import Settings, jobs_of_members
from pytest_evalscope.run.indexes import members_of, sampled
from pytest_evalscope.scorers import exact
from pytest_evalscope.types import Sample


def words(name, **sizes):
    rows = {subset: [{"q": f"{name} {subset} {n}"} for n in range(size)] for subset, size in sizes.items()}
    return Benchmark(
        name=name, data=Rows(rows), sample=lambda row: Sample(input=row["q"], target=row["q"]), score=exact()
    )


@pytest.fixture
def own():
    return [words("a", x=20, y=10), words("b", all=30), words("c", all=2)]


@pytest.fixture
def schema():
    return CollectionSchema("mine", datasets=[DatasetInfo("a", 2), DatasetInfo("b", 1), DatasetInfo("c", 1)])


def counts(mixed, limit=None):
    return {(part.leaf.name, part.subset): part.count for part in members_of(mixed, limit)}


def test_a_schema_is_drawn_from_as_its_sampler_draws(schema, own, tmp_path):
    settings = Settings(seed=7)
    theirs = WeightedSampler(schema, benchmarks=own).sample(12, seed=7)
    schema.dump_json(tmp_path / "mine.json")
    for index in (schema, tmp_path / "mine.json", str(tmp_path / "mine.json")):
        made = sampled(index, settings, count=12, benchmarks=own)
        assert list(made) == list(theirs)
    assert len(sampled(schema, Settings(limit=8), count=12, benchmarks=own)) == 8
    assert len(sampled(schema, settings, benchmarks=own)) == 62
    assert list(sampled(schema, settings, count=12, seed=8, benchmarks=own)) != list(theirs)


def test_a_mixed_set_is_taken_as_it_is(schema, own, tmp_path):
    mixed = WeightedSampler(schema, benchmarks=own).sample(12)
    dump_jsonl_data(mixed, tmp_path / "mine.jsonl")
    assert sampled(mixed, Settings(limit=5)) is mixed
    read = sampled(tmp_path / "mine.jsonl", Settings(limit=5), benchmarks=own)
    assert counts(read) == counts(mixed)


def test_what_cannot_be_drawn_is_told(schema, own):
    with pytest.raises(UsageError, match=r"^limit: an index takes a count and no share \(0\.5\)"):
        sampled(schema, Settings(limit=0.5), benchmarks=own)
    with pytest.raises(UnknownName, match=r"^sampler: unknown name \('weigthed'\); did you mean weighted"):
        sampled(schema, Settings(), sampler="weigthed", benchmarks=own)


def test_a_limit_takes_of_each_part_in_proportion(schema, own):
    mixed = WeightedSampler(schema, benchmarks=own).sample()
    assert counts(mixed) == {("a", "x"): 20, ("a", "y"): 10, ("b", "all"): 30, ("c", "all"): 2}
    assert counts(mixed, 31) == {("a", "x"): 10, ("a", "y"): 5, ("b", "all"): 15, ("c", "all"): 1}
    assert counts(mixed, 3) == {("a", "x"): 1, ("b", "all"): 1, ("c", "all"): 1}
    assert counts(mixed, 62) == counts(mixed, 1000) == counts(mixed)


@pytest.mark.parametrize("limit", [3, 4, 10, 31, 61])
def test_a_limit_keeps_every_share(schema, own, limit):
    parts = members_of(WeightedSampler(schema, benchmarks=own).sample(), limit)
    assert sum(part.count for part in parts) == limit
    shares = {name: sum(part.share for part in parts if part.leaf.name == name) for name in "abc"}
    assert shares == {"a": Fraction(1, 2), "b": Fraction(1, 4), "c": Fraction(1, 4)}


def test_no_limit_changes_nothing(schema, own):
    mixed = WeightedSampler(schema, benchmarks=own).sample(12)
    assert members_of(mixed) == members_of(mixed, 12) == members(mixed)


def test_a_limit_below_the_number_of_leaves_is_refused(schema, own):
    with pytest.raises(UsageError, match="not enough samples to give each of 3 leaves 1"):
        members_of(WeightedSampler(schema, benchmarks=own).sample(), 2)


def test_jobs_ask_just_the_samples_that_are_left(schema, own):
    settings = Settings()
    parts = members_of(WeightedSampler(schema, benchmarks=own).sample(), 31)
    jobs = jobs_of_members(parts, "m", settings)
    assert [job.planned for job in jobs] == [part.count for part in parts]
    assert [len(list(job.samples(settings.data))) for job in jobs] == [part.count for part in parts]
