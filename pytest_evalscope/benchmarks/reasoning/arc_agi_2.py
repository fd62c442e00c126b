"""ARC-AGI-2: the rule that turns one grid of colours into another, from a few examples."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_evalscope.benchmarks.benchmark import Benchmark, content_id
from pytest_evalscope.data import Hub, Part, Source
from pytest_evalscope.solvers import chat
from pytest_evalscope.stats import ratio
from pytest_evalscope.types import Completion, Context, Row, Sample, Score

_GRID = re.compile(r"\[\s{0,20}\[")
_MOST = 64
"""Largest number of grids of a completion that are read, the last ones."""
_LARGEST = 100_000
"""Characters behind the bracket that opens a grid; 30 × 30 cells take 4,000."""


@dataclass(frozen=True, slots=True)
class _Inputs:
    """One row for every test input; the hub has one for every task, which may have several."""

    hub: Hub

    @property
    def subsets(self) -> tuple[str, ...]:
        """The one subset."""
        return self.hub.subsets

    def size(self, subset: str) -> None:
        """Return None: the hub counts tasks."""

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the inputs of each task in turn. Raises as `Hub.read`."""
        for row in self.hub.read(subset, part=part, source=source):
            for pair in row["question"]:
                yield {**row, "pair": pair}


@dataclass(frozen=True, slots=True)
class _Grid:
    """1 when the last grid of the completion is the right one, cell by cell.

    `solved` and `tasks` are that score and 1, each divided by the number of inputs that the task has: their ratio is
    the mean over tasks of the share of inputs solved, as ARC Prize counts.
    """

    metrics: tuple[str, ...] = ("accuracy", "solved", "tasks")

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        grid = last_grid(completion.text)
        answer = None if grid is None else json.dumps(grid)
        return Score(values=_values(sample, answer == sample.target), answer=answer)

    def failed(self, sample: Sample) -> Mapping[str, float]:
        return _values(sample, False)


def _values(sample: Sample, right: bool) -> dict[str, float]:
    share = 1 / sample.metadata["inputs"]
    return {"accuracy": float(right), "solved": share * right, "tasks": share}


def last_grid(text: str) -> list[list[int]] | None:
    """Return the last grid that `text` contains as JSON: rows of digits, all of one length; None without one."""
    decoder = json.JSONDecoder()
    for opening in reversed(list(_GRID.finditer(text))[-_MOST:]):
        try:
            found, _ = decoder.raw_decode(text[opening.start() : opening.start() + _LARGEST])
        except (ValueError, RecursionError):
            continue
        if _is_grid(found):
            return found  # type: ignore[no-any-return]  # that is what was just looked at
    return None


def _is_grid(found: Any) -> bool:
    rows = isinstance(found, list) and all(isinstance(row, list) and row and len(row) == len(found[0]) for row in found)
    return bool(rows and found) and all(type(cell) is int and 0 <= cell <= 9 for row in found for cell in row)


def read(row: Row) -> Sample:
    """Return one test input of a task with the task's examples; the inputs of a task are one group."""
    pairs, pair = row["question"], row.get("pair") or row["question"][0]
    if not _is_grid(pair["output"]):
        raise ValueError(f"the output is no grid ({pair['output']!r})")
    examples = [
        f"Example {number}:\nInput: {json.dumps(shown['input'])}\nOutput: {json.dumps(shown['output'])}"
        for number, shown in enumerate(row["fewshots"], start=1)
    ]
    task = Sample(input="\n\n".join(examples), target=json.dumps([one["output"] for one in pairs]))
    return Sample(
        input="\n\n".join([*examples, f"Test Input: {json.dumps(pair['input'])}"]),
        target=json.dumps(pair["output"]),
        group=content_id(task),
        metadata={"inputs": len(pairs)},
    )


BENCHMARK = Benchmark(
    name="arc_agi_2",
    title="ARC-AGI-2",
    description=(
        "120 public tasks, each with a few pairs of grids and one or more inputs whose output is wanted to the cell. "
        "One try each; the competition allows two."
    ),
    task_type="reasoning",
    tags=("reasoning", "abstraction"),
    paper="arXiv:2505.11831",
    licence="Apache-2.0",
    reference="EvalScope 1.14 (form of question and answer, mean over tasks; the prompt is written anew)",
    data=_Inputs(Hub("arc-agi-community/arc-agi-2", split="test", rows=120, modelscope="evalscope/arc-agi-2")),
    sample=read,
    solve=chat(
        template=(
            "Every grid is a list of rows of whole numbers from 0 to 9. One rule turns the input of every example into "
            "its output. Find it, and apply it to the test input.\n\nExamples:\n\n{input}\n\n"
            "Provide the output grid as a JSON 2D array. Only output the JSON array, nothing else."
        )
    ),
    score=_Grid(),
    metrics={"accuracy": ratio("solved", "tasks")},
    params={"temperature": 0.0},
)
