"""How often the 95 % intervals of the arena hold the truth, in simulated tournaments; EvalScope's on the same battles.

    python bench/arena_coverage.py [--evalscope-python PATH] [--tournaments 400] [--prompts 100]

Each tournament draws, for every prompt, which reply is better (with ties, after Davidson), and a judge that sees it in
both orders and says so. In the second half of the table the judge calls half of its verdicts "much better", which
EvalScope counts three times. The truth of a win rate is the expected score; of a rating, the strength that was drawn
from. EvalScope's arithmetic runs in its own environment, on one candidate and the baseline, as its adapter does.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tabulate import tabulate

from pytest_evalscope.stats.ratings import SCALE, Bout, rate

HERE = Path(__file__).parent
STRENGTHS = {"base": 0.0, "even": 0.0, "better": 0.8, "worse": -0.5, "best": 1.6}
TIES = 0.5


@dataclass(frozen=True)
class Battle:
    """One prompt's battle, and how sure the judge was."""

    prompt: int
    first: str
    second: str
    score: float
    much: bool


def results(difference: float) -> tuple[float, float, float]:
    """Return the probabilities of won, tied and lost for a difference of log-strengths."""
    won, lost = math.exp(difference / 2), math.exp(-difference / 2)
    whole = won + lost + TIES
    return won / whole, TIES / whole, lost / whole


def tournament(generator: random.Random, prompts: int) -> list[Battle]:
    """Return every pair's battles."""
    names = list(STRENGTHS)
    made = []
    for prompt in range(prompts):
        for at, first in enumerate(names):
            for second in names[at + 1 :]:
                won, tied, _ = results(STRENGTHS[first] - STRENGTHS[second])
                drawn = generator.random()
                score = 1.0 if drawn < won else 0.5 if drawn < won + tied else 0.0
                made.append(Battle(prompt, first, second, score, generator.random() < 0.5))
    return made


def expected(model: str) -> float:
    """Return a model's true win rate against the baseline."""
    won, tied, _ = results(STRENGTHS[model] - STRENGTHS["base"])
    return won + tied / 2


def ours(tournaments: list[list[Battle]]) -> dict[str, dict[str, float]]:
    """Return, per model, the share of tournaments whose intervals hold the truth, and the mean rating."""
    held = {name: {"rating": 0.0, "win_rate": 0.0, "mean": 0.0} for name in STRENGTHS if name != "base"}
    for seed, battles in enumerate(tournaments):
        bouts = [Bout(prompt=str(b.prompt), first=b.first, second=b.second, score=b.score) for b in battles]
        found = rate(bouts, "base", seed=seed, draws=400)
        for name, counts in held.items():
            rating, share = found[name].rating, found[name].win_rate
            assert share is not None
            truth = 1000 + SCALE * STRENGTHS[name]
            counts["rating"] += (rating.low <= truth <= rating.high) / len(tournaments)
            counts["win_rate"] += (share.low <= expected(name) <= share.high) / len(tournaments)
            counts["mean"] += rating.value / len(tournaments)
    return held


def theirs(python: str, tournaments: list[list[Battle]], *, much: bool) -> dict[str, float]:
    """Return, per model, the share of tournaments in which EvalScope's interval holds the true win rate."""
    asked = []
    for battles in tournaments:
        rows: dict[str, list[list[Any]]] = {name: [] for name in STRENGTHS if name != "base"}
        for battle in battles:
            if battle.first == "base":
                rows[battle.second].append([1 - battle.score, much and battle.much])
        asked.append(rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "battles.json"
        path.write_text(json.dumps(asked), encoding="utf-8")
        command = [python, "-W", "ignore", str(HERE / "arena_evalscope.py"), str(path)]
        answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(answer.stdout.splitlines()[-1])
    return {
        name: sum(low <= expected(name) <= high for low, high in (each[name] for each in found)) / len(found)
        for name in STRENGTHS
        if name != "base"
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--evalscope-python", default="")
    parser.add_argument("--tournaments", type=int, default=400)
    parser.add_argument("--prompts", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    generator = random.Random(asked.seed)
    tournaments = [tournament(generator, asked.prompts) for _ in range(asked.tournaments)]
    held = ours(tournaments)
    sides: list[dict[str, float]] = [{}, {}]
    if asked.evalscope_python:
        sides = [theirs(asked.evalscope_python, tournaments, much=much) for much in (False, True)]
    rows = [
        [
            name,
            f"{1000 + SCALE * STRENGTHS[name]:.0f}",
            f"{counts['mean']:.0f}",
            f"{counts['rating']:.3f}",
            f"{expected(name):.3f}",
            f"{counts['win_rate']:.3f}",
            *(f"{side[name]:.3f}" if side else "not run" for side in sides),
        ]
        for name, counts in held.items()
    ]
    headers = ["model", "true rating", "mean rating", "held", "true win rate", "held", "EvalScope", "with 'much'"]
    print(f"{asked.tournaments} tournaments of {asked.prompts} prompts, seed {asked.seed}: share of 95 % intervals")
    print("that hold the truth\n")
    print(tabulate(rows, headers=headers, disable_numparse=True))


if __name__ == "__main__":
    main()
