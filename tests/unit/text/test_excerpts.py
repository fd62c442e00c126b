"""Parts of long texts say how much is missing, and are never longer than was asked for."""

import re

import pytest

from pytest_evalscope.text.excerpts import end_of, ends_of


@pytest.mark.parametrize("cut", [end_of, ends_of])
@pytest.mark.parametrize("text", ["", "short", "three\nlines\nhere", "  blanks around  \n"])
def test_a_short_text_is_left_as_it_is(cut, text):
    assert cut(text, 100, 5) == text.strip()


def test_of_the_end_the_last_characters_are_kept_and_those_before_are_counted():
    assert end_of("a" * 1234 + "the end", 7, 5) == "[… 1,234 characters] the end"
    assert end_of("1\n2\n3\n4", 100, 2) == "[… 4 characters] 3\n4"


def test_of_the_ends_the_middle_is_counted():
    assert ends_of("begin" + "x" * 2000 + "and the end", 15, 5) == "begin [… 2,001 characters …] nd the end"
    assert ends_of("\n".join("abcdefgh"), 100, 3) == "a [… 11 characters …] g\nh"


@pytest.mark.parametrize("cut", [end_of, ends_of])
@pytest.mark.parametrize("lines", [1, 2, 3, 10])
@pytest.mark.parametrize("most", [1, 3, 10, 50])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x" * 200, id="one line"),
        pytest.param("ab\n" * 80, id="short lines"),
        pytest.param("\n".join(["long " * 9] * 9), id="long lines"),
        pytest.param("a\n" * 12 + "z" * 60, id="both"),
    ],
)
def test_what_is_kept_and_what_is_counted_make_the_whole(cut, text, most, lines):
    shown = cut(text, most, lines)
    found = re.search(r" ?\[… ([\d,]+) characters(?: …)?\] ?", shown)
    kept = shown if found is None else shown[: found.start()] + shown[found.end() :]
    left = 0 if found is None else int(found[1].replace(",", ""))
    assert len(kept) + left >= len(text.strip()) - 2, "a blank at the edge of a mark may be the text's own"
    assert len(kept) <= most
    assert kept.count("\n") <= max(lines, 2) - 1
    assert text.strip().endswith(kept[-1:])
