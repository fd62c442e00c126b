"""`judge-check` over human votes: PandaLM's test set, a scripted judge, and how often corrected intervals hold.

    python bench/judge_check.py --pandalm testset-v1.json [--labelled 150] [--splits 200]

The set (https://github.com/WeOpenML/PandaLM, Apache-2.0) has 999 pairs of replies with the votes of three people each:
1 or 2 for the better reply, 0 for a tie. The judge here is a rule that likes long replies, asked through the prompts,
JSON verdicts and reading that a real one would be. Printed: what judge-check says of it on a random part of the set,
and, over many such parts, how often the corrected and the uncorrected intervals hold the share of all people's votes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
from collections import Counter
from pathlib import Path

from pytest_evalscope.models.providers.python import as_model
from pytest_evalscope.reports.calibration import JudgeCheck, check_blocks, check_judge
from pytest_evalscope.reports.table import Table, terminal_lines
from pytest_evalscope.scorers.judging import compare

PEOPLE = {0: "tie", 1: "A", 2: "B"}


def likes_length(messages: list[dict[str, str]]) -> str:
    """Return the verdict of a judge that takes the longer reply, and calls lengths within a tenth a tie."""
    user = messages[1]["content"]
    a, b = (
        len(user.partition(f"ANSWER {place} begins]\n")[2].partition(f" ANSWER {place} ends]")[0]) for place in "AB"
    )
    winner = "tie" if abs(a - b) <= 0.1 * max(a, b) else "A" if a > b else "B"
    return json.dumps({"reason": f"{a} and {b} characters", "verdict": winner})


async def judged(rows: list[dict[str, str]]) -> list[str]:
    """Return the judge's verdict about each pair."""
    judge = as_model("python/likes-length", likes_length)
    made: list[str] = []
    for row in rows:
        question = "\n\n".join(filter(None, [str(row["instruction"]), str(row["input"])]))
        found = await compare(question, str(row["response1"]), str(row["response2"]), [judge])
        made.append(found.winner or "(none)")
    return made


def majority(row: dict[str, int]) -> str | None:
    """Return what most of the three people said; None where each said something else."""
    (most, count), *_ = Counter(row[f"annotator{number}"] for number in (1, 2, 3)).most_common()
    return PEOPLE[most] if count > 1 else None


def part(pairs: list[tuple[str, str]], labelled: int, rng: random.Random) -> JudgeCheck:
    """Return the check of a random part whose people's labels are known, the others held back."""
    mixed = rng.sample(pairs, len(pairs))
    return check_judge("likes-length", mixed[:labelled], [said for _, said in mixed[labelled:]])


def coverage(pairs: list[tuple[str, str]], labelled: int, splits: int) -> list[tuple[str, ...]]:
    """Return per class how often its intervals hold the share of people's labels, drawing all items anew each time."""
    rng = random.Random(42)
    truth = {label: sum(one == label for one, _ in pairs) / len(pairs) for label in sorted({one for one, _ in pairs})}
    plain, corrected, missing = Counter[str](), Counter[str](), 0
    for _ in range(splits):
        drawn = rng.choices(pairs, k=len(pairs))
        check = part(drawn, labelled, rng)
        missing += check.method == "none"
        for item in check.classes:
            share = truth[item.label]
            plain[item.label] += item.judged is not None and item.judged.low <= share <= item.judged.high
            corrected[item.label] += item.corrected is not None and item.corrected.low <= share <= item.corrected.high
    done = splits - missing
    return [
        (label, f"{share:.3f}", f"{plain[label] / splits:.3f}", f"{corrected[label] / done:.3f}" if done else "–")
        for label, share in truth.items()
    ]


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pandalm", type=Path, required=True)
    parser.add_argument("--labelled", type=int, default=150)
    parser.add_argument("--splits", type=int, default=200)
    options = parser.parse_args()
    rows = json.loads(options.pandalm.read_text(encoding="utf-8"))
    verdicts = asyncio.run(judged(rows))
    people = [majority(row) for row in rows]
    pairs = [(label, said) for label, said in zip(people, verdicts, strict=True) if label is not None]
    two = [(label, said) for label, said in pairs if "tie" not in (label, said)]
    print(f"{len(rows)} pairs, {len(pairs)} with a majority of people, {len(two)} without ties of people or judge")
    for name, chosen in (("three classes", pairs), ("two classes", two)):
        print(f"\n== {name}, {options.labelled} labelled ==")
        check = part(chosen, options.labelled, random.Random(1))
        print("\n".join(terminal_lines(check_blocks(check), 120)))
        table = Table(
            title=f"{options.splits} draws: how often a 95 % interval holds people's share",
            headers=("class", "people's share", "judge's, uncorrected", "corrected"),
            rows=tuple(coverage(chosen, options.labelled, options.splits)),
        )
        print("\n" + "\n".join(terminal_lines([table], 120)))


if __name__ == "__main__":
    main()
