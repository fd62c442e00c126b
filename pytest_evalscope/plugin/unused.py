"""Names of benchmarks in options and files that no collected test has: what they set would be lost in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import pytest

from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.plugin.keys import LEFT_OUT, SKIPPED_FILES, case_of
from pytest_evalscope.plugin.settings import PluginSettings, settings_of

FLAGS = ("--eval-threshold", "--eval-dataset-args")


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """The names that selected and deselected tests have."""

    gates: frozenset[str]
    """Benchmarks, and their subsets as `benchmark/subset`, that selected tests gate."""
    runs: frozenset[str]
    """Benchmarks that selected tests run."""
    left_out: frozenset[str]
    """Those of deselected tests, and subsets that the selected ones leave out."""
    mixed: bool
    """True if a mixed set is run, whose benchmarks are not known before it is read."""
    folders: frozenset[Path]
    """The folders of the tests of benchmarks."""


def unused(config: pytest.Config, items: Iterable[pytest.Item]) -> tuple[str, tuple[str, ...]]:
    """Return what is wrong with the names, empty for nothing, and remarks on names that may be of tests left out.

    A name on the command line must be of a selected test. One in the environment, in the ini file or in a
    `thresholds.toml` may also be of a test that was deselected. Where the command line names only a part of the tests
    that the place is about, the name may be of another: at most a remark says so.
    """
    found, settings = _collected(config, items), settings_of(config)
    remarks: list[str] = []
    for names, known, place in _options(settings, found):
        typed = place in FLAGS
        accepted = known if typed else known | found.left_out
        for name in names:
            if name in accepted or (found.mixed and known is found.runs and _built_in(name)):
                continue
            problem = _problem(name, place, known, found)
            if typed or (found.folders and _whole(config, config.rootpath)):
                return problem, ()
            remarks.append(problem.splitlines()[0])
    problem, more = _in_files(config, found)
    return problem, (*remarks, *more)


def _collected(config: pytest.Config, items: Iterable[pytest.Item]) -> Collected:
    gates, runs, left, folders = set[str](), set[str](), set[str](), set[Path]()
    mixed = False
    deselected = config.stash.get(LEFT_OUT, [])
    for item, selected in (*((item, True) for item in items), *((item, False) for item in deselected)):
        case = case_of(item)
        if case is None:
            continue
        names, benchmarks, reads = case.names()
        mixed |= selected and reads
        (gates if selected else left).update(names)
        (runs if selected else left).update(benchmarks)
        for job in case.jobs:
            folders.add(item.path.parent)
            left.update(f"{job.benchmark.name}/{subset}" for subset in job.benchmark.data.subsets)
    return Collected(
        gates=frozenset(gates), runs=frozenset(runs), left_out=frozenset(left), mixed=mixed, folders=frozenset(folders)
    )


def _options(settings: PluginSettings, found: Collected) -> Iterator[tuple[Sequence[str], frozenset[str], str]]:
    """Yield the names that each option has, what they must be among, and where they were written."""
    if settings.thresholds:
        heads = [_head(entry.target, found.gates | found.left_out) for entry in settings.thresholds]
        yield heads, found.gates, settings.thresholds[0].place
    if "dataset-args" in settings.given:
        from pytest_evalscope.text import option_values

        text, place = settings.given["dataset-args"]
        yield list(option_values.nested(str(text), place)), found.runs, place


def _head(target: str, known: Iterable[str]) -> str:
    """Return the benchmark, or benchmark and subset, that a threshold is for: a name may contain a dot too."""
    whole = [name for name in known if target == name or target.startswith(f"{name}.")]
    return max(whole, key=len) if whole else target.rpartition(".")[0] or target


def _problem(name: str, place: str, known: frozenset[str], found: Collected) -> str:
    if name in found.left_out:
        return str(UsageError(f"{place}: its tests were not selected ({name!r}); selected: {_listed(known)}"))
    if _built_in(name.partition("/")[0]):
        return str(UsageError(f"{place}: no collected test is of this name ({name!r}); collected: {_listed(known)}"))
    return str(UnknownName(f"{place}: test of a benchmark", name, known))


def _listed(names: frozenset[str]) -> str:
    ordered = sorted(name for name in names if "/" not in name)
    return ", ".join(ordered[:8]) + (f" and {len(ordered) - 8} more" if len(ordered) > 8 else "") or "none"


def _built_in(name: str) -> bool:
    from pytest_evalscope.benchmarks import names

    return name in names()


def _in_files(config: pytest.Config, found: Collected) -> tuple[str, list[str]]:
    """Return what is wrong in the files of thresholds beside and above the tests, and remarks on what looks wrong."""
    from pytest_evalscope.gates import threshold_files

    known = found.gates | found.left_out
    remarks: list[str] = []
    for path in sorted({path for folder in found.folders for path in threshold_files(folder, config.rootpath)}):
        from pytest_evalscope.gates.entries import file_tables

        whole = _whole(config, path.parent)
        tables = file_tables(path)
        remarks += _misspelt_models(path, tables, settings_of(config).run.models)
        for table, entries in tables.items():
            for name in (_head(entry.target, known) for entry in entries):
                if name in known:
                    continue
                problem = _problem(name, f"{path} [{table}]", found.gates, found)
                if whole:
                    return problem, remarks
                if get_close_matches(name, found.gates, n=1, cutoff=0.8) and not _built_in(name.partition("/")[0]):
                    remarks.append(problem.splitlines()[0])
    return "", remarks


def _misspelt_models(path: Path, tables: Iterable[str], models: Iterable[str]) -> Iterator[str]:
    """Yield a remark on each table that is of no model of the run and nearly has the name of one without a table.

    Names that differ in their digits, or in what follows one of them, are those of versions and sizes.
    """
    without = [model for model in models if model not in tables]
    for table in tables:
        for model in get_close_matches(table, without, n=1, cutoff=0.85):
            digits = [[each for each in name if each.isdigit()] for name in (table, model)]
            providers = {name.partition("/")[0] for name in (table, model)}
            if (
                digits[0] == digits[1]
                and len(providers) == 1
                and not (table.startswith(model) or model.startswith(table))
            ):
                yield f"{path}: no model here is named {table}; did you mean {model}?"


def _whole(config: pytest.Config, folder: Path) -> bool:
    """Return whether everything below a folder was collected: no file of it was left out or skipped."""
    option = config.option
    if option.ignore or option.ignore_glob or getattr(option, "lf", False) or config.stash.get(SKIPPED_FILES, False):
        return False
    base = Path(config.invocation_params.dir)
    places = [(base / name).resolve() for name in map(str, config.args) if "::" not in name]
    return any(place == folder.resolve() or place in folder.resolve().parents for place in places)
