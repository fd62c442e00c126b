"""Multi-IF: the instructions of every turn in the reply to it, counted turn by turn."""

from typing import Any, cast

import pytest

from pytest_evalscope.scorers.instructions.conversation import turn_instructions
from pytest_evalscope.types import Completion, Sample
from pytest_evalscope.types.trajectory import said

NO_COMMA: tuple[str, dict[str, Any]] = ("punctuation:no_comma", {})
QUOTED: tuple[str, dict[str, Any]] = ("startend:quotation", {})
WORDS = ("length_constraints:number_words", {"num_words": 2, "relation": "at least"})


def sample(*turns):
    return Sample(input="?", metadata={"instructions": turns})


def marked(replies, *turns, text=""):
    completion = Completion(text=text or (replies[-1] if replies else ""), trajectory=said(replies))
    return turn_instructions()(sample(*turns), completion, cast("Any", None))


def values(*turns):
    """The values of up to three turns, each as (strict, loose, instructions, followed strictly, loosely)."""
    made: dict[str, float] = {}
    for number in (1, 2, 3):
        asked = number <= len(turns)
        counts = (1, *turns[number - 1]) if asked else (0,) * 6
        names = ("prompts", "prompts_strict", "prompts_loose", "instructions", "followed_strict", "followed_loose")
        made |= {f"turn_{number}_{name}": float(count) for name, count in zip(names, counts, strict=True)}
    return made


def test_every_turn_is_counted_and_what_was_missed_is_told():
    score = marked(["a b", 'Sure:\n"a"', "a, b"], [NO_COMMA], [NO_COMMA, QUOTED], [NO_COMMA, QUOTED, WORDS])
    assert dict(score.values) == values((1, 1, 1, 1, 1), (0, 1, 2, 1, 2), (0, 0, 3, 1, 1))
    assert tuple(score.values) == turn_instructions().metrics
    assert score.answer == "3/6 instructions"
    assert score.explanation == (
        "turn 2: not followed: startend:quotation (loosely followed)\n"
        "turn 3: not followed: punctuation:no_comma; startend:quotation"
    )


@pytest.mark.parametrize(("replies", "text"), [(["a"], ""), ([], "a")])
def test_a_turn_without_a_reply_follows_nothing(replies, text):
    score = marked(replies, [NO_COMMA], [NO_COMMA], text=text)
    assert dict(score.values) == values((1, 1, 1, 1, 1), (0, 0, 1, 0, 0))
    assert (score.answer, score.explanation) == ("1/2 instructions", "turn 2: not followed: punctuation:no_comma")


def test_blank_replies_are_no_answer_and_followed_ones_no_complaint():
    assert marked(["", " \n"], [NO_COMMA], [NO_COMMA]).answer is None
    score = marked(["", "a"], [NO_COMMA], [NO_COMMA])
    assert (score.answer, score.explanation) == ("1/2 instructions", "turn 1: not followed: punctuation:no_comma")
    assert marked(["a"], [NO_COMMA]).explanation == ""


def test_words_are_counted_as_the_language_has_them():
    # Every character of the script is one.
    score = marked(["雨落在屋顶上。"], [("length_constraints:number_words", {"num_words": 6, "relation": "at least"})])
    assert score.values["turn_1_prompts_strict"] == 1


def test_a_sample_without_replies_keeps_its_turns_in_the_denominator():
    assert turn_instructions().failed(sample([NO_COMMA], [NO_COMMA, QUOTED])) == values(
        (0, 0, 1, 0, 0), (0, 0, 2, 0, 0)
    )
