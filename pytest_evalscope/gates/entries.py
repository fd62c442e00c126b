"""Threshold entries, from the command line, `thresholds.toml` and the decorator."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from pytest_evalscope.errors import UnknownName, UsageError

tomllib = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
OPTION = "--eval-threshold"
DEFAULT = "default"
TABLES = (DEFAULT, "application")
"""Names of tables that are no model's."""
ACCEPTED = "NAME=X, NAME.METRIC=X or NAME/SUBSET.METRIC=X, such as gsm8k.accuracy=0.6"


class Entry(NamedTuple):
    """One threshold as it was written."""

    target: str
    """`gsm8k.accuracy`, `mmlu/abstract_algebra.accuracy`, or the name alone for the primary metric."""
    value: float
    place: str
    """The option, file and table, or test that sets it, as messages name it."""


def option_entries(texts: Sequence[str], place: str = OPTION) -> list[Entry]:
    """Return the entries of `--eval-threshold`, or of its variable or ini key, which `place` then names.

    Raises UsageError for one that is not `target=number`.
    """
    made = []
    for text in texts:
        target, equals, number = text.rpartition("=")
        target = target.strip()
        if not equals or not target:
            raise UsageError(f"{place}: not a threshold ({text!r}); accepted: {ACCEPTED}")
        try:
            value = float(number)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise UsageError(f"{place}: not a finite number ({text!r}); accepted: {ACCEPTED}")
        made.append(Entry(target, value, place))
    return made


def file_tables(path: Path) -> dict[str, list[Entry]]:
    """Return the entries of a `thresholds.toml`: table (a model, or `default`) → entries.

    Raises UsageError, naming file and key, for broken TOML and for values that are no finite numbers.
    """
    try:
        status = path.stat()
        return dict(_tables(path, status.st_mtime_ns, status.st_size))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not TOML ({error})") from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from error


@lru_cache(maxsize=16)  # hundreds of subsets have their thresholds in one file
def _tables(path: Path, _changed: int, _size: int) -> dict[str, list[Entry]]:
    tables = tomllib.loads(path.read_text("utf-8"))
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise _misplaced(path, name)
        if name not in TABLES and get_close_matches(name.lower(), TABLES, n=1, cutoff=0.8):
            raise UnknownName(f"{path}: table", name, TABLES)  # it would be of a model that no run has
    return {name: list(_table_entries(table, f"{path} [{name}]")) for name, table in tables.items()}


def refuse_benchmarks_as_tables(path: Path, tables: Iterable[str], benchmark: str) -> None:
    """Raise UsageError when a table is named after a benchmark: its gates would silently apply to no model."""
    for name in tables:
        if name.partition("/")[0] == benchmark:
            raise _misplaced(path, name)


def refuse_tables_of_no_model(path: Path, tables: Iterable[str]) -> None:
    """Raise UsageError when a table's name cannot be a model's: its gates would silently apply to none."""
    from pytest_evalscope.models.options import ModelOptions
    from pytest_evalscope.models.resolve import require_provider

    for name in tables:
        if name not in TABLES:
            try:
                require_provider(name, ModelOptions())
            except UsageError as error:
                others = f"or [{DEFAULT}], or [application] for a model of your own"
                raise UsageError(f"{path}: table: {error.message}; {others}", hint=error.hint) from error


def _misplaced(path: Path, name: str) -> UsageError:
    return UsageError(
        f"{path}: outside of a model's table ({name}); accepted: tables named after models, and [{DEFAULT}]",
        hint=f"write the line [{DEFAULT}] above it",
    )


def _table_entries(table: Mapping[str, Any], place: str) -> Iterator[Entry]:
    for name, metrics in table.items():
        if not isinstance(metrics, dict):
            yield Entry(name, _number(metrics, f"{place} {_key(name)}"), place)
            continue
        for metric, value in metrics.items():
            key = f"{_key(name)}.{_key(metric)}"
            if isinstance(value, dict):
                raise UsageError(
                    f"{place} {key}: a table and not a number; accepted: NAME.METRIC = X",
                    hint=f'a subset is written "{name}/{metric}".METRIC = X',
                )
            yield Entry(f"{name}.{metric}", _number(value, f"{place} {key}"), place)


def _key(name: str) -> str:
    """Return a TOML key, quoted where TOML needs that."""
    return name if name.replace("-", "_").isidentifier() else f'"{name}"'


def declared_entries(declared: float | Mapping[str, float] | None, benchmark: str) -> list[Entry]:
    """Return the entries of a decorator's `threshold=`. Raises UsageError for anything but finite numbers."""
    place = f"threshold= of the test of {benchmark}"
    if declared is None:
        return []
    if isinstance(declared, Mapping):
        if not declared:
            raise UsageError(f"{place}: no metric ({{}}); accepted: a number, or metric → number")
        return [
            Entry(f"{benchmark}.{metric}", _number(value, f"{place}, {metric}"), place)
            for metric, value in declared.items()
        ]
    return [Entry(benchmark, _number(declared, place), place)]


def _number(value: object, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise UsageError(f"{place}: not a finite number ({value!r}); accepted: a number such as 0.6")
    return float(value)


def metric_of(entry: Entry, name: str, metrics: Sequence[str], primary: str) -> str | None:
    """Return the metric that an entry sets for `name` (a benchmark, or benchmark/subset); None if it names another.

    Raises UnknownName when the entry is for `name` and its metric is not in `metrics`.
    """
    if entry.target == name:
        return primary
    if not entry.target.startswith(f"{name}."):
        return None
    metric = entry.target[len(name) + 1 :]
    if metric not in metrics:
        raise UnknownName(f"{entry.place}: metric of {name}", metric, metrics)
    return metric
