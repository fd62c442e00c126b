"""Gate decisions: passed, failed, or error: not computed, which is neither a pass nor a low score."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

from pytest_evalscope.types import OUTCOMES, UNSCORED, Decision, Estimate, GateOutcome, Result, Scores, Threshold
from pytest_evalscope.types.estimate import of_several, over, reaches, shown

FILE = "thresholds.toml"
"""The name of a file of thresholds, beside the tests or in a folder above them."""


def threshold_files(folder: Path, root: Path) -> list[Path]:
    """Return the files `thresholds.toml` from `folder` up to `root`, the nearest first."""
    folders = [folder, *(parent for parent in folder.parents if parent == root or root in parent.parents)]
    return [place / FILE for place in folders if (place / FILE).is_file()]


class GateResult(NamedTuple):
    """A gate's verdict and its reason; the reason is empty when the gate passes."""

    verdict: GateOutcome
    message: str


def judge(
    scores: Scores | Result, thresholds: Mapping[str, float], max_errors: float = 0.0, *, first_error: str = ""
) -> GateResult:
    """Return whether every metric reaches its threshold.

    - `error`: the gate is not computed, because scores are missing (see `coverage_error`) or a metric was not measured.
    - `failed`: a value is below its threshold; the message says by how much, and whether that could be chance.
    - `none`: there is no threshold.
    """
    problem = coverage_error(scores, max_errors, first_error=first_error)
    if problem:
        return GateResult("error", problem)
    missing = [name for name in thresholds if name not in scores.metrics]
    if missing:
        known = ", ".join(scores.metrics)
        return GateResult("error", f"metrics without a measurement: {', '.join(missing)}; measured: {known}")
    failures = shortfalls(scores.metrics, thresholds)
    if failures:
        return GateResult("failed", failures)
    return GateResult("passed" if thresholds else "none", "")


def shortfalls(metrics: Mapping[str, Estimate], thresholds: Mapping[str, float]) -> str:
    """Return which of `metrics` are below their thresholds, and by how much; empty when none is."""
    below = ((metrics[name], least) for name, least in thresholds.items() if not reaches(metrics[name].value, least))
    return "; ".join(shortfall(estimate, least) for estimate, least in below)


def unmet(
    metrics: Mapping[str, Estimate],
    threshold: Threshold,
    *,
    intervals: bool = False,
    decided: Collection[tuple[str, float]] = (),
) -> Decision | None:
    """Return the answer to a declared threshold; None where nothing is left to say, because all metrics reach it.

    Values decide, or with `intervals` the intervals. They also do for what is in `decided`, metric and least value: the
    test has decided that by interval itself, and has dealt with an answer that was inconclusive.
    """
    source = threshold.source
    pointed = {}
    made = []
    for name, least in threshold.values.items():
        dealt_with = (name, least) in decided
        if not intervals and not dealt_with:
            pointed[name] = least
            continue
        decision = over(metrics[name], least, source=source)
        if decision.outcome == "failed" or (decision.outcome == "inconclusive" and not dealt_with):
            made.append(decision)
    below = shortfalls(metrics, pointed)
    if below:
        made.append(Decision(outcome="failed", text=f"{below} (set by {source})"))
    return of_several(made, None) if made else None


def shortfall(estimate: Estimate, least: float) -> str:
    """Return the message for an estimate below the threshold `least`."""
    text = f"{estimate.beside(least)} is below {shown(least)}"
    if estimate.high < least:
        return text
    return f"{text}; that may be chance: {estimate.sight}"


def coverage_error(scores: Scores | Result, max_errors: float = 0.0, *, first_error: str = "") -> str:
    """Return why no gate can be computed from the scores; empty when one can.

    No gate is computed when nothing was planned, a planned sample has no record or was not requested, more than the
    share `max_errors` of the samples have no score, or an estimate is missing or not finite. `first_error` is quoted in
    the message.
    """
    planned, outcomes = scores.planned, scores.outcomes
    ended = sum(outcomes.values())
    if planned < 1:
        return "no sample was planned: nothing to measure"
    if not set(OUTCOMES).issuperset(outcomes) or any(count < 0 for count in outcomes.values()):
        return f"the counts of outcomes are broken ({dict(outcomes)})"
    if ended != planned or (isinstance(scores, Result) and not scores.complete):
        return f"{ended} of {planned} samples have a record: the run was cut off"
    if outcomes.get("not_asked"):  # `max_errors` tolerates samples that failed, not samples that were left out
        return _not_requested(scores, first_error)
    lost = {name: outcomes[name] for name in OUTCOMES if name in UNSCORED and outcomes.get(name)}
    count = sum(lost.values())
    if not tolerated(count, max_errors, planned):
        kinds = ", ".join(f"{number} {name}" for name, number in lost.items())
        quoted = f": first error {first_error}" if first_error else ""
        allowed = f"more than the allowed {100 * max_errors:g} %"
        return f"{count} of {planned} samples have no score ({kinds}), {allowed}{quoted}"
    return _broken_estimate(scores)


def shard_error(scores: Scores | Result, whole: int, max_errors: float = 0.0, *, first_error: str = "") -> str:
    """Return why a shard alone rules out a gate over all `whole` samples; empty when it can still be computed.

    It is ruled out when a sample was not requested, or when more samples of the shard have no score than the gate
    tolerates among all.
    """
    if scores.outcomes.get("not_asked"):
        return _not_requested(scores, first_error)
    count = sum(number for name, number in scores.outcomes.items() if name in UNSCORED)
    if tolerated(count, max_errors, whole):
        return ""
    quoted = f": first error {first_error}" if first_error else ""
    return (
        f"{count} of the shard's {scores.planned} samples have no score, more than the allowed "
        f"{100 * max_errors:g} % of all {whole}{quoted}"
    )


def tolerated(count: int, share: float, planned: int) -> bool:
    """Return whether `count` unscored samples are at most this share of those planned; none always is."""
    # Multiplied, not divided: 0.07 of 100 must tolerate 7; NaN tolerates nothing.
    return not count or count <= share * planned * (1 + 1e-12)


def _not_requested(scores: Scores | Result, first_error: str) -> str:
    quoted = f": first {first_error}" if first_error else ""
    return f"{scores.outcomes['not_asked']} of {scores.planned} samples were not requested: the budget is spent{quoted}"


def _broken_estimate(scores: Scores | Result) -> str:
    if len(scores.metrics) == 0:
        return "no metric was measured"
    for name, estimate in scores.metrics.items():
        numbers = (estimate.value, estimate.stderr, estimate.low, estimate.high)
        if not all(map(math.isfinite, numbers)) or estimate.n < 1:
            return f"{name} is not a measurement (value {estimate.value}, stderr {estimate.stderr}, n={estimate.n})"
    return ""
