"""The expression that a reply gives, and its plain form."""

from fractions import Fraction

import pytest

from pytest_evalscope.text import extract_expression, plain_expression, plain_number


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        (r"So it is \boxed{\frac{1}{2}}.", r"\frac{1}{2}"),
        (r"\boxed{1} is wrong. It is \boxed{x^{2}}", "x^{2}"),
        (r"The roots are $\boxed{1}$ and $\boxed{-2}$.", "1, -2"),
        (r"\boxed{3}, that is \boxed{3}", "3"),
        (r"\boxed{}", None),
        (r"It is $4$. \boxed{5", "4"),
        (r"\boxed 7", "7"),
        (r"\fbox{8}", "8"),
        (r"The answer is $\frac{\pi}{2}$.", r"\frac{\pi}{2}"),
        ("ANSWER: 2x + 1\n\nDone.", "2x + 1"),
        ("**Answer:** 42 apples", "42"),
        (r"ANSWER: \text{(C)}", "(C)"),
        (r"ANSWER: \text{east}.", "east"),
        (r"We get \(x = 3\) and then \[y = 4.\]", "y = 4"),
        (r"3\sqrt{13}", r"3\sqrt{13}"),
        ("There are 12 of them.", "12"),
        ("I cannot do this.", None),
        ("", None),
        ("答案是 $７$", "7"),
        ("先算 3。\n答案：25元", "25"),
        ("答案是１６。", "16"),
        ("答案是\\frac{1}{2}。", "\\frac{1}{2}"),
        ("答案：东", "东"),
    ],
)
def test_an_expression_is_found(reply, found):
    assert extract_expression(reply) == found


@pytest.mark.parametrize(
    ("expression", "plain"),
    [
        (r"\left( 3, \dfrac{\pi}{2} \right)", r"(3,\frac{\pi}{2})"),
        (r"\text{Evelyn}", "Evelyn"),
        (r"\$32,\!348", "32,348"),
        (r"90^\circ", "90"),
        (r"\frac12", r"\frac{1}{2}"),
        (r"50\%.", "50"),
    ],
)
def test_looks_count_for_nothing(expression, plain):
    assert plain_expression(expression) == plain


@pytest.mark.parametrize(
    ("plain", "value"),
    [
        ("18", 18), ("-3.50", Fraction(-7, 2)), ("1,234", 1234), (".5", Fraction(1, 2)), ("7.", 7),
        (r"-\frac{2}{4}", Fraction(-1, 2)), ("3/4", Fraction(3, 4)), ("1/0", None), ("1,23", None), ("x", None),
        ("1e9", None), ("", None), ("9" * 100, None), ("1/-2", None),
    ],
)  # fmt: skip
def test_a_plain_number_has_a_value(plain, value):
    assert plain_number(plain) == value


@pytest.mark.parametrize("piece", [r"\boxed{", "{", "$", r"\boxed{1} ", "ANSWER: ", r"\text{", "1,1,", r"\("])
def test_a_long_reply_of_one_piece_ends(piece):
    assert len(extract_expression(piece * 20_000) or "") <= 1000
