"""The scorer `turn_ratings`: a rating for each of two replies, and what a judge sees of each."""

import asyncio
import json
from typing import Any, cast

import pytest

from pytest_evalscope.errors import ScorerError
from pytest_evalscope.scorers.functions import failed_values
from pytest_evalscope.scorers.judging import turn_ratings
from pytest_evalscope.scorers.judging.criteria import QUALITY
from pytest_evalscope.types import Completion, Context, Sample, Score
from pytest_evalscope.types.trajectory import said

DIALOGUE = tuple({"role": "user", "content": text} for text in ("6 * 7?", "twice?"))
SAMPLE = Sample(id="s", input=DIALOGUE)
PROMPTS = (("One.", "{question}|{answer}|{ref_answer_1}"), ("Two.", "|".join(
    f"{{question_{n}}}|{{ref_answer_{n}}}|{{answer_{n}}}" for n in (1, 2))))  # fmt: skip


class Judge:
    """A judge whose ratings are written down."""

    def __init__(self, *ratings, name="fake/judge"):
        self.name, self.ratings, self.asked = name, list(ratings), []

    async def send(self, request):
        self.asked.append(request)
        rating = self.ratings.pop(0)
        return Completion(text=rating if isinstance(rating, str) else json.dumps({"reason": "so", "verdict": rating}))


def marked(*judges, replies=("one", "two"), sample=SAMPLE, scorer=None, **context):
    given = Context(model=cast("Any", None), judges=judges, **context)
    return asyncio.run(
        (scorer or turn_ratings())(sample, Completion(text=replies[-1], trajectory=said(replies)), given)
    )


def test_two_ratings_their_mean_and_where_it_lies_on_the_scale():
    model = Judge(4, 7)
    assert marked(model, replies=(" one", "two\n"), repeat=2) == Score(
        values={"rating": 0.5, "judge_score": 5.5, "first_turn_judge_score": 4, "second_turn_judge_score": 7},
        answer="two",
        explanation="turn 1: fake/judge: 4. so\nturn 2: fake/judge: 7. so",
        verdicts={"fake/judge": (4.0, 7.0)},
    )
    assert [(dict(request.params), request.repeat) for request in model.asked] == [({"temperature": 0.0}, 2)] * 2


def test_the_scale_may_begin_elsewhere():
    score = marked(Judge(3, 5), scorer=turn_ratings(low=2.0, high=6.0))
    assert tuple(score.values.values()) == (0.5, 4.0, 3.0, 5.0)
    with pytest.raises(ScorerError, match="must be a number from 2 to 6"):
        marked(Judge(1, 1, 5), scorer=turn_ratings(low=2.0, high=6.0))


def test_an_empty_reply_is_rated_lowest_and_shown_to_no_judge():
    model = Judge(10)
    assert marked(model, replies=("one", " ")) == Score(
        values={"rating": 0.5, "judge_score": 5.5, "first_turn_judge_score": 10, "second_turn_judge_score": 1},
        answer="one",
        explanation="turn 1: fake/judge: 10. so",
    )
    assert tuple(marked(Judge(10), replies=("", "two")).values.values()) == (0.5, 5.5, 1.0, 10.0)
    for replies in (("", " "), ("",), (" ", "", "\n")):
        assert marked(Judge(), replies=replies, scorer=turn_ratings(low=2.0)) == Score(
            values={"rating": 0.0, "judge_score": 2, "first_turn_judge_score": 2, "second_turn_judge_score": 2},
            answer=None,
            explanation="empty completions; no judge was called",
        )


def rendered(sample, turn, scorer=None):
    messages = (scorer or turn_ratings()).render(sample, ("one", "two"), turn)
    mark = messages[0]["content"].partition("[")[2].partition(" ")[0]
    return mark, messages[1]["content"]


def block(mark, name, text):
    return f"[{mark} {name} begins]\n{text}\n[{mark} {name} ends]"


def test_of_the_first_turn_a_judge_sees_question_and_reply():
    mark, user = rendered(SAMPLE, 0)
    assert user.startswith(
        f"{QUALITY}\n\n{block(mark, 'QUESTION', '6 * 7?')}\n\n{block(mark, 'ANSWER', 'one')}\n\nReply "
    )
    assert user.endswith('"verdict": a number from 1 to 10}')


def test_of_the_second_turn_a_judge_sees_what_was_said_before():
    sample = Sample(id="s", input=DIALOGUE, metadata={"references": ["42", "84"]})
    mark, user = rendered(sample, 1)
    said = "user:\n6 * 7?\n\nassistant:\none\n\nuser:\ntwice?"
    last = "The QUESTION is a dialogue; the ANSWER is the reply to its last message, and that reply alone is rated."
    blocks = [block(mark, *pair) for pair in (("QUESTION", said), ("REFERENCE", "84"), ("ANSWER", "two"))]
    assert user.startswith("\n\n".join([QUALITY, last, *blocks, "Reply "]))


def test_the_two_turns_are_asked_with_boundaries_of_their_own():
    same = Sample(id="s", input=tuple({"role": "user", "content": "again?"} for _ in range(2)))
    prompts = (("One.", "{question}"), ("Two.", "{question}"))
    sample = Sample(id="s", input=same.input, metadata={"judge_prompts": prompts})
    assert rendered(sample, 0)[0] != rendered(sample, 1)[0]


@pytest.mark.parametrize(("references", "shown"), [(["42", "84"], ["42", "84"]), ([], ["", ""])])
def test_prompts_of_the_data_get_every_text_by_its_name(references, shown):
    sample = Sample(id="s", input=DIALOGUE, metadata={"judge_prompts": PROMPTS, "references": references})
    mark, user = rendered(sample, 0)
    parts = (("QUESTION", "6 * 7?"), ("ANSWER", "one"), ("REF_ANSWER_1", shown[0]))
    assert user == "|".join(block(mark, *part) for part in parts)
    mark, user = rendered(sample, 1)
    second = (
        *(("QUESTION_1", "6 * 7?"), ("REF_ANSWER_1", shown[0]), ("ANSWER_1", "one")),
        *(("QUESTION_2", "twice?"), ("REF_ANSWER_2", shown[1]), ("ANSWER_2", "two")),
    )
    assert user == "|".join(block(mark, *part) for part in second)
    assert marked(Judge("so: [[4]]", "[[5]]"), sample=sample).values["judge_score"] == 4.5


def test_a_panel_is_told_turn_by_turn():
    score = marked(Judge(2, 4, name="a"), Judge(4, 10, name="b"))
    assert tuple(score.values.values()) == (4 / 9, 5.0, 3.0, 7.0)
    assert score.verdicts == {"a": (2.0, 4.0), "b": (4.0, 10.0)}
    assert score.explanation.splitlines() == [f"turn {turn}: {name}: {rating}. so" for turn, name, rating in (
        (1, "a", 2), (1, "b", 4), (2, "a", 4), (2, "b", 10))]  # fmt: skip


def test_what_cannot_be_rated_is_told_when_both_turns_were_asked():
    model = Judge("no", "no", 5)
    with pytest.raises(ScorerError, match=r"^judge fake/judge: no verdict in two requests"):
        marked(model)
    assert model.ratings == []
    with pytest.raises(ScorerError) as caught:
        marked(Judge(), replies=("one", "two", "three"))
    assert caught.value.message == "turn_ratings: 3 completions; accepted: a dialogue of two turns, with two"
    with pytest.raises(ScorerError) as caught:
        marked()
    assert caught.value.message == "turn_ratings: no judge is named, and the model under test does not judge itself"
    assert caught.value.hint == (
        "name one with --eval-judge=provider/model, or in the field judge of a task; several make a panel"
    )


def test_a_sample_without_replies_counts_zero_in_every_metric():
    names = ("rating", "judge_score", "first_turn_judge_score", "second_turn_judge_score")
    assert turn_ratings().metrics == names
    assert failed_values(turn_ratings(), SAMPLE) == dict.fromkeys(names, 0.0)
    assert turn_ratings().needs == ("judge",)
