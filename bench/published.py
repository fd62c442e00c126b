"""Published completions of BIG-Bench Hard and EQ-Bench: the authors' rule beside our scorers.

    python bench/published.py [--replies DIR] [--data-dir DIR] [--results GIT] [--show N]

`--replies` has `bbh_cot.jsonl.gz` and `eq_bench.jsonl.gz`, by default in `shared/replies` beside the checkout;
`--data-dir` a mirror of the benchmarks' rows. `--results` is a git directory of EQ-bench/EQ-Bench: then the ratings
that the authors recorded for each completion are compared too, and the score that they published for each model.
Exit status 1 where a completion is scored otherwise for no reason that is known here.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tabulate import tabulate

from pytest_evalscope.benchmarks import load
from pytest_evalscope.benchmarks.instruction.eq_bench import ratings
from pytest_evalscope.data import Source
from pytest_evalscope.errors import DataNotFound
from pytest_evalscope.types import Completion, Context, Sample, Score

SHARED = Path(__file__).resolve().parents[2] / "shared"
NOTHING = Context(model=None, judges=(), sandbox=None)  # type: ignore[arg-type]  # no scorer here calls a model
OPTIONS = {"date_understanding": 6, "snarks": 2}
"""Task of letters → options of its questions, where the mirror lacks their text."""
SNARKS = 0.596
"""What the authors publish for the task snarks."""
NEAR = 0.01
"""Distance from it that is accepted."""


def read(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a compressed JSON lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def authors_bbh(completion: str, target: str) -> bool:
    """Return the authors' verdict: the text behind "the answer is", without the full stop, is the target."""
    _, found, behind = completion.partition("the answer is ")
    answer = behind.strip() if found else completion.strip()
    return answer.removesuffix(".") == target


def questions(task: str, source: Source) -> list[str]:
    """Return the questions of a task; none where the mirror does not have them."""
    try:
        return [str(row["input"]) for row in load("bbh").data.read(task, source=source)]
    except DataNotFound:
        return []


def bbh(rows: Sequence[Mapping[str, Any]], source: Source) -> Iterator[tuple[str, Mapping[str, Any], bool, Score]]:
    """Yield task, row, the authors' verdict and our score."""
    asked = {task: questions(task, source) for task in {row["subset"] for row in rows}}
    score = load("bbh").score
    for row in rows:
        task = row["subset"]
        options = "".join(f"\n({chr(65 + place)}) …" for place in range(OPTIONS.get(task, 0)))
        question = asked[task][row["row"]] if asked[task] else options
        sample = Sample(input=question, target=row["target"])
        made: Any = score(sample, Completion(text=row["completion"]), NOTHING)
        yield task, row, authors_bbh(row["completion"], row["target"]), made


def reason_bbh(row: Mapping[str, Any], score: Score) -> str:
    """Return why we take a completion for right that the authors' rule does not, or the other way; else nothing."""
    completion, target = row["completion"], row["target"]
    behind = completion.rpartition("the answer is ")[2].strip().removesuffix(".").strip()
    if not score.values["accuracy"]:
        return ""
    if completion.count("the answer is ") > 1 and behind == target:
        return "stated twice: the last one counts here"
    if behind.casefold() == target.casefold():
        return "the target in other letters, or white space before the full stop"
    if re.sub(r"\W", "", behind) == re.sub(r"\W", "", target) and re.sub(r"\W", "", target):
        return "the target with other punctuation"
    if "".join(behind.split()) == "".join(target.split()):
        return "closing brackets with other spaces"
    if "the answer is" not in completion and "\n" not in completion.strip():
        return "nothing stated: the option that a completion of one line names"
    if f"({score.answer})" == target and re.search(rf"\b{score.answer}\b", behind):
        return "the option by its letter, with its text or without brackets"
    return ""


def authors_ratings(completion: str, emotions: Iterable[str]) -> dict[str, float]:
    """Return what the authors' parser reads: the scores after "Revised scores", else all of them; the last of each."""
    text = completion.replace("*", "").replace("#", "")
    revised = re.search(r"Revised scores:(.*?)$", text, re.DOTALL)
    found = dict(re.findall(r"(\w+):\s+(\d+)", revised[1] if revised else text))
    said = {name.lower(): float(rating) for name, rating in found.items()}
    return {name: said[name] for name in emotions if name in said}


def fullscale(said: Mapping[str, float], wanted: Mapping[str, float]) -> float:
    """Return the authors' score of version 2 (lib/scoring.py), 10 for the reference's own ratings."""
    differences = [abs(said[name] - rating) for name, rating in wanted.items()]
    scaled = (d if d > 5 else 6.5 / (1 + math.exp(-1.2 * (d - 4))) if d else 0.0 for d in differences)
    return 10 - 0.7477 * math.fsum(scaled)


def recorded(results: Path, model: str) -> Mapping[str, Any]:
    """Return what the authors recorded of a model: ratings by question, and the score of all."""
    name = f"HEAD:results/eq-bench/{model}_eqbench_v2_results.json"
    command = ["git", f"--git-dir={results}", "show", name]
    made: Mapping[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return made


def eq_rows(replies: Sequence[Mapping[str, Any]], source: Source, results: Path | None) -> Iterator[list[object]]:
    """Yield a line of the table for each model."""
    benchmark = load("eq_bench")
    samples = [benchmark.sample(row) for row in benchmark.data.read("default", source=source)]
    models: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for reply in replies:
        models[reply["model"]].append(reply)
    for model, mine in models.items():
        known = recorded(results, model) if results else {}
        answers = known.get("raw_results", {}).get("1", {}).get("respondent_answers", {})
        ours, theirs, same, as_recorded = [], [], 0, 0
        for reply in mine:
            sample = samples[reply["row"]]
            wanted = sample.metadata["ratings"]
            made: Any = benchmark.score(sample, Completion(text=reply["completion"]), NOTHING)
            value = 10 * made.values["eq_bench_score"]
            said = authors_ratings(reply["completion"], wanted)
            official = fullscale(said, wanted) if len(said) == 4 else 0.0
            same += math.isclose(value, official, abs_tol=1e-9)
            ours.append(value)
            theirs.append(official)
            written = answers.get(str(reply["row"] + 1), {})
            recorded_ratings = {
                k.lower(): float(v) for k, v in (written.get("revised") or written.get("first_pass") or {}).items()
            }
            as_recorded += recorded_ratings == ratings(reply["completion"], wanted)
        count = len(mine)
        yield [
            model, count, 10 * math.fsum(theirs) / count, 10 * math.fsum(ours) / count, same,
            as_recorded if results else "–", known.get("benchmark_score", "–"),
        ]  # fmt: skip


def main() -> int:
    """Score all, print the tables and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--replies", type=Path, default=SHARED / "replies")
    parser.add_argument("--data-dir", type=Path, default=SHARED / "hub")
    parser.add_argument("--results", type=Path)
    parser.add_argument(
        "--show", type=int, default=0, help="so many completions of each task that are scored otherwise"
    )
    options = parser.parse_args()
    source = Source(data_dir=options.data_dir)
    unexplained = print_bbh(list(bbh(read(options.replies / "bbh_cot.jsonl.gz"), source)), options.show)
    table = list(eq_rows(read(options.replies / "eq_bench.jsonl.gz"), source, options.results))
    headers = ["model", "n", "authors' rule", "ours", "equal scores", "equal to recorded ratings", "published score"]
    print(f"\n{tabulate(table, headers=headers, floatfmt='.2f', maxheadercolwidths=12)}")
    return int(unexplained or any(row[1] != row[4] for row in table))


def print_bbh(scored: Sequence[tuple[str, Mapping[str, Any], bool, Score]], show: int) -> bool:
    """Print the table of BIG-Bench Hard and return whether a difference has no known reason."""
    lines, unknown = [], False
    for task in dict.fromkeys(task for task, *_ in scored):
        mine = [each[1:] for each in scored if each[0] == task]
        other = [(row, score) for row, right, score in mine if right is not bool(score.values["accuracy"])]
        reasons = Counter(reason_bbh(row, score) or "unknown" for row, score in other)
        unknown |= "unknown" in reasons
        theirs = sum(right for _, right, _ in mine) / len(mine)
        ours = math.fsum(score.values["accuracy"] for *_, score in mine) / len(mine)
        unknown |= task == "snarks" and abs(ours - SNARKS) > NEAR
        told = "; ".join(f"{count}: {why}" for why, count in reasons.most_common()) or "none"
        lines.append([task, len(mine), theirs, ours, told])
        for row, score in other[:show]:
            print(
                f"{task} {row['row']}: target {row['target']!r}, read {score.answer!r}: …{row['completion'][-160:]!r}"
            )
    headers = ["task", "n", "authors' rule", "ours", "differences"]
    print(tabulate(lines, headers=headers, floatfmt=".3f", maxcolwidths=[None, None, None, None, 60]))
    return unknown


if __name__ == "__main__":
    sys.exit(main())
