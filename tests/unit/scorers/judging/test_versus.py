"""The scorer `versus`: both orders, so that a place gains nothing, and no score where a game has no verdict."""

import asyncio
import json
from typing import Any, ClassVar, cast

import pytest

from pytest_evalscope.errors import ScorerError
from pytest_evalscope.scorers.judging import versus
from pytest_evalscope.types import Completion, Context, Sample

SAMPLE = Sample(id="1", input="Name a river.", target="The Baseline.")


class Judge:
    """A judge with a rule: what it says of the texts of A and B."""

    identity: ClassVar[dict[str, str]] = {}

    def __init__(self, rule, name="fake/judge"):
        self.name, self.rule = name, rule

    async def generate(self, request):
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


@pytest.mark.parametrize("place", ["A", "B"])
def test_a_judge_that_likes_a_place_gives_a_tie_and_is_named(place):
    score = marked(versus(), Judge(lambda first, second: place))
    assert dict(score.values) == {"won": 1.0, "games": 2.0, "disagreed": 1.0}
    assert score.explanation.startswith(
        f"reply first: fake/judge: {place}. so it is\nreply second: fake/judge: {place}"
    )


def test_a_clear_win_counts_as_three_games():
    def rule(first, second):
        return "A>>B" if "Example" in first else "B>A"

    assert dict(marked(versus(strengths=True), Judge(rule)).values) == {"won": 4.0, "games": 4.0, "disagreed": 0.0}


def test_of_a_panel_each_value_is_the_mean():
    judges = [better("Example"), better("Baseline"), Judge(lambda first, second: "A", name="fake/third")]
    assert dict(marked(versus(), *judges).values) == {"won": 1.0, "games": 2.0, "disagreed": pytest.approx(1 / 3)}


def test_a_game_without_a_verdict_leaves_no_score():
    with pytest.raises(ScorerError, match="no verdict, asked twice"):
        marked(versus(), Judge(lambda first, second: "A" if "Example" in first else "A>B"))
    with pytest.raises(ScorerError, match="the model under test does not judge itself"):
        marked(versus())


def test_an_empty_reply_loses_both_games():
    score = marked(versus(), reply=" ")
    assert (score.answer, dict(score.values)) == (None, {"won": 0.0, "games": 2.0, "disagreed": 0.0})
