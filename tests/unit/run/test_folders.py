"""Prices, results, indexes and differences of runs, as they are written and refused."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.benchmarks import load
from pytest_evalscope.collections import CollectionSchema, DatasetInfo, Member, WeightedSampler, members
from pytest_evalscope.errors import DataError, UnknownName, UsageError
from pytest_evalscope.folder.indexes import Composition, read_compositions, same, write_composition
from pytest_evalscope.folder.jobs import JobManifest, find_job_manifest, read_job_manifests, write_job_manifest
from pytest_evalscope.folder.recorded import Recorded
from pytest_evalscope.run import Job, RunFolder, Settings, Shard
from pytest_evalscope.run import merging as module
from pytest_evalscope.run.job_manifests import counting_job, manifest_of
from pytest_evalscope.run.merging import Part
from pytest_evalscope.run.plan import jobs_of_members
from pytest_evalscope.run.prices import FORM, Price, read_prices, require_prices
from pytest_evalscope.run.results import result_of_job
from pytest_evalscope.types import Declared, Estimate, Scores


def refused(call: Any, *given: Any, error: type[Exception] = UsageError, **named: Any) -> str:
    with pytest.raises(error) as told:
        call(*given, **named)
    return str(told.value)


def test_a_price_table_is_read_and_every_mistake_named(tmp_path):
    path = tmp_path / "p.toml"
    path.write_text('["a/b"]\ninput = 0\noutput = 2.5\n')
    assert read_prices(path, "--x") == {"a/b": Price(0.0, 2.5)}
    assert Price(3.0, 4.0).of(1_000_000, 500_000) == 5.0
    for text, said in (
        ("x", f"--x: not TOML ({path}: "),
        ("a = 1", f"--x: {path} [a]: not a price; accepted: a table {FORM}"),
        ("[a]\ninput = 1", f"--x: {path} [a]: not a price; accepted: a table {FORM}"),
        ("[a]\ninput = 1\noutput = 1\nmore = 1", f"--x: {path} [a]: not a price; accepted: a table {FORM}"),
        ("[a]\ninput = -1\noutput = 1", f"--x: {path} [a] input: not a price (-1); accepted: a number from 0"),
        ("[a]\ninput = 1\noutput = nan", f"--x: {path} [a] output: not a price (nan); accepted: a number from 0"),
        ("[a]\ninput = true\noutput = 1", f"--x: {path} [a] input: not a price (True); accepted: a number from 0"),
        ('[a]\ninput = "1"\noutput = 1', f"--x: {path} [a] input: not a price ('1'); accepted: a number from 0"),
    ):
        path.write_text(text)
        assert refused(read_prices, path, "--x").startswith(said)
    gone = tmp_path / "gone"
    assert refused(read_prices, gone, "--x") == f"--x: the file cannot be read ({gone}: No such file or directory)"


def test_models_need_a_price_where_there_are_prices():
    prices = {"a": Price(1.0, 1.0)}
    require_prices(["a", "a"], prices, budget=None)
    require_prices(["b"], {}, budget=None)
    assert refused(require_prices, ["b"], prices, budget=None, error=UnknownName) == (
        f"--eval-prices: price of a model: unknown name ('b'); known: a\nhint: one that is free says so: {FORM}"
    )
    assert refused(require_prices, [], {}, budget=0.5) == (
        f"--eval-cost-budget: no price is known (a budget of 0.5)\nhint: --eval-prices=FILE names a table: {FORM}"
    )


@pytest.fixture
def parts() -> tuple[Member, ...]:
    """The members of a small index."""
    schema = CollectionSchema("mine", datasets=[DatasetInfo("smoke_facts", 3), DatasetInfo("smoke_knowledge", 1)])
    return members(WeightedSampler(schema).sample(8))


def test_an_index_is_written_down_and_read_again(tmp_path, parts):
    folder = RunFolder(tmp_path)
    folder.create()
    made = Composition(name="mi/ne", model="a b", members=parts, remarks=("fewer rows",))
    write_composition(folder, made)
    [again] = read_compositions(folder)
    assert (again.name, again.model, again.remarks) == ("mi/ne", "a b", ("fewer rows",))
    assert same(made, again)
    assert [(one.leaf.name, one.subset, one.count, one.share) for one in again.members] == [
        (one.leaf.name, one.subset, one.count, one.share) for one in parts
    ]
    assert not same(made, replace(again, members=again.members[1:]))
    assert not same(made, replace(again, members=(replace(again.members[0], share=Fraction(1)), *again.members[1:])))
    [path] = (tmp_path / "configs" / "indexes").glob("*/*.json")
    written = json.loads(path.read_text())
    assert written["schema"] == 1
    for broken in ("{", "[]", json.dumps({**written, "members": [{}]}), json.dumps({**written, "members": 3})):
        path.write_text(broken)
        assert refused(list, read_compositions(folder), error=DataError).startswith(
            f"{path}: not the composition of an index ("
        )


def test_members_become_jobs_and_their_results_have_no_weight(parts):
    settings = Settings(repeats=2, seed=7, params={"temperature": 1}, shard=Shard(1, 2))
    made = jobs_of_members(parts, "m", settings)
    assert [(one.benchmark.name, one.subset, one.model, one.limit) for one in made] == [
        (one.leaf.benchmark.name, one.subset, "m", one.count) for one in parts
    ]
    assert {(one.repeats, one.seed, one.shard, one.params["temperature"]) for one in made} == {(2, 7, Shard(1, 2), 1)}
    judged = jobs_of_members(parts, "m", Settings(judge_strategy="llm"))
    assert {one.benchmark.version for one in judged} == {"1+llm"}
    result = result_of_job(made[0], None)
    leaf = parts[0].leaf
    assert (result.weight, result.task_type, result.tags) == (0.0, leaf.task_type, leaf.tags)


def test_a_result_is_what_the_scores_say():
    benchmark = load("smoke_facts")
    job = Job(benchmark=benchmark, subset="default", model="m", limit=4)
    plain = result_of_job(job, None)
    assert (plain.metrics, plain.planned, plain.expected, plain.outcomes) == ({}, 4, 4, {})
    assert (plain.title, plain.task_type, plain.tags) == (benchmark.title, benchmark.task_type, benchmark.tags)
    assert (plain.version, plain.primary_metric, plain.weight, plain.verdict) == ("1", "accuracy", 1.0, "none")
    half = Estimate(value=0.5, stderr=0.1, low=0.3, high=0.7, n=3, metric="accuracy")
    scores = Scores(
        benchmark="b", subset="s", model="x", primary_metric="accuracy", metrics={"accuracy": half},
        outcomes={"scored": 3}, planned=3, prompt_tokens=5, completion_tokens=6, seconds=7.0, requests=8,
        data_hash="abc", judges=("j",),
    )  # fmt: skip
    declared = Declared(task_type="", tags=(), weight=2.0, test="t.py::a", location="t.py:5")
    made = result_of_job(replace(job, declared=declared), scores)
    assert made == replace(
        plain, metrics={"accuracy": half}, outcomes={"scored": 3}, planned=3, prompt_tokens=5, completion_tokens=6,
        seconds=7.0, requests=8, data_hash="abc", judges=("j",), task_type="", tags=(), weight=2.0,
        nodeid="t.py::a", location="t.py:5",
    )  # fmt: skip


def manifest(**changes: Any) -> JobManifest:
    job = Job(benchmark=load("smoke_facts"), subset="default", model="m/n", params={"api_key": "sk-x"}, repeats=2)
    model: Any = SimpleNamespace(identity={"endpoint": "http://me:pw@h", "model": "n"})
    return replace(manifest_of(job, model, planned=3, whole=60, data_hash="abc"), **changes)


def test_facts_are_written_without_secrets_and_read_again(tmp_path):
    folder = RunFolder(tmp_path)
    folder.create()
    made = manifest(shard="1/2")
    assert (made.params, made.identity) == ({"api_key": "***"}, {"endpoint": "http://***@h", "model": "n"})
    assert (made.planned, made.whole, made.expected, made.solve, made.derived) == (3, 60, 60, "chat", False)
    assert (made.part, manifest().part, made.key) == (Shard(1, 2), None, ("m/n", "smoke_facts", "default"))
    assert find_job_manifest(folder, made.key) is None
    write_job_manifest(folder, made)
    assert find_job_manifest(folder, made.key) == made
    assert list(read_job_manifests(folder)) == [made]
    job = counting_job(made)
    assert (job.key, job.repeats, job.seed, job.params, job.limit) == (made.key, 2, 42, {"api_key": "***"}, None)
    assert list(job.benchmark.metrics) == ["accuracy"]
    [path] = (tmp_path / "configs" / "jobs").glob("*/*/*.json")
    path.write_text("{}")
    assert refused(list, read_job_manifests(folder), error=DataError).startswith(f"{path}: not the manifest of a job (")


def part(name: str = "one", status: str = "complete", options: Any = None, **changes: Any) -> Part:
    return Part(Recorded(RunFolder(Path(name)), {"status": status, "options": options or {}}), manifest(**changes))


@pytest.mark.parametrize(
    ("changes", "word", "one", "other"),
    [
        ({"version": "2"}, "version of the benchmark", "1", "2"),
        ({"data_hash": "x" * 81}, "data", "abc", "x" * 77 + "..."),
        ({"whole": 59}, "number of samples", "60", "59"),
        ({"limit": 0.5}, "--eval-limit", "None", "0.5"),
        ({"repeats": 1}, "number of repeats", "2", "1"),
        ({"seed": 1}, "--eval-seed", "42", "1"),
        ({"params": {}}, "generation parameters", "{'api_key': '***'}", "{}"),
        ({"prompt": ""}, "prompt", manifest().prompt, ""),
        ({"values": ("b",)}, "scorer", "('accuracy',)", "('b',)"),
        ({"metrics": {}}, "metrics", str(manifest().metrics), "{}"),
        ({"primary_metric": "b"}, "primary metric", "accuracy", "b"),
        ({"identity": {"model": "o"}}, "model", "{'model': 'n'}", "{'model': 'o'}"),
    ],
)
def test_runs_that_differ_are_refused_with_both_sides(changes, word, one, other):
    module._refuse_differences([part(), part("two", planned=1, shard="2/2", identity={"endpoint": "e", "model": "n"})])
    assert refused(module._refuse_differences, [part(), part("two", **changes)]) == (
        f"merge: smoke_facts/default of m/n: not the same {word} ({one} in one, {other} in two); "
        "accepted: runs of one plan"
    )


def test_judges_must_be_the_same_where_they_marked():
    judged: dict[str, Any] = {"needs": ("judge",)}
    same_judge = part("two", options={"judge": ["j"]}, **judged)
    module._refuse_differences([part(options={"judge": ["j"]}, **judged), same_judge])
    module._refuse_differences([part(options={"judge": ["j"]}), part("two")])
    assert "not the same judge (['k'] in one, ['j'] in two)" in refused(
        module._refuse_differences, [part(options={"judge": ["k"]}, **judged), same_judge]
    )


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ([part(shard="1/3")], "shard 2/3, 3/3 is missing"),
        ([part(shard="1/2"), part("two", "incomplete", shard="2/2")], "two was cut off"),
        ([part(status="running"), part("two", "incomplete")], "one and two was cut off"),
        ([part()], "records are missing"),
        ([part(shard="1/2"), part("two", shard="2/3")], "records are missing"),
        ([part(shard="1/2"), part("two")], "records are missing"),
    ],
)
def test_why_records_are_missing_is_told(monkeypatch, parts, why):
    monkeypatch.setattr(module, "_chosen", lambda parts: dict.fromkeys(range(59)))
    assert module._why(parts) == why
    shards = [one.manifest.shard for one in parts if one.manifest.shard]
    jobs: Any = {("a",): parts, ("b",): parts}
    assert refused(module._refuse_gaps, jobs, shards) == (
        f"merge: smoke_facts/default of m/n: {why} (59 of 60 records are there, other incomplete jobs: 1)\n"
        f"hint: shards that were given: {', '.join(shards) or 'none'}; a shard that was cut off is run again with the "
        "same command, which requests only what is missing"
    )
    assert "(59 of 60 records are there)\n" in refused(module._refuse_gaps, {("a",): parts}, shards)
    monkeypatch.setattr(module, "_chosen", lambda parts: dict.fromkeys(range(60)))
    module._refuse_gaps(jobs, shards)
