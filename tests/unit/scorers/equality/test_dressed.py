r"""Answers with something beside their value: an option's letter, a modulus, units as TeX has them."""

from __future__ import annotations

import pytest

from pytest_evalscope.scorers.verify_child import compare

SAME = (
    ("12", r"\text{(C) } 12"), ("C", r"\text{(C) } 12"), ("12", r"\textbf{(C)}\ 12"), ("12", "C) 12"), ("5", "(B) 5"),
    ("12", r"\text{C. }12"), ("x+1", r"\text{(A) } x + 1"), ("3", r"x \equiv 3 \pmod{7}"), ("3", r"3 \text{ (mod 7)}"),
    (r"3 \pmod 7", r"x \equiv 3 \pmod{7}"), ("3", r"3 (\bmod 7)"), ("3", r"\text{three}"), (r"\emptyset", r"\{\}"),
    (r"\{\}", r"\varnothing"), ("5", r"5\frac{\text{m}}{\text{s}}"),
    (r"5\text{ m/s}", r"5\,\frac{\mathrm{m}}{\mathrm{s}}"),
    ("9.8", r"9.8\ \frac{\text{m}}{\text{s}^2}"), ("5", r"5\,\Omega"), (r"5\text{ ohm}", r"5~\Omega"),
    ("50", r"50\,\mathrm{\mu F}"), (r"500\text{ nm}", r"0.5\,\mu\text{m}"), (r"1\text{ nm}", r"10\,\text{Å}"),
    ("2", r"2~\AA"), ("10", r"10\,M_{\odot}"), ("1.6e-19", r"1.6\times10^{-19}\,\mathrm{C}"),
    (r"\frac{2\pi}{\Omega}", r"2\pi/\Omega"), ("DNE", "does not exist"), (r"\text{DNE}", "undefined"),
    ("undefined", r"\text{does not exist}"), (r"\text{does not exist}", "The limit doesn't exist."),
    (r"\emptyset", "no solution"), (r"\text{no solution}", r"\{\}"), (r"\varnothing", r"\text{no real solutions}"),
)  # fmt: skip
OTHER = (
    ("13", r"\text{(C) } 12"), ("B", r"\text{(C) } 12"), (r"3 \pmod 5", r"3 \pmod 7"), ("4", r"x \equiv 3 \pmod 7"),
    ("3", r"\text{thirty}"), ("0", r"\{\}"), (r"\{0\}", r"\emptyset"), (r"\emptyset", "0"),
    ("6", r"5\frac{\text{m}}{\text{s}}"),
    (r"5\,\frac{\text{km}}{\text{h}}", r"5\frac{\text{m}}{\text{s}}"), ("2", r"2\Omega"), ("6", r"5\,\Omega"),
    (r"25\,\mu\text{m}", r"25\,\text{nm}"), ("0", "DNE"), ("DNE", "0"), (r"\emptyset", "DNE"), ("3", "does not exist"),
    (r"\{1\}", "no solution"), (r"\infty", "does not exist"),
)  # fmt: skip


@pytest.mark.parametrize(("gold", "answer"), SAME)
def test_what_is_beside_a_value_does_not_change_it(gold, answer):
    assert compare(gold, answer)


@pytest.mark.parametrize(("gold", "answer"), OTHER)
def test_another_value_stays_another(gold, answer):
    assert not compare(gold, answer)
