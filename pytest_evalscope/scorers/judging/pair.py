"""Comparison of two completions to one prompt, by one judge or a panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from pytest_evalscope.errors import ScorerError, UsageError
from pytest_evalscope.scorers.judging.criteria import PREFERENCE
from pytest_evalscope.scorers.judging.panel import majority
from pytest_evalscope.scorers.judging.prompt import PAIR, judge_messages
from pytest_evalscope.scorers.judging.requests import COLD, verdicts_of
from pytest_evalscope.scorers.judging.verdict import Labels, Verdict
from pytest_evalscope.types import Messages, Model

Winner = Literal["A", "B", "tie"]
ANSWERS = Labels({"A": {"a": 1.0}, "B": {"b": 1.0}, "tie": {}})
"""The verdicts about a pair; the completion must be one JSON object with a reason and one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The result of one comparison."""

    winner: Winner | None
    """The better completion; None without a verdict, for which `problem` has the reason."""
    verdicts: tuple[Verdict, ...] = ()
    """The verdict of each judge; empty where no judge was called or any gave no verdict."""
    problem: str = ""
    """Reason for the missing verdict, in one line; "" with a verdict."""


async def compare(
    question: str,
    first: str,
    second: str,
    judges: Sequence[Model],
    *,
    reference: str = "",
    criteria: str = PREFERENCE,
    seed: str = "0",
    params: Mapping[str, Any] = COLD,
    repeat: int = 0,
) -> Comparison:
    """Return whether A (`first`) or B (`second`) is the better completion to `question`, or neither.

    The judges see A before B, and nothing here corrects a judge that favours a position: compare in both orders. A
    panel decides by majority; where no verdict has the most votes, it is a tie. An empty completion loses against any
    other, two are a tie, and no judge is called. A judge that cannot be reached, refuses, or twice returns something
    else than a verdict leaves no winner, whatever the others said.

    Args:
        question: The prompt, as text.
        first: Completion A.
        second: Completion B.
        judges: The judge models; each gets its own request, all at once.
        reference: One good completion, if there is one.
        criteria: The criteria; blocks named QUESTION, REFERENCE, ANSWER A and ANSWER B follow.
        seed: Seed of the boundary of the blocks, together with the texts.
        params: Generation parameters of the judges.
        repeat: The number of the repeat; repeats never share a cached verdict.

    Raises UsageError without a judge.
    """
    if not judges:
        raise UsageError("compare: no judge is named; at least 1 is needed")
    if not (first.strip() and second.strip()):
        return Comparison(winner="A" if first.strip() else "B" if second.strip() else "tie")
    messages = pair_messages(question, first, second, reference=reference, criteria=criteria, seed=seed)
    try:
        verdicts = await verdicts_of(judges, messages, ANSWERS, params=params, repeat=repeat)
    except ScorerError as error:
        return Comparison(winner=None, problem=error.message)
    said = majority([verdict.said for verdict in verdicts])
    return Comparison(winner=cast("Winner", said or "tie"), verdicts=verdicts)


def pair_messages(
    question: str, first: str, second: str, *, reference: str = "", criteria: str = PREFERENCE, seed: str = "0"
) -> Messages:
    """Return the judge's prompt for a pair."""
    blocks = {"QUESTION": question, "REFERENCE": reference, "ANSWER A": first.strip(), "ANSWER B": second.strip()}
    return judge_messages(criteria, ANSWERS.form, blocks, seed, task=PAIR)
