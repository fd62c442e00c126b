"""Explanations of failed comparisons."""

from __future__ import annotations

from pytest_evalscope.types import Estimate, Threshold
from pytest_evalscope.types.estimate import shown

_LOST = {
    ">=": "is below", ">": "is not above", "<=": "is above", "<": "is not below", "==": "is not", "!=": "is",
}  # fmt: skip
_TURNED = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "==": "==", "!=": "!="}


def compared(op: str, left: object, right: object) -> tuple[str, bool] | None:
    """Return the metric of a comparison that failed, and whether it was wanted to be low; None where none took part."""
    if isinstance(left, Estimate):
        return left.metric, op in ("<", "<=")
    return (right.metric, op in (">", ">=")) if isinstance(right, Estimate) else None


def explain(op: str, left: object, right: object) -> list[str] | None:
    """Return one line about a comparison that failed; None where no estimate takes part."""
    if not isinstance(left, Estimate):
        if not isinstance(right, Estimate) or op not in _TURNED:
            return None
        if type(left).__module__.startswith("_pytest."):  # it looks at the type, and is equal to no estimate
            return [f"{left!r} compares only from the right; write scores.accuracy {op} pytest.approx(…)"]
        left, right, op = right, left, _TURNED[op]
    if op not in _LOST:
        return None
    if isinstance(right, Threshold):
        least = right.of(left.metric)
        source = f" (set by {right.source})" if right.source else ""
        return [f"{left.beside(least)} {_LOST[op]} {shown(least)}{source}{_chance(op, left, least)}"]
    if isinstance(right, Estimate):
        return [f"{left.beside(right.value)} {_LOST[op]} {right.beside(left.value)}"]
    if isinstance(right, (int, float)):
        return [f"{left.beside(right)} {_LOST[op]} {shown(right)}{_chance(op, left, right)}"]
    return [f"{left} {_LOST[op]} {right}"]


def _chance(op: str, estimate: Estimate, bound: float) -> str:
    """Return what this number of samples shows, where an interval contains the bound that its value misses."""
    chance = op in (">=", ">") and estimate.value < bound <= estimate.high
    return f"; that may be chance: {estimate.sight}" if chance else ""
