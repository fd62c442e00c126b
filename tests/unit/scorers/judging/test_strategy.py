"""Judges in place of a rule, or where the rule found nothing right."""

import asyncio
import json
from typing import Any, ClassVar, cast

import pytest

from pytest_evalscope.errors import ModelError, ScorerError
from pytest_evalscope.scorers import choice, exact, number
from pytest_evalscope.scorers.functions import failed_values
from pytest_evalscope.scorers.judging import judged
from pytest_evalscope.scorers.judging.criteria import SAME_ANSWER
from pytest_evalscope.types import EVERY_REQUEST, Completion, Context, Sample, Score

SAMPLE = Sample(id="1", input="What is 6 * 7?", target="42")


class Scripted:
    """A judge that gives its replies one after another."""

    can = EVERY_REQUEST
    identity: ClassVar[dict[str, str]] = {}

    def __init__(self, *labels):
        self.name, self.labels, self.asked = "fake/judge", list(labels), []

    async def send(self, request):
        self.asked.append(request.messages[1]["content"])
        label = self.labels.pop(0)
        if isinstance(label, Exception):
            raise label
        return Completion(text=json.dumps({"reason": "so it is", "verdict": label}))


def marked(scorer, *judges, reply, sample=SAMPLE):
    context = Context(model=cast("Any", None), judges=judges)
    return asyncio.run(scorer(sample, Completion(text=reply), context))


@pytest.mark.parametrize(("label", "value"), [("CORRECT", 1.0), ("INCORRECT", 0.0)])
def test_judges_mark_in_place_of_the_rule(label, value):
    scorer = judged(rule=number())
    assert (scorer.metrics, scorer.needs) == (number().metrics, ("judge",))
    score = marked(scorer, Scripted(label), reply="The answer is 42.")
    assert dict(score.values) == dict.fromkeys(scorer.metrics, value)
    assert score.verdicts == {"fake/judge": (label,)}


def test_a_reply_that_is_right_by_the_rule_is_shown_to_no_judge():
    model = Scripted()
    score = marked(judged(rule=number(), recall=True), model, reply="The answer is 42.")
    assert (dict(score.values), score.answer, model.asked) == ({"accuracy": 1.0}, "42", [])
    assert score.explanation == 'by the rule\nstated, behind "answer is"'


@pytest.mark.parametrize("reply", ["The answer is 41.", "The answer is that of the book."])
@pytest.mark.parametrize(("label", "value"), [("CORRECT", 1.0), ("INCORRECT", 0.0)])
def test_where_the_rule_says_wrong_or_finds_no_answer_judges_are_asked(reply, label, value):
    model = Scripted(label)
    score = marked(judged(rule=number(), recall=True), model, reply=reply)
    assert (dict(score.values), len(model.asked)) == ({"accuracy": value}, 1)
    assert score.explanation.startswith(f"fake/judge: {label}")


@pytest.mark.parametrize("recall", [False, True])
def test_a_judge_without_a_verdict_leaves_no_score(recall):
    with pytest.raises(ScorerError, match="no verdict"):
        marked(judged(rule=number(), recall=recall), Scripted(ModelError("endpoint: down")), reply="41")


def test_a_rule_that_fails_leaves_no_score():
    class Broken:
        metrics = ("accuracy",)

        def __call__(self, sample, completion, context):
            raise ScorerError("rule: broken")

        def failed(self, sample):
            return {"accuracy": 0.0}

    scorer = judged(rule=Broken(), recall=True)
    assert failed_values(scorer, SAMPLE) == {"accuracy": 0.0}
    with pytest.raises(ScorerError, match="rule: broken"):
        marked(scorer, Scripted("CORRECT"), reply="41")


def test_judges_can_only_add_to_the_rule_and_it_may_be_awaited():
    class Partly:
        metrics = ("first", "second")

        async def __call__(self, sample, completion, context):
            return Score(values={"first": 1.0, "second": 0.4}, answer="x")

    score = marked(judged(rule=cast("Any", Partly()), recall=True), Scripted("INCORRECT"), reply="x")
    assert dict(score.values) == {"first": 1.0, "second": 0.4}


def by_rule(**values):
    class Rule:
        metrics, needs = tuple(values), ("sandbox",)

        def __call__(self, sample, completion, context):
            return Score(values=values, answer=None, explanation="near")

    return judged(rule=cast("Any", Rule()), recall=True)


@pytest.mark.parametrize(("values", "asked"), [
    ({"a": 1.0, "b": 0.995}, 0), ({"a": 0.99}, 1), ({"a": 1.0, "b": 0.98}, 1), ({"a": 0.0}, 1),
])  # fmt: skip
def test_a_reply_is_right_by_the_rule_when_its_every_value_is_above_the_bound(values, asked):
    model = Scripted("CORRECT")
    scorer = by_rule(**values)
    score = marked(scorer, model, reply="x")
    assert (len(model.asked), scorer.needs) == (asked, ("sandbox", "judge"))
    assert dict(score.values) == (dict.fromkeys(values, 1.0) if asked else values)
    assert score.answer == ("x" if asked else None)
    assert asked or score.explanation == "by the rule\nnear"


def test_without_a_target_there_is_nothing_to_compare_with():
    bare = Sample(input="Write a poem.")
    with pytest.raises(ScorerError, match=r"^judge: no verdict without a target to compare with\n") as caught:
        marked(judged(rule=number()), Scripted(), reply="roses", sample=bare)
    assert caught.value.hint == "--eval-judge-strategy=auto scores this benchmark by its rule"
    model = Scripted()
    score = marked(judged(rule=exact(), recall=True), model, reply="roses", sample=bare)
    assert dict(score.values) == {"accuracy": 0.0}
    assert model.asked == []


def test_a_judge_sees_the_options_and_the_text_of_the_right_one():
    sample = Sample(input="Which is a fruit?", choices=("a stone", "an apple"), target="B")
    model = Scripted("CORRECT")
    marked(judged(rule=choice()), model, reply="The apple.", sample=sample)
    assert "Which is a fruit?\nA) a stone\nB) an apple\n" in model.asked[0]
    assert "REFERENCE begins]\nB) an apple\n[" in model.asked[0]
    both = Sample(input="Which?", choices=("a stone", "an apple"), target=("A", "B", "C"))
    model = Scripted("CORRECT")
    marked(judged(rule=number()), model, reply="The apple.", sample=both)
    assert "REFERENCE begins]\nA) a stone\nB) an apple\nC\n[" in model.asked[0]
    assert model.asked[0].startswith(SAME_ANSWER)
    assert model.asked[0].endswith('"verdict": "CORRECT" or "INCORRECT"}')


def test_an_empty_reply_is_no_answer():
    score = marked(judged(rule=number()), Scripted(), reply=" ")
    assert (score.answer, dict(score.values)) == (None, {"accuracy": 0.0})
