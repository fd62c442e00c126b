"""Scorer that compares a completion with another model's stored one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum
from types import MappingProxyType
from typing import Any

from pytest_evalscope.errors import ScorerError
from pytest_evalscope.scorers.judging.criteria import PREFERENCE, STRENGTHS
from pytest_evalscope.scorers.judging.options import HINT, NO_JUDGE
from pytest_evalscope.scorers.judging.pair import ANSWERS
from pytest_evalscope.scorers.judging.prompt import PAIR, judge_messages, question_text, reference_text
from pytest_evalscope.scorers.judging.requests import COLD, verdicts_of
from pytest_evalscope.scorers.judging.verdict import Labels, Verdict
from pytest_evalscope.types import Completion, Context, Messages, Sample, Score

STRONG = 3.0
"""Games that a clear win counts as, in Arena-Hard's rating."""
FIVE = Labels({label: {"a": float(label.startswith("A>"))} for label in ("A>>B", "A>B", "A=B", "B>A", "B>>A")})
_OUTCOMES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "A": (1.0, 1.0),
        "tie": (0.5, 1.0),
        "B": (0.0, 1.0),
        "A>>B": (1.0, STRONG),
        "A>B": (1.0, 1.0),
        "A=B": (0.5, 1.0),
        "B>A": (0.0, 1.0),
        "B>>A": (0.0, STRONG),
    }
)
"""Verdict → what A wins of a game, and how many games it counts as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class versus:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=versus()`
    """Let the judges of the run choose the better one of the completion and the target, another model's completion.

    Both orders are played, so that a judge's liking for one place evens out. The values: `won` of `games`, whose ratio
    over all samples is the win rate, ties half; `disagreed`, 1 where the two orders have different winners. Of a panel
    each value is the mean. A game without a verdict leaves the sample without a score; an empty completion loses both.
    """

    strengths: bool = False
    """Distinguish a clear win (`A>>B`), which counts as three games, from a slight one, as in Arena-Hard."""
    criteria: str = PREFERENCE
    params: Mapping[str, Any] = field(default_factory=lambda: COLD)
    """Generation parameters of the judges."""
    needs: tuple[str, ...] = field(default=("judge",), init=False)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The keys of every Score's values."""
        return ("won", "games", "disagreed")

    async def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return what the completion won. Raises ScorerError without judges, and when one of them gives no verdict."""
        answer = completion.text.strip()
        if not answer:
            return Score(
                values=self.failed(sample), answer=None, explanation="an empty completion; no judge was called"
            )
        if not context.judges:
            raise ScorerError(f"versus: {NO_JUDGE}", hint=HINT)
        orders = [self.render(sample, answer, first=first, seed=context.seed) for first in (True, False)]
        requests = (
            verdicts_of(context.judges, messages, self._answers, params=self.params, repeat=context.repeat)
            for messages in orders
        )
        found = await asyncio.gather(*requests, return_exceptions=True)
        first, second = (_certain(each) for each in found)
        played = [(_OUTCOMES[one.said], _turned(_OUTCOMES[two.said])) for one, two in zip(first, second, strict=True)]
        n = len(played)
        return Score(
            values={
                "won": fsum(share * weight for games in played for share, weight in games) / n,
                "games": fsum(weight for games in played for _, weight in games) / n,
                "disagreed": sum(one[0] != two[0] for one, two in played) / n,
            },
            answer=answer,
            explanation="\n".join(
                [
                    *(f"completion first: {_line(each)}" for each in first),
                    *(f"completion second: {_line(each)}" for each in second),
                ]
            ),
            verdicts={one.judge: (one.said, _mirrored(two.said)) for one, two in zip(first, second, strict=True)},
        )

    def render(self, sample: Sample, answer: str, *, first: bool = True, seed: int = 0) -> Messages:
        """Return the judge's prompt for `answer`, as answer A or (`first=False`) as B."""
        pair = (answer, reference_text(sample)) if first else (reference_text(sample), answer)
        blocks = {"QUESTION": question_text(sample), "ANSWER A": pair[0], "ANSWER B": pair[1]}
        criteria = f"{self.criteria}\n\n{STRENGTHS}" if self.strengths else self.criteria
        return judge_messages(criteria, self._answers.form, blocks, f"{seed}/{sample.id}", task=PAIR)

    def failed(self, sample: Sample) -> Mapping[str, float]:
        """Return the values of a sample without a completion: both games lost."""
        return {"won": 0.0, "games": 2.0, "disagreed": 0.0}

    @property
    def _answers(self) -> Labels:
        return FIVE if self.strengths else ANSWERS


def _turned(outcome: tuple[float, float]) -> tuple[float, float]:
    return 1 - outcome[0], outcome[1]


def _mirrored(said: str) -> str:
    """Return a verdict as if the completion had been answer A."""
    return {"A": "B", "B": "A", "A>>B": "B>>A", "A>B": "B>A", "B>A": "A>B", "B>>A": "A>>B"}.get(said, said)


def _line(verdict: Verdict) -> str:
    return f"{verdict.judge}: {verdict.said}. {verdict.reason}".rstrip()


def _certain(found: Sequence[Verdict] | BaseException) -> Sequence[Verdict]:
    if isinstance(found, BaseException):
        raise found
    return found
