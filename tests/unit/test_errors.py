"""Errors as texts: what a record, a result and a table show of them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from pytest_evalscope.errors import BudgetSpent, DataError, ScorerError, causes_of, one_line, traceback_of


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (
            DataError("data: no rows\nof any kind", hint="name\ta folder"),
            "data: no rows of any kind; hint: name a folder",
        ),
        (DataError("data: no rows"), "data: no rows"),
        (KeyError("text"), "KeyError: 'text'"),
        (ValueError("x" * 600), "ValueError: " + "x" * 488),
    ],
)
def test_an_error_is_one_line(error, line):
    assert one_line(error) == line


def raised_from_itself():
    try:
        raise KeyError("b")
    except KeyError as error:
        raise error from error


def test_what_is_raised_from_itself_has_an_end():
    with pytest.raises(KeyError) as caught:
        raised_from_itself()
    assert one_line(caught.value).startswith("KeyError: 'b' at ")
    assert "raised_from_itself" in traceback_of(caught.value)
    circle = ScorerError("a")
    circle.__cause__ = BudgetSpent("b")
    circle.__cause__.__cause__ = circle
    assert causes_of(circle) == [circle, circle.__cause__]
    assert traceback_of(circle) == ""


@pytest.mark.parametrize("failure", [KeyboardInterrupt, SystemExit, ValueError])
def test_an_error_that_fails_at_its_own_text_is_named(failure):
    class Odd(Exception):
        def __str__(self):
            raise failure

    def shown():
        return one_line(Odd())

    with ThreadPoolExecutor(1) as threads:  # where no Ctrl-C arrives
        assert threads.submit(shown).result() == "Odd: (its text cannot be shown)"
