"""Scorer of every completion of a conversation by the instructions of its turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_evalscope.scorers.instructions.multilingual import MULTILINGUAL
from pytest_evalscope.scorers.instructions.scorer import explain, verdicts
from pytest_evalscope.types import Completion, Context, Sample, Score

TURNS = (1, 2, 3)
KINDS = ("prompts", "prompts_strict", "prompts_loose", "instructions", "followed_strict", "followed_loose")

Pairs = Sequence[tuple[str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class turn_instructions:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=turn_instructions()`
    """Verify the instructions of each turn in the completion to it, strictly and loosely (Multi-IF, arXiv:2410.15553).

    `sample.metadata["instructions"]` has for each turn pairs of an instruction's id and its arguments; later turns
    repeat the instructions of earlier ones. Per turn 1, 2 and 3 these values, all of them counts: `turn_1_prompts` is 1
    where the sample has the turn, `turn_1_prompts_strict` and `…_loose` are 1 when every instruction is followed,
    `turn_1_instructions`, `turn_1_followed_strict` and `…_loose` count them. A turn without a completion follows none.
    """

    metrics: tuple[str, ...] = tuple(f"turn_{turn}_{kind}" for turn in TURNS for kind in KINDS)

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the score of all completions. Raises ScorerError."""
        texts = completion.turns or (completion.text,)
        wanted: Sequence[Pairs] = sample.metadata["instructions"]
        found = [
            verdicts(texts[turn] if turn < len(texts) else "", pairs, MULTILINGUAL) for turn, pairs in enumerate(wanted)
        ]
        followed, given = sum(sum(strict) for strict, _ in found), sum(map(len, wanted))
        missed = [
            f"turn {turn}: {missing}"
            for turn, (pairs, (strict, loose)) in enumerate(zip(wanted, found, strict=True), start=1)
            if (missing := explain(pairs, strict, loose))
        ]
        return Score(
            values=_values(found),
            answer=f"{followed}/{given} instructions" if any(map(str.strip, texts)) else None,
            explanation="\n".join(missed),
        )

    def failed(self, sample: Sample) -> Mapping[str, float]:
        """Return the values of a sample without a completion: its turns count, and no instruction is followed."""
        wanted: Sequence[Pairs] = sample.metadata["instructions"]
        return _values([([False] * len(pairs), [False] * len(pairs)) for pairs in wanted])


def _values(found: Sequence[tuple[Sequence[bool], Sequence[bool]]]) -> dict[str, float]:
    made: dict[str, float] = {}
    for turn in TURNS:
        given = turn <= len(found)
        strict, loose = found[turn - 1] if given else ((), ())
        counts = (given, given and all(strict), given and all(loose), len(strict), sum(strict), sum(loose))
        made |= {f"turn_{turn}_{kind}": float(count) for kind, count in zip(KINDS, counts, strict=True)}
    return made
