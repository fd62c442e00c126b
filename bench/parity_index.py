"""Mixed sets to and fro: one of ours evaluated by EvalScope, one of EvalScope's evaluated here; all numbers compared.

    python bench/parity_index.py --evalscope-python PATH [--data-dir DIR] [--count 120]

Both sides get the same replies: EvalScope from a stand-in endpoint on loopback, we from the table behind it, so a
prompt that is not the same on both sides has no reply and shows as a difference. Compared are the verdict on every
sample and every number of the five levels, to EvalScope's four digits. The sets hold custom files (multiple choice and
open questions); with DIR, a mirror of the data, ours holds gsm8k, arc and mmlu too.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tabulate import tabulate

from pytest_evalscope.collections import (
    CollectionSchema,
    DatasetInfo,
    Member,
    MixedSet,
    WeightedSampler,
    dump_jsonl_data,
    load_mixed,
    members,
)
from pytest_evalscope.data import Source
from pytest_evalscope.reports.levels import Measured, index_report
from pytest_evalscope.run.engine import Marked, Unit, answer
from pytest_evalscope.run.plan import Job
from pytest_evalscope.types import Columns, Completion, Context, IndexReport, Request

HERE = Path(__file__).parent
Verdicts = dict[str, float]
"""Prompt → primary score."""


@dataclass(frozen=True, slots=True)
class Table:
    """A model that looks its replies up."""

    replies: Mapping[str, str]
    name: str = "made"

    @property
    def identity(self) -> Mapping[str, Any]:
        """Nothing else determines its replies."""
        return {}

    async def generate(self, request: Request) -> Completion:
        """Return the reply to the last message."""
        return Completion(text=self.replies[digest(request.messages[-1]["content"])])

    async def aclose(self) -> None:
        """Nothing is open."""


def digest(prompt: str) -> str:
    """Return what the stand-in endpoint knows a prompt by."""
    return hashlib.sha256(prompt.encode()).hexdigest()


def write_files(folder: Path) -> None:
    """Write the custom data sets."""
    folder.mkdir()
    with (folder / "letters_val.jsonl").open("w") as file:
        for i in range(60):
            row = {"id": str(i), "question": f"Which letter comes {i}th?", "answer": "ABCD"[i % 4]}
            print(json.dumps({**row, "A": "alpha", "B": "beta", "C": "gamma", "D": "delta"}), file=file)
    with (folder / "yes_val.jsonl").open("w") as file:
        for i in range(25):
            print(json.dumps({"question": f"Is {i} even?", "A": "yes", "B": "no", "answer": "AB"[i % 2]}), file=file)
    with (folder / "facts.jsonl").open("w") as file:
        for i in range(30):
            print(json.dumps({"query": f"What is fact {i}?", "response": f"the fact is number {i}"}), file=file)


def schema_of(folder: Path, *, hub: bool) -> CollectionSchema:
    """Return the index that both sides draw from; `hub`: with benchmarks of the data mirror."""
    choice = {"local_path": str(folder), "subset_list": ["letters", "yes"]}
    custom: list[DatasetInfo | CollectionSchema] = [
        DatasetInfo("general_mcq", 2, "exam", ["en", "choice"], choice),
        DatasetInfo("general_qa", 1, "qa", ["en"], {"local_path": str(folder), "subset_list": ["facts"]}),
    ]
    groups: list[DatasetInfo | CollectionSchema] = [CollectionSchema("custom", 2, custom)]
    if hub:
        mmlu = {"subset_list": ["anatomy", "virology"], "few_shot_num": 2}
        leaves: list[DatasetInfo | CollectionSchema] = [
            DatasetInfo("gsm8k", 2, "math", ["en"], {"few_shot_num": 4}),
            DatasetInfo("arc", 1, "reasoning", ["en"]),
            DatasetInfo("mmlu", 1, "knowledge", ["en"], mmlu),
        ]
        groups.append(CollectionSchema("known", 3, leaves))
    return CollectionSchema("parity", datasets=groups)


def replies_of(file: Path, seed: int) -> dict[str, str]:
    """Return a reply to each prompt of a mixed set: right in about six of ten."""
    chance, replies = random.Random(seed), {}
    for line in file.read_text("utf-8").splitlines():
        prompt = json.loads(line)["prompt"]
        target, asked = str(prompt["target"]), prompt["input"][-1]["content"]
        right = chance.random() < 0.6
        if prompt.get("choices"):
            letter = target if right else chance.choice([x for x in "ABCD"[: len(prompt["choices"])] if x != target])
            reply = f"答案：{letter}" if "答案" in asked else f"ANSWER: {letter}"
        elif target.replace(",", "").lstrip("-").isdigit():
            reply = f"So it is {target if right else int(target.replace(',', '')) + 1}."
        else:
            words = target.split()
            reply = " ".join(words if right else chance.sample(words, chance.randint(1, len(words))))
        replies[digest(asked)] = reply
    return replies


def here(mixed: MixedSet, table: Table, source: Source) -> tuple[IndexReport, Verdicts]:
    """Evaluate a mixed set with our engine."""
    verdicts: Verdicts = {}
    measured = []
    for part in members(mixed):
        benchmark = part.leaf.benchmark
        marks = asyncio.run(marks_of(part, table, source))
        for mark in marks:
            asked = mark.messages[-1]["content"]
            verdicts[f"{part.leaf.dataset}/{part.subset}: {asked}"] = mark.record.values[benchmark.primary_metric]
        rows = range(len(marks))
        values = {name: [mark.record.values[name] for mark in marks] for name in benchmark.score.metrics}
        columns = Columns(values=values, clusters=rows, samples=rows)
        measured.append(
            Measured(
                dataset=part.leaf.dataset,
                subset=part.subset,
                task_type=part.leaf.task_type,
                tags=part.leaf.tags,
                categories=part.leaf.categories,
                share=float(part.share),
                estimate=benchmark.metrics[benchmark.primary_metric](columns),
                count=part.count,
            )
        )
    return index_report(mixed.name, "made", measured), verdicts


async def marks_of(part: Member, table: Table, source: Source) -> list[Marked]:
    """Ask and mark one part of a set."""
    job = Job(benchmark=part.leaf.benchmark, subset=part.subset, model="made")
    context = Context(model=table, shots=part.leaf.benchmark.shots(part.subset, source))
    return [await answer(Unit(job, item, i, 0), context) for i, item in enumerate(part.samples(source))]


def there(python: str, file: Path, replies: Mapping[str, str], folder: Path) -> tuple[dict[str, Any], Verdicts]:
    """Have EvalScope evaluate a mixed set against the stand-in endpoint; return its levels and verdicts."""
    answers = folder / f"{file.parent.name}-answers.json"
    answers.write_text(json.dumps(replies))
    server = subprocess.Popen(
        [sys.executable, str(HERE / "server.py"), "--answers", str(answers), "--port", "0", "--latency", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None, "its output was asked for"
    out = folder / f"{file.parent.name}-evalscope"
    try:
        url = server.stdout.readline().split()[-1]
        evalscope(python, "run", str(file.parent), url, str(out))
    finally:
        server.terminate()
        server.wait()
    (levels,) = out.rglob("collection_detailed_report.json")
    (reviews,) = out.rglob("reviews/made/data_collection_*.jsonl")
    verdicts: Verdicts = {}
    for line in reviews.read_text("utf-8").splitlines():
        review = json.loads(line)
        said = review["sample_score"]
        info = said["sample_metadata"]["collection_info"]
        asked = [message["content"] for message in review["messages"] if message["role"] == "user"][-1]
        score = said["score"]["value"][said["score"]["main_score_name"]]
        verdicts[f"{info['dataset_name']}/{info['subset_name']}: {asked}"] = score
    return json.loads(levels.read_text("utf-8")), verdicts


def evalscope(python: str, *arguments: str) -> None:
    """Run EvalScope's side; its own output is shown only when it fails."""
    command = [python, str(HERE / "evalscope_index.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"EvalScope failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")


def numbers(levels: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield EvalScope's numbers, named as ours are."""
    keys = {
        "subset": ("task_type", "dataset_name", "subset_name"),
        "dataset": ("task_type", "dataset_name"),
        "task": ("task_type",),
        "tag": ("tags",),
    }
    for level, rows in levels.items():
        name = level.removesuffix("_level")
        for row in rows:
            parts = [row[key] for key in keys.get(name, sorted(key for key in row if key.startswith("category")))]
            for average in ("micro_avg.", "macro_avg.", "weighted_avg.", "count"):
                if average in row:
                    yield f"{name} {'/'.join(filter(None, parts))} {average.rstrip('.')}", row[average]


def our_numbers(report: IndexReport) -> dict[str, float]:
    """Return our numbers, rounded as EvalScope rounds them."""
    found: dict[str, float] = {}
    for level in report.levels.values():
        for row in level:
            name = f"{level.level} {'/'.join(row.key)}"
            for average in ("micro_avg", "macro_avg", "weighted_avg"):
                found[f"{name} {average}"] = round(getattr(row, average).value, 4)
            found[f"{name} count"] = row.count
    return found


def compare(title: str, file: Path, python: str, source: Source, folder: Path) -> list[Any]:
    """Evaluate one mixed set on both sides; print what differs and return the row of the table."""
    replies = replies_of(file, seed=11)
    mixed = load_mixed(file, source=source)
    report, ours = here(mixed, Table(replies), source)
    levels, theirs = there(python, file, replies, folder)
    made, expected = our_numbers(report), dict(numbers(levels))
    samples = [key for key in theirs if abs(theirs[key] - ours.get(key, -1)) > 1e-6]
    differ = [key for key, value in expected.items() if abs(made.get(key, -1) - value) > 1.0001e-4]
    for key in samples:
        print(f"{title}: {key[-120:]!r}: here {ours.get(key)}, EvalScope {theirs[key]}")
    for key in differ:
        print(f"{title}: {key}: here {made.get(key)}, EvalScope {expected[key]}")
    return [title, len(mixed), len(theirs), len(samples), len(expected), len(differ), f"{report.weighted_avg:.4f}"]


def main() -> None:
    """Compare both ways and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--evalscope-python", required=True, help="an interpreter that has evalscope")
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--count", type=int, default=120)
    options = parser.parse_args()
    source = Source(data_dir=options.data_dir)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_files(folder / "files")
        ours, theirs = folder / "ours" / "test.jsonl", folder / "theirs" / "test.jsonl"
        schema = schema_of(folder / "files", hub=options.data_dir is not None)
        dump_jsonl_data(WeightedSampler(schema, source=source).sample(options.count), ours)
        schema_of(folder / "files", hub=False).dump_json(folder / "schema.json")
        theirs.parent.mkdir()
        evalscope(
            options.evalscope_python,
            *("sample", str(folder / "schema.json"), str(options.count // 2), "7", str(theirs.parent)),
        )
        rows = [
            compare("drawn here", ours, options.evalscope_python, source, folder),
            compare("drawn by EvalScope", theirs, options.evalscope_python, source, folder),
        ]
    headers = ["mixed set", "samples", "verdicts", "differ", "numbers", "differ", "weighted_avg"]
    print(tabulate(rows, headers=headers, disable_numparse=True))
    sys.exit(any(row[3] or row[5] or row[1] != row[2] for row in rows))


if __name__ == "__main__":
    main()
