"""Marking stored replies again: what changes, what is kept, and that nothing is asked."""

from pathlib import Path

import pytest

from pytest_evalscope.api import evaluate, merge, problems, rescore
from pytest_evalscope.data import Rows
from pytest_evalscope.errors import DataError, UsageError
from pytest_evalscope.run import Settings, Shard
from pytest_evalscope.run.prices import Price
from pytest_evalscope.scorers import exact, includes, judge
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import EVERY_REQUEST, Completion, Request


def say(prompt: str) -> str:
    """Right, in a sentence."""
    return f"It is {2 * int(prompt.split()[0])}."


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_new_marks_without_a_model(sums, folder, read_json):
    strict, lenient = sums(count=4, score=exact(), metrics={}), sums(count=4, score=includes(), metrics={})
    asked: list[str] = []

    def logged(prompt: str) -> str:
        asked.append(prompt)
        return say(prompt)

    first = evaluate([strict], models={"say": logged})
    kept = snapshot(first.folder)
    made = rescore(first.folder, folder / "again", benchmarks=[lenient])
    assert len(asked) == 4
    assert snapshot(first.folder) == kept
    (change,) = made.changes
    assert str(change) == "sums/default of say: 4 of 4 verdicts changed, accuracy 0.0000 -> 1.0000"
    assert (made.summary.folder, problems(made.summary)) == (folder / "again", [])
    assert read_json(folder / "again" / "reports" / "say" / "sums.json")["overall"]["metrics"]["accuracy"]["value"] == 1
    old, new = (
        (at / "predictions" / "say" / "sums" / "default.jsonl").read_text("utf-8")
        for at in (first.folder, folder / "again")
    )
    assert sorted(old.replace('"cached":false', '"cached":true').splitlines()) == sorted(new.splitlines())


def test_the_same_scorer_changes_nothing_and_failures_stay_failures(sums, folder):
    def fail(prompt: str) -> str:
        if prompt.startswith("2 "):
            raise ValueError("the service is down")
        return say(prompt)

    lenient = sums(count=4, score=includes(), metrics={})
    first = evaluate([lenient], models={"say": fail})
    made = rescore(first.folder, benchmarks=[lenient])
    assert made.summary.folder.parent == first.folder.parent.resolve()
    (change,) = made.changes
    assert str(change) == "sums/default of say: 0 of 4 verdicts changed, accuracy 0.7500 -> 0.7500"
    assert change.result.outcomes == {"scored": 3, "model_error": 1}
    assert "the service is down" in change.result.message


def test_what_cannot_be_marked_again_keeps_its_marks(sums, folder):
    said = 'fake/fixed:{"verdict": "CORRECT", "reason": "so"}'
    judged = sums("judged", 2, score=judge(), metrics={}, primary_metric="")
    first = evaluate([judged, sums("mine", 3)], models={"say": say}, settings=Settings(judges=(said,)))
    before = {result.benchmark: result.metrics for result in first.results}
    made = rescore(first.folder, benchmarks=[judged])
    assert [str(change) for change in made.changes] == [
        "judged/default of say: scores kept: judges gave them, and none is named",
        (
            "mine/default of say: scores kept: no benchmark of this name is known here; its own test scores it: "
            "pytest evals --eval-run-dir=RUN"
        ),
    ]
    assert {result.benchmark: result.metrics for result in made.summary.results} == before
    assert made.summary.indexes[0].weighted_avg == first.indexes[0].weighted_avg

    other = 'fake/fixed:{"verdict": "INCORRECT", "reason": "no"}'
    made = rescore(first.folder, benchmarks=[judged], settings=Settings(judges=(other,)))
    assert str(made.changes[0]) == "judged/default of say: 2 of 2 verdicts changed, is_correct 1.0000 -> 0.0000"


def test_an_index_of_the_catalogue_by_its_file(mixed, folder):
    first = evaluate(indexes=[mixed], models=["fake/letter:A"])
    made = rescore(first.folder)
    assert {change.changed for change in made.changes} == {0}
    assert not any(change.kept for change in made.changes)
    assert made.summary.indexes == first.indexes


def test_other_data_is_refused(sums, folder):
    first = evaluate([sums(count=2)], models={"say": say})
    other = sums(count=2, data=Rows([{"q": "3 + 3", "a": "6"}, {"q": "4 + 4", "a": "8"}]))
    made = rescore(first.folder, benchmarks=[other])
    assert made.summary.results[0].verdict == "error"
    assert "the data is not that of the recorded run" in made.summary.results[0].message


def test_the_command_line(invoke, folder):
    first = evaluate(["smoke_facts"], models=["fake/letter:A"], settings=Settings(limit=3))
    done = invoke(["rescore", str(first.folder), "-o", "out"])
    assert (done.exit_code, done.exception) == (0, None)
    assert "smoke_facts/default of fake/letter:A: 0 of 3 verdicts changed, " in done.stdout
    assert done.stdout.endswith(f"reports: {Path('out') / 'reports' / 'summary.md'}\n")
    for words, said in (
        (["rescore", str(first.folder), "-o", "out"], "output: the folder is in use (out)"),
        (
            ["rescore", str(first.folder), "--judge=openia/m"],
            "model provider: unknown name ('openia'); did",
        ),
        (["rescore", "nowhere"], "run folder: not a run folder (nowhere); accepted: one with configs/run.json"),
        (["merge", "nowhere", "-o", "joined"], "run folder: not a run folder (nowhere)"),
        (["merge", str(first.folder), "-o", "out"], "output: the folder is in use (out)"),
    ):
        refused = invoke(words)
        assert refused.exit_code == 2
        assert f"error: {said}" in refused.stderr
    done = invoke(["merge", str(first.folder), "-o", "joined"])
    assert done.exit_code == 0
    assert "reports: " in done.stdout


def shards(benchmark, folder, count, **changes):
    return [
        evaluate(
            [benchmark],
            models={"say": say},
            settings=Settings(shard=Shard(index, count), cache="off", **changes),
            folder=folder / "-".join(map(str, (index, count, benchmark.version, *changes))),
        ).folder
        for index in range(1, count + 1)
    ]


def test_what_does_not_fit_together_is_refused_with_its_reason(sums, folder):
    three = shards(sums(count=12), folder, 3)
    for given, said in (
        ([], "merge: no run folder is named"),
        ([three[0], three[2]], r"sums/default of say: shard 2/3 is missing \(\d+ of 12 records are there\)"),
        (
            [*three[:2], *shards(sums(count=11), folder, 2)],
            r"not the same data \(\w+ in .*, \w+ in .*\); accepted: runs of one",
        ),
        ([*three, *shards(sums(count=12), folder, 3, params={"temperature": 1})], "not the same generation parameters"),
        ([*three, *shards(sums(count=12), folder, 3, seed=7)], r"not the same --eval-seed \(42 in .*, 7 in .*\)"),
        ([*three, *shards(sums(count=12), folder, 3, repeats=2)], "not the same number of"),
        ([*three, *shards(sums(count=12, version="2"), folder, 3)], "not the same version of the benchmark"),
        ([*three, *shards(sums(count=12), folder, 3, limit=12)], r"not the same --eval-limit \(None in .*, 12 in .*\)"),
        ([*three, *shards(sums(count=12, solve=chat(system="be brief")), folder / "chat", 3)], "not the same prompt"),
    ):
        with pytest.raises(UsageError, match=said):
            merge(given, folder / "joined")
        assert not (folder / "joined").exists()
    with pytest.raises(UsageError, match="rescore: the run folder contains shard 1/3 alone"):
        rescore(three[0])


class Served:
    """One model at several addresses."""

    can = EVERY_REQUEST
    name = "served"

    def __init__(self, endpoint: str, model: str = "m") -> None:
        self.identity = {"endpoint": endpoint, "model": model}

    async def send(self, request: Request) -> Completion:
        return Completion(text="4")

    async def aclose(self) -> None:
        """Nothing is held."""


def test_shards_may_ask_one_model_at_several_addresses(sums, folder):
    def shard(index: int, model: Served) -> Path:
        settings = Settings(shard=Shard(index, 2))
        return evaluate([sums()], models=[model], settings=settings, folder=folder / model.identity["endpoint"]).folder

    one, two, other = (
        shard(1, Served("http-a")),
        shard(2, Served("http-b")),
        shard(2, Served("http-c", model="another")),
    )
    assert merge([one, two], folder / "joined").results[0].planned == 4
    with pytest.raises(UsageError, match=r"not the same model .*'m'.* 'another'"):
        merge([one, other], folder / "refused")


def test_a_folder_that_is_written_over_forgets_what_was_asked_before(sums, folder):
    evaluate([sums("first")], models=["fake/fixed:4"], folder=folder / "same")
    evaluate([sums("second")], models=["fake/fixed:4"], folder=folder / "same")
    assert [one.benchmark for one in merge([folder / "same"], folder / "joined").results] == ["second"]


def test_a_broken_line_is_named(sums, folder):
    first = evaluate([sums()], models=["fake/fixed:4"], folder=folder / "one")
    path = next((first.folder / "reviews").rglob("*.jsonl"))
    path.write_bytes(b'{"sample_id": []}\n' + path.read_bytes())
    with pytest.raises(DataError, match=r"default.jsonl:1: not a record"):
        merge([first.folder], folder / "joined")


@pytest.mark.parametrize("kind", ["reviews", "predictions"])
def test_a_cut_off_shard_is_told_from_a_missing_one_and_mended_by_another_run(sums, folder, kind):
    one, two = shards(sums(count=12), folder, 2)
    reviews = two / kind / "say" / "sums" / "default.jsonl"
    whole = reviews.read_bytes()
    reviews.write_bytes(whole[: len(whole) // 2])
    run = two / "configs" / "run.json"
    run.write_bytes(run.read_bytes().replace(b'"complete"', b'"running"'))
    with pytest.raises(UsageError, match=r"merge: sums/default of say: .*2-2-1 was cut off \(\d+ of 12 records"):
        merge([one, two], folder / "joined")
    again = shards(sums(count=12), folder / "again", 2)[1]
    made = merge([one, two, again], folder / "joined")
    assert (made.results[0].planned, made.results[0].outcomes) == (12, {"scored": 12})
    for name in ("reviews", "predictions"):
        assert len((folder / "joined" / name / "say" / "sums" / "default.jsonl").read_bytes().splitlines()) == 12


def test_what_shards_have_spent_is_added_up(sums, folder):
    prices = {"say": Price(input=4_000_000, output=0)}
    made = merge(shards(sums(count=6), folder, 2, prices=prices), folder / "joined")
    assert made.spending is not None
    (spent,) = made.spending.models
    assert (spent.model, spent.requests, spent.estimated) == ("say", 6, 6)
    assert spent.cost == 4.0 * spent.prompt_tokens
    assert made.spending.cost == spent.cost
    assert merge(shards(sums(count=6), folder, 3), folder / "uncounted").spending is None


def test_no_secret_of_the_parameters_is_in_the_folder(sums, folder):
    first = evaluate([sums()], models=["fake/echo"], settings=Settings(params={"extra_body": {"api_key": "sk-hidden"}}))
    files = [path for path in (first.folder / "configs").rglob("*") if path.is_file()]
    assert len(files) == 2
    assert not [path for path in files if b"sk-hidden" in path.read_bytes()]


def test_a_score_wins_over_a_failure_of_the_same_sample(sums, folder):
    def down(prompt: str) -> str:
        raise ValueError("down")

    bad = evaluate([sums(count=3)], models={"say": down}, folder=folder / "bad").folder
    good = evaluate([sums(count=3)], models={"say": say}, folder=folder / "good").folder
    assert merge([bad, good], folder / "joined").results[0].outcomes == {"scored": 3}


def test_a_metric_of_ones_own_is_told_and_the_records_are_joined(sums, folder):
    from pytest_evalscope.stats import mean

    own = sums(count=6, metrics={"mine": lambda columns: mean("accuracy")(columns)}, primary_metric="mine")
    made = merge(shards(own, folder, 2), folder / "joined")
    (result,) = made.results
    assert (result.verdict, result.planned, result.outcomes) == ("error", 6, {"scored": 6})
    assert "its metric mine is a function that this command does not have" in result.message
    again = rescore(folder / "joined", benchmarks=[own])
    assert again.summary.results[0].metrics["mine"].value == 1.0
