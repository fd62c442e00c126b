"""Ids are told apart, however many there are."""

from pytest_evalscope.benchmarks.benchmark import FIRST_SIZE, Ids


def test_an_id_is_new_once_and_then_counted():
    ids = Ids()
    assert [ids.times(text) for text in ("a", "b", "a", "a", "", "b", "\ud800", "\ud800")] == [0, 0, 1, 2, 0, 1, 0, 1]


def test_a_table_that_grew_forgets_nothing():
    ids, many = Ids(), 5 * FIRST_SIZE
    assert not any(ids.times(str(number)) for number in range(many))
    assert all(ids.times(str(number)) == 1 for number in range(many))
    assert ids.times(str(many)) == 0
