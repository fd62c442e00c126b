"""A measured number with its uncertainty, and the thresholds it is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pytest_evalscope.errors import UsageError


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

    def __float__(self) -> float:
        return self.of(self.primary)

    def __repr__(self) -> str:
        return ", ".join(f"{metric} >= {value:g}" for metric, value in self.values.items()) or "no threshold"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimate:
    """A measured value with standard error and 95 % interval; compares as its value.

    `n` is the number of planned samples behind it, the unscored ones included as 0.
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
        if isinstance(other, (int, float)):
            return float(other)
        return None

    def __ge__(self, other: object) -> bool:
        bound = self._other(other)
        return NotImplemented if bound is None else self.value >= bound

    def __gt__(self, other: object) -> bool:
        bound = self._other(other)
        return NotImplemented if bound is None else self.value > bound

    def __le__(self, other: object) -> bool:
        bound = self._other(other)
        return NotImplemented if bound is None else self.value <= bound

    def __lt__(self, other: object) -> bool:
        bound = self._other(other)
        return NotImplemented if bound is None else self.value < bound

    def __eq__(self, other: object) -> bool:
        bound = self._other(other)
        return NotImplemented if bound is None else self.value == bound

    def __hash__(self) -> int:
        return hash(self.value)

    def __float__(self) -> float:
        return self.value

    def __format__(self, spec: str) -> str:
        return format(self.value, spec) if spec else str(self)

    def __str__(self) -> str:
        name = f"{self.metric} " if self.metric else ""
        half = (self.high - self.low) / 2
        return f"{name}{self.value:.3f} ± {half:.3f} (95 % {self.low:.2f}–{self.high:.2f}, n={self.n})"

    __repr__ = __str__
