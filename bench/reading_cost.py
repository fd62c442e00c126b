"""What reading a completion costs: microseconds for each scorer and kind of completion.

    python bench/reading_cost.py [--against CHECKOUT]

With `--against` another checkout's scorers are timed in a process of their own, in turn with these, and the ratio is
printed. The best of nine rounds each. The last rows are completions made to be slow: 200,000 characters each.
"""

from __future__ import annotations

import argparse
import asyncio
import inspect
import json
import os
import subprocess
import sys
import timeit
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tabulate import tabulate

from pytest_evalscope import scorers
from pytest_evalscope.benchmarks import load
from pytest_evalscope.scorers import choice, code, entities, exact, includes, label, math, number, spans
from pytest_evalscope.types import Completion, Context, Sample

ROOT = Path(__file__).resolve().parent.parent
NOTHING = Context(model=None, judges=(), sandbox=None)  # type: ignore[arg-type]  # no scorer here calls a model
STEPS = "First we take the 16 eggs of one day, of which she eats three, and so there are 13 left to think about.\n"
TAIL = STEPS * 19
CHOICES = ("12 km", "15 km", "18 km", "21 km")
RATINGS = {"remorseful": 8.0, "indifferent": 6.0, "affectionate": 0.0, "annoyed": 2.0}
RATED = "Remorseful: 8\nIndifferent: 6\nAffectionate: 0\nAnnoyed: 2"
TAGGED = "<person>Ada Lovelace</person> lived in <location>London</location> ."
TOKENS = {"tokens": ["Ada", "Lovelace", "lived", "in", "London", "."], "entities": [("person", 0, 2)]}
PROGRAM = "```python\ndef add(a, b):\n    return a + b\n```\n"
JSON = '{"seller": "Ada & Co", "total": 9.5, "items": ["pens", "ink"]}'
INVOICE = {"seller": "Ada & Co", "total": 9.5, "items": ["pens", "ink"]}
SCHEMA = {"type": "object", "properties": {"seller": {"type": "string"}, "total": {"type": "number"}}}
LONG = 200_000


def cases() -> dict[str, tuple[Callable[..., Any], Sample, Mapping[str, str]]]:
    """Return the scorers: each with a sample, and completions by name."""
    lettered = Sample(input="q", target="B", choices=CHOICES)
    numbered, named = Sample(input="q", target="18"), Sample(input="q", target="Paris")
    made: dict[str, tuple[Callable[..., Any], Sample, Mapping[str, str]]] = {
        "choice": (choice(), lettered, _around("ANSWER: B", "So I choose B.", "B")),
        "number": (number(), numbered, _around("So the final answer is \\boxed{18}.", "So she has $18 in all.", "18")),
        "math": (math(), numbered, _around("So the final answer is $\\boxed{18}$.", "So she has $18$ in all.", "18")),
        "label": (label(("yes", "no")), Sample(input="q", target="yes"), _around("ANSWER: yes", "So yes.", "Yes")),
        "exact": (exact(), named, {"alone": "Paris."}),
        "includes": (includes(stated=True), named, _around("ANSWER: Paris", "So it is Paris.", "Paris")),
        "spans": (spans(), named, _around("Answer: Paris", "So it is Paris.", "Paris")),
        "bbh": (load("bbh").score, named, _around("So the answer is Paris.", "So it is Paris.", "Paris")),
        "eq_bench": (load("eq_bench").score, _sample(metadata={"ratings": RATINGS}), _around(RATED, "", RATED)),
        "entities": (entities(types=("person", "location")), _sample(metadata=TOKENS), {"tagged": TAGGED}),
        "code": (code()._find, _sample(), {"short": PROGRAM, "2,000 characters": TAIL + PROGRAM}),
    }
    if hasattr(scorers, "structured"):  # an older checkout may be measured
        made["structured"] = (
            scorers.structured(SCHEMA),
            Sample(input="q", target=INVOICE),
            {"short": JSON, "2,000 characters": TAIL + JSON},
        )
    return made


def _sample(**fields: Any) -> Sample:
    return Sample(input="q", target="", **fields)


def _around(stated: str, told: str, alone: str) -> dict[str, str]:
    made = {"stated": stated, "stated, 2,000 characters": TAIL + stated, "alone": alone}
    return {**made, "told, 2,000 characters": TAIL + told, "nothing": "I'm sorry, but I can't help with that."}


PATHOLOGICAL = {
    name: part * (LONG // len(part))
    for name, part in {
        "markers": "ANSWER: ", "boxes": "\\boxed{", "brackets": "(", "digits": "7", "groups": "1,234", "powers": "2^",
        "braces": "{", "tags": "<answer>", "letters": "A B C D ", "not": "not A, ", "keys": '{"answer":', "stars": "*",
        "spaces": " ", "dollars": "$", "lines": "\n", "fences": "```\n", "fractions": "\\frac{1}{", "backslashes": "\\",
        "equals": "1=", "Chinese": "答案是", "chosen": "选", "words": "seventy-", "quotes": '"', "or": "A or ",
    }.items()
}  # fmt: skip


def measured(rounds: int) -> dict[str, float]:
    """Return microseconds by scorer and completion, the last of them for the worst pathological one."""
    found: dict[str, float] = {}
    for name, (scorer, sample, replies) in cases().items():
        call = _caller(scorer, sample)
        for kind, text in replies.items():
            found[f"{name}: {kind}"] = _best(call, text, rounds)
        worst = {kind: _once(call, text) for kind, text in PATHOLOGICAL.items()}
        found[f"{name}: {LONG:,} characters, the slowest"] = max(worst.values())
    return found


def _caller(scorer: Callable[..., Any], sample: Sample) -> Callable[[str], Any]:
    if not hasattr(scorer, "metrics"):
        return scorer
    loop = asyncio.new_event_loop()

    def call(text: str) -> Any:
        made = scorer(sample, Completion(text=text), NOTHING)
        return loop.run_until_complete(made) if inspect.isawaitable(made) else made

    return call


def _best(call: Callable[[str], Any], text: str, rounds: int) -> float:
    call(text)
    return min(timeit.repeat(lambda: call(text), number=50, repeat=rounds)) / 50 * 1e6


def _once(call: Callable[[str], Any], text: str) -> float:
    return timeit.timeit(lambda: call(text), number=1) * 1e6


def of_checkout(root: Path, rounds: int) -> dict[str, float]:
    """Return what another checkout's scorers take, measured by this script in a process that imports them."""
    command = [sys.executable, "-P", str(Path(__file__).resolve()), "--json", "--rounds", str(rounds)]
    variables = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(command, env=variables, cwd=root, check=True, capture_output=True, text=True)
    made: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return made


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--against", type=Path, help="another checkout, whose scorers are timed too")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    if options.json:
        print(json.dumps(measured(options.rounds)))
        return
    ours = of_checkout(ROOT, options.rounds)
    if not options.against:
        print(tabulate(ours.items(), headers=["scorer: completion", "µs"], floatfmt=".1f"))
        return
    other = of_checkout(options.against.resolve(), options.rounds)
    rows = [(name, other.get(name), value, value / other[name]) for name, value in ours.items() if name in other]
    print(
        tabulate(rows, headers=["scorer: completion", "old µs", "new µs", "ratio"], floatfmt=("", ".1f", ".1f", ".2f"))
    )


if __name__ == "__main__":
    main()
