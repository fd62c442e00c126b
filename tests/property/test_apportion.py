"""Dividing samples by shares: what holds for all shares, sizes and counts."""

from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_evalscope.collections.apportion import apportion
from pytest_evalscope.errors import UsageError

WEIGHTS = st.fractions(min_value=Fraction(1, 1000), max_value=1000, max_denominator=1000)
SHARES = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), WEIGHTS, min_size=1, max_size=12)


@st.composite
def bounded(draw):
    shares = draw(SHARES)
    available = {key: draw(st.integers(1, 300)) for key in shares}
    return shares, draw(st.integers(len(shares), 2000)), available


@given(bounded())
def test_counts_sum_to_what_was_asked_or_to_all_there_is(case):
    shares, count, available = case
    counts = apportion(shares, count, available=available)
    assert sum(counts.values()) == min(count, sum(available.values()))
    assert all(1 <= counts[key] <= available[key] for key in shares)


@given(SHARES, st.integers(0, 5000), st.randoms())
def test_the_order_of_the_leaves_changes_nothing(shares, extra, random):
    shuffled = list(shares.items())
    random.shuffle(shuffled)
    count = len(shares) + extra
    assert list(apportion(shares, count).items()) == list(apportion(dict(shuffled), count).items())


@given(SHARES, st.integers(0, 5000))
def test_unbounded_counts_are_the_quota_rounded(shares, count):
    total = sum(shares.values())
    counts = apportion(shares, count, least=0)
    for key, share in shares.items():
        assert floor(count * share / total) <= counts[key] <= ceil(count * share / total)


@given(bounded())
def test_nobody_below_the_bound_is_passed_by_a_smaller_share(case):
    """Of two leaves that both have samples left, the one with the larger share gets at least as many."""
    shares, count, available = case
    counts = apportion(shares, count, available=available)
    spare = [key for key in shares if counts[key] < available[key]]
    for larger in spare:
        assert all(counts[larger] >= counts[other] for other in shares if shares[other] < shares[larger])


@given(bounded(), WEIGHTS)
def test_only_the_ratios_of_shares_count(case, factor):
    shares, count, available = case
    scaled = {key: share * factor for key, share in shares.items()}
    assert apportion(scaled, count, available=available) == apportion(shares, count, available=available)


@given(SHARES)
def test_too_few_samples_for_all_leaves_are_refused(shares):
    with pytest.raises(UsageError, match=f"accepted: a whole number of at least {len(shares)}"):
        apportion(shares, len(shares) - 1)
