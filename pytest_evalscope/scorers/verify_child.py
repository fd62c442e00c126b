"""The process that compares mathematical expressions: one line of JSON in, one line out, until the input ends.

It is a process of its own because some comparisons never end, and Python's computation of them cannot be interrupted
from within. Expressions are parsed as LaTeX by a grammar; nothing in them is evaluated as Python.
"""

from __future__ import annotations

import json
import sys
from functools import lru_cache
from typing import Any

from pytest_evalscope.scorers.equality.comparing import equal
from pytest_evalscope.text.answers.notation import tex, tokens

CPU_SECONDS = 5
"""CPU time of one comparison; the operating system then ends the process."""
MEMORY = 4 << 30
"""Bytes of address space."""


def main() -> None:
    """Answer requests `{"gold": […], "answer": "…"}` with `{"right": …}` or `{"failed": "…"}`."""
    answers = sys.stdout
    sys.stdout = sys.stderr  # whatever a library prints is no answer
    _verified("x", "y")  # loads math-verify
    print("{}", file=answers, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        _bound()
        try:
            answer: dict[str, Any] = {"right": any(compare(gold, request["answer"]) for gold in request["gold"])}
        except Exception as failure:  # noqa: BLE001 - memory, depth of recursion, and whatever sympy meets
            answer = {"failed": type(failure).__name__}
        print(json.dumps(answer), file=answers, flush=True)


def compare(gold: str, answer: str) -> bool:
    """Return whether both are the same answer: by our own rules, and where these do not know it by math-verify's."""
    decided = equal(gold, answer)
    return _verified(tex(tokens(gold)), tex(tokens(answer))) if decided is None else decided


def _verified(gold: str, answer: str) -> bool:
    """Return whether math-verify takes both for the same object, decimals to six digits; False when one is none."""
    from math_verify import verify

    expected, given = _gold(gold), _parsed(answer)
    if not expected or not given:
        return False
    return bool(
        verify(
            list(expected), given, strict=True, float_rounding=6, numeric_precision=15,
            allow_set_relation_comp=False, timeout_seconds=None,
        )
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _gold(expression: str) -> tuple[Any, ...]:
    return tuple(_parsed(expression))


def _parsed(expression: str) -> list[Any]:
    from math_verify import LatexExtractionConfig, parse

    # math-verify's other parser goes through sympy's eval.
    found = parse(
        f"${expression}$", [LatexExtractionConfig()], fallback_mode="no_fallback",
        extraction_mode="first_match", parsing_timeout=None,
    )  # fmt: skip
    return [item for item in found if not isinstance(item, str)]


def _bound() -> None:
    """Let the system end this process when the next comparison costs too much.

    Windows has no such limits, and macOS none on memory; there the parent's timeout is the bound.
    """
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + 1 + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    except (ValueError, OSError):
        # macOS counts the addresses of its shared libraries, more than this, and refuses the limit.
        if sys.platform != "darwin":
            raise
