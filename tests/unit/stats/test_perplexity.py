"""Perplexities as data that can be made again, their errors and intervals."""

import math
import random

import pytest

from pytest_evalscope.stats import described, metric_of, perplexities, ratio
from pytest_evalscope.types import Columns

COLUMNS = Columns(
    values={"nats": [10.0, 2.0, 7.0], "tokens": [5.0, 5.0, 4.0], "words": [4.0, 4.0, 3.0], "bytes": [20.0, 20.0, 15.0]},
    clusters=range(3),
    samples=range(3),
)
FORMS = {
    "byte_probability": ("bytes", lambda nats: math.exp(-nats), lambda nats: math.exp(-nats)),
    "bits_per_byte": ("bytes", lambda nats: nats / math.log(2), lambda _: 1 / math.log(2)),
    "byte_perplexity": ("bytes", math.exp, math.exp),
    "word_perplexity": ("words", math.exp, math.exp),
    "token_perplexity": ("tokens", math.exp, math.exp),
}


@pytest.mark.parametrize("name", list(FORMS))
def test_value_error_and_interval_are_those_of_the_ratio_transformed(name):
    unit, form, slope = FORMS[name]
    found, nats = perplexities()[name](COLUMNS), ratio("nats", unit)(COLUMNS)
    factor = math.exp(4.302652729749462 * nats.stderr / nats.value)  # t of 2 degrees of freedom
    ends = sorted((form(nats.value / factor), form(nats.value * factor)))
    assert (found.value, found.low, found.high) == pytest.approx((form(nats.value), *ends))
    assert found.stderr == pytest.approx(slope(nats.value) * nats.stderr, rel=1e-6)
    assert found.n == 3


@pytest.mark.parametrize("texts", [1, 2, 3, 20, 200])
def test_intervals_lie_where_the_metric_may(texts):
    chance = random.Random(texts)
    sizes = [chance.randint(1, 400) for _ in range(texts)]
    table = Columns(
        values={
            "nats": [size * chance.lognormvariate(0, 1) for size in sizes],
            **{unit: list(map(float, sizes)) for unit in ("tokens", "words", "bytes")},
        },
        clusters=range(texts),
        samples=range(texts),
    )
    for name, metric in perplexities().items():
        found = metric(table)
        least, most = {"byte_probability": (0, 1), "bits_per_byte": (0, math.inf)}.get(name, (1, math.inf))
        assert least <= found.low < found.value < found.high <= most
        assert math.isfinite(found.high)


def test_texts_without_nats_are_as_probable_as_can_be():
    values = {"nats": [0.0, 0.0], "bytes": [5.0, 7.0]}
    found = perplexities()["byte_probability"](Columns(values=values, clusters=range(2), samples=range(2)))
    assert (found.value, found.high, found.low < 1) == (1.0, 1.0, True)


def test_the_only_one_of_which_more_is_better_comes_first():
    assert list(perplexities()) == list(FORMS)


@pytest.mark.parametrize("name", list(FORMS))
def test_each_is_made_again_from_its_description(name):
    told = described(perplexities()[name])
    assert told == ["perplexity", name]
    again = metric_of(told)
    assert again is not None
    assert again(COLUMNS).low == perplexities()[name](COLUMNS).low


def test_a_text_that_no_float_can_hold_is_as_perplexing_as_one_can_be():
    table = Columns(values={"nats": [800.0, 800.0], "words": [1.0, 1.0]}, clusters=range(2), samples=range(2))
    found = perplexities()["word_perplexity"](table)
    assert found.value == found.high == math.exp(709)


@pytest.mark.parametrize("told", [None, [], ["of_the_users_own", 1]])
def test_what_is_no_description_makes_no_metric(told):
    assert metric_of(told) is None


def test_makers_of_others_are_known_by_their_names():
    made = metric_of(["own", "nats", "words"], {"own": ratio})
    assert made is not None
    assert made(COLUMNS).value == 19 / 11
    first = metric_of(["ratio", "nats"], {"ratio": lambda name: ratio(name, "tokens")})
    assert first is not None
    assert first(COLUMNS).value == 19 / 14
