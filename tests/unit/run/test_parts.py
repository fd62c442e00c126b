"""The small parts of a run, each by itself: numbers and names from text, jobs, tallies, prices, lines, compositions."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.data import Rows
from pytest_evalscope.errors import DataError, UsageError
from pytest_evalscope.run import Job, Settings, Shard
from pytest_evalscope.run.aggregate import Tally
from pytest_evalscope.run.plan import aggregated, jobs_of, require_judges, scored_by
from pytest_evalscope.run.progress import Line, lines_of
from pytest_evalscope.scorers import number
from pytest_evalscope.text import option_values
from pytest_evalscope.types import Completion, Record, Sample, Usage


def sums(count: int = 10, **changes: Any) -> Benchmark:
    made = Benchmark(
        name="sums",
        data=Rows([{"q": f"{n} + {n}", "a": str(2 * n)} for n in range(count)]),
        sample=lambda row: Sample(input=row["q"], target=row["a"]),
        score=number(),
        task_type="math",
        tags=("easy",),
        title="Sums",
    )
    return replace(made, **changes)


def job(count: int = 10, **fields: Any) -> Job:
    return Job(benchmark=sums(count), subset="default", model="m", **fields)


def refused(call: Any, *given: Any, **named: Any) -> str:
    with pytest.raises(UsageError) as told:
        call(*given, **named)
    return str(told.value)


@pytest.mark.parametrize(
    ("text", "kind", "least", "most", "made"),
    [
        ("1", int, 1, None, 1), ("0", float, 0, 1, 0.0), ("1", float, 0, 1, 1.0), ("0", int, 1, None, None),
        ("1.5", int, 1, None, None), ("1.01", float, 0, 1, None), ("-0.01", float, 0, 1, None),
        ("nan", float, 0, None, None), ("inf", float, 0, None, None), ("x", float, 0, None, None),
    ],
)  # fmt: skip
def test_a_number_is_within_its_bounds_or_refused(text, kind, least, most, made):
    if made is None:
        word = "whole number" if kind is int else "number"
        bounds = f"from {least}" + ("" if most is None else f" to {most}")
        assert (
            refused(option_values.number, text, "--x", kind, least=least, most=most)
            == f"--x: not a {word} {bounds} ({text!r})"
        )
    else:
        found = option_values.number(text, "--x", kind, least=least, most=most)
        assert (found, type(found)) == (made, kind)


@pytest.mark.parametrize("text", ["0", "-1", "0.0", "1.0", "1.5", "many", "nan"])
def test_a_limit_that_is_neither_is_refused(text):
    assert refused(option_values.limit, text, "--x") == (
        f"--x: neither a count nor a share ({text!r}); accepted: a whole number from 1, or a share such as 0.1"
    )


def test_a_limit_truths_and_choices():
    assert [option_values.limit(text, "x") for text in ("1", "0.999", ".5")] == [1, 0.999, 0.5]
    assert [option_values.truth(text, "x") for text in ("1", "TRUE", "yes", "On")] == [True] * 4
    assert [option_values.truth(text, "x") for text in ("0", "False", "no", "OFF", "")] == [False] * 5
    assert refused(option_values.truth, "maybe", "--x") == "--x: neither yes nor no ('maybe'); accepted: true, false"
    assert option_values.choice("b", "x", ("a", "b")) == "b"
    assert refused(option_values.choice, "c", "--x", ("a", "b")) == "--x: unknown name ('c'); known: a, b"


def test_what_separates_in_a_mapping_and_what_does_not():
    assert option_values.mapping(' a = "x,y" , b=[1,{"c": 2}],d={"e":[3]},f=g h ', "x") == {
        "a": "x,y", "b": [1, {"c": 2}], "d": {"e": [3]}, "f": "g h",
    }  # fmt: skip
    assert option_values.mapping('a="[",b=1', "x") == {"a": "[", "b": 1}
    assert option_values.mapping(r'a="x\",y",b=1', "x") == {"a": 'x",y', "b": 1}
    assert refused(option_values.mapping, "a=1,b", "--x") == (
        "--x: not key=value ('b'); accepted: key=value,key=value, or a JSON object"
    )
    assert refused(option_values.nested, '{"a": 3}', "--x") == (
        """--x: the options of 'a' are not an object (3); accepted: {"few_shot": 0}"""
    )


def test_a_file_that_spells_no_mapping_is_told(tmp_path):
    (tmp_path / "raw").write_bytes(b"\xff")
    assert refused(option_values.mapping, "@nowhere", "--x") == (
        "--x: the file cannot be read (nowhere: No such file or directory)"
    )
    assert refused(option_values.mapping, f"@{tmp_path / 'raw'}", "--x") == (
        f"--x: the file cannot be read ({tmp_path / 'raw'}: no text in UTF-8)"
    )
    (tmp_path / "pairs").write_text(" a=1 \n")
    assert option_values.mapping(f"@{tmp_path / 'pairs'}", "x") == {"a": 1}


class Sized:
    """Data whose size is told, and perhaps unknown."""

    subsets = ("default",)

    def __init__(self, size: int | None) -> None:
        self._size = size

    def size(self, subset: str) -> int | None:
        return self._size

    def read(self, subset: str, *, part: str = "eval", source: Any) -> Any:
        return iter(())


@pytest.mark.parametrize(
    ("size", "limit", "count"),
    [
        (10, None, 10),
        (10, 3, 3),
        (10, 10, 10),
        (10, 20, 10),
        (10, 0.25, 3),
        (10, 0.5, 5),
        (None, None, None),
        (None, 3, 3),
    ],
)
def test_a_job_knows_how_many_samples_it_has(size, limit, count):  # fmt: skip
    made = Job(benchmark=sums(data=Sized(size)), subset="default", model="m", limit=limit, repeats=2)
    assert made.count == count
    assert made.whole == made.planned == (None if count is None else 2 * count)
    part = replace(made, shard=Shard(1, 2))
    assert (part.whole, part.planned) == (made.whole, None)


def test_a_share_of_unknown_data_and_data_without_a_row_are_told():
    made = Job(benchmark=sums(data=Sized(None)), subset="default", model="m", limit=0.5)
    assert refused(lambda: made.count) == (
        "--eval-limit: a share (0.5) needs a known size, which sums/default has not; accepted: a count"
    )
    with pytest.raises(DataError) as told:
        list(job(0).samples(Settings().data))
    assert str(told.value) == "sums/default: the data set contains no row of this subset"
    assert [sample.input for sample in job(limit=2).samples(Settings().data)] == ["0 + 0", "1 + 1"]
    assert len(list(job().samples(Settings().data))) == 10


def test_a_job_has_a_name_and_a_part_of_the_samples():
    made = job(alias_of="other")
    assert (made.key, made.opened, job().opened) == (("m", "sums", "default"), "other", "m")
    samples = list(made.samples(Settings().data))
    first, second = (replace(made, shard=Shard(index, 2)) for index in (1, 2))
    assert [first.includes(one) != second.includes(one) for one in samples] == [True] * 10
    assert all(map(made.includes, samples))


def test_options_win_over_the_declaration():
    declared = {"limit": 5, "repeats": 3, "params": {"a": 1, "b": 1}}
    own = sums(params={"a": 0, "c": 0})
    [made] = jobs_of(own, "m", Settings(), declared, where="test")
    assert (made.limit, made.repeats, made.seed, made.params) == (5, 3, 42, {"a": 1, "b": 1, "c": 0})
    settings = Settings(limit=2, repeats=4, seed=7, params={"b": 2}, shard=Shard(1, 2))
    [made] = jobs_of(own, "m", settings, declared, where="test")
    assert (made.limit, made.repeats, made.seed, made.params) == (2, 4, 7, {"a": 1, "b": 2, "c": 0})
    assert (made.shard, made.model, made.subset, made.derived) == (Shard(1, 2), "m", "default", False)
    args = Settings(dataset_args={"sums": {"limit": 1, "repeats": 2}, "other": {"limit": 9}})
    [made] = jobs_of(own, "m", args, declared, where="test")
    assert (made.limit, made.repeats) == (1, 2)
    [made] = jobs_of(own, "m", Settings(), {"repeats": None, "limit": None}, where="test")
    assert (made.limit, made.repeats) == (None, 1)


def test_repeats_may_be_told_in_more_ways():
    for word in ("pass_at", "pass_hat", "vote_at"):
        kind, name = f"mean_and_{word}_k", f"{word}_3"
        [made] = jobs_of(sums(), "m", Settings(), {"repeats": 3, "aggregation": kind}, where="test")
        assert list(made.benchmark.metrics) == ["accuracy", name]
        [own] = jobs_of(sums(aggregation=kind), "m", Settings(repeats=3), {}, where="test")
        assert list(own.benchmark.metrics) == ["accuracy", name]
        assert list(aggregated(sums(), kind, 1, where="test").metrics) == ["accuracy"]
    assert list(aggregated(sums(), "mean", 3, where="test").metrics) == ["accuracy"]
    assert refused(aggregated, sums(), "mean_and_pass", 3, where="@x").startswith(
        "@x: aggregation: unknown name ('mean_and_pass'); did you mean mean_and_pass_at_k"
    )
    headless = sums(metrics={"own": lambda columns: None}, primary_metric="own")
    assert refused(aggregated, headless, "mean_and_pass_at_k", 3, where="@x") == (
        "@x: sums has no mean_and_pass_at_k: its headline is no value of a completion (own)"
    )
    assert [one.repeats for one in jobs_of(headless, "m", Settings(repeats=3), {}, where="test")] == [3]


def test_a_strategy_changes_who_marks_and_the_version():
    rule, judged = sums(), sums(needs=("judge",))
    for strategy in ("auto", "rule"):
        assert scored_by(strategy, rule) is rule
    assert scored_by("auto", judged) is judged
    assert scored_by("llm", judged) is judged
    assert [scored_by(name, rule).version for name in ("llm", "llm_recall")] == ["1+llm", "1+llm_recall"]
    assert [scored_by(name, rule).score.recall for name in ("llm", "llm_recall")] == [False, True]  # type: ignore[attr-defined]
    assert refused(scored_by, "rule", judged) == (
        "sums: no rule scores its completions, only judges do (--eval-judge-strategy=rule)\n"
        "hint: leave it out, or use auto, llm or llm_recall"
    )
    asked = Job(benchmark=judged, subset="default", model="m")
    assert refused(require_judges, [job(), asked], Settings()).startswith(
        "sums: a judge scores its completions, but no judge"
    )
    require_judges([asked], Settings(judges=("j",)))
    require_judges([asked], Settings(run_dir=Path("run")))
    require_judges([job()], Settings())


def record(sample: str = "0", **fields: Any) -> Record:
    known: dict[str, Any] = {"outcome": "scored", "values": {"accuracy": 1.0}, **fields}
    return Record(sample_id=sample, benchmark="sums", subset="default", model="m", **known)


def test_a_tally_counts_and_remembers_the_first_error():
    tally = Tally(job())
    assert (tally.finished, tally.running_mean(), tally.errors) == (False, None, 0)
    usage = Usage(prompt_tokens=5, completion_tokens=2)
    tally.add(record(attempts=2, completion=Completion(text="", usage=usage), seconds=0.5), 0)
    assert tally.began == tally.ended - 0.5
    tally.add(record("1", outcome="timeout", values={"accuracy": 0.0}, error="too\n late", attempts=1), 1)
    tally.add(record("2", outcome="model_error", values={"accuracy": 0.0}, error="down"), 2)
    tally.add(record("3", verdicts={"j": ("A",)}, completion=Completion(text="", usage=usage)), 3)
    assert (tally.done, tally.requests, tally.prompt_tokens, tally.completion_tokens) == (4, 3, 10, 4)
    assert (tally.first_error, tally.errors, tally.running_mean()) == ("1: too late", 2, 0.5)
    assert tally.outcomes == {"scored": 2, "timeout": 1, "model_error": 1}
    tally.planned, tally.data_hash = 5, "abc"
    made = tally.scores()
    assert (made.planned, made.data_hash, made.judges, made.agreement, made.requests) == (5, "abc", ("j",), None, 3)
    assert (made.benchmark, made.subset, made.model, made.primary_metric) == ("sums", "default", "m", "accuracy")
    assert (made.accuracy.value, made.accuracy.n, made.accuracy.metric) == (0.5, 4, "accuracy")
    assert made.seconds == tally.ended - tally.began
    ends = []
    for planned in (5, 4, None):
        tally.planned = planned
        ends.append(tally.finished)
    assert ends == [False, True, False]
    assert tally.scores().planned == 4


def test_a_tally_of_nothing_has_scores_in_a_shard_alone():
    with pytest.raises(DataError) as told:
        Tally(job()).scores()
    assert str(told.value) == "sums/default: no sample was run"
    part = Tally(job(shard=Shard(1, 2)))
    with pytest.raises(DataError):
        part.scores()
    part.whole, part.planned = 10, 0
    assert (part.scores().metrics, part.scores().planned) == ({}, 0)


def test_records_of_one_group_or_sample_are_one_cluster():
    def stderr(*groups: str) -> float:
        tally = Tally(job())
        for place, group in enumerate(groups):
            tally.add(record(str(place), group=group, values={"accuracy": float(place % 2)}), place)
        return tally.scores().accuracy.stderr

    alone = stderr("", "", "", "", "", "")
    assert stderr("a", "b", "c", "d", "e", "f") == pytest.approx(alone)
    assert stderr("", "", "x", "", "y", "z") == pytest.approx(alone)
    assert stderr("a", "b", "a", "b", "a", "b") > alone
    assert stderr("", "b", "", "b", "", "b") > alone


def test_a_panel_agrees_or_not():
    tally = Tally(job())
    for place, said in enumerate((("A", "A"), ("A", "B"), ("B", "B"))):
        tally.add(record(str(place), verdicts=dict(zip(("j", "k"), ((one,) for one in said), strict=True))), place)
    made = tally.scores()
    assert made.judges == ("j", "k")
    assert made.agreement is not None


def line(**changes: Any) -> str:
    known: dict[str, Any] = {
        "benchmark": "b", "model": "m", "done": 1, "planned": 4, "mean": 0.5, "metric": "a", "errors": 2,
        "seconds": 2.0,
    }  # fmt: skip
    return str(Line(**{**known, **changes}))


def test_a_line_tells_what_is_known():
    assert line() == "b  m  1/4  a 0.500  0.5/s  6 s left  2 errors"
    assert line(done=0) == "b  m  0/4  a 0.500  0.0/s  2 errors"
    assert line(done=5) == "b  m  5/4  a 0.500  2.5/s  0 s left  2 errors"
    assert line(planned=None, errors=1) == "b  m  1/?  a 0.500  0.5/s  1 error"
    assert line(mean=None, seconds=0.0, errors=0) == "b  m  1/4  0 errors"
    assert line(benchmark="b \n c").startswith("b c  m  ")
    assert "\x1b" not in line(benchmark="b\x1b[2J")
    assert line(waiting="waiting: x\x1b") == "b  m  1/4  a 0.500  0.5/s  2 errors  waiting: x", (
        "no time is left to tell"
    )


def test_subsets_are_one_line_from_the_first_record_to_the_last():
    first, second, third = (
        Tally(Job(benchmark=sums(data=Sized(4)), subset=name, model="m")) for name in ("x", "y", "z")
    )
    assert lines_of([first, second]) == []
    first.add(record(), 0)
    first.add(record("1", values={"accuracy": 0.0}, outcome="timeout"), 1)
    second.add(record(), 0)
    first.began, first.ended, second.began, second.ended = 10.0, 12.0, 11.0, 15.0
    first.planned = 2
    third.planned = 6
    [made] = lines_of([first, second, third])
    assert made == Line(
        benchmark="sums", model="m", done=3, planned=2 + 4 + 6, mean=2 / 3, metric="accuracy", errors=1, seconds=5.0
    )
    second.planned = 1
    assert len(lines_of([first, second, third])) == 1
    third.planned = 0
    assert lines_of([first, second, third]) == [], "every subset is done"
    unknown = Tally(Job(benchmark=sums(data=Sized(None)), subset="x", model="m"))
    unknown.add(record(), 0)
    assert lines_of([unknown])[0].planned is None
