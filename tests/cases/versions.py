"""What decides the results of each benchmark, in a few digits per part: `python tests/cases/versions.py` writes them.

They are in `versions.json` beside this file. Results of two versions of a benchmark do not compare, so its `version`
is raised whenever one of these may change a result:

- `data`: where its rows are, and which subsets with how many rows there are;
- `read`: the samples that the rows of its cases are read as, and what is read of them for each subset;
- `asked`: how a reply is obtained, and the prompts of those samples, with worked examples;
- `marked`: how a reply is marked;
- `acted`: the environment, where there is one;
- `metrics`: how they are made, what they are of the marks of its cases, and which is the primary one;
- `params`: what is generated with.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from pytest_evalscope.benchmarks import Benchmark, field, load, names
from pytest_evalscope.data import Rows, Source
from pytest_evalscope.errors import GateError
from pytest_evalscope.stats import described
from pytest_evalscope.types import Columns, Metric, Sample

HERE = Path(__file__).resolve().parent
FILE = HERE / "versions.json"
DIGITS = 6
"""Of a metric's value: mathematical libraries differ in the last one of sixteen."""


def told(value: object) -> Any:
    """Return what a value holds as JSON types; functions by their names."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {"": type(value).__name__} | {part.name: told(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): told(each) for key, each in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    if isinstance(value, (tuple, list)):
        return [told(each) for each in value]
    if isinstance(value, functools.partial):
        return [told(value.func), told(value.args), told(value.keywords)]
    return getattr(value, "__qualname__", type(value).__name__)


def samples_of(benchmark: Benchmark, cases: list[dict[str, Any]]) -> list[Sample]:
    """Return the samples that the rows of the cases are read as."""
    made: list[Sample] = []
    for case in cases:
        subset = case.get("subset") or benchmark.data.subsets[0]
        made += replace(benchmark, data=Rows({subset: [case["row"]]})).samples(subset, Source(offline=True))
    return made


def prompts_of(benchmark: Benchmark, samples: list[Sample]) -> list[Any]:
    """Return what is asked for each sample, and for the first one in each subset and below a worked example."""
    render = getattr(benchmark.solve, "render", None)
    if render is None:
        return []
    asked = [render(sample) for sample in samples]
    asked += [render(replace(samples[0], subset=subset)) for subset in benchmark.data.subsets]
    shown = getattr(benchmark.solve, "render_shot", None)
    asked += [render(samples[0], samples[:1])] if shown and isinstance(samples[0].input, str) else []
    return [told(each) for each in asked]


def metrics_of(benchmark: Benchmark, cases: list[dict[str, Any]]) -> dict[str, Any]:
    """Return how each metric is made, and what it is of all the marks that the cases name."""
    marks = [said["scores"] for case in cases for said in case["replies"]]
    values = {name: [float(mark.get(name, 0.0)) for mark in marks] for name in benchmark.score.metrics}
    columns = Columns(values=values, clusters=range(len(marks)), samples=range(len(marks)))
    return {name: [described(metric), _value(metric, columns)] for name, metric in benchmark.metrics.items()}


def _value(metric: Metric, columns: Columns) -> float | None:
    try:
        return round(metric(columns).value, DIGITS)
    except GateError:  # a ratio of nothing
        return None


def digest(value: object) -> str:
    """Return eight digits that another value has not."""
    text = json.dumps(value, sort_keys=True)
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=4).hexdigest()


def parts(name: str) -> dict[str, str]:
    """Return the version of a benchmark, and the digits of each part."""
    benchmark = load(name)
    cases = yaml.load((HERE / f"{name}.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    samples = samples_of(benchmark, cases)
    found = {
        "data": [told(benchmark.data), [benchmark.data.size(subset) for subset in benchmark.data.subsets]],
        "read": told(samples),
        "asked": [told(benchmark.solve), prompts_of(benchmark, samples)],
        "marked": told(benchmark.score),
        **({"acted": told(benchmark.environment)} if benchmark.environment else {}),
        "metrics": [metrics_of(benchmark, cases), benchmark.primary_metric, benchmark.aggregation, benchmark.axes],
        "params": told(benchmark.params),
    }
    return {"version": benchmark.version, **{part: digest(value) for part, value in found.items()}}


def ours() -> list[str]:
    """Return the benchmarks whose rows are not the user's own."""
    return [name for name in names() if field(name) not in ("plugin", "custom")]


if __name__ == "__main__":
    made = {name: parts(name) for name in ours()}
    lines = [f"{json.dumps(name)}: {json.dumps(found)}" for name, found in made.items()]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
