"""One battle: two completions to one prompt, shown to the judges in both orders."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.data import Part, Source
from pytest_evalscope.errors import ModelError, ScorerError
from pytest_evalscope.scorers.judging import HINT, NO_JUDGE, PREFERENCE, Winner, compare
from pytest_evalscope.scorers.judging.prompt import question_text, reference_text
from pytest_evalscope.types import EVERY_REQUEST, Completion, Context, Request, Row, Sample, Score

METRICS = ("score", "shown_first", "shown_second")
"""The first model's score, and its score when shown first and when shown second: 1, 0.5 or 0."""
_WORTH: Mapping[Winner, float] = {"A": 1.0, "tie": 0.5, "B": 0.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Battles:
    """Pairs of completions of two models, read on demand."""

    subsets: tuple[str, ...]
    rows: Callable[[str], Iterator[Row]]
    """Subset → rows with `id`, `input`, `target`, and the completions `first` and `second`, None for a missing one."""

    def size(self, subset: str) -> None:
        """Return None: the completions are counted when they are read."""

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the pairs of one subset."""
        if part == "eval":
            yield from self.rows(subset)


def battle_of(first: str, second: str, *, name: str, data: Battles, criteria: str = PREFERENCE) -> Benchmark:
    """Return the benchmark whose samples are the battles between two models, scored by the judges."""

    def sample(row: Row) -> Sample:
        completions = {"first": row["first"], "second": row["second"]}
        return Sample(
            id=row["id"], input=row["input"], target=row["target"], metadata={**completions, "models": models}
        )

    models = (first, second)
    return Benchmark(name=name, data=data, sample=sample, solve=_show, score=duel(criteria=criteria), task_type="arena")


async def _show(sample: Sample, context: Context) -> Completion:
    """Return both completions under their models' names, for the run folder; no request is made."""
    models, completions = sample.metadata["models"], (sample.metadata["first"], sample.metadata["second"])
    shown = [f"[{model}]\n{text}" for model, text in zip(models, completions, strict=True)]
    return Completion(text="\n\n".join(shown))


@dataclass(frozen=True, slots=True, kw_only=True)
class duel:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=duel()`
    """Let the judges compare the two completions in both orders; a tie where the orders have different winners."""

    criteria: str = PREFERENCE
    metrics: tuple[str, ...] = field(default=METRICS, init=False)
    needs: tuple[str, ...] = field(default=("judge",), init=False)

    async def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the first model's score. Raises ScorerError without a completion of each, or a verdict per order."""
        names = dict(zip(("first", "second"), sample.metadata["models"], strict=True))
        for place, model in names.items():
            if sample.metadata[place] is None:
                raise ScorerError(f"battle: {model} has no completion to this prompt")
        if not context.judges:
            raise ScorerError(f"battle: {NO_JUDGE}", hint=HINT)
        forward, backward = await asyncio.gather(
            self._judge("first", "second", sample, context), self._judge("second", "first", sample, context)
        )
        worth = (_WORTH[forward.winner], 1 - _WORTH[backward.winner])
        score = worth[0] if worth[0] == worth[1] else 0.5
        return Score(
            values=dict(zip(METRICS, (score, *worth), strict=True)),
            answer={1.0: names["first"], 0.0: names["second"]}.get(score, "tie"),
            explanation=f"{forward.reasons} / {backward.reasons}",
            verdicts={judge: (forward.labels[judge], backward.labels[judge]) for judge in forward.labels}
            if forward.labels.keys() == backward.labels.keys()
            else {},
        )

    async def _judge(self, one: str, other: str, sample: Sample, context: Context) -> _Judged:
        made = await compare(
            question_text(sample),
            sample.metadata[one],
            sample.metadata[other],
            context.judges,
            reference=reference_text(sample),
            criteria=self.criteria,
            seed=f"{context.seed}/{sample.id}",
            repeat=context.repeat,
        )
        if made.winner is None:
            raise ScorerError(f"battle: {one} shown first: {made.problem}")
        # Under the completion's name, not its place: the same verdict on both orders is then the same word.
        named: Mapping[str, str] = {"A": one, "B": other, "tie": "tie"}
        labels = {verdict.judge: named[verdict.said] for verdict in made.verdicts}
        reasons = "; ".join(f"{verdict.judge}: {named[verdict.said]}, {verdict.reason}" for verdict in made.verdicts)
        return _Judged(
            made.winner, labels, reasons or f"{named[made.winner]}, an empty completion; no judge was called"
        )


@dataclass(frozen=True, slots=True)
class _Judged:
    winner: Winner
    labels: Mapping[str, str]
    reasons: str


class Nobody:
    """The model under test of a battle, which is never called: its completions exist already."""

    name = "nobody"
    identity: Mapping[str, Any] = {}
    can = EVERY_REQUEST

    async def send(self, request: Request) -> Completion:
        """Raise ModelError."""
        raise ModelError("arena: a battle makes no request to a model")

    async def aclose(self) -> None:
        """Do nothing."""
