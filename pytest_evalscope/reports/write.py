"""The files of `reports/` in the run folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

import orjson

from pytest_evalscope.reports.overall import by_benchmark, overall, unscored
from pytest_evalscope.reports.summary import summary_markdown
from pytest_evalscope.types import estimate_to_plain, plain
from pytest_evalscope.types.names import folder_name
from pytest_evalscope.types.result import counted

if TYPE_CHECKING:
    from pytest_evalscope.types import IndexReport, Leaderboard, Result, RunSummary, Spending

SCHEMA = 1
"""Version of the JSON files. Fields may be added under one number; a field keeps its meaning."""


def write_reports(
    summary: RunSummary, junit: Literal["gates", "samples", "off"], *, junit_properties: bool = True
) -> list[Path]:
    """Write the reports of a run and return their paths; each file is there whole or not at all.

    Samples have a JUnit file of their own: a wrong one is a failure there, in a run all of whose gates may hold.

    Raises OSError where the run folder cannot be written.
    """
    folder = summary.folder / "reports"
    made = []
    for group in by_benchmark(summary.results):
        path = folder / folder_name(group[0].model) / f"{folder_name(group[0].benchmark)}.json"
        _write_json(path, benchmark_content(group))
        made.append(path)
    made += _draw_heat_maps(folder, summary)
    _write_json(folder / "index.json", indexes_content(summary))
    with whole_file(folder / "summary.md") as file:
        file.write(summary_markdown(summary).encode())
    made += [folder / "index.json", folder / "summary.md"]
    if summary.leaderboards:
        made += _write_leaderboards(folder, summary.leaderboards)
    if junit != "off":
        from pytest_evalscope.reports.junit import write_gates, write_samples

        files = {"junit.xml": write_gates} | ({"junit-samples.xml": write_samples} if junit == "samples" else {})
        for name, write in files.items():
            with whole_file(folder / name) as file:
                write(file, summary, properties=junit_properties)
            made.append(folder / name)
    return made


def benchmark_content(results: Sequence[Result]) -> dict[str, Any]:
    """Return one model's results on one benchmark as JSON types."""
    first, whole = results[0], overall(counted(results) or results)
    return {
        "schema": SCHEMA,
        "benchmark": first.benchmark,
        "version": first.version,
        "title": first.title,
        "model": first.model,
        "task_type": first.task_type,
        "tags": list(dict.fromkeys(tag for result in results for tag in result.tags)),
        "weight": first.weight,
        "primary_metric": first.primary_metric,
        "complete": whole.complete,
        "subsets": {result.subset: _subset_content(result) for result in results},
        "overall": {
            **_counts(whole),
            "missing": [result.subset for result in results if result.primary is None],
            "metrics": _metrics(whole),
            "verdict": whole.verdict,
        },
    }


def indexes_content(summary: RunSummary) -> dict[str, Any]:
    """Return the indexes of a run as JSON types: the first one's fields, and the further ones under `others`.

    Without an index `headline` is null.
    """
    indexes = _index_contents(summary.indexes) if summary.indexes else []
    first = indexes[0] if indexes else {"name": "", "model": "", "headline": None, "levels": {}}
    run: dict[str, Any] = {"run_complete": summary.complete}
    if summary.shard:
        run["shard"] = summary.shard
    if summary.spending is not None:
        run["spent"] = _spent(summary.spending)
    return {"schema": SCHEMA, **run, **first, "others": indexes[1:]}


def _spent(spending: Spending) -> dict[str, Any]:
    return {"tokens": spending.tokens, "cost": spending.cost, **plain(spending)}


def _index_contents(reports: Sequence[IndexReport]) -> list[dict[str, Any]]:
    from pytest_evalscope.reports.indexes import index_content

    return [index_content(report) for report in reports]


def _draw_heat_maps(folder: Path, summary: RunSummary) -> list[Path]:
    if not any(result.axes for result in summary.results):
        return []
    from pytest_evalscope.reports.heatmap import heat_maps

    made = []
    for heat_map in heat_maps(summary):
        result = heat_map.result
        picture = f"{folder_name(result.benchmark)}-{folder_name(result.subset)}.svg"
        with whole_file(folder / folder_name(result.model) / picture) as file:
            file.write(heat_map.svg().encode())
        made.append(folder / folder_name(result.model) / picture)
    return made


def _write_leaderboards(folder: Path, boards: Sequence[Leaderboard]) -> list[Path]:
    from pytest_evalscope.reports.leaderboard import leaderboard_content, leaderboard_text

    content = {"schema": SCHEMA, "leaderboards": [leaderboard_content(board) for board in boards]}
    _write_json(folder / "leaderboard.json", content)
    with whole_file(folder / "leaderboard.txt") as file:
        file.write("\n".join(map(leaderboard_text, boards)).encode())
    return [folder / "leaderboard.json", folder / "leaderboard.txt"]


def _subset_content(result: Result) -> dict[str, Any]:
    return {
        **_counts(result),
        "expected": result.expected,
        "complete": result.complete,
        "metrics": _metrics(result),
        "thresholds": dict(result.thresholds),
        "verdict": result.verdict,
        "message": result.message,
        "test": result.nodeid,
        "location": result.location,
        "data_hash": result.data_hash,
        **({"judges": list(result.judges)} if result.judges else {}),
        **({"resized": result.resized} if result.resized else {}),
        **({"answered_by": dict(result.answered_by)} if result.answered_by else {}),
        **({"own_examples": result.own_examples} if result.own_examples else {}),
        **({} if result.agreement is None else {"agreement": plain(result.agreement)}),
    }


def _counts(result: Result) -> dict[str, Any]:
    return {
        "planned": result.planned,
        "outcomes": dict(result.outcomes),
        "unscored": unscored(result),
        "seconds": round(result.seconds, 3),
        "requests": result.requests,
        "prompt_tokens": result.prompt_tokens,
        "completion_tokens": result.completion_tokens,
    }


def _metrics(result: Result) -> dict[str, dict[str, float | int | None]]:
    return {
        name: {**estimate_to_plain(estimate), "detectable": estimate.detectable}
        for name, estimate in result.metrics.items()
    }


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    with whole_file(path) as file:
        file.write(orjson.dumps(plain(content), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that appears under its name once it is complete; after an error nothing of it is left."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            yield file
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
