"""Errors as texts: what a record, a result and a table show of them."""

import pytest

from pytest_evalscope.errors import DataError, one_line


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
