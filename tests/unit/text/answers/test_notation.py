"""The normal form of formulas, and TeX made of it."""

import pytest

from pytest_evalscope.text.answers.notation import tex, tokens, without_python
from pytest_evalscope.text.answers.units import is_unit, unit_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x²", "x^{2}"), ("x**2", "x^2"), ("3√13", r"3\sqrt 13"), ("2π", r"2\pi"), ("2pi", r"2 \pi"), ("−3", "-3"),
        ("90°", r"90^{\circ}"), ("90^\\circ", r"90\degree"), ("x ≤ 3", r"x \leq 3"), ("3×10⁸", r"3 \times 10^{8}"),
        ("±2", r"\pm 2"), ("1,234", "1234"), ("1{,}234", "1234"), (r"1\,234", "1234"), (r"1,\!234", "1234"),
        ("1 234", "1234"), ("3{,}5", "3.5"), ("x₁", "x_{1}"), ("½", r"\frac{1}{2}"), (r"\dfrac{1}{2}", r"\frac{1}{2}"),
        ("np.log(2)", r"\ln(2)"), ("asin(1)", r"\arcsin(1)"), ("3 and 5", "3, 5"), (r"3 \text{ or } 5", "3, 5"),
        ("3 as well as 5", "3, 5"), ("3 y 5", "3, 5"), (r"\left( 1, 2 \right)", "(1, 2)"), ("$x$", "x"),
        (r"\operatorname{arctan} x", r"\arctan x"), ("5 percent", r"5\%"), (r"\\frac{1}{2}", r"\frac{1}{2}"),
        ("(0, 1) U (2, 3)", r"(0, 1) \cup (2, 3)"), ("x in [0, 1]", r"x \in [0, 1]"), ("ℝ", r"\mathbb{R}"),
        (r"\mathrm{e}", "e"), ("inf", "∞"), ("4.5E33", "4.5e33"), (r"0.\overline{3}", "0.(3)"), ("a ⋅ b", r"a \cdot b"),
    ],
)  # fmt: skip
def test_spellings_have_one_normal_form(one, other):
    first, second = ([token[:2] for token in tokens(text) if token.text not in {"{", "}"}] for text in (one, other))
    assert first == second


def test_a_comma_between_digits_may_divide():
    assert [token.text for token in tokens("1,234", grouped=False)] == ["1", ",", "234"]
    assert [token.text for token in tokens("32, 349")] == ["32", ",", "349"]


@pytest.mark.parametrize(
    ("written", "typeset"),
    [
        ("4.5e33", r"4.5 \cdot 10^{33}"), ("-1./3", "-1/3"), ("np.arcsin(10/13)", r"\arcsin (10/13)"),
        ("2*np.pi", r"2\cdot \pi"), ("2*x**2+sqrt(3)", r"2\cdot x^{2}+\sqrt {3}"), ("7.1e-2", r"7.1 \cdot 10^{-2}"),
        ("6*10**(-3)", r"6\cdot 10^{-3}"), ("np.log(2)/3", r"\ln (2)/3"), ("5.", "5"),
        # not Python
        ("24e", "24e"), (r"\frac{2}{3}", r"\frac{2}{3}"), (r"e^{-t/\tau}", r"e^{-t/\tau}"), ("0.3", "0.3"),
        (r"x_{0} \cos (\omega t)", r"x_{0} \cos (\omega t)"), (r"6 \pi", r"6 \pi"),
    ],
)  # fmt: skip
def test_python_becomes_tex(written, typeset):
    assert without_python(written) == typeset


@pytest.mark.parametrize(
    ("written", "typeset"),
    [
        (r"\frac12", r"\frac {1}{2}"), (r"\frac123", r"\frac {1}{2}3"), (r"\frac1{12}", r"\frac {1}{12}"),
        (r"\frac\pi2", r"\frac {\pi}{2}"), (r"\frac1\sqrt2", r"\frac {1}{\sqrt {2}}"), (r"\sqrt[3]2", r"\sqrt [3]{2}"),
        ("√(x+1)", r"\sqrt {x+1}"), (r"\int_0^1 x", r"\int _0^{1}x"), ("2 1/2", "2 1/2"), (r"\frac", r"\frac"),
        (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", r"\begin{pmatrix}1& 2\\ 3& 4\end{pmatrix}"), ("2^", "2^"),
        (r"\text{even}", r"\text{ even}"),
    ],
)  # fmt: skip
def test_arguments_are_put_in_braces(written, typeset):
    assert tex(tokens(written)) == typeset


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("m", "meters"), ("cm ^ 2", "square centimeters"), ("km / h", "kmh"), ("miles per hour", "mph"),
        ("$", "dollars"),
        ("inches ^ 2", "square inch"), ("apples", "apple"), ("m / s ^ 2", "meters per second squared"), ("units", ""),
    ],
)  # fmt: skip
def test_units_have_several_spellings(one, other):
    assert unit_of(one) == unit_of(other)


def test_units_of_one_kind_are_so_many_of_each_other():
    assert unit_of("km").powers == unit_of("cm").powers
    assert unit_of("km").factor == 100_000 * unit_of("cm").factor
    assert unit_of("m").powers != unit_of("s").powers
    assert (is_unit("meters"), is_unit("square"), is_unit("mph"), is_unit("apples")) == (True, True, True, False)
