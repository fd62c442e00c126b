"""Marks of log-probabilities, number by number; how they are asked for is among the tests of the solvers."""

import math
from dataclasses import replace
from typing import Any, cast

import pytest

from pytest_evalscope.errors import ScorerError
from pytest_evalscope.scorers import likeliest, surprisal, true_mass
from pytest_evalscope.scorers.functions import failed_values
from pytest_evalscope.types import Completion, ContinuationLogprob, Sample, Score

SAMPLE = Sample(id="s", input="Which?", choices=("ice", "a bird", " é "), target=("A", "C"))
NOBODY = cast("Any", None)
THREE = ((-2.0, 1), (-3.0, 2), (-2.0, 1))


def mark(scorer, sample, *pairs):
    likelihoods = tuple(ContinuationLogprob(logprob=logprob, tokens=tokens, greedy=False) for logprob, tokens in pairs)
    return scorer(sample, Completion(text="", likelihoods=likelihoods), NOBODY)


def test_the_right_options_share_of_the_probability():
    score = mark(true_mass(), SAMPLE, *THREE)
    right, wrong = 2 * math.exp(-2), math.exp(-3)
    assert (score.values, score.answer) == ({"mc2": pytest.approx(right / (right + wrong))}, "A")
    assert mark(true_mass(), replace(SAMPLE, target="B"), *THREE).values == {
        "mc2": pytest.approx(wrong / (right + wrong))
    }


def test_options_that_nothing_is_likely_about_share_the_probability_all_the_same():
    assert mark(true_mass(), SAMPLE, (-5000.0, 1), (-5000.0, 1), (-9000.0, 1)).values == {"mc2": pytest.approx(0.5)}


def test_a_text_is_counted_in_nats_tokens_words_and_bytes():
    score = mark(surprisal(), Sample(input="It’s a\nrain."), (-12.3456789, 5))
    assert score == Score(
        values={"nats": 12.3456789, "tokens": 5.0, "words": 3.0, "bytes": 14.0}, answer="-12.3457 nats in 5 tokens"
    )


@pytest.mark.parametrize(
    ("text", "words"), [("a b", 2), (" a b", 3), ("a b\n", 3), ("\ta b ", 4), ("a", 1), ("", 0), ("a  b", 2)]
)
def test_words_are_counted_as_the_harness_counts_them(text, words):
    # It splits at white space, and what stands before the first of it or behind the last is a word, though empty.
    assert mark(surprisal(), Sample(input=text), (-1.0, 1)).values["words"] == words


def test_a_length_of_nothing_counts_as_one():
    sample = Sample(input="?", choices=(" ", "ab"), target="A")
    assert mark(likeliest(), sample, (-2.0, 0), (-6.0, 1)) == Score(
        values={"accuracy": 1.0, "acc_norm": 1.0, "acc_bytes": 1.0, "acc_token": 1.0}, answer="A"
    )


def test_one_character_is_a_length_of_one():
    # Per character -2 and -1.5, per token -2 and -2.25.
    score = mark(likeliest(), Sample(input="?", choices=("a", "abc"), target="B"), (-2.0, 1), (-4.5, 2))
    assert dict(score.values) == {"accuracy": 0.0, "acc_norm": 1.0, "acc_bytes": 1.0, "acc_token": 0.0}


def test_the_option_as_it_was_tried_has_the_length():
    # Alone 3 and 6 characters, and the second is the likeliest per character; with the label 8 and 11.
    sample = Sample(input="?", choices=("ice", "a bird"), target="A")
    pairs = ((-3.0, 1), (-5.0, 1))
    assert mark(likeliest(), sample, *pairs).values["acc_norm"] == 0.0
    assert mark(likeliest(option="  {label}: - {text} "), sample, *pairs).values["acc_norm"] == 1.0


def test_what_the_question_adds_is_the_difference_to_the_option_alone():
    scorer = likeliest(unconditional=True)
    sample = Sample(input="?", choices=("ice", "a bird"), target="B")
    score = mark(scorer, sample, (-2.0, 1), (-4.0, 1), (-3.0, 1), (-6.0, 1))
    assert dict(score.values) == {"accuracy": 0, "acc_norm": 0, "acc_bytes": 0, "acc_token": 0, "acc_mutual_info": 1}
    assert scorer.metrics == (*likeliest().metrics, "acc_mutual_info")


@pytest.mark.parametrize(
    ("scorer", "values"),
    [
        (likeliest(), {"accuracy": 0.0, "acc_norm": 0.0, "acc_bytes": 0.0, "acc_token": 0.0}),
        (true_mass(), {"mc2": 0.0}),
        (surprisal(), {"nats": 0.0, "tokens": 0.0, "words": 0.0, "bytes": 0.0}),
    ],
)
def test_a_sample_without_a_reply_counts_zero_in_every_metric(scorer, values):
    assert failed_values(scorer, SAMPLE) == values


def test_what_cannot_be_marked_is_told():
    with pytest.raises(ScorerError) as caught:
        mark(true_mass(), SAMPLE, *THREE[:2])
    assert caught.value.message == (
        "likelihood: the completion has 2 log-probabilities where 3 are needed; the solver likelihood() requests them"
    )
    for target in ("D", (), ("A", "D")):
        with pytest.raises(ScorerError) as caught:
            mark(likeliest(), replace(SAMPLE, target=target), *THREE)
        assert caught.value.message == f"likelihood: the target is not one of the options ({target!r}); accepted: A,B,C"
    with pytest.raises(ScorerError) as caught:
        mark(surprisal(), SAMPLE, (0.0, 0))
    assert caught.value.message == "perplexity: the text of sample 's' has no token; accepted: a text that is not empty"
    with pytest.raises(ScorerError, match=r"^likelihood: the completion has 3 log-probabilities where 1 are needed"):
        mark(surprisal(), SAMPLE, *THREE)
    with pytest.raises(ScorerError, match=r"^likelihood: the completion has 3 log-probabilities where 6 are needed"):
        mark(likeliest(unconditional=True), SAMPLE, *THREE)
