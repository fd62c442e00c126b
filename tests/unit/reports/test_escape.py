import pytest

from pytest_evalscope.reports.escape import markdown, one_line, plain_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb\x1b[0m\x07", "ab"),
        ("a\x1b]0;title\x07b", "ab"),
        ("lone \ud83d end", "lone \ufffd end"),
        ("no XML: \ufffe\uffff\x00\x0b", "no XML: \ufffd\ufffd"),
        ("kept\n\ttab", "kept\n\ttab"),
        ("turned \u202e round", "turned  round"),
    ],
)
def test_text_keeps_what_can_do_nothing(text, shown):
    assert plain_text(text) == shown


def test_text_is_cut():
    assert plain_text("abc", 3) == "abc"
    assert plain_text("x" * 10_000) == "x" * 10_000
    assert plain_text("x" * 10_001) == "x" * 10_000 + "…"
    assert one_line("abcde", 5) == "abcde"
    assert one_line("  " * 100 + "a", 50) == "…", "what is looked at is four times as long as what is shown"
    assert one_line("  " * 99 + " a", 50) == "a"
    assert one_line("y" * 300) == "y" * 300
    assert one_line("y" * 301) == "y" * 299 + "…"
    assert markdown("|" * 300) == r"\|" * 300
    assert markdown("|" * 301) == r"\|" * 299 + "…"
    assert markdown("|" * 5, 4) == r"\|\|\|…"
    assert plain_text("abcdef", 3) == "abc…"
    assert one_line("a  b\n\nc", 10) == "a b c"
    assert one_line("abcdef", 5) == "abcd…"
    assert len(one_line("x" * 10_000)) == 300


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a|b", r"a\|b"),
        ("`rm -rf`", r"\`rm -rf\`"),
        ("<script>&", "&lt;script&gt;&amp;"),
        ("*b* _i_ ~s~ [l](u) #1 {x}", r"\*b\* \_i\_ \~s\~ \[l\](u) \#1 \{x\}"),
        ("a\\|b", r"a\\\|b"),
        ("line\n| row |", r"line \| row \|"),
        ("https://evil.example", "https:&#47;/evil.example"),
    ],
)
def test_markdown_shows_the_characters_and_nothing_else(text, shown):
    assert markdown(text) == shown
