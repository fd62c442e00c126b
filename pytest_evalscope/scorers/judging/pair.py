"""Which of two replies to one prompt is better, by one judge or a panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from pytest_evalscope.errors import ScorerError, UsageError
from pytest_evalscope.scorers.judging.ask import COLD, ask_all
from pytest_evalscope.scorers.judging.criteria import PREFERENCE
from pytest_evalscope.scorers.judging.panel import majority
from pytest_evalscope.scorers.judging.prompt import PAIR, judge_messages
from pytest_evalscope.scorers.judging.verdict import Labels, Verdict
from pytest_evalscope.types import Messages, Model

Winner = Literal["A", "B", "tie"]
ANSWERS = Labels({"A": {"a": 1.0}, "B": {"b": 1.0}, "tie": {}})
"""The verdicts about a pair; the reply must be one JSON object with a reason and one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What became of one comparison."""

    winner: Winner | None
    """None: there is no verdict, and `problem` says why."""
    verdicts: tuple[Verdict, ...] = ()
    """What each judge said; empty where none was asked or any gave no verdict."""
    problem: str = ""
    """Why there is no verdict, in one line; "" when there is one."""


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
    """Return whether A (`first`) or B (`second`) is the better reply to `question`, or neither.

    The judges see A before B, and nothing here evens out a judge that favours a place: ask both orders. A panel decides
    by majority; where no verdict has the most votes, it is a tie. An empty reply loses against any other, two are a
    tie, and no judge is asked. A judge that cannot be reached, refuses, or twice replies with something else than a
    verdict leaves no winner, whatever the others said.

    Args:
        question: What was asked, as text.
        first: Reply A.
        second: Reply B.
        judges: The models to ask; each by itself, all at once.
        reference: One good reply, if there is one.
        criteria: What to judge by; blocks named QUESTION, REFERENCE, ANSWER A and ANSWER B follow.
        seed: What the boundary of the blocks is drawn from, together with the texts.
        params: Generation parameters of the judges.
        repeat: Which repeat this is; repeats never share a cached verdict.

    Raises UsageError without a judge.
    """
    if not judges:
        raise UsageError("compare: no judge is named; one or more are needed")
    if not (first.strip() and second.strip()):
        return Comparison(winner="A" if first.strip() else "B" if second.strip() else "tie")
    messages = pair_messages(question, first, second, reference=reference, criteria=criteria, seed=seed)
    try:
        verdicts = await ask_all(judges, messages, ANSWERS, params=params, repeat=repeat)
    except ScorerError as error:
        return Comparison(winner=None, problem=error.message)
    said = majority([verdict.said for verdict in verdicts])
    return Comparison(winner=cast("Winner", said or "tie"), verdicts=verdicts)


def pair_messages(
    question: str, first: str, second: str, *, reference: str = "", criteria: str = PREFERENCE, seed: str = "0"
) -> Messages:
    """Return the messages that ask a judge about a pair."""
    blocks = {"QUESTION": question, "REFERENCE": reference, "ANSWER A": first.strip(), "ANSWER B": second.strip()}
    return judge_messages(criteria, ANSWERS.form, blocks, seed, task=PAIR)
