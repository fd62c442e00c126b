"""EvalScope's data set `general_arena`: battles between the completions of finished runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pytest_evalscope.api.arena import arena_of_runs
from pytest_evalscope.compat.settings import settings_of
from pytest_evalscope.compat.task import TaskConfig
from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.folder.manifest import PATH
from pytest_evalscope.types import RunSummary

NAME = "general_arena"
_FORM = 'accepted: {"models": [{"name": "NAME", "report_path": "RUN FOLDER"}, …], "baseline": "NAME"}'


def is_arena(task: TaskConfig) -> bool:
    """Return whether a task is an arena. Raises UsageError for an arena among other data sets."""
    if NAME not in task.datasets:
        return False
    if task.datasets != [NAME]:
        raise UsageError(
            f"TaskConfig datasets: {NAME} compares finished runs; accepted: it alone, in a task of its own"
        )
    return True


def run_arena(task: TaskConfig) -> RunSummary:
    """Let the task's judges compare each model's completions with the baseline's, in both orders.

    Raises UsageError for a model without a run folder of this package, and as `arena_of_runs` does.
    """
    runs, baseline = entrants_of(task)
    return arena_of_runs(runs, settings_of(task), baseline=baseline, schedule="baseline")


def entrants_of(task: TaskConfig) -> tuple[list[tuple[str, Path]], str]:
    """Return name and run folder of each model, and the baseline. Raises UsageError."""
    where = f"dataset_args of {NAME}: extra_params"
    extra = task.dataset_args.get(NAME, {}).get("extra_params") or {}
    models = extra.get("models") if isinstance(extra, Mapping) else None
    if not isinstance(models, (list, tuple)) or not all(isinstance(each, Mapping) for each in models):
        raise UsageError(f"{where}: no models are named; {_FORM}")
    runs = [_entrant(each, where) for each in models]
    names = [name for name, _ in runs]
    baseline = str(extra.get("baseline") or (names[0] if names else ""))
    if baseline not in names:
        raise UnknownName(f"{where}: baseline", baseline, names)
    return runs, baseline


def _entrant(given: Mapping[str, Any], where: str) -> tuple[str, Path]:
    name, path = given.get("name"), given.get("report_path")
    if not name or not path:
        raise UsageError(f"{where}: a model has no name or no report_path ({', '.join(given) or 'nothing'}); {_FORM}")
    folder = Path(str(path)).expanduser()
    for place in (folder, *folder.parents[:3]):
        if (place / PATH).is_file():
            return str(name), place
    raise UsageError(
        f"{where}: report_path of {name} is in no run folder of this package ({path}); accepted: a folder with {PATH}",
        hint="a run of EvalScope's has other completions: run its task here first",
    )
