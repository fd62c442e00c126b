"""Scorer by a rubric: judges decide one criterion after another, each worth points."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_evalscope.errors import ScorerError, UsageError
from pytest_evalscope.scorers.judging.criteria import CRITERION
from pytest_evalscope.scorers.judging.options import HINT, NO_JUDGE
from pytest_evalscope.scorers.judging.panel import pooled
from pytest_evalscope.scorers.judging.prompt import judge_messages, question_text
from pytest_evalscope.scorers.judging.requests import COLD, verdicts_of
from pytest_evalscope.scorers.judging.verdict import Labels, Verdict
from pytest_evalscope.types import Completion, Context, Messages, Sample, Score

MET = Labels({"MET": {"met": 1.0}, "NOT_MET": {}})
_SHOWN = 120
"""Characters of a criterion in an explanation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One criterion of a rubric."""

    criterion: str
    points: float
    """Points when it is met; below 0 for what a completion should not do."""
    tags: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.criterion.strip() or not math.isfinite(self.points) or self.points == 0:
            raise UsageError(
                f"rubric: not an item ({self.criterion[:60]!r}: {self.points}); accepted: criterion, points not 0"
            )


def items_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Item, ...]:
    """Return the items that rows `{"criterion": …, "points": …, "tags": […]}` spell. Raises KeyError, UsageError."""
    return tuple(
        Item(
            criterion=str(row["criterion"]), points=float(row["points"]), tags=frozenset(map(str, row.get("tags", ())))
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class rubric:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=rubric(items={…})`
    """Let the judges of the run decide which criteria a completion meets: points earned of those that can be earned.

    Each criterion is a request of its own to each judge; of a panel the majority decides, and a tie is half of the
    points. The value is Σ points of what is met / Σ of the points above 0, cut to [0, 1]. A criterion without a verdict
    leaves the sample without a score. An empty completion meets nothing, and no judge is called.

    Source of the form: HealthBench (arXiv:2505.08775).
    """

    items: Mapping[str, float] = field(default_factory=dict)
    """Criterion → points, the same for all samples; empty: each sample's `metadata["rubric"]`, see `items_of`."""
    metric: str = "score"
    axes: tuple[str, ...] = ()
    """Tags of items that make values of their own: of each `<axis>`, and `has_<axis>`, which is 1 where a sample has an
    item above 0 points with this tag: `ratio(axis, "has_" + axis)` is the mean over those samples."""
    cut: bool = True
    """Cut each sample's values to [0, 1]; HealthBench cuts the mean alone."""
    params: Mapping[str, Any] = field(default_factory=lambda: COLD)
    """Generation parameters of the judges."""
    needs: tuple[str, ...] = field(default=("judge",), init=False)

    def __post_init__(self) -> None:
        if self.items:
            _possible(self._items(Sample(input="")))

    @property
    def metrics(self) -> tuple[str, ...]:
        """The keys of every Score's values."""
        return (self.metric, *(name for axis in self.axes for name in (axis, f"has_{axis}")))

    async def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the points earned. Raises ScorerError without judges, and when one of them gives no verdict."""
        items, answer = self._items(sample), completion.text.strip()
        _possible(items)
        if not answer:
            return Score(
                values=self.failed(sample), answer=None, explanation="an empty completion; no judge was called"
            )
        if not context.judges:
            raise ScorerError(f"rubric: {NO_JUDGE}", hint=HINT)
        requests = (
            verdicts_of(
                context.judges,
                self.render(sample, answer, item, seed=context.seed),
                MET,
                params=self.params,
                repeat=context.repeat,
            )
            for item in items
        )
        found = await asyncio.gather(*requests, return_exceptions=True)
        verdicts = [_certain(each) for each in found]
        met = [pooled(each, "majority")["met"] for each in verdicts]
        return Score(
            values=self._values(items, met),
            answer=answer,
            explanation="\n".join(map(_outcome, items, verdicts)),
            verdicts={
                judge.name: tuple(each[number].vote for each in verdicts) for number, judge in enumerate(context.judges)
            },
        )

    def render(self, sample: Sample, answer: str, item: Item, *, seed: int = 0) -> Messages:
        """Return the judge's prompt for one item and `answer`."""
        blocks = {"QUESTION": question_text(sample), "CRITERION": item.criterion, "ANSWER": answer}
        return judge_messages(CRITERION, MET.form, blocks, f"{seed}/{sample.id}")

    def failed(self, sample: Sample) -> Mapping[str, float]:
        """Return the values of a sample without a completion: no points of those that can be earned."""
        items = self._items(sample)
        return self._values(items, [0.0] * len(items))

    def _items(self, sample: Sample) -> tuple[Item, ...]:
        if self.items:
            return tuple(Item(criterion=text, points=points) for text, points in self.items.items())
        return items_of(sample.metadata.get("rubric", ()))

    def _values(self, items: Sequence[Item], met: Sequence[float]) -> dict[str, float]:
        values = {self.metric: self._share(items, met)}
        for axis in self.axes:
            pairs = [(item, share) for item, share in zip(items, met, strict=True) if axis in item.tags]
            there = any(item.points > 0 for item, _ in pairs)
            values[axis] = self._share([item for item, _ in pairs], [share for _, share in pairs]) if there else 0.0
            values[f"has_{axis}"] = float(there)
        return values

    def _share(self, items: Sequence[Item], met: Sequence[float]) -> float:
        possible = math.fsum(item.points for item in items if item.points > 0)
        earned = math.fsum(item.points * share for item, share in zip(items, met, strict=True))
        share = earned / possible if possible else 0.0
        return min(1.0, max(0.0, share)) if self.cut else share


def _possible(items: Sequence[Item]) -> None:
    if not any(item.points > 0 for item in items):
        raise UsageError(
            f"rubric: no points can be earned ({len(items)} items); at least 1 item with points above 0 is needed"
        )


def _outcome(item: Item, verdicts: Sequence[Verdict]) -> str:
    text = " ".join(item.criterion.split())
    shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
    said = "; ".join(f"{verdict.judge}: {verdict.said}. {verdict.reason}".rstrip() for verdict in verdicts)
    return f"[{item.points:+g}] {shown} | {said}"


def _certain(found: tuple[Verdict, ...] | BaseException) -> tuple[Verdict, ...]:
    if isinstance(found, BaseException):
        raise found
    return found
