r"""Prompts and problem reading that the benchmarks of mathematics share."""

from __future__ import annotations

from pytest_evalscope.scorers import require_math_verify
from pytest_evalscope.text import extract_expression, extract_number
from pytest_evalscope.types import Row, Sample

BOXED = "{input}\nPlease reason step by step, and put your final answer within \\boxed{}."
"""EvalScope's line below a problem; Qwen2.5-Math's."""

PROBLEM = "Problem:\n{input}\n\nPlease reason step by step, and put your final answer within \\boxed{}.\n"
"""EvalScope's prompt for competitions."""

AIME = (
    "\nSolve the following math problem step by step. Put your answer inside \\boxed{}.\n\n"
    "{input}\n\nRemember to put your answer inside \\boxed{}."
)
"""EvalScope's prompt for AIME; the line break that it begins with is EvalScope's too."""


def problem(question: str, answer: str, **fields: str) -> Sample:
    """Return a problem that `math()` scores; `fields` are an id, a group.

    Raises MissingExtra when math-verify is not installed: before any request, not with every score.
    """
    require_math_verify()
    if not answer:
        raise ValueError("the answer is empty")
    return Sample(input=question, target=answer, **fields)  # type: ignore[arg-type]  # id, subset and group are texts


def aime_problem(row: Row) -> Sample:
    """Return a problem of AIME with its whole number, which copies of a set give as such or in a box."""
    answer = extract_number(str(row.get("answer") or row["solution"]))
    if answer is None or not answer.isdecimal():
        raise ValueError("the answer is no whole number")
    return Sample(id=str(row.get("id", "")), input=row["problem"], target=answer)


def boxed(solution: str) -> str:
    """Return the answer of a worked solution: the content of its last box. Raises ValueError without one."""
    answer = extract_expression(solution) if "boxed" in solution or "fbox" in solution else None
    if answer is None:
        raise ValueError("the solution has no boxed answer")
    return answer
