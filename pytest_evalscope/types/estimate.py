"""A measured number with its uncertainty, and the thresholds it is compared with."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import NoReturn

from pytest_evalscope.errors import UsageError

__tracebackhide__ = True  # pytest shows the line of the test, and none of ours

TOLERANCE = 1e-9
"""Difference, absolute and relative, up to which a value and a bound are the same number. One sample of a million is
1e-6, while the sums behind a weighted mean of 4/5 may end at 0.7999999999999999."""


def no_truth_value(subject: str, instead: str) -> Callable[[object], NoReturn]:
    """Return the `__bool__` of a value that would always be true, whatever was measured: it raises TypeError.

    `subject` names the value and `instead` is what can be written in its place.
    """

    def refuse(_: object) -> NoReturn:
        raise TypeError(f"{subject} has no truth value, for it would be true whatever was measured; write {instead}")

    return refuse


def reaches(value: float, bound: float) -> bool:
    """Return whether `value` is at least `bound`, up to rounding; every gate is decided here. False for NaN."""
    return value >= bound or math.isclose(value, bound, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def shown(number: float) -> str:
    """Return a bound as it was written: with six digits where that is the number, else with all that it needs."""
    short = f"{number:g}"
    return short if float(short) == number else repr(float(number))


def as_share(percent: float) -> str:
    """Return a percentage as the share that it is, with two decimals or more: 0.90 of 90."""
    text = shown(percent / 100)
    return text if len(text) > 3 else f"{percent / 100:.2f}"


def apart(value: float, bound: float) -> str:
    """Return a value with three decimals, and with more where these would not show on which side of `bound` it is."""
    for digits in range(3, 18):
        text = f"{value:.{digits}f}"
        if float(text) == value or (float(text) != bound and (float(text) > bound) == (value > bound)):
            break
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """Thresholds that a benchmark's metrics must reach: metric → least value.

    `scores.accuracy >= threshold` compares with this metric's entry; `float(threshold)` is the primary metric's.
    """

    values: Mapping[str, float]
    primary: str
    source: str = ""
    """Place where it was set: `--eval-threshold`, a file, or the decorator."""

    def of(self, metric: str) -> float:
        """Return the least value for `metric`. Raises UsageError when none is set."""
        try:
            return self.values[metric]
        except KeyError:
            known = ", ".join(sorted(self.values)) or "none"
            raise UsageError(f"threshold: none is set for this metric ({metric!r}); set: {known}") from None

    __bool__ = no_truth_value("a threshold", "scores.accuracy >= threshold")

    def __float__(self) -> float:
        return self.of(self.primary)

    def __repr__(self) -> str:
        return ", ".join(f"{metric} >= {shown(value)}" for metric, value in self.values.items()) or "no threshold"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimate:
    """A measured value with standard error and 95 % interval; compares as its value.

    Order is up to rounding (`TOLERANCE`): a mean of 4/5 is `>= 0.8`, and not `> 0.8`, however it was summed. Equality
    is exact. It has no truth value. `n` is the number of planned samples behind it, the unscored ones included as 0.
    """

    value: float
    stderr: float
    low: float
    high: float
    n: int
    metric: str = ""

    def _other(self, other: object) -> float | None:
        if isinstance(other, Threshold):
            return other.of(self.metric)
        if isinstance(other, Estimate):
            return other.value
        if isinstance(other, Real):
            return float(other)
        return None

    __bool__ = no_truth_value("an estimate", "a comparison, such as scores.accuracy >= 0.5")

    def __ge__(self, other: object) -> bool:
        bound = self._other(other)
        return NotImplemented if bound is None else reaches(self.value, bound)

    def __gt__(self, other: object) -> bool:
        bound = self._other(other)
        return NotImplemented if bound is None else not reaches(bound, self.value)

    def __le__(self, other: object) -> bool:
        bound = self._other(other)
        return NotImplemented if bound is None else reaches(bound, self.value)

    def __lt__(self, other: object) -> bool:
        bound = self._other(other)
        return NotImplemented if bound is None else not reaches(self.value, bound)

    def __eq__(self, other: object) -> bool:
        bound = self._other(other)
        # Whatever else it is compared with compares itself with a number: pytest.approx does.
        return bool(self.value == (other if bound is None else bound))

    def __hash__(self) -> int:
        return hash(self.value)

    def __float__(self) -> float:
        return self.value

    def __round__(self, digits: int | None = None) -> float:
        return round(self.value, digits)

    def __format__(self, spec: str) -> str:
        return format(self.value, spec) if spec else str(self)

    def __str__(self) -> str:
        return self._text(f"{self.value:.3f}")

    def beside(self, bound: float) -> str:
        """Return the text of the estimate, with as many digits as tell its value from `bound`."""
        return self._text(apart(self.value, bound))

    def _text(self, value: str) -> str:
        name = f"{self.metric} " if self.metric else ""
        half = (self.high - self.low) / 2
        return f"{name}{value} ± {half:.3f} (95 % {self.low:.2f}–{self.high:.2f}, n={self.n})"

    __repr__ = __str__
