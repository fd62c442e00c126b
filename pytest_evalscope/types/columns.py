"""The scores of one subset as columns: what metrics are computed from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pytest_evalscope.types.estimate import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """One row per planned sample and repeat, in the order in which they ended.

    Every column has the same length; unscored rows hold the scorer's values for a failure (zeros, as a rule).
    """

    values: Mapping[str, Sequence[float]]
    """Values that the scorer measured: name → one number per row."""
    clusters: Sequence[int]
    """Per row the number of its cluster: repeats of a sample, and samples of one group, share theirs."""
    samples: Sequence[int]
    """Per row the number of its sample: repeats of a sample share theirs."""
    answers: Sequence[int] = field(default=())
    """Per row a number that identifies the answer found in the completion, 0 for none. Kept only for the benchmarks of
    which a metric has the attribute `wants_answers`; empty for others."""

    def __len__(self) -> int:
        return len(self.samples)


Metric = Callable[[Columns], Estimate]
"""A number over all scores of a subset. The engine names the estimate after the metric's key."""
