"""Options of a run about judges, and the message where no judge is named."""

from __future__ import annotations

from typing import Literal

Strategy = Literal["auto", "rule", "llm", "llm_recall"]
STRATEGIES: tuple[Strategy, ...] = ("auto", "rule", "llm", "llm_recall")
"""EvalScope's names. `auto`: as the benchmark is declared. `rule`: no judge. `llm`: judges alone. `llm_recall`: the
rule first, judges where it found less than a right answer; the higher value counts."""

NO_JUDGE = "no judge is named, and the model under test does not judge itself"
HINT = "name one with --eval-judge=provider/model, or in the field judge of a task; several make a panel"
