"""ZebraLogic: puzzles of houses and clues, answered by a table."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.solvers import chat
from pytest_evalscope.stats import mean, ratio
from pytest_evalscope.types import Completion, Context, Row, Sample, Score

TEMPLATE = """# Puzzle

{input}

# Instruction

Solve the puzzle. Give your reasoning and your solution as one JSON object of this form, with nothing behind it:

{form}
"""
_LONGEST = 200_000
"""Characters at the end of a completion that are looked at."""


@dataclass(frozen=True, slots=True)
class _Table:
    """1 in `solved` when every cell is right; `cells_right` of `cells` give the share of right cells."""

    metrics: tuple[str, ...] = ("solved", "cells_right", "cells")

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        wanted = json.loads(str(sample.target))
        given = solution(completion.text)
        houses = given if given is not None else {}
        pairs = [
            (cell, _cell(houses, house, column)) for house, cells in wanted.items() for column, cell in cells.items()
        ]
        right = sum(cell.lower().strip() == said for cell, said in pairs)
        values = {"solved": float(right == len(pairs)), "cells_right": float(right), "cells": float(len(pairs))}
        return Score(values=values, answer=None if given is None else json.dumps(given, ensure_ascii=False)[:2000])

    def failed(self, sample: Sample) -> Mapping[str, float]:
        cells = sum(map(len, json.loads(str(sample.target)).values()))
        return {"solved": 0.0, "cells_right": 0.0, "cells": float(cells)}


def solution(text: str) -> dict[str, Any] | None:
    """Return what the last whole JSON object of a completion has as its `solution`; None without one."""
    text = text[-_LONGEST:]
    end = text.rfind("}")
    depth = 0
    for start in range(end, -1, -1):  # braces within texts are rare, and the object is then no JSON
        depth += (text[start] == "}") - (text[start] == "{")
        if end >= 0 and not depth:
            break
    try:
        found = json.loads(text[max(start, 0) : end + 1], strict=False) if end >= 0 else None
    except (ValueError, RecursionError):
        return None
    table = found.get("solution") if isinstance(found, dict) else None
    return table if isinstance(table, dict) and table else None


def _cell(houses: Mapping[str, Any], house: str, column: str) -> str:
    row = houses.get(house)
    cell = row.get(column) if isinstance(row, dict) else None
    if isinstance(cell, list):
        cell = cell[0] if cell else None
    return cell.lower().strip() if isinstance(cell, str) else ""


def read(row: Row) -> Sample:
    """Return the puzzle with its table: house → column → cell."""
    _, *columns = row["solution"]["header"]
    houses = {
        f"House {number}": dict(zip(columns, map(str, cells[1:]), strict=True))
        for number, cells in enumerate(row["solution"]["rows"], start=1)
    }
    form = {"reasoning": "___", "solution": {house: dict.fromkeys(columns, "___") for house in houses}}
    return Sample(
        id=str(row.get("id", "")),
        input=row["puzzle"],
        target=json.dumps(houses, ensure_ascii=False),
        metadata={"form": json.dumps(form, indent=4, ensure_ascii=False)},
    )


BENCHMARK = Benchmark(
    name="zebralogicbench",
    title="ZebraLogic",
    description="1,000 puzzles of two to six houses: clues from which every house's name, drink and so on follow.",
    task_type="reasoning",
    tags=("en", "reasoning", "logic"),
    paper="arXiv:2502.01100",
    licence="unknown",
    reference="EvalScope 1.14 (form of the answer, marks); the prompt is written anew, without its example puzzle",
    data=Hub("allenai/ZebraLogicBench-private", config="grid_mode", split="test", rows=1000),
    sample=read,
    solve=chat(template=TEMPLATE),
    score=_Table(),
    metrics={"puzzle_acc": mean("solved"), "cell_acc": ratio("cells_right", "cells")},
    params={"temperature": 0.0},
)
