"""Metrics over the repeats of a sample: pass@k, pass^k, vote@k."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb
from typing import Any

from pytest_evalscope.errors import GateError, UnknownName, UsageError
from pytest_evalscope.stats.means import made_by, mean_of
from pytest_evalscope.types import Columns, Estimate, Metric


def pass_at_k(k: int, name: str = "accuracy") -> Metric:
    """Return the metric "share of samples that at least one of k tries gets right".

    Per sample 1 - C(n - c, k) / C(n, k) for c right ones among n repeats, the unbiased estimate of M. Chen et al.,
    arXiv:2107.03374; then the mean over samples, with interval and clusters as `mean` has them. A try is right when
    the scorer's value `name` is 1 or more; one without a completion is wrong. `n` of the estimate counts samples.

    The metric raises GateError for fewer than k repeats of a sample, and whatever `mean` raises. Raises UsageError for
    a k below 1.
    """
    return _over_repeats("pass_at_k", k, name, lambda right, repeats: 1 - comb(repeats - right, k) / comb(repeats, k))


def pass_hat_k(k: int, name: str = "accuracy") -> Metric:
    """Return the metric "share of samples that all of k tries get right", pass^k.

    Per sample C(c, k) / C(n, k) (S. Yao et al., arXiv:2406.12045); all else is as in `pass_at_k`.
    """
    return _over_repeats("pass_hat_k", k, name, lambda right, repeats: comb(right, k) / comb(repeats, k))


def vote_at_k(k: int, name: str = "accuracy") -> Metric:
    """Return the metric "score of the answer that most of k tries give", majority voting (X. Wang et al.,
    arXiv:2203.11171).

    Of n repeats, its mean over all choices of k, computed exactly. Answers are compared by their text; a try
    without one does not vote, and no votes are worth 0. Of answers with equally many votes each counts by its share.
    An answer's score is the mean of the scorer's value `name` over the tries that gave it. Interval, clusters and
    errors are as in `pass_at_k`; columns without answers are a GateError as well.
    """
    _require_tries("vote_at_k", k)
    return _Vote(k, name)


@dataclass(frozen=True, slots=True)
class _Vote:
    k: int
    name: str
    wants_answers: bool = True

    @property
    def made_by(self) -> list[Any]:
        """Its description, see `stats.described`."""
        return ["vote_at_k", self.k, self.name]

    def __call__(self, columns: Columns) -> Estimate:
        def value(rows: Sequence[int]) -> float:
            groups: dict[int, list[float]] = {}
            for row in rows:
                if columns.answers[row]:
                    groups.setdefault(columns.answers[row], []).append(scores[row])
            return _vote(list(groups.values()), len(rows), self.k)

        scores = _column(columns, self.name)
        if len(columns.answers) != len(columns):
            raise GateError(
                f"metric {self.name}: a vote needs answers ({len(columns.answers)} for {len(columns)} rows)"
            )
        return _over_samples(columns, self.k, self.name, value)


def _vote(groups: Sequence[Sequence[float]], repeats: int, k: int) -> float:
    """Return the expected score of the majority of k tries; `groups` holds the scores of each answer."""
    silent = repeats - sum(map(len, groups))
    total = 0.0
    for place, scores in enumerate(groups):
        others = [len(group) for number, group in enumerate(groups) if number != place]
        # Choices of k tries in which this answer has `votes`, and no other has more: by how many others have as many.
        wins = sum(
            comb(len(scores), votes) * count / (ties + 1)
            for votes in range(1, min(k, len(scores)) + 1)
            for ties, count in enumerate(_choices(others, silent, k - votes, votes))
        )
        total += wins * sum(scores) / len(scores)
    return total / comb(repeats, k)


def _choices(sizes: Sequence[int], silent: int, left: int, most: int) -> list[int]:
    """Return in how many ways `left` tries are chosen, at most `most` of each size; by how many sizes give `most`."""
    ways = {(0, 0): 1}
    for size in sizes:
        longer: dict[tuple[int, int], int] = {}
        for (chosen, ties), count in ways.items():
            for votes in range(min(size, most, left - chosen) + 1):
                key = (chosen + votes, ties + (votes == most))
                longer[key] = longer.get(key, 0) + count * comb(size, votes)
        ways = longer
    found = [0] * (len(sizes) + 1)
    for (chosen, ties), count in ways.items():
        found[ties] += count * comb(silent, left - chosen)
    return found


def _over_repeats(kind: str, k: int, name: str, value: Callable[[int, int], float]) -> Metric:
    _require_tries(kind, k)

    def metric(columns: Columns) -> Estimate:
        found = _column(columns, name)
        return _over_samples(columns, k, name, lambda rows: value(sum(found[row] >= 1 for row in rows), len(rows)))

    return made_by(metric, kind, k, name)


def _require_tries(kind: str, k: int) -> None:
    if k < 1:
        raise UsageError(f"{kind}: not a number of tries ({k}); accepted: 1 or more")


def _column(columns: Columns, name: str) -> Sequence[float]:
    if name not in columns.values:
        raise UnknownName("value of the scorer", name, columns.values)
    return columns.values[name]


def _over_samples(columns: Columns, k: int, name: str, value: Callable[[Sequence[int]], float]) -> Estimate:
    """Return the mean over samples of a value of the rows of each. Raises GateError for too few repeats."""
    rows: dict[int, list[int]] = {}
    for row, sample in enumerate(columns.samples):
        rows.setdefault(sample, []).append(row)
    fewest = min(map(len, rows.values()), default=k)
    if fewest < k:
        raise GateError(
            f"metric {name}: too few repeats of a sample ({fewest}); at least {k} are needed",
            hint=f"pass --eval-repeats={k} or more",
        )
    found = Columns(
        values={name: [value(own) for own in rows.values()]},
        clusters=[columns.clusters[own[-1]] for own in rows.values()],
        samples=list(rows),
    )
    return mean_of(found, name, each_once=len(rows) == len(columns.samples))
