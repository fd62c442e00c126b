"""Threshold lookup for one model on one subset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pytest_evalscope.errors import UsageError
from pytest_evalscope.gates.decide import FILE
from pytest_evalscope.gates.entries import (
    DEFAULT,
    OPTION,
    Entry,
    declared_entries,
    file_tables,
    metric_of,
    refuse_benchmarks_as_tables,
    refuse_tables_of_no_model,
)
from pytest_evalscope.types import Threshold


def find_threshold(
    *,
    benchmark: str,
    subset: str,
    model: str,
    metrics: Sequence[str],
    primary: str,
    option: Sequence[Entry],
    files: Sequence[Path],
    declared: float | Mapping[str, float] | None,
) -> Threshold | None:
    """Return the thresholds of one subset, metric → least value; None where none is set.

    Each metric takes the first that is set of: the option; per `thresholds.toml` of `files`, the nearest first,
    the model's table, then `[default]`; the decorator. Within one of these an entry for the subset takes
    precedence over one for the benchmark, a named metric over the unnamed primary one, the later of two equal entries
    over the earlier.

    Raises UsageError for malformed entries and for metrics that the benchmark does not have.
    """
    levels = [(option[0].place if option else OPTION, option)]
    for path in files:
        tables = file_tables(path)
        refuse_benchmarks_as_tables(path, tables, benchmark)
        refuse_tables_of_no_model(path, tables)
        levels += [(f"{path} [{name}]", tables.pop(name, [])) for name in (model, DEFAULT)]
        for others in tables.values():  # a misspelt metric is an error in every model's table
            _chosen(others, benchmark, subset, metrics, primary)
    levels.append(("the decorator", declared_entries(declared, benchmark)))
    values: dict[str, float] = {}
    sources: dict[str, None] = {}
    for source, entries in levels:
        for metric, value in _chosen(entries, benchmark, subset, metrics, primary).items():
            if metric not in values:
                values[metric] = value
                sources[source] = None
    return Threshold(values=values, primary=primary, source=", ".join(sources)) if values else None


def no_threshold(benchmark: str, subset: str, primary: str) -> UsageError:
    """Return the error for a test that uses a threshold where none is set."""
    return UsageError(
        f"{benchmark}/{subset}: no threshold is set; looked for on the command line, in {FILE}, and in the decorator",
        hint=f'{OPTION} "{benchmark}.{primary}=0.5", or @benchmark(…, threshold=0.5)',
    )


def _chosen(
    entries: Sequence[Entry], benchmark: str, subset: str, metrics: Sequence[str], primary: str
) -> dict[str, float]:
    """Return metric → value of one level (the command line, one table, the decorator)."""
    made: dict[str, float] = {}
    for name in (benchmark, f"{benchmark}/{subset}"):
        named = {}
        for entry in entries:
            metric = metric_of(entry, name, metrics, primary)
            if metric is None:
                continue
            if entry.target == name:
                made[metric] = entry.value
            else:
                named[metric] = entry.value
        made |= named
    return made
