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
    ("The area is $7$ square units. Hence, it takes 3 minutes.", "3"),
    ("So step 2 is done and it takes 3 minutes. Check it by walking around the whole of it once more. It is $7$", "7"),
    ("The area is $7$. Thus it took us 3 minutes. The rest of the problem is as simple as that, and done.", "7"),
    ("It is $7$, so by part 2 we are done.", "7"), ("Thus it is $5$. So we are done with case 3.", "5"),
    ("It is $\\boxed{44}$. We check our answer: $17 \\cdot 44 = 748$.", "44"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "answer"), CONCLUDED)
def test_the_conclusion_counts_before_the_last_formula(text, answer):
    assert extract_expression(text) == answer
