"""Scorer of a completion by the instructions that it follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pytest_evalscope.scorers.instructions.table import Check, follows
from pytest_evalscope.types import Completion, Context, Sample, Score


@dataclass(frozen=True, slots=True)
class instructions:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=instructions()`
    """Verify every instruction of a sample, strictly and loosely (IFEval, arXiv:2311.07911).

    `sample.metadata["instructions"]` has pairs of an instruction's id and its arguments. Loosely, an instruction is
    followed when any of eight forms of the completion follows it: as it is or without its first line, its last line or
    both, each with or without `*`.

    Per completion: `prompt_level_strict` and `prompt_level_loose` are 1 when every instruction is followed;
    `instructions` counts them, `followed_strict` and `followed_loose` count the followed ones, for ratios over all
    samples.
    """

    metrics: tuple[str, ...] = (
        "prompt_level_strict",
        "prompt_level_loose",
        "instructions",
        "followed_strict",
        "followed_loose",
    )

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the score of one completion. Raises ScorerError."""
        wanted = sample.metadata["instructions"]
        strict, loose = verdicts(completion.text, wanted)
        return Score(
            values=_values(strict, loose),
            answer=f"{sum(strict)}/{len(strict)} instructions" if completion.text.strip() else None,
            explanation=explain(wanted, strict, loose),
        )

    def failed(self, sample: Sample) -> Mapping[str, float]:
        """Return the values of a sample without a completion: its instructions count, and none is followed."""
        none = [False] * len(sample.metadata["instructions"])
        return _values(none, none)


def verdicts(
    completion: str,
    wanted: Sequence[tuple[str, Mapping[str, Any]]],
    instead: Mapping[str, Check] = MappingProxyType({}),
) -> tuple[list[bool], list[bool]]:
    """Return for each instruction whether `completion` follows it strictly, and whether loosely. Raises ScorerError."""
    forms = _loose_forms(completion)
    strict = [follows(completion, name, arguments, instead) for name, arguments in wanted]
    loose = [
        followed or any(follows(form, name, arguments, instead) for form in forms)
        for followed, (name, arguments) in zip(strict, wanted, strict=True)
    ]
    return strict, loose


def _loose_forms(completion: str) -> list[str]:
    """Return the forms of `completion` besides itself, each once."""
    lines = completion.split("\n")
    cut = [completion, *("\n".join(part).strip() for part in (lines[1:], lines[:-1], lines[1:-1]))]
    return list(dict.fromkeys(cut[1:] + [form.replace("*", "") for form in cut]))


def _values(strict: list[bool], loose: list[bool]) -> dict[str, float]:
    return {
        "prompt_level_strict": float(all(strict)),
        "prompt_level_loose": float(all(loose)),
        "instructions": float(len(strict)),
        "followed_strict": float(sum(strict)),
        "followed_loose": float(sum(loose)),
    }


def explain(wanted: Iterable[tuple[str, Mapping[str, Any]]], strict: list[bool], loose: list[bool]) -> str:
    """Return every instruction that was not followed, by name; nothing when all were."""
    missed = [
        f"{name}{_shown(arguments)}{' (loosely followed)' if at_all else ''}"
        for (name, arguments), followed, at_all in zip(wanted, strict, loose, strict=True)
        if not followed
    ]
    return "not followed: " + "; ".join(missed) if missed else ""


def _shown(arguments: Mapping[str, Any]) -> str:
    return f" [{', '.join(f'{name}={value!r}' for name, value in arguments.items())}]" if arguments else ""
