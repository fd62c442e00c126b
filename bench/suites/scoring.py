"""Our scorers on a case, by the names that the suites use."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from bench.suites.case import Case
from pytest_evalscope.benchmarks import load
from pytest_evalscope.models.reasoning import split_reasoning
from pytest_evalscope.scorers import choice, code, exact, includes, math, number, spans
from pytest_evalscope.scorers.instructions.scorer import verdicts
from pytest_evalscope.scorers.instructions.sentences import sentences
from pytest_evalscope.scorers.instructions.table import follows
from pytest_evalscope.scorers.spans import normalize_span
from pytest_evalscope.text import (
    extract_choice,
    extract_expression,
    extract_number,
    label_of,
    number_value,
    regions,
)
from pytest_evalscope.types import Completion, Context, Sample, Score

SOLUTION = re.compile(r"\\boxed\{|final answer is ")
NOTHING = Context(model=None, judges=(), sandbox=None)  # type: ignore[arg-type]  # no scorer here calls a model


def _stated(reply: str) -> str:
    """Return the words of the answer that a reply states, in one line; all of it where it states none."""
    stated = (region.text.partition("\n")[0].strip() for region in regions(reply) if region.stage != "alone")
    return next(stated, reply.strip())


def score(scorer: Callable[..., Any], sample: Sample, reply: str) -> Score:
    """Return what a scorer says of a reply."""
    made = scorer(sample, Completion(text=reply), NOTHING)
    said: Score = asyncio.run(_awaited(made)) if inspect.isawaitable(made) else made
    return said


async def _awaited(made: Awaitable[Score]) -> Score:
    return await made


def _plain(scorer: Callable[..., Any]) -> Callable[[Case], float]:
    def value(case: Case) -> float:
        choices = tuple(f"option {index}" for index in range(case.choices))
        sample = Sample(input="q", target=case.target, choices=choices, language=case.language)
        return min(score(scorer, sample, case.reply).values.values())

    return value


def _math(case: Case) -> float:
    """Return 1 or 0; of a target that is a whole solution the answer counts, as a reader of rows takes it."""
    targets = (case.target,) if isinstance(case.target, str) else case.target
    golds = tuple((extract_expression(gold) or gold) if SOLUTION.search(gold) else gold for gold in targets)
    return score(math(), Sample(input="q", target=golds, language=case.language), case.reply).values["accuracy"]


def _spans(case: Case) -> tuple[float, float]:
    """Return exact match and F1; the target is a list of accepted answers, each a list of spans."""
    answers = [list(answer) for answer in case.target]
    sample = Sample(input="q", target=answers[0][0] or "-", metadata={"answers": answers})
    values = score(spans(), sample, case.reply).values
    return values["exact_match"], values["f1"]


def _answered(case: Case) -> Case:
    """Return the case with the reply that a model's client hands on: what follows the reasoning."""
    return replace(case, reply=split_reasoning(case.reply)[1])


def _letters(case: Case) -> str:
    """Return the options that are chosen, or an empty text."""
    return (extract_choice(case.reply, [label_of(index) for index in range(case.choices)]) or "").replace(",", "")


def _instructions(case: Case) -> tuple[bool, ...]:
    """Return for each instruction of a prompt whether the reply follows it, strictly or loosely."""
    strict, loose = verdicts(case.reply, case.target)
    return tuple(loose if case.settings["loose"] else strict)


def _program(case: Case) -> str:
    """Return the program in a reply, in `program_form`; settings are those of our scorer."""
    return program_form(code(**case.settings)._find(case.reply) or "")


def program_form(text: str) -> str:
    """Return a program without the white space around it, and a whole one without what does not change it."""
    text = text.strip()
    try:
        return ast.unparse(ast.parse(text))
    except SyntaxError:
        return text


OURS: dict[str, Callable[[Case], Any]] = {
    "math": _math,
    "number": _plain(number()),
    "choice": _plain(choice()),
    "letters": _letters,
    "option": lambda case: case.target in _letters(case),
    "exact": _plain(exact()),
    "stated": _plain(includes(stated=True)),
    "includes": _plain(includes()),
    "bbh": _plain(load("bbh").score),
    "text": lambda case: _stated(case.reply),
    "spans": _spans,
    "same span": lambda case: normalize_span(case.reply) == normalize_span(case.target),
    "span form": lambda case: normalize_span(case.reply),
    "program": _program,
    "instructions": _instructions,
    "instruction": lambda case: follows(case.reply, case.target, case.settings),
    "stated exactly": lambda case: _spans(_answered(case))[0],
    "stated words": lambda case: _spans(_answered(case)),
    "exact span": lambda case: _spans(case)[0],
    "number said": lambda case: number_value(extract_number(case.reply) or "") or "",
    "without reasoning": lambda case: split_reasoning(case.reply)[1].strip(),
    "words": lambda case: len(re.findall(r"\w+", case.reply)),
    "sentences": lambda case: len(sentences(case.reply)),
}


def agree(expected: Any, ours: Any) -> bool:
    """Return whether two values are one, numbers to two digits (as the suites round them)."""
    if isinstance(expected, tuple) and isinstance(ours, tuple):
        return len(expected) == len(ours) and all(map(agree, expected, ours))
    if isinstance(expected, (str, tuple)) or isinstance(ours, (str, tuple)):
        return bool(expected == ours)
    return abs(float(expected) - float(ours)) < 0.0051
