"""A small run: two models, a benchmark with subsets, one failed gate, one that could not be computed."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

from pytest_evalscope.run import RunFolder
from pytest_evalscope.stats import mean
from pytest_evalscope.types import Columns, Result, RunSummary


@pytest.fixture
def result() -> Callable[..., Result]:
    """Make a result with `right` of `n` answers; keyword arguments override its fields."""

    def make(right: int = 8, n: int = 10, **changes: Any) -> Result:
        values = [1.0] * right + [0.0] * (n - right)
        columns = Columns(values={"accuracy": values}, clusters=range(n), samples=range(n))
        given: dict[str, Any] = {
            "benchmark": "gsm8k",
            "version": "1",
            "model": "fake/echo",
            "subset": "main",
            "primary_metric": "accuracy",
            "metrics": {"accuracy": mean("accuracy")(columns)},
            "planned": n,
            "outcomes": {"scored": n},
            "title": "GSM8K",
            "task_type": "math",
            "tags": ("en", "reasoning"),
            "thresholds": {"accuracy": 0.5},
            "verdict": "passed",
            "nodeid": "evals/math/test_gsm8k.py::test_gsm8k[fake/echo-main]",
            "location": "evals/math/test_gsm8k.py:7",
            "seconds": 1.25,
            "requests": n,
            "prompt_tokens": 100 * n,
            "completion_tokens": 23 * n,
        }
        return Result(**{**given, **changes})

    return make


@pytest.fixture
def summary(tmp_path: Path) -> Callable[..., RunSummary]:
    """Make a summary of results, with its folder."""

    def make(*results: Result, **changes: Any) -> RunSummary:
        folder = tmp_path / "outputs" / "20260102T030405Z-abc123"
        folder.mkdir(parents=True, exist_ok=True)
        given = {"folder": folder, "results": results, "started": "2026-01-02T03:04:05+00:00", "seconds": 12.5}
        return RunSummary(**{**given, **changes})

    return make


@pytest.fixture
def write_reviews(tmp_path: Path) -> Callable[[RunSummary, Result, Sequence[dict[str, Any]]], None]:
    """Write the marks of a result's samples as a run does; each is given by what differs from a right answer."""

    def write(summary: RunSummary, result: Result, samples: Sequence[dict[str, Any]]) -> None:
        path = RunFolder(summary.folder).file("reviews", result.model, result.benchmark, result.subset)
        path.parent.mkdir(parents=True, exist_ok=True)
        right = {
            "repeat": 0,
            "outcome": "scored",
            "values": {"accuracy": 1.0},
            "answer": "4",
            "target": "4",
            "explanation": "",
            "error": "",
            "group": "",
            "attempts": 1,
            "seconds": 0.5,
        }
        lines = [{"sample_id": f"q{number}", **right, **sample} for number, sample in enumerate(samples)]
        path.write_bytes(b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in lines))

    return write
