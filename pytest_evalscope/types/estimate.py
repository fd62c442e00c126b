"""A measured number with its uncertainty, the thresholds it is compared with, and the answers of its interval."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from numbers import Real
from typing import Literal, NoReturn

from pytest_evalscope.errors import GateError, UnknownName, UsageError

__tracebackhide__ = True  # pytest shows the line of the test, and none of ours

TOLERANCE = 1e-9
"""Difference, absolute and relative, up to which a value and a bound are the same number. One sample of a million is
1e-6, while the sums behind a weighted mean of 4/5 may end at 0.7999999999999999."""

Z = 1.959963984540054
"""Quantile of the normal distribution for an end of a 95 % interval."""
POWER = 0.8416212335729143
"""Quantile for what is seen in 80 % of runs."""

Answer = Literal["passed", "failed", "inconclusive"]
INCONCLUSIVE: Literal["inconclusive"] = "inconclusive"
Policy = Literal["warn", "fail", "pass"]
"""Worth of an inconclusive decision in an assertion: true with an `InconclusiveWarning`, false, or true."""
POLICIES: tuple[Policy, ...] = ("warn", "fail", "pass")
RUNS: list[tuple[Policy, Callable[[Decision, Policy], object]]] = [("warn", lambda decision, policy: None)]
"""The policies of the runs in this process, the innermost last, each with what takes in the decisions that tests use.
A context variable would not do: pytest-asyncio runs tests in a context that is older than they are."""


class InconclusiveWarning(UserWarning):
    """An interval that does not tell whether a bound is reached: more samples, or repeats, would narrow it."""


@contextmanager
def deciding(policy: Policy, hear: Callable[[Decision, Policy], object]) -> Iterator[None]:
    """Let `policy` say what inconclusive decisions are, and let `hear` take in each decision whose truth is used."""
    RUNS.append((policy, hear))
    try:
        yield
    finally:
        RUNS.pop()


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


def apart(value: float, bound: float, least: int = 3) -> str:
    """Return a value with `least` decimals, and with more where they would not show on which side of `bound` it is."""
    for digits in range(least, 18):
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Decision:
    """Answer of an interval to a bound. True when passed, false when failed; inconclusive: what the policy says.

    The 95 % interval is used one-sided: a true value below the bound passes, and one that reaches it fails, in at most
    2.5 % of runs each.
    """

    outcome: Answer
    text: str
    """The estimate and its bound, in a sentence; of an inconclusive answer it begins with this word."""
    policy: Policy | None = None
    """The policy of this answer alone; None for that of the run, and without a run "warn"."""
    thresholds: tuple[tuple[str, float], ...] = ()
    """Declared thresholds that this decides: metric and least value."""

    def __bool__(self) -> bool:
        return self.used()

    def used(self, place: tuple[str, int] | None = None) -> bool:
        """Return the truth, and warn at `place`, a file and its line, or at the caller's caller."""
        policy, hear = RUNS[-1]
        policy = self.policy or policy
        hear(self, policy)
        if self.outcome != INCONCLUSIVE:
            return self.outcome == "passed"
        if policy == "warn" and place is None:
            warnings.warn(self.text, InconclusiveWarning, stacklevel=3)
        elif policy == "warn" and place is not None:
            warnings.warn_explicit(self.text, InconclusiveWarning, *place)
        return policy != "fail"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, bool):
            raise TypeError(
                f"a decision compares with True and False, and not with {other!r}; write decision.outcome == 'passed'"
            )
        return self.used() is other

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return self.text


class Question:
    """A question to an estimate or to scores; called with a bound it gives the answer."""

    __slots__ = ("_answer", "_name")

    def __init__(self, name: str, answer: Callable[[object, Policy | None], Decision]) -> None:
        self._name, self._answer = name, answer

    def __call__(self, bound: Threshold | float, *, inconclusive: Policy | None = None) -> Decision:
        """Return the answer. Raises UsageError for what is no bound, GateError where nothing can be decided."""
        if inconclusive is not None and inconclusive not in POLICIES:
            raise UnknownName(f"{self._name}: inconclusive", str(inconclusive), POLICIES)
        return self._answer(bound, inconclusive)

    def __repr__(self) -> str:
        return self._name

    def __bool__(self) -> bool:
        raise TypeError(f"{self._name}, which is not called here, has no truth value; write {self._name}(0.5)")


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

    @property
    def detectable(self) -> float | None:
        """Smallest drop from this value that a gate at this number of samples shows; None where it shows none.

        It is shown where the interval's high end is below the value, in 80 % of runs. In [0, 1] the value b is that of
        `rows` zeros and ones with the same error: b - t for the true value t, with
        c = b - z·sqrt(b (1 - b) / rows), at most 1 - 1 / (2 rows), and c - t = z₈₀·sqrt(t (1 - t) / rows): the sample
        size formula of one proportion (J. Fleiss et al., Statistical Methods for Rates and Proportions, 2003, chapter
        2). Elsewhere it is (z + z₈₀)·SE.
        """
        value = self.value
        if not 0 <= self.low <= self.high <= 1:
            return (Z + POWER) * self.stderr
        rows = self._rows()
        critical = min(value - Z * math.sqrt(value * (1 - value) / rows), 1 - 0.5 / rows)
        if critical <= 0:  # not even 0 would differ visibly
            return None
        square = POWER * POWER
        spread = POWER * math.sqrt(critical * (1 - critical) / rows + square / (4 * rows * rows))
        return value - max(0.0, (critical + square / (2 * rows) - spread) / (1 + square / rows))

    def _rows(self) -> float:
        """Return how many independent zeros and ones have this value with this error, at least 1."""
        if not self.stderr > 0:
            return float(self.n)
        if 0 < self.value < 1:
            return max(1.0, self.value * (1 - self.value) / (self.stderr * self.stderr))
        return max(1.0, Z / (2 * self.stderr) - Z * Z)  # Wilson's bound on what was never seen, backwards

    @property
    def sight(self) -> str:
        """The smallest drop that this number of samples shows, in words."""
        drop = self.detectable
        if drop is None:
            return f"n={self.n} shows no drop from this value"
        return f"n={self.n} shows drops from {drop:.3f} up (80 % power)"

    def _other(self, other: object) -> float | None:
        if isinstance(other, Threshold):
            return other.of(self.metric)
        if isinstance(other, Estimate):
            return other.value
        if isinstance(other, Real):
            return float(other)
        return None

    __bool__ = no_truth_value("an estimate", "a comparison, such as scores.accuracy >= 0.5")

    @property
    def at_least(self) -> Question:
        """The function `at_least(bound)`: whether the interval, and not only the value, is at or above a bound.

        `bound` is a number or a `Threshold`. The answer is passed where the interval's low end reaches it, failed where
        the high end does not, else inconclusive; `inconclusive=` says what that is in an assertion: "warn", "fail" or
        "pass", left out: what the run says. Without being called it has no truth value.
        """
        return lower_bound_of(self)

    @property
    def at_most(self) -> Question:
        """The function `at_most(bound)`, for metrics of which less is better: `at_least` turned round."""
        return upper_bound_of(self)

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
        return self._text(f"{self.value:.3f}", f"{self.low:.2f}", f"{self.high:.2f}")

    def beside(self, bound: float) -> str:
        """Return the text of the estimate, with as many digits as tell its value and both ends from `bound`."""
        return self._text(apart(self.value, bound), apart(self.low, bound, 2), apart(self.high, bound, 2))

    def _text(self, value: str, low: str, high: str) -> str:
        name = f"{self.metric} " if self.metric else ""
        half = (self.high - self.low) / 2
        return f"{name}{value} ± {half:.3f} (95 % {low}–{high}, n={self.n})"

    __repr__ = __str__


def lower_bound_of(estimate: Estimate) -> Question:
    """Return the question whether an estimate's interval is at or above a bound."""
    name = f"{estimate.metric or 'estimate'}.at_least"

    def answer(bound: object, policy: Policy | None) -> Decision:
        if isinstance(bound, Threshold):
            least = bound.of(estimate.metric)
            made = over(estimate, least, policy, source=bound.source)
            return replace(made, thresholds=((estimate.metric, least),))
        return over(estimate, _number(name, bound), policy)

    return Question(name, answer)


def upper_bound_of(estimate: Estimate) -> Question:
    """Return the question whether an estimate's interval is at or below a bound."""
    name = f"{estimate.metric or 'estimate'}.at_most"

    def answer(bound: object, policy: Policy | None) -> Decision:
        if isinstance(bound, Threshold):
            raise UsageError(f"{name}: a threshold is the least value of a metric ({bound}); accepted: a number")
        most = _number(name, bound)
        _require_interval(estimate)
        if reaches(most, estimate.high):
            return Decision(outcome="passed", text=f"{estimate.beside(most)} is at most {shown(most)}", policy=policy)
        if not reaches(most, estimate.low):
            return Decision(outcome="failed", text=f"{estimate.beside(most)} is above {shown(most)}", policy=policy)
        return _inconclusive(estimate, f"at most {shown(most)}", most, policy)

    return Question(name, answer)


def over(estimate: Estimate, least: float, policy: Policy | None = None, *, source: str = "") -> Decision:
    """Return whether an estimate's interval reaches `least`, which `source` has set. Raises GateError without one."""
    _require_interval(estimate)
    said = shown(least) + (f" (set by {source})" if source else "")
    if reaches(estimate.low, least):
        text = f"{estimate.beside(least)} is at least {said}"
        return Decision(outcome="passed", text=text, policy=policy)
    if not reaches(estimate.high, least):
        text = f"{estimate.beside(least)} is below {said}"
        return Decision(outcome="failed", text=text, policy=policy)
    return _inconclusive(estimate, f"at least {said}; {estimate.sight}", least, policy)


def of_several(decisions: Sequence[Decision], policy: Policy | None) -> Decision:
    """Return the answer to several bounds at once: passed where all are, failed where one is.

    Raises UsageError for none.
    """
    if not decisions:
        raise UsageError("at_least: no bound is set ({}); accepted: a number, or a threshold of one metric or more")
    outcomes = [decision.outcome for decision in decisions]
    outcome: Answer = "failed" if "failed" in outcomes else INCONCLUSIVE if INCONCLUSIVE in outcomes else "passed"
    return Decision(
        outcome=outcome,
        text="; ".join(decision.text for decision in decisions if decision.outcome == outcome),
        policy=policy,
        thresholds=tuple(one for decision in decisions for one in decision.thresholds),
    )


def _inconclusive(estimate: Estimate, question: str, bound: float, policy: Policy | None) -> Decision:
    text = f"{INCONCLUSIVE}: {estimate.beside(bound)} may or may not be {question}"
    return Decision(outcome=INCONCLUSIVE, text=text, policy=policy)


def _require_interval(estimate: Estimate) -> None:
    """Raise GateError where an estimate has no interval: none was computed, or it claims to be without any error."""
    low, value, high = estimate.low, estimate.value, estimate.high
    known = all(map(math.isfinite, (low, value, high))) and low <= value <= high
    if not known or (low == high and not estimate.stderr > 0):
        name = estimate.metric or "estimate"
        raise GateError(
            f"{name}: it has no interval, so nothing is decided (value {value}, 95 % {low}–{high}, "
            f"stderr {estimate.stderr}); accepted: a value within an interval that has a width"
        )


def _number(name: str, bound: object) -> float:
    if not isinstance(bound, bool) and isinstance(bound, Real) and math.isfinite(bound):
        return float(bound)
    raise UsageError(f"{name}: not a bound ({bound!r}); accepted: a finite number, or the fixture threshold")
