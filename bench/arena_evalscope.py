"""EvalScope's own intervals for simulated battles; run by arena_coverage.py in EvalScope's environment.

    python bench/arena_evalscope.py BATTLES.json

BATTLES holds a list of tournaments: model → a list of [score against the baseline, whether "much better"]. Prints, as
one line of JSON, the lower and upper bound of each win rate, from the functions that its adapter calls.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy
from evalscope.benchmarks.general_arena import utils  # type: ignore[import-not-found]  # in another environment

pandas: Any = import_module("pandas")
# Its progress bar writes a line per bootstrap round.
utils.tqdm = lambda rounds, **_: rounds
SIGNS = {1.0: (">", 0), 0.5: ("=", 0), 0.0: (">", 1)}


def label(score: float, much: bool, swapped: bool) -> str:
    """Return a verdict in EvalScope's words: the candidate is A, unless the order is swapped."""
    sign, loser = SIGNS[score]
    if sign == "=":
        return "A=B"
    winner = "AB"[loser ^ swapped]
    return f"{winner}{'>>' if much else '>'}{'BA'['AB'.index(winner)]}"


def bounds(name: str, rows: list[tuple[float, bool]]) -> tuple[float, float]:
    """Return the interval of one candidate's win rate, as the adapter's aggregate_scores computes it."""
    frames = []
    for score, much in rows:
        games = [
            {"model_a": name, "model_b": "base", "judgment": label(score, much, False)},
            {"model_a": "base", "model_b": name, "judgment": label(score, much, True)},
        ]
        frames.append(utils.get_battles_from_row({"games": games}))
    battles = pandas.concat(frames)
    drawn = utils.get_bootstrap_result(battles, utils.compute_mle_elo, 100, baseline_model="base", seed=42)
    found = []
    for percentile in (2.5, 97.5):
        stats = pandas.DataFrame(
            [{"model": model, "score": numpy.percentile(drawn[model], percentile)} for model in (name, "base")]
        )
        found.append(float(utils.get_win_rate_column(stats, "score", "base")[name]))
    return found[0], found[1]


def main() -> None:
    """Read the battles and print the bounds."""
    tournaments = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    print(json.dumps([{name: bounds(name, rows) for name, rows in each.items()} for each in tournaments]))


if __name__ == "__main__":
    main()
