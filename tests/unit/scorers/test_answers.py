"""Right, wrong and no answer are three things."""

from typing import cast

import pytest

from pytest_evalscope.errors import ScorerError, UsageError
from pytest_evalscope.scorers import choice, number
from pytest_evalscope.scorers.functions import failed_values
from pytest_evalscope.types import Completion, Context, Sample, Score

TWO = ("Rome", "Paris")


def mark(scorer, reply, target, choices=(), language=""):
    sample = Sample(id="s", input="?", target=target, choices=choices, language=language)
    return scorer(sample, Completion(text=reply), None)


@pytest.mark.parametrize(
    ("scorer", "reply", "target", "accuracy", "answer"),
    [
        (number(), "It is 18.", "18", 1, "18"),
        (number(), "It is 18.00.", "18", 1, "18.00"),
        (number(), "36/2", "18", 1, "36/2"),
        (number(), "$1,000", "1000", 1, "1000"),
        (number(), "1000", "1,000", 1, "1000"),
        (number(), "0.1", "0.10000000000000001", 0, "0.1"),  # one as floats
        (number(), "7", ("6", "7"), 1, "7"),
        (number(), "8", ("6", "7"), 0, "8"),
        (number(), "1/0", "18", 0, "1/0"),
        (number(), "none", "18", 0, None),
        (number(tolerance=0.01), "101", "100", 1, "101"),
        (number(tolerance=0.01), "101.01", "100", 0, "101.01"),
        (number(tolerance=0.01), "-99", "-100", 1, "-99"),
        (number(tolerance=0.01), "0.001", "0", 0, "0.001"),
    ],
)
def test_marks(scorer, reply, target, accuracy, answer):
    score = mark(scorer, reply, target)
    assert score == Score(values={"accuracy": float(accuracy)}, answer=answer, explanation=score.explanation)


@pytest.mark.parametrize(
    ("question", "reply", "target", "accuracy"),
    [
        ("How many dozens of eggs will she eat?", "She will eat 7 dozen eggs.", "7", 1),
        ("How many dozens of eggs will she eat?", "She needs seven dozen.", "7", 1),
        ("How many dozen eggs will she eat?", "84", "7", 0),
        ("How many eggs are in 2 dozen?", "ANSWER: 2 dozen", "24", 1),
        ("How many eggs are in 2 dozen?", "ANSWER: 2 dozen", "2", 0),
        ("What did it cost, in millions of dollars?", "The answer is $3 million.", "3", 1),
        ("How many people live there?", "The answer is 3 million.", "3000000", 1),
    ],
)
def test_a_word_that_the_question_counts_in_is_a_unit(question, reply, target, accuracy):
    sample = Sample(id="s", input=question, target=target)
    score = number()(sample, Completion(text=reply), cast("Context", None))
    assert score.values["accuracy"] == accuracy


@pytest.mark.parametrize(
    ("reply", "language", "target", "accuracy", "explanation"),
    [
        ("16 eggs. The answer is 18, not 16.", "", "18", 1, 'stated, behind "answer is"'),
        ("so she has 18", "", "18", 1, "alone, the whole completion"),
        ("16 eggs. ANSWER: unknown", "", "16", 0, 'it is said to be unknown (structured, behind "ANSWER:")'),
        ("Die Antwort ist 12,5.", "de", "12.5", 1, 'stated, behind "Antwort ist"'),
        ("Die Antwort ist 70.000.", "de", "70000", 1, 'stated, behind "Antwort ist"'),
        ("3.125", "de", "3.125", 0, "alone, the whole completion"),  # 3125
        ("3,125", "de", "3.125", 1, "alone, the whole completion"),  # a target in plain notation is not German
        ("3125", "de", "3.125,0", 1, "alone, the whole completion"),
        ("sorry", "", "18", 0, "no answer found: none is stated, and none stands alone"),
        ("ANSWER: sorry", "", "18", 0, 'no answer found: what is stated is none (structured, behind "ANSWER:")'),
    ],
)
def test_a_number_is_read_by_its_language_and_explained(reply, language, target, accuracy, explanation):
    score = mark(number(), reply, target, language=language)
    assert (score.values["accuracy"], score.explanation) == (accuracy, explanation)


@pytest.mark.parametrize("tolerance", [-0.1, 1, float("nan")])
def test_a_tolerance_is_a_share(tolerance):
    with pytest.raises(
        UsageError, match=r"^number: invalid tolerance \(.*\); accepted: a share of the target, from 0 to below 1\Z"
    ):
        number(tolerance=tolerance)


@pytest.mark.parametrize(
    ("reply", "accuracy", "answer"),
    [("ANSWER: B", 1, "B"), ("ANSWER: A", 0, "A"), ("ANSWER: A, B", 0, "A,B"), ("ANSWER: C", 0, None), ("", 0, None)],
)
def test_choice(reply, accuracy, answer):
    score = mark(choice(), reply, "B", TWO)
    assert (score.values, score.answer) == ({"accuracy": accuracy}, answer)


@pytest.mark.parametrize(
    ("reply", "accuracy", "answer"),
    [
        ("Paris.", 1, "B"),
        ("It has a tower.\n\nANSWER: **paris**", 1, "B"),
        ("ANSWER: Rome", 0, "A"),
        ("«Paris»", 1, "B"),
        (" 。Paris！？", 1, "B"),
        ("ANSWER: A", 0, "A"),  # a label comes before a text
        ("It is Paris, not Rome.", 0, None),
        ("", 0, None),
    ],
)
def test_choice_by_the_text_of_an_option(reply, accuracy, answer):
    score = mark(choice(or_text=True), reply, "B", TWO)
    assert (score.values, score.answer) == ({"accuracy": accuracy}, answer)


def test_the_text_of_an_option_counts_only_when_asked_for_and_told_from_the_others():
    assert mark(choice(), "Paris.", "B", TWO).answer is None
    assert mark(choice(or_text=True), "Paris.", "B", ("Paris", "paris")).answer is None


@pytest.mark.parametrize(
    ("target", "reply", "accuracy", "answer"),
    [
        ("A,C", "ANSWER: A, C", 1, "A,C"),
        ("A,C", "ANSWER: C and A", 1, "C,A"),
        ("A,C", "ANSWER: A", 0, "A"),
        ("A,C", "ANSWER: ABC", 0, "A,B,C"),
        ("A,C", "", 0, None),
        (("A", "C"), "ANSWER: C", 1, "C"),  # any one of them
        (("A", "C"), "ANSWER: A, C", 0, "A,C"),
    ],
)
def test_a_choice_of_several_options_takes_all_of_them(target, reply, accuracy, answer):
    score = mark(choice(), reply, target, ("one", "two", "three"))
    assert (score.values, score.answer) == ({"accuracy": accuracy}, answer)


def test_a_choice_says_how_its_answer_was_found():
    assert mark(choice(), "The answer is B.", "B", TWO).explanation == 'stated, behind "answer is"'
    assert mark(choice(), "C", "B", TWO).explanation == "C is not one of the options (alone, the whole completion)"
    assert (
        mark(choice(), "ANSWER: A/B", "B", TWO).explanation
        == 'several options, where one is right: structured, behind "ANSWER:"'
    )
    assert mark(choice(), "ANSWER: A/B", "A,B", TWO).explanation == 'structured, behind "ANSWER:"'
    assert mark(choice(), "ANSWER: A or B", "B", TWO).explanation.startswith(
        "several options are left open (structured"
    )
    assert mark(choice(), "", "B", TWO).explanation == "no answer found: there is no text"


@pytest.mark.parametrize("scorer", [number(), choice()])
def test_a_sample_without_a_reply_counts_zero_in_every_metric(scorer):
    assert failed_values(scorer, Sample(input="?")) == dict.fromkeys(scorer.metrics, 0.0)


@pytest.mark.parametrize(
    ("scorer", "target", "choices", "message"),
    [
        (number(), "none", (), r"^number: the target has no number \('none'\); sample s"),
        (choice(), "C", TWO, r"^choice: the target is not one of the options \('C'\); accepted: A,B"),
        (choice(), "A,C", TWO, r"^choice: the target is not one of the options \('A,C'\); accepted: A,B"),
        (choice(), "Paris", TWO, "^choice: the target is not one of the options"),
        (choice(), "A", (), "^choice: the target is not one of the options"),
    ],
)
def test_a_target_that_no_reply_can_meet_is_an_error_and_no_mark(scorer, target, choices, message):
    with pytest.raises(ScorerError, match=message):
        mark(scorer, "18", target, choices)


def test_scorers_are_values():
    assert number() == number()
    assert hash(choice()) == hash(choice())
    assert choice() != choice(or_text=True)
