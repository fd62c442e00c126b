import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from pytest_evalscope.stats import macro, mean, pool, ratio, weighted
from pytest_evalscope.types import Columns

unit = st.floats(0, 1) | st.sampled_from([0.0, 1.0])
anything = st.floats(-1e6, 1e6)
bits = st.sampled_from([0.0, 1.0])


@st.composite
def rows(draw, values):
    """Draw (value, cluster) per row."""
    return draw(st.lists(st.tuples(values, st.integers(0, 20)), min_size=1, max_size=40))


def estimate(pairs):
    values, clusters = zip(*pairs, strict=True)
    return mean("a")(Columns(values={"a": values}, clusters=clusters, samples=range(len(pairs))))


def numbers(item):
    return pytest.approx((item.value, item.stderr, item.low, item.high), rel=1e-6, abs=1e-6)


def alone(values):
    return estimate([(value, row) for row, value in enumerate(values)])


@given(rows(unit | anything), st.randoms())
def test_the_order_of_rows_does_not_matter(pairs, chance):
    shuffled = pairs[:]
    chance.shuffle(shuffled)
    assert numbers(estimate(pairs)) == numbers(estimate(shuffled)).expected


@given(rows(unit))
def test_unit_values_have_an_interval_with_a_width_inside_of_0_and_1(pairs):
    made = estimate(pairs)
    assert 0 <= made.low <= made.value + 1e-12
    assert made.value - 1e-12 <= made.high <= 1
    assert made.high > made.low
    assert made.stderr > 0


@given(rows(anything))
@example([(699051.1010413722, 0)] * 3)
def test_any_values_have_an_interval_with_a_width(pairs):
    made = estimate(pairs)
    assert made.low <= made.value <= made.high
    assert made.stderr > 0


@given(st.lists(bits, min_size=1, max_size=60))
def test_one_more_wrong_answer_never_raises_value_or_ends(values):
    before, after = alone(values), alone([*values, 0.0])
    assert after.value <= before.value
    assert after.low <= before.low + 1e-12
    assert after.high <= before.high + 1e-12


@given(rows(unit))
def test_one_more_wrong_answer_never_raises_a_mean(pairs):
    assert estimate([*pairs, (0.0, 99)]).value <= estimate(pairs).value + 1e-12


@given(st.lists(st.tuples(bits, st.integers(1, 4)), min_size=1, max_size=30))
def test_a_ratio_lies_between_0_and_1_and_a_failure_never_raises_it(pairs):
    def measure(pairs):
        bottoms = [float(bottom) for _, bottom in pairs]
        tops = [top * bottom for (top, _), bottom in zip(pairs, bottoms, strict=True)]
        return ratio("a", "b")(
            Columns(values={"a": tops, "b": bottoms}, clusters=range(len(pairs)), samples=range(len(pairs)))
        )

    made = measure(pairs)
    assert 0 <= made.low <= made.value <= made.high <= 1
    assert made.high > made.low
    assert measure([*pairs, (0.0, 3)]).value <= made.value + 1e-12


strata = st.lists(st.lists(bits, min_size=1, max_size=15).map(alone), min_size=1, max_size=8)


@settings(max_examples=50)
@given(strata, st.data())
def test_a_mean_of_estimates_lies_among_them(parts, data):
    weights = data.draw(st.lists(st.floats(0, 100), min_size=len(parts), max_size=len(parts)))
    assume(sum(weights) > 1e-3)
    made = weighted(parts, weights)
    used = [part for part, weight in zip(parts, weights, strict=True) if weight]
    assert min(used).value - 1e-9 <= made.value <= max(used).value + 1e-9
    assert 0 <= made.low <= made.value <= made.high <= 1
    assert made.high > made.low
    assert made.stderr > 0


@settings(max_examples=50)
@given(strata, st.randoms())
def test_the_order_of_estimates_does_not_matter(parts, chance):
    shuffled = parts[:]
    chance.shuffle(shuffled)
    for mix in (pool, macro):
        assert numbers(mix(parts)) == numbers(mix(shuffled)).expected


@given(st.lists(st.lists(bits, min_size=1, max_size=15), min_size=1, max_size=8))
def test_pooling_gives_the_mean_over_all_rows(parts):
    assert pool([alone(part) for part in parts]).value == pytest.approx(
        alone([bit for part in parts for bit in part]).value
    )
