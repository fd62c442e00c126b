"""Scores of hand-written cases: recorded, and made into results."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from math import isfinite
from typing import Any

import pytest

from pytest_evalscope.errors import UsageError
from pytest_evalscope.plugin.keys import APPLICATION, MODEL_PARAMETER, parameter
from pytest_evalscope.stats import mean
from pytest_evalscope.types import Columns, Result

__tracebackhide__ = True  # pytest shows the line of the test, and none of ours


def recorder_for(item: pytest.Item, recorded: list[dict[str, Any]], models: Sequence[str]) -> Callable[..., None]:
    """Return the function behind the fixture `record_score`."""
    name = getattr(item, "originalname", item.name)
    path, line, _ = item.location
    model = parameter(item, MODEL_PARAMETER) or next(iter(models), APPLICATION)

    def record_score(value: float | Mapping[str, float], *, benchmark: str = "", sample: str = "") -> None:
        """Record one score, or several metrics at once, for this case.

        Args:
            value: A finite number or bool, or metric → number; a bare number is the metric `score`.
            benchmark: The benchmark that the case belongs to; the test function's name, if left out.
            sample: The case's id; the item's own name, if left out. One case may record several samples.
        """
        values = value if isinstance(value, Mapping) else {"score": value}
        for metric, number in values.items():
            if not isinstance(number, (int, float)) or not isfinite(number):
                raise UsageError(f"record_score: not a finite number ({metric}={number!r})")
        recorded.append(
            {
                "benchmark": benchmark or name.removeprefix("test_"),
                "model": model,
                "sample_id": sample or item.name,
                "values": {metric: float(number) for metric, number in values.items()},
                "location": f"{path}:{(line or 0) + 1}",
            }
        )

    return record_score


def results_of(recorded: Iterable[Mapping[str, Any]], verdicts: Mapping[str, str]) -> list[Result]:
    """Return one result per benchmark and model from recorded scores.

    `verdicts` maps a benchmark's name to "failed" where one of its cases failed. A metric that some cases did not
    record counts 0 there, so that leaving a case out never raises a mean.
    """
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for entry in recorded:
        groups.setdefault((entry["benchmark"], entry["model"]), []).append(entry)
    made = []
    for (benchmark, model), entries in groups.items():
        names = list(dict.fromkeys(name for entry in entries for name in entry["values"]))
        ids = {sample: number for number, sample in enumerate(dict.fromkeys(e["sample_id"] for e in entries))}
        numbers = array("q", (ids[entry["sample_id"]] for entry in entries))
        columns = Columns(
            values={name: array("d", (entry["values"].get(name, 0.0) for entry in entries)) for name in names},
            clusters=numbers,
            samples=numbers,
        )
        made.append(
            Result(
                benchmark=benchmark,
                version="",
                model=model,
                subset="cases",
                primary_metric=names[0],
                metrics={name: replace(mean(name)(columns), metric=name) for name in names},
                planned=len(entries),
                outcomes={"scored": len(entries)},
                task_type="cases",
                verdict="failed" if verdicts.get(benchmark) == "failed" else "passed",
                location=entries[0]["location"],
            )
        )
    return made
