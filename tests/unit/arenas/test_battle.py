"""One battle: what the judges are asked in either order, and what their verdicts are worth."""

import asyncio
import json
import re
from typing import ClassVar

import pytest

from pytest_evalscope.arenas.battle import METRICS, Battles, Nobody, battle_of, duel
from pytest_evalscope.data import Source
from pytest_evalscope.errors import ModelError, ScorerError
from pytest_evalscope.scorers.functions import failed_values
from pytest_evalscope.scorers.judging import PREFERENCE
from pytest_evalscope.types import EVERY_REQUEST, Chat, Completion, Context, Row, Sample

BLOCK = re.compile(r"\[[0-9a-f]{24} ([A-Z ]+?) begins\]\n(.*?)\n\[[0-9a-f]{24} \1 ends\]", re.DOTALL)
ROW = {"id": "s", "input": "Why?", "target": "so", "first": "short", "second": "longer"}


class Judge:
    """A judge that gives one verdict where "short" is shown first, and another where it is shown second."""

    can = EVERY_REQUEST
    identity: ClassVar[dict[str, str]] = {}

    def __init__(self, forward, backward, name="judge"):
        self.name, self.verdicts, self.asked = name, {"short": forward, "longer": backward}, []

    async def send(self, request):
        self.asked.append(request)
        blocks = dict(BLOCK.findall(request.messages[1]["content"]))
        return Completion(text=json.dumps({"reason": "so it is", "verdict": self.verdicts[blocks["ANSWER A"]]}))


def sample_of(**changes):
    benchmark = battle_of("old", "new", name="arc", data=Battles(subsets=(), rows=lambda _: iter(())))
    return benchmark.sample({**ROW, **changes})


def context(*judges, **fields):
    return Context(model=Nobody(), judges=judges, **fields)


def fought(*judges, score=None, **changes):
    ask = score or duel()
    return asyncio.run(ask(sample_of(**changes), Completion(text=""), context(*judges)))


@pytest.mark.parametrize(
    ("forward", "backward", "values", "answer"),
    [
        ("A", "B", (1.0, 1.0, 1.0), "old"),
        ("B", "A", (0.0, 0.0, 0.0), "new"),
        ("tie", "tie", (0.5, 0.5, 0.5), "tie"),
        ("A", "A", (0.5, 1.0, 0.0), "tie"),
        ("B", "B", (0.5, 0.0, 1.0), "tie"),
        ("A", "tie", (0.5, 1.0, 0.5), "tie"),
        ("tie", "A", (0.5, 0.5, 0.0), "tie"),
    ],
)
def test_both_orders_must_name_one_winner(forward, backward, values, answer):
    score = fought(Judge(forward, backward))
    assert tuple(score.values.items()) == tuple(zip(METRICS, values, strict=True))
    assert score.answer == answer


def test_verdicts_and_reasons_are_told_under_the_reply_and_not_its_place():
    score = fought(Judge("A", "B", "one"), Judge("A", "tie", "two"))
    assert score.verdicts == {"one": ("first", "first"), "two": ("first", "tie")}
    assert score.explanation == (
        "one: first, so it is; two: first, so it is / one: first, so it is; two: tie, so it is"
    )


def test_what_judges_are_asked():
    judge = Judge("A", "B")
    asyncio.run(duel(criteria="Be brief.")(sample_of(), Completion(text=""), context(judge, repeat=2, seed=7)))
    shown = [dict(BLOCK.findall(request.messages[-1]["content"])) for request in judge.asked]
    common = {"QUESTION": "Why?", "REFERENCE": "so"}
    assert sorted(shown, key=str) == [
        {**common, "ANSWER A": "longer", "ANSWER B": "short"},
        {**common, "ANSWER A": "short", "ANSWER B": "longer"},
    ]
    assert all(request.messages[-1]["content"].startswith("Be brief.\n") for request in judge.asked)
    assert [request.repeat for request in judge.asked] == [2, 2]


def test_boundaries_depend_on_seed_and_sample():
    def asked(seed, name):
        judge = Judge("A", "B")
        asyncio.run(duel()(sample_of(id=name), Completion(text=""), context(judge, seed=seed)))
        return {request.messages[-1]["content"] for request in judge.asked}

    assert asked(7, "s") == asked(7, "s")
    assert not asked(7, "s") & asked(8, "s")
    assert not asked(7, "s") & asked(7, "t")


def test_an_empty_reply_loses_without_a_judge():
    judge = Judge("B", "A")
    score = fought(judge, second=" ")
    assert (score.answer, score.values["score"], score.verdicts, judge.asked) == ("old", 1.0, {}, [])
    empty = "first, an empty completion; no judge was called"
    assert score.explanation == f"{empty} / {empty}"


@pytest.mark.parametrize(
    ("judges", "changes", "told"),
    [
        ([Judge("A", "B")], {"first": None}, "battle: old has no completion to this prompt"),
        ([Judge("A", "B")], {"second": None}, "battle: new has no completion to this prompt"),
        ([Judge("C", "B")], {}, "battle: first shown first: "),
        ([Judge("A", "C")], {}, "battle: second shown first: "),
        ([], {}, "battle: "),
    ],
)
def test_without_replies_judges_or_verdicts_there_is_no_score(judges, changes, told):
    with pytest.raises(ScorerError) as caught:
        fought(*judges, **changes)
    assert caught.value.message.startswith(told)
    assert bool(caught.value.hint) == (not judges)


def test_a_battle_is_a_benchmark():
    turns = ({"role": "user", "content": "How?"},)
    rows: dict[str, list[Row]] = {"easy": [ROW, {**ROW, "id": "t", "input": turns, "second": None}]}
    data = Battles(subsets=("easy",), rows=lambda subset: iter(rows[subset]))
    benchmark = battle_of("old", "new", name="arc", data=data, criteria="Be brief.")
    assert (benchmark.name, benchmark.task_type, benchmark.data.subsets) == ("arc", "arena", ("easy",))
    assert benchmark.score == duel(criteria="Be brief.")
    assert battle_of("old", "new", name="arc", data=data).score == duel(criteria=PREFERENCE)
    first, second = benchmark.samples("easy", Source())
    assert (first.id, first.input, first.target) == ("s", "Why?", "so")
    assert first.metadata == {"first": "short", "second": "longer", "models": ("old", "new")}
    assert second.input == ({"role": "user", "content": "How?"},)
    shown = asyncio.run(benchmark.solve(first, context()))
    assert shown.text == "[old]\nshort\n\n[new]\nlonger"


def test_battles_are_no_worked_examples():
    data = Battles(subsets=("easy",), rows=lambda _: iter([ROW]))
    assert list(data.read("easy", part="few_shot", source=Source())) == []
    assert list(data.read("easy", source=Source())) == [ROW]
    assert data.size("easy") is None  # type: ignore[func-returns-value]  # None is what is said


def test_a_battle_that_failed_is_worth_nothing():
    assert failed_values(duel(), Sample(input="")) == {"score": 0.0, "shown_first": 0.0, "shown_second": 0.0}
    assert duel().needs == ("judge",)


def test_the_model_under_test_is_never_asked():
    with pytest.raises(ModelError, match=r"^arena: a battle makes no request to a model"):
        asyncio.run(Nobody().send(Chat(messages=())))
    assert (Nobody().name, Nobody().identity) == ("nobody", {})
    asyncio.run(Nobody().aclose())
