"""The choice of a token: each row by its own parameters."""

import math
from collections import Counter

import pytest

from pytest_evalscope.models.hf import sampler as choosing
from pytest_evalscope.models.hf.sampler import choose
from pytest_evalscope.models.local.sampling import Sampling

pytestmark = pytest.mark.slow  # torch and transformers take seconds to import

PROBS = [0.5, 0.25, 0.15, 0.1]


@pytest.fixture(scope="module")
def logits(torch):
    """One row whose tokens 0 to 3 have the probabilities of PROBS, in another order: 2, 0, 3, 1."""
    row = torch.full((4,), 0.0)
    for token, prob in zip((2, 0, 3, 1), PROBS, strict=True):
        row[token] = math.log(prob) + 3
    return row.unsqueeze(0)


def counts(logits, sampling, many=400):
    """How often each token is chosen when the draws are spread evenly over [0, 1)."""
    rows = logits.expand(many, -1)
    choices = choose(rows, [sampling] * many, [(number + 0.5) / many for number in range(many)])
    return {token: count / many for token, count in Counter(choice.token for choice in choices).items()}


def test_without_a_temperature_the_likeliest_is_chosen(logits):
    assert counts(logits, Sampling()) == {2: 1}


def test_draws_follow_the_distribution(logits):
    assert counts(logits, Sampling(temperature=1)) == pytest.approx({2: 0.5, 0: 0.25, 3: 0.15, 1: 0.1})


def test_temperature_sharpens(logits):
    total = sum(prob**2 for prob in PROBS)
    expected = {token: prob**2 / total for token, prob in zip((2, 0, 3, 1), PROBS, strict=True)}
    assert counts(logits, Sampling(temperature=0.5), 4000) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("head", [1024, 1], ids=["likeliest few", "sorted"])
@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"top_k": 1}, (2,)),
        ({"top_k": 2}, (2, 0)),
        ({"top_k": 9}, (2, 0, 3, 1)),
        ({"top_p": 0.0}, (2,)),
        ({"top_p": 0.49}, (2,)),
        ({"top_p": 0.6}, (2, 0)),
        ({"top_p": 0.8}, (2, 0, 3)),
        ({"top_p": 0.99}, (2, 0, 3, 1)),
        ({"top_k": 2, "top_p": 0.66}, (2,)),  # of the two that are left the first has two thirds
        ({"top_k": 2, "top_p": 0.67}, (2, 0)),
        ({"top_k": 3, "top_p": 0.99}, (2, 0, 3)),
    ],
)
def test_unlikely_tokens_are_cut_off(logits, given, left, head, monkeypatch):
    monkeypatch.setattr(choosing, "_HEAD", head)
    probs = dict(zip((2, 0, 3, 1), PROBS, strict=True))
    total = sum(probs[token] for token in left)
    expected = {token: probs[token] / total for token in left}
    assert counts(logits, Sampling(temperature=1, **given), 6000) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("draw", [0.0, 1 - 2**-53])
def test_a_token_that_cannot_be_is_never_drawn(torch, draw):
    never = float("-inf")
    logits = torch.tensor([[never, 1.0, never, 2.0, never]])
    for given in ({}, {"top_p": 0.999}, {"top_k": 4}):
        assert choose(logits, [Sampling(temperature=1, **given)], [draw])[0].token in (1, 3)


def test_rows_do_not_see_each_other(logits, torch):
    samplings = [
        Sampling(),
        Sampling(temperature=1),
        Sampling(temperature=2, top_k=2),
        Sampling(temperature=1, top_p=0.6),
        Sampling(temperature=0.3, logprobs=True, top_logprobs=2),
        Sampling(logprobs=True),
    ]
    rows = torch.cat([logits, logits.roll(1), logits * 0.5, logits, logits.flip(-1), logits])
    draws = [0.0, 0.9, 0.7, 0.8, 0.99, 0.0]
    together = choose(rows, samplings, draws)
    for place, choice in enumerate(together):
        [alone] = choose(rows[place : place + 1], [samplings[place]], [draws[place]])
        assert (alone.token, len(alone.top)) == (choice.token, len(choice.top))
        assert alone.logprob == pytest.approx(choice.logprob)


def test_logprobs_are_those_of_the_model(logits):
    """Neither temperature nor cuts change what is told, as with OpenAI's endpoint."""
    sampling = Sampling(temperature=0.1, top_k=1, logprobs=True, top_logprobs=3)
    [choice] = choose(logits, [sampling], [0.5])
    assert choice.logprob == pytest.approx(math.log(0.5))
    assert [token for token, _ in choice.top] == [2, 0, 3]
    assert [math.exp(value) for _, value in choice.top] == pytest.approx(PROBS[:3])


def test_half_precision_is_chosen_from_in_single(torch):
    logits = torch.tensor([[1.0, 2.0, 3.0]], dtype=torch.bfloat16)
    [choice] = choose(logits, [Sampling(logprobs=True)], [0.0])
    assert choice.logprob == pytest.approx(-math.log(1 + math.exp(-1) + math.exp(-2)), abs=1e-6)


def test_nothing_is_told_unasked(logits):
    [choice] = choose(logits, [Sampling(top_logprobs=3)], [0.0])
    assert choice.logprob is None
    assert choice.top == ()
