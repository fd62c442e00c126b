"""Dividing samples by shares: the numbers of the documents."""

from fractions import Fraction

import pytest

from pytest_evalscope.collections.apportion import apportion
from pytest_evalscope.errors import UsageError


def tenths(**shares):
    return {key: Fraction(share, 10) for key, share in shares.items()}


def test_a_hundred_samples_of_three_three_four_tenths():
    assert apportion(tenths(a=3, b=3, c=4), 100) == {"a": 30, "b": 30, "c": 40}


def test_twenty_nine_hundredths_of_a_hundred_are_twenty_nine():
    assert apportion({"a": Fraction(29, 100), "b": Fraction(71, 100)}, 100) == {"a": 29, "b": 71}


def test_everyone_gets_at_least_one():
    sizes = {"small": 7, "large": 200}
    shares = {key: Fraction(size) for key, size in sizes.items()}
    assert apportion(shares, 10, available=sizes) == {"large": 9, "small": 1}


def test_what_one_lacks_goes_to_the_others_by_their_shares():
    available = {"a": 4, "b": 100, "c": 100}
    assert apportion(tenths(a=5, b=2, c=3), 24, available=available) == {"a": 4, "b": 8, "c": 12}


def test_more_than_exists_gives_all_there_is():
    assert apportion(tenths(a=5, b=5), 50, available={"a": 1, "b": 3}) == {"a": 1, "b": 3}


def test_equal_remainders_go_to_the_smaller_name():
    assert apportion(tenths(b=1, a=1, c=1), 4) == {"a": 2, "b": 1, "c": 1}


def test_a_leaf_at_its_least_takes_from_the_others():
    # Quotas 0.1, 4.95, 4.95: the first is raised to 1, the rest divide 9.
    assert apportion({"a": Fraction(1), "b": Fraction(49), "c": Fraction(49)}, 10) == {"a": 1, "b": 5, "c": 4}


def test_as_many_samples_as_leaves_are_one_each():
    assert apportion(tenths(a=9, b=1), 2) == {"a": 1, "b": 1}


def test_who_needs_none_may_get_none():
    shares = {"a": Fraction(1), "b": Fraction(99)}
    assert apportion(shares, 2, least=0) == {"a": 0, "b": 2}
    assert apportion(shares, 0, least=0) == {"a": 0, "b": 0}
    assert apportion({}, 0) == {}
    assert apportion({}, 5) == {}


def test_everyone_gets_what_is_the_least_and_no_more_than_there_is():
    available = {"a": 3, "b": 30, "c": 30}
    assert apportion({"a": Fraction(50), "b": Fraction(1), "c": Fraction(49)}, 20, available=available, least=2) == {
        "a": 3,
        "b": 2,
        "c": 15,
    }
    with pytest.raises(UsageError) as caught:
        apportion(tenths(a=5, b=5), 3, least=2)
    assert caught.value.message == (
        "count: not enough samples to give each of 2 leaves 2 (3); accepted: a whole number of at least 4"
    )


def test_exactly_what_exists_is_all_there_is():
    assert apportion(tenths(a=9, b=1), 4, available={"b": 3, "a": 1}) == {"a": 1, "b": 3}
    assert list(apportion(tenths(b=5, a=5), 4)) == ["a", "b"]


@pytest.mark.parametrize("count", [0, 1, -3, 2.5, True, "9"])
def test_a_count_that_is_no_count_is_refused(count):
    with pytest.raises(UsageError, match=r"^count: .*accepted: a whole number of at least 2"):
        apportion(tenths(a=5, b=5), count)
