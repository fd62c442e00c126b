"""Cards of benchmarks."""

from __future__ import annotations

from textwrap import fill
from typing import Any

from pytest_evalscope.benchmarks import Benchmark, field
from pytest_evalscope.data import Hub
from pytest_evalscope.errors import EvalscopeError
from pytest_evalscope.types import plain


def card(benchmark: Benchmark) -> dict[str, Any]:
    """Return the card as JSON types.

    `revision` is the commit of data on a hub, `newest` where none is pinned.
    `subsets` maps each name to its number of rows, None where that is not known; it is empty where the user's own
    files will tell which there are.
    """
    solve = benchmark.solve
    hub = getattr(benchmark.data, "hub", benchmark.data)
    facts = {
        "name": benchmark.name,
        "title": benchmark.title,
        "field": field(benchmark.name),
        "version": benchmark.version,
        "description": benchmark.description,
        "task_type": benchmark.task_type,
        "tags": benchmark.tags,
        "languages": benchmark.languages,
        "paper": benchmark.paper,
        "licence": benchmark.licence,
        "reference": benchmark.reference,
        "needs": benchmark.needs,
        "data": getattr(hub, "id", "") or getattr(hub, "path", ""),
        "revision": (hub.revision or "newest") if isinstance(hub, Hub) else "",
        "subsets": _sizes(benchmark),
        "metrics": tuple(benchmark.metrics),
        "primary_metric": benchmark.primary_metric,
        "solver": getattr(solve, "__name__", type(solve).__name__),
        "few_shot": getattr(solve, "few_shot", 0),
        "params": benchmark.params,
    }
    return {key: plain(value) for key, value in facts.items()}


def _sizes(benchmark: Benchmark) -> dict[str, int | None]:
    try:
        return {subset: benchmark.data.size(subset) for subset in benchmark.data.subsets}
    except EvalscopeError:  # no files are named yet
        return {}


def rows_of(facts: dict[str, Any]) -> str:
    """Return how many rows all subsets of a card have together, as text; empty where one is not known."""
    sizes = list(facts["subsets"].values())
    return "" if None in sizes or not sizes else f"{sum(sizes):,}"


def labels(facts: dict[str, Any]) -> set[str]:
    """Return the values of `--tag` that select a card: its tags, languages, task type and field."""
    return {*facts["tags"], *facts["languages"], facts["task_type"], facts["field"]} - {""}


def describe(facts: dict[str, Any]) -> str:
    """Return a card as lines of text, without empty fields."""
    sizes = facts["subsets"]
    total = rows_of(facts)
    shown = {
        **facts,
        "subsets": f"{len(sizes)}{f', {total} rows' if total else ''}: "
        + ", ".join(name if size is None else f"{name} ({size:,})" for name, size in sizes.items())
        if sizes
        else "those of your own files",
        "metrics": ", ".join(
            f"{name} (primary)" if name == facts["primary_metric"] else name for name in facts["metrics"]
        ),
        "params": ", ".join(f"{key}={value}" for key, value in facts["params"].items()),
    }
    above = [f"{facts['name']}: {facts['title']}", "", *([facts["description"], ""] if facts["description"] else [])]
    below = [
        fill(f"{key.replace('_', ' '):<10} {_text(value)}", width=118, subsequent_indent=" " * 11)
        for key, value in shown.items()
        if value and key not in ("name", "title", "description", "primary_metric")
    ]
    return "\n".join(above + below)


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
