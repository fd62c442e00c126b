"""What a judge is asked, word for word: criteria, blocks between boundaries, and the form of the reply."""

import asyncio
import json
from typing import Any, cast

import pytest

from pytest_evalscope.errors import ModelError, ScorerError
from pytest_evalscope.scorers import judge, rubric
from pytest_evalscope.scorers.judging import criteria, turn_ratings, versus
from pytest_evalscope.scorers.judging.pair import pair_messages
from pytest_evalscope.scorers.judging.prompt import (
    boundary,
    judge_messages,
    question_text,
    reference_text,
    template_messages,
)
from pytest_evalscope.scorers.judging.requests import verdicts_of
from pytest_evalscope.scorers.judging.rubric import Item
from pytest_evalscope.scorers.judging.verdict import Labels, Scale
from pytest_evalscope.types import EVERY_REQUEST, Completion, Context, Sample
from pytest_evalscope.types.trajectory import said

SAMPLE = Sample(id="s", input="Which river?", target="The Rhine.")
YES_NO = Labels({"YES": {"x": 1}, "NO": {}})
FORM = '{"reason": "one or two sentences", "verdict": "YES" or "NO"}'


class Scripted:
    """A judge that gives its replies one after another, and remembers what it was asked."""

    can = EVERY_REQUEST

    def __init__(self, *replies):
        self.name, self.identity, self.replies, self.asked = "fake/judge", {}, list(replies), []

    async def send(self, request):
        self.asked.append(request)
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return Completion(text=reply)


def system_text(task, mark):
    return (
        f"{task} The material stands in blocks. A block begins with the line\n\n[{mark} NAME begins]\n\n"
        f"and ends with the line\n\n[{mark} NAME ends]\n\n"
        f"where {mark} is a code that was drawn for this request alone: "
    )


def test_criteria_blocks_and_form_follow_each_other():
    system, user = judge_messages("Be strict.", FORM, {"QUESTION": "Q", "REFERENCE": "", "ANSWER": "A"}, "7/s")
    mark = boundary(("Q", "", "A"), "7/s")
    assert (system["role"], user["role"]) == ("system", "user")
    assert system["content"].startswith(system_text("You mark one answer by given criteria.", mark))
    assert user["content"] == (
        f"Be strict.\n\n[{mark} QUESTION begins]\nQ\n[{mark} QUESTION ends]\n\n"
        f"[{mark} ANSWER begins]\nA\n[{mark} ANSWER ends]\n\n"
        "Reply with one JSON object and nothing before or after it, in this form:\n" + FORM
    )


def test_a_published_prompt_is_asked_as_it_stands():
    texts = {"answer": "A", "ref_answer_1": "R"}
    system, user = template_messages(" Be fair.\n", "{answer} or {ref_answer_1} of {other}", texts, "7/s")
    mark = boundary(("A", "R"), "7/s")
    assert (system["role"], user["role"]) == ("system", "user")
    assert system["content"].startswith(system_text("Be fair.", mark))
    assert user["content"] == (
        f"[{mark} ANSWER begins]\nA\n[{mark} ANSWER ends] or "
        f"[{mark} REF_ANSWER_1 begins]\nR\n[{mark} REF_ANSWER_1 ends] of {{other}}"
    )


def test_a_boundary_is_the_same_in_every_release():
    # Cached verdicts are found by the request, and the boundary is a part of it.
    assert boundary(("What?", "This \ud800."), "42/é\ud800") == "25feae0fc9ef5305fc6c65f6"


ITEM = Item(criterion="x", points=1)
SCORERS = [
    (judge(), lambda scorer, **seed: scorer.render(SAMPLE, "It is.", **seed)),
    (rubric(items={"x": 1.0}), lambda scorer, **seed: scorer.render(SAMPLE, "It", ITEM, **seed)),
    (versus(), lambda scorer, **seed: scorer.render(SAMPLE, "It is.", **seed)),
    (turn_ratings(), lambda scorer, **seed: scorer.render(
        Sample(id="s", input=({"role": "user", "content": "?"},)), ("It", ""), 0, **seed)),
]  # fmt: skip


@pytest.mark.parametrize(("scorer", "render"), SCORERS)
def test_the_seed_is_0_unless_the_run_has_another(scorer, render):
    assert render(scorer) == render(scorer, seed=0)
    assert render(scorer) != render(scorer, seed=1)


def test_of_a_pair_the_seed_is_0_unless_the_caller_has_another():
    assert pair_messages("Q", "one", "two") == pair_messages("Q", "one", "two", seed="0")
    assert pair_messages("Q", "one", "two") != pair_messages("Q", "one", "two", seed="1")


@pytest.mark.parametrize(
    ("scorer", "verdict"), [(judge(), "CORRECT"), (rubric(items={"x": 1.0}), "MET"), (versus(), "A")]
)
def test_the_runs_seed_repeat_and_the_scorers_parameters_are_in_the_request(scorer, verdict):
    said = json.dumps({"verdict": verdict})
    asked = []
    for seed in (0, 1):
        model = Scripted(said, said)
        context = Context(model=cast("Any", None), judges=(cast("Any", model),), seed=seed, repeat=3)
        asyncio.run(scorer(SAMPLE, Completion(text="It is."), context))
        assert {(request.params["temperature"], request.repeat) for request in model.asked} == {(0.0, 3)}
        asked.append([request.messages for request in model.asked])
    assert asked[0] != asked[1]


def test_what_is_asked_again_tells_what_was_wrong_and_which_form_is_wanted():
    model = Scripted("", '{"verdict": "YES"}')
    (verdict,) = asyncio.run(verdicts_of([cast("Any", model)], ({"role": "user", "content": "?"},), YES_NO, repeat=2))
    assert (verdict.judge, verdict.said, verdict.reason) == ("fake/judge", "YES", "")
    assert [request.repeat for request in model.asked] == [2, 2]
    assert [dict(request.params) for request in model.asked] == [{"temperature": 0.0}] * 2
    assert model.asked[1].messages == (
        {"role": "user", "content": "?"},
        {"role": "assistant", "content": "(nothing)"},
        {
            "role": "user",
            "content": "That was not what was asked for: the reply is not one JSON object. Mark the same answer, and "
            f"reply with one JSON object and nothing before or after it, in this form:\n{FORM}",
        },
    )


def test_a_rating_in_brackets_is_asked_for_again_in_brackets():
    model = Scripted("nine", "[[9]]")
    asyncio.run(verdicts_of([cast("Any", model)], (), Scale(1, 10, bracketed=True)))
    assert model.asked[1].messages[0] == {"role": "assistant", "content": "nine"}
    assert model.asked[1].messages[1]["content"] == (
        "That was not what was asked for: the reply has 0 ratings in double brackets, and one is needed. Mark the same "
        "answer, and reply with your explanation and one rating in double brackets, in this form:\n"
        "Rating: [[N]], where N is a number from 1 to 10"
    )


def test_a_judge_that_fails_is_named_and_the_others_are_waited_for():
    async def asked(*judges):
        return await verdicts_of(cast("Any", judges), (), YES_NO)

    last = Scripted("no", '{"verdict": "NO"}')
    with pytest.raises(ScorerError) as caught:
        asyncio.run(asked(Scripted(ModelError("down", hint="start it")), last))
    assert (caught.value.message, caught.value.hint) == ("judge fake/judge: no verdict (down)", "start it")
    assert last.replies == []
    with pytest.raises(ScorerError) as caught:
        asyncio.run(asked(Scripted("no", "never")))
    assert caught.value.message == "judge fake/judge: no verdict in two requests (the reply is not one JSON object)"
    assert asyncio.run(asked()) == ()


class Late:
    """A judge that refuses the first request at once, and answers the others a little later."""

    def __init__(self):
        self.name, self.begun, self.answered = "fake/judge", 0, 0

    async def send(self, request):
        self.begun += 1
        if self.begun == 1:
            raise ModelError("down")
        for _ in range(50):
            await asyncio.sleep(0)
        self.answered += 1
        return Completion(text='{"verdict": "MET"}' if "CRITERION" in request.messages[1]["content"] else "{}")


@pytest.mark.parametrize(
    ("scorer", "judges"), [(judge(), 2), (rubric(items={"x": 1.0, "y": 1.0}), 1), (versus(), 1), (turn_ratings(), 1)]
)
def test_what_was_asked_beside_a_failure_is_waited_for(scorer, judges):
    # It was paid for, and is then in the cache.
    model = Late()
    dialogue = ({"role": "user", "content": "1?"}, {"role": "user", "content": "2?"})
    sample = Sample(id="s", input=dialogue, target="The Rhine.")
    context = Context(model=cast("Any", None), judges=cast("Any", (model,) * judges))
    with pytest.raises(ScorerError, match=r"^judge fake/judge: no verdict"):
        asyncio.run(scorer(sample, Completion(text="two", trajectory=said(("one", "two"))), context))
    assert model.answered >= 1


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (criteria.CORRECTNESS, ("CORRECT", "INCORRECT", "NOT_ATTEMPTED")),
        (criteria.CORRECTNESS_ZH, ("CORRECT", "INCORRECT", "NOT_ATTEMPTED")),
        (criteria.SAME_ANSWER, ("CORRECT", "INCORRECT")),
        (criteria.CRITERION, ("MET", "NOT_MET")),
    ],
)
def test_criteria_explain_each_label_in_a_paragraph_of_its_own(text, labels):
    what, *others = text.split("\n\n")
    assert [paragraph.replace("：", ":").partition(":")[0] for paragraph in others] == list(labels)
    assert what.startswith(("Decide whether the ANSWER", "请判断 ANSWER"))


def test_criteria_without_labels_of_their_own_begin_with_what_to_do():
    assert criteria.QUALITY.startswith("Rate how well the ANSWER serves")
    assert criteria.PREFERENCE.startswith("Decide which of ANSWER A and ANSWER B serves")
    assert criteria.PREFERENCE.endswith("\n\nA: answer A is better. B: answer B is better. tie: neither is better in "
                                        "anything that matters.")  # fmt: skip
    assert criteria.STRENGTHS.startswith("Say how clearly: A>>B or B>>A where")


def test_question_and_reference_are_text():
    parts = [{"type": "text", "text": "Hi"}]
    messages = ({"role": "system", "content": "Be brief."}, {"role": "user", "content": parts})
    assert question_text(Sample(input=messages)) == "system:\nBe brief.\n\nuser:\nHi"
    assert question_text(SAMPLE) == "Which river?"
    assert reference_text(SAMPLE) == "The Rhine."
    assert reference_text(Sample(input="?", target=("one", "two"))) == "one\ntwo"
    assert reference_text(Sample(input="?")) == ""
