"""Prompts and scoring by a judge that the benchmarks of long contexts share."""

from __future__ import annotations

from pytest_evalscope.scorers import judge

READ_AND_ANSWER = (
    "Please read the following text and answer the question below.\n\n<text>\n{context}\n</text>\n\n{input}\n\n"
    'Format your response as follows: "Therefore, the answer is (insert answer here)".'
)
"""EvalScope's prompt for questions about a text."""

LABELS = {"CORRECT": {"accuracy": 1.0}, "INCORRECT": {"accuracy": 0.0}}

SAME_ANSWER = """\
Decide whether the ANSWER comes to the same result as the REFERENCE, which is right: do not solve the QUESTION anew.

CORRECT: what the answer settles on says the same as the reference, in whatever wording, unit or notation, and as \
fully. More detail does no harm while none of it contradicts the reference.

INCORRECT: it settles on something else, on several things of which one is wrong, on a part only, or on nothing."""


def same_answer() -> judge:
    """Return the scorer that lets a judge decide whether a completion comes to the reference's result."""
    return judge(criteria=SAME_ANSWER, labels=LABELS, empty="INCORRECT")
