"""One score from the verdicts of several judges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import fsum
from statistics import median
from typing import Literal

from pytest_evalscope.scorers.judging.verdict import Verdict

Pooling = Literal["mean", "median", "majority"]
POOLINGS: tuple[Pooling, ...] = ("mean", "median", "majority")


def majority(votes: Sequence[str]) -> str | None:
    """Return the most frequent vote; None where another is as frequent."""
    (most, count), *others = Counter(votes).most_common()
    return None if any(other == count for _, other in others) else most


def pooled(verdicts: Sequence[Verdict], pooling: Pooling) -> Mapping[str, float]:
    """Return the values of a panel, metric by metric; every judge counts the same.

    `mean` and `median` are taken over all verdicts. `majority` is the verdict that most judges gave; where several
    have as many, they share the score evenly, so that no order of judges or labels decides.
    """
    if pooling == "majority":
        votes = Counter(verdict.said for verdict in verdicts)
        most = max(votes.values())
        first = {verdict.said: verdict for verdict in verdicts}
        verdicts = [first[said] for said, count in votes.items() if count == most]
    middle: Callable[[Sequence[float]], float] = median if pooling == "median" else _mean
    return {name: middle([verdict.values[name] for verdict in verdicts]) for name in verdicts[0].values}


def explained(verdicts: Sequence[Verdict], pooling: Pooling, prompt: str) -> str:
    """Return an explanation: a line for each judge's verdict, and for a panel how they were pooled."""
    lines = [f"{verdict.judge}: {verdict.said}. {verdict.reason}".rstrip() for verdict in verdicts]
    if len(verdicts) > 1:
        agreed = max(Counter(verdict.said for verdict in verdicts).values())
        lines.append(f"{pooling} of {len(verdicts)} judges, {agreed} of one mind")
    return "\n".join([*lines, f"judge prompt {prompt}"])


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)
