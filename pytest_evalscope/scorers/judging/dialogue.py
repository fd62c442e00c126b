"""The scorer that rates each completion of a dialogue."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum
from typing import Any

from pytest_evalscope.errors import ScorerError
from pytest_evalscope.models.prompt import content_text
from pytest_evalscope.scorers.judging.criteria import QUALITY
from pytest_evalscope.scorers.judging.options import HINT, NO_JUDGE
from pytest_evalscope.scorers.judging.prompt import judge_messages, template_messages
from pytest_evalscope.scorers.judging.requests import COLD, verdicts_of
from pytest_evalscope.scorers.judging.verdict import Scale, Verdict
from pytest_evalscope.types import Completion, Context, Messages, Sample, Score

LAST = "The QUESTION is a dialogue; the ANSWER is the reply to its last message, and that reply alone is rated."


@dataclass(frozen=True, slots=True, kw_only=True)
class turn_ratings:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=turn_ratings()`
    """Let the judges of the run rate the two completions of a dialogue from 1 to 10, each with the turns before it.

    The values: the ratings of both turns and their mean, on that scale and under EvalScope's names, and `rating`, where
    the mean lies on the scale, in [0, 1], so that it can be part of an index. Of a panel it is the mean. An empty
    completion is rated lowest and shown to no judge; a completion without a rating leaves the sample without a score,
    which counts 0.

    A sample's `metadata["references"]` are shown where it has them. Its `metadata["judge_prompts"]`, a system prompt
    and a template for each turn in MT-Bench's form, take the place of our own words; the rating is then read from the
    one `[[number]]` in the judge's completion.
    """

    low: float = 1.0
    high: float = 10.0
    params: Mapping[str, Any] = field(default_factory=lambda: COLD)
    """Generation parameters of the judges."""
    needs: tuple[str, ...] = field(default=("judge",), init=False)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The keys of every Score's values."""
        return ("rating", "judge_score", "first_turn_judge_score", "second_turn_judge_score")

    async def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the ratings. Raises ScorerError without judges, without two completions, and without a verdict."""
        completions = [text.strip() for text in (completion.turns or (completion.text,))]
        if not any(completions):
            return Score(
                values=self._values([self.low] * 2), answer=None, explanation="empty completions; no judge was called"
            )
        if len(completions) != 2:
            raise ScorerError(
                f"turn_ratings: {len(completions)} completions; accepted: a dialogue of two turns, with two"
            )
        if not context.judges:
            raise ScorerError(f"turn_ratings: {NO_JUDGE}", hint=HINT)
        found = await asyncio.gather(
            *(self._rated(sample, completions, turn, context) for turn in (0, 1)), return_exceptions=True
        )
        first, second = (_certain(each) for each in found)
        ratings = [
            fsum(each.rating or 0.0 for each in said) / len(said) if said else self.low for said in (first, second)
        ]
        lines = [
            f"turn {number}: {verdict.judge}: {verdict.said}. {verdict.reason}".rstrip()
            for number, said in enumerate((first, second), start=1)
            for verdict in said or ()
        ]
        both = zip(first, second, strict=True) if first and second else ()
        return Score(
            values=self._values(ratings),
            answer=completions[1] or completions[0],
            explanation="\n".join(lines),
            verdicts={one.judge: (one.vote, two.vote) for one, two in both},
        )

    async def _rated(
        self, sample: Sample, completions: Sequence[str], turn: int, context: Context
    ) -> Sequence[Verdict]:
        if not completions[turn]:
            return ()
        answers = Scale(self.low, self.high, bracketed=bool(sample.metadata.get("judge_prompts")))
        messages = self.render(sample, completions, turn, seed=context.seed)
        return await verdicts_of(context.judges, messages, answers, params=self.params, repeat=context.repeat)

    def render(self, sample: Sample, completions: Sequence[str], turn: int, *, seed: int = 0) -> Messages:
        """Return the judge's prompt for one completion (`turn` 0 or 1)."""
        questions = [content_text(message["content"]) for message in sample.input if not isinstance(message, str)]
        references = tuple(sample.metadata.get("references", ()))
        boundary_seed = f"{seed}/{sample.id}/{turn}"
        prompts = sample.metadata.get("judge_prompts")
        if prompts:
            system, template = prompts[turn]
            return template_messages(system, template, _placeholders(questions, completions, references), boundary_seed)
        said = [f"user:\n{questions[0]}"]
        for place in range(turn):
            said += [f"assistant:\n{completions[place]}", f"user:\n{questions[place + 1]}"]
        blocks = {
            "QUESTION": "\n\n".join(said) if turn else questions[0],
            "REFERENCE": references[turn] if references else "",
            "ANSWER": completions[turn],
        }
        criteria = f"{QUALITY}\n\n{LAST}" if turn else QUALITY
        return judge_messages(criteria, Scale(self.low, self.high).form, blocks, boundary_seed)

    def _values(self, ratings: Sequence[float]) -> dict[str, float]:
        first, second = ratings
        middle = (first + second) / 2
        share = (middle - self.low) / (self.high - self.low)
        return dict(zip(self.metrics, (share, middle, first, second), strict=True))


def _placeholders(questions: Sequence[str], completions: Sequence[str], references: Sequence[str]) -> dict[str, str]:
    """Return the values of the names in MT-Bench's templates."""
    made = {"question": questions[0], "answer": completions[0]}
    for number in (1, 2):
        made |= {f"question_{number}": questions[number - 1], f"answer_{number}": completions[number - 1]}
        made |= {f"ref_answer_{number}": references[number - 1] if references else ""}
    return made


def _certain(found: Sequence[Verdict] | BaseException) -> Sequence[Verdict]:
    if isinstance(found, BaseException):
        raise found
    return found
