"""Counts of the entities that a reply marks, and what is told of them."""

from typing import Any, cast

import pytest

from pytest_evalscope.errors import ScorerError
from pytest_evalscope.scorers import entities
from pytest_evalscope.types import Completion, Sample, Score

TOKENS = ["Ada", "Lovelace", "met", "Babbage", "in", "London"]
RIGHT = (("person", 0, 2), ("person", 3, 4), ("place", 5, 6))
SAMPLE = Sample(id="s", input="?", metadata={"tokens": TOKENS, "entities": RIGHT})
TYPES = ("person", "place")
ALL = "<person>Ada Lovelace</person> met <person>Babbage</person> in <place>London</place>"


def mark(reply, sample=SAMPLE, **fields):
    return entities(TYPES, **fields)(sample, Completion(text=reply), cast("Any", None))


def counts(correct, predicted, expected=3):
    return {"correct": float(correct), "predicted": float(predicted), "expected": float(expected)}


def test_all_that_are_right():
    assert mark(ALL) == Score(
        values=counts(3, 3), answer="person: Ada Lovelace; person: Babbage; place: London", explanation=""
    )


def test_what_is_wrong_and_what_is_missing_are_told_by_name_in_the_order_of_the_text():
    reply = "<person>Ada</person> Lovelace met Babbage in <place>London</place>"
    assert mark(reply) == Score(
        values=counts(1, 2),
        answer="person: Ada; place: London",
        explanation="wrong: person: Ada. missed: person: Ada Lovelace; person: Babbage",
    )
    assert mark("<place>Babbage</place>").explanation == (
        "wrong: place: Babbage. missed: person: Ada Lovelace; person: Babbage; place: London"
    )
    assert mark(ALL.replace("<place>London</place>", "London")).explanation == "missed: place: London"


def test_an_entity_that_the_text_does_not_have_is_wrong():
    assert mark(f"{ALL} <person>Byron</person>") == Score(
        values=counts(3, 4),
        answer="person: Ada Lovelace; person: Babbage; place: London; person: not in the text",
        explanation="wrong: person: not in the text",
    )


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        (" ".join(TOKENS), "no entity"),
        ("Here: AdaLovelace met Babbage\nin London", "no entity"),
        ("<response>none</response>", "no entity"),
        ("I cannot do that.", None),
        ("Ada Lovelace met", None),
        (" \n", None),
        ("", None),
    ],
)
def test_a_reply_that_repeats_the_text_finds_nothing_and_another_says_nothing(reply, answer):
    score = mark(reply)
    assert (dict(score.values), score.answer) == (counts(0, 0), answer)


def test_every_type_may_be_counted_by_itself():
    scorer = entities(TYPES, per_type=True)
    assert scorer.metrics == (
        *("correct", "predicted", "expected"),
        *("correct_person", "predicted_person", "expected_person"),
        *("correct_place", "predicted_place", "expected_place"),
    )
    score = mark("<person>Ada Lovelace</person> met <place>Babbage</place> in <place>London</place>", per_type=True)
    apart = {"correct_person": 1, "predicted_person": 1, "expected_person": 2}
    apart |= {"correct_place": 1, "predicted_place": 2, "expected_place": 1}
    assert dict(score.values) == {**counts(2, 3), **apart}
    assert entities(TYPES).metrics == ("correct", "predicted", "expected")


def test_without_a_reply_all_entities_are_missing():
    assert entities(TYPES).failed(SAMPLE) == counts(0, 0)
    assert entities(TYPES, per_type=True).failed(SAMPLE) == {
        **counts(0, 0),
        "correct_person": 0,
        "predicted_person": 0,
        "expected_person": 2,
        "correct_place": 0,
        "predicted_place": 0,
        "expected_place": 1,
    }


def test_a_text_may_have_no_entity_and_must_have_tokens():
    bare = Sample(id="s", input="?", metadata={"tokens": TOKENS})
    assert mark(" ".join(TOKENS), bare) == Score(values=counts(0, 0, 0), answer="no entity", explanation="")
    lacking: list[dict[str, list[str]]] = [{}, {"tokens": []}]
    for metadata in lacking:
        with pytest.raises(ScorerError) as caught:
            mark(ALL, Sample(id="s", input="?", metadata=metadata))
        assert caught.value.message == ("entities: the metadata of sample 's' has no tokens; a list of words is needed")
