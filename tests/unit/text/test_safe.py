"""Untrusted text can neither drive a terminal nor a CI runner."""

import pytest

from pytest_evalscope.text import harmless, neutralize_commands, strip_control


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, 中文, 👩‍👩‍👧, עברית\tand\nlines", "plain, 中文, 👩‍👩‍👧, עברית\tand\nlines"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1b]0;a title\x07text", "text"),
        ("\x1b]8;;http://example.org\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]0;never ended\nbut this line stays", "0;never ended\nbut this line stays"),
        ("\x1bPq#0\x1b\\after", "after"),
        ("\x1bcreset", "reset"),
        ("\x1b", ""),
        ("over\rwritten\x08\x7f\x00", "overwritten"),
        ("user\u202etxt.exe\u202c", "usertxt.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("a\u2028b\x85c", "abc"),
    ],
)
def test_what_a_terminal_would_obey_is_gone(text, shown):
    assert strip_control(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error::no", ": :error::no"),
        ("fine\n  ::set-output name=x::y", "fine\n  : :set-output name=x::y"),
        ("fine\r::error::no", "fine\r: :error::no"),
        ("\u3000::error::no", "\u3000: :error::no"),
        ("a ##[group]b", "a # #[group]b"),
        ("##vso[task.complete]", "# #vso[task.complete]"),
        ("std::vector, a::b", "std::vector, a::b"),
        ("## A heading", "## A heading"),
        ("::::", ": :::"),
    ],
)
def test_no_line_is_a_command_to_a_runner(text, shown):
    assert neutralize_commands(text) == shown


def test_what_is_harmless_is_both():
    assert harmless("\x1b[31m::error::no\x1b[0m") == ": :error::no"
    assert harmless("plain") == "plain"
