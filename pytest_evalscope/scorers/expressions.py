"""Right or wrong in mathematics: an expression against the sample's target, in whatever form it is written."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from pytest_evalscope.scorers.functions import right_or_wrong
from pytest_evalscope.scorers.verification import verification
from pytest_evalscope.text import plain_expression, plain_number
from pytest_evalscope.text.answers.expressions import read_expression
from pytest_evalscope.text.answers.regions import Reading
from pytest_evalscope.types import Completion, Context, Sample, Score


@dataclass(frozen=True, slots=True)
class math:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=math()`
    r"""1 when the expression that the completion gives equals the target, else 0: `\frac12`, `1/2` and `0.5` are one.

    `text.extract_expression` finds the expression. What is written alike and whole numbers are compared here; all else
    in one process per worker that may use 5 seconds of CPU time per completion (an answer that takes longer is wrong,
    and the explanation says so): by the rules below, and what these do not know, such as integrals, by math-verify
    (Hugging Face). It needs the extra `math`. No model output is evaluated as Python.

    - TeX, Unicode, plain text and Python are one: `3\sqrt{13}`, `3√13`, `3*sqrt(13)`. `3e8` is a power of ten, `24e`
      is 24 times Euler's number. `2 1/2` is five halves, `32, 349` are two numbers.
    - Whole numbers and fractions are compared exactly. A decimal of six digits or more is right if it lies less than
      one unit of its last digit from the value (of its twelfth, if it has more): `0.333333` is a third, `0.333` is not.
    - Formulas with variables are equal if they have the same value for all values of these at which both are real.
      math-verify decides where that is so for positive ones only: `\sqrt{x^2}` is not `x`. A logarithm without a base
      is that to the base 10.
    - A unit, a percent sign, the base of digits or `x =` may be left out on either side. Units have to be of one kind
      and the same in amount: `2 m` is `200 cm` and "2 meters", not `2 km`. 50% is `0.5` and `50`. `2516_8` is not
      `2516_7`, nor the 1358 that it comes to.
    - Lists and sets have no order, whatever divides their parts; `(1, 2)` is a point and has one; ± is both values,
      several in one part are independent unless one is ∓.
    - Intervals have to have the same ends and brackets. An inequality is equal to the interval that it describes,
      except for a target such as `(1, 3)`, which may be a point. Equations are equal up to a factor: `y = 2x + 1` is
      `2x - y + 1 = 0`; it is also equal to `2x + 1`.
    - Words are compared without case: `\text{even}` is "Even".
    """

    metrics: tuple[str, ...] = ("accuracy",)

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score | Awaitable[Score]:
        """Return the score of one completion. Raises MissingExtra, and ScorerError when math-verify cannot be run."""
        targets = sample.targets
        text = completion.text.strip()
        if text in targets and any(map(str.isalnum, text)):
            return _score(True, Reading(text, "the whole completion"))
        reading = read_expression(completion.text, sample.language)
        if reading.answer is None:
            return _score(False, reading)
        right = _decided(targets, reading.answer)
        return _verified(targets, reading, reading.answer) if right is None else _score(right, reading)


@lru_cache(maxsize=4096)
def _gold(target: str) -> tuple[str, Fraction | None]:
    plain = plain_expression(target)
    return plain, plain_number(plain)


def _decided(targets: tuple[str, ...], answer: str) -> bool | None:
    """Return whether the answer is right, by its text or as two whole numbers; None where these do not decide it."""
    plain = plain_expression(answer)
    value = plain_number(plain)
    golds = [_gold(target) for target in targets]
    if any(
        (plain == text and any(map(str.isalnum, plain))) or (value is not None and value == number)
        for text, number in golds
    ):
        return True
    numbers = [value, *(number for _, number in golds)]
    # A percent sign may mean a hundredth; math-verify knows.
    whole = all(number is not None and number.denominator == 1 for number in numbers)
    return False if whole and not any("%" in text for text in (answer, *targets)) else None


async def _verified(targets: tuple[str, ...], reading: Reading, answer: str) -> Score:
    child = verification()
    right = await asyncio.get_running_loop().run_in_executor(child.executor, child.equal, targets, answer)
    return _score(bool(right), reading, "" if right is not None else "too costly to compare: counts as wrong")


def _score(right: bool, reading: Reading, explanation: str = "") -> Score:
    return right_or_wrong(right, reading.answer, explanation or reading.how)
