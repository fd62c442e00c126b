"""The scorer `versus`: both orders, so that a place gains nothing, and no score where a game has no verdict."""

import asyncio
import json
from typing import Any, ClassVar, cast

import pytest

from pytest_evalscope.errors import ScorerError
from pytest_evalscope.scorers.judging import versus
from pytest_evalscope.scorers.judging.criteria import PREFERENCE, STRENGTHS
from pytest_evalscope.types import EVERY_REQUEST, Completion, Context, Sample

SAMPLE = Sample(id="1", input="Name a river.", target="The Baseline.")


class Judge:
    """A judge with a rule: what it says of the texts of A and B."""

    can = EVERY_REQUEST
    identity: ClassVar[dict[str, str]] = {}

    def __init__(self, rule, name="fake/judge"):
        self.name, self.rule = name, rule

    async def send(self, request):
        user = request.messages[1]["content"]
        first, second = (user.partition(f"ANSWER {place} begins]\n")[2].partition("\n[")[0] for place in "AB")
        return Completion(text=json.dumps({"reason": "so it is", "verdict": self.rule(first, second)}))


def marked(scorer, *judges, reply="The Example."):
    context = Context(model=cast("Any", None), judges=judges)
    return asyncio.run(scorer(SAMPLE, Completion(text=reply), context))


def better(text):
    return Judge(lambda first, second: "A" if text in first else "B" if text in second else "tie")


@pytest.mark.parametrize(("text", "won"), [("Example", 2.0), ("Baseline", 0.0), ("Thames", 1.0)])
def test_a_judge_that_reads_says_the_same_in_both_orders(text, won):
    score = marked(versus(), better(text))
    assert dict(score.values) == {"won": won, "games": 2.0, "disagreed": 0.0}
    assert len(set(score.verdicts["fake/judge"])) == 1
    assert score.answer == "The Example."


FIVE = ("A>>B", "A>B", "A=B", "B>A", "B>>A")


@pytest.mark.parametrize(("first", "second", "won", "games", "disagreed", "mirrored"), [
    ("A", "B", 2, 2, 0, "A"), ("B", "A", 0, 2, 0, "B"), ("tie", "tie", 1, 2, 0, "tie"), ("A", "tie", 1.5, 2, 1, "tie"),
    ("A>>B", "B>>A", 6, 6, 0, "A>>B"), ("A>B", "B>A", 2, 2, 0, "A>B"), ("A=B", "A=B", 1, 2, 0, "A=B"),
    ("B>A", "A>B", 0, 2, 0, "B>A"), ("B>>A", "A>>B", 0, 6, 0, "B>>A"), ("A>>B", "A>B", 3, 4, 1, "B>A"),
    ("B>A", "B>>A", 3, 4, 1, "A>>B"), ("A=B", "A>>B", 0.5, 4, 1, "B>>A"),
])  # fmt: skip
def test_what_two_verdicts_are_worth(first, second, won, games, disagreed, mirrored):
    judge = Judge(lambda a, b: first if "Example" in a else second)
    score = marked(versus(strengths=first in FIVE), judge)
    assert dict(score.values) == {"won": won, "games": games, "disagreed": disagreed}
    assert score.verdicts == {"fake/judge": (first, mirrored)}
    assert (
        score.explanation
        == f"completion first: fake/judge: {first}. so it is\ncompletion second: fake/judge: {second}. so it is"
    )


def test_the_reply_is_a_and_then_b():
    texts = []
    for first in (True, False):
        system, user = (message["content"] for message in versus().render(SAMPLE, "Mine.", first=first))
        assert system.startswith("You compare two answers to one question by given criteria.")
        assert user.startswith(f"{PREFERENCE}\n\n[")
        assert user.endswith('"verdict": "A" or "B" or "tie"}')
        texts.append([user.partition(f"{name} begins]\n")[2].partition("\n[")[0]
                      for name in ("QUESTION", "ANSWER A", "ANSWER B")])  # fmt: skip
    assert texts == [["Name a river.", "Mine.", "The Baseline."], ["Name a river.", "The Baseline.", "Mine."]]
    user = versus(strengths=True, criteria="Be fair.").render(SAMPLE, "Mine.")[1]["content"]
    assert user.startswith(f"Be fair.\n\n{STRENGTHS}\n\n[")
    assert user.endswith('"verdict": "A>>B" or "A>B" or "A=B" or "B>A" or "B>>A"}')


@pytest.mark.parametrize("place", ["A", "B"])
def test_a_judge_that_likes_a_place_gives_a_tie_and_is_named(place):
    score = marked(versus(), Judge(lambda first, second: place))
    assert dict(score.values) == {"won": 1.0, "games": 2.0, "disagreed": 1.0}
    assert score.explanation.startswith(
        f"completion first: fake/judge: {place}. so it is\ncompletion second: fake/judge: {place}"
    )


def test_a_clear_win_counts_as_three_games():
    def rule(first, second):
        return "A>>B" if "Example" in first else "B>A"

    assert dict(marked(versus(strengths=True), Judge(rule)).values) == {"won": 4.0, "games": 4.0, "disagreed": 0.0}


def test_of_a_panel_each_value_is_the_mean():
    judges = [better("Example"), better("Baseline"), Judge(lambda first, second: "A", name="fake/third")]
    assert dict(marked(versus(), *judges).values) == {"won": 1.0, "games": 2.0, "disagreed": pytest.approx(1 / 3)}


def test_a_game_without_a_verdict_leaves_no_score():
    with pytest.raises(ScorerError, match="no verdict in two requests"):
        marked(versus(), Judge(lambda first, second: "A" if "Example" in first else "A>B"))
    with pytest.raises(ScorerError, match=r"^versus: no judge is named, and the model under test") as caught:
        marked(versus())
    assert caught.value.hint.startswith("name one with --eval-judge=provider/model, or")


def test_an_empty_reply_loses_both_games():
    score = marked(versus(), reply=" ")
    assert (score.answer, dict(score.values)) == (None, {"won": 0.0, "games": 2.0, "disagreed": 0.0})
    assert score.explanation == "an empty completion; no judge was called"
    assert versus().failed(SAMPLE) == {"won": 0.0, "games": 2.0, "disagreed": 0.0}
    assert (versus().metrics, versus().needs) == (("won", "games", "disagreed"), ("judge",))
