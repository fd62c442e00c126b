"""The answer behind the last formula of a completion that states none."""

from __future__ import annotations

import pytest

from pytest_evalscope.text import extract_expression

CONCLUDED = (
    ("We use $a+b=7$.\n\nTherefore, there are 12 distinct sequences.", "12"),
    ("$196 = 2^2$, hence it has 9 divisors.", "9"),
    ("It gives $x^2-4=0$.\n\n**12**", "12"), ("As $n>1$ there are **12** ways.", "12"), ("$**5**$", "5"),
    ("$x > 0$, so there are **nine** of them.", "9"), ("The function is **even**.", "even"),
    ("$x = 5$ is **correct**.", "x = 5"),
    ("Then $y=7$.\n\nSo we are done!", "y=7"), ("$x=3$. So that's it! See step 2.", "x=3"),
    ("12, so it is **fine**.", "12"),
    ("$x=5$.\n\n**Note** that 3 is none.", "x=5"),
    ("It is $\\boxed{44}$. We check our answer: $17 \\cdot 44 = 748$.", "44"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "answer"), CONCLUDED)
def test_the_conclusion_counts_before_the_last_formula(text, answer):
    assert extract_expression(text) == answer
