"""`run_task`: EvalScope's way to start a run."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO, overload

from pytest_evalscope.api.evaluation import Interrupted, carry_out, problems
from pytest_evalscope.api.plan import Plan, plan_of
from pytest_evalscope.api.progress import write
from pytest_evalscope.benchmarks import names
from pytest_evalscope.collections import DATA_COLLECTION
from pytest_evalscope.compat.arena import is_arena, run_arena
from pytest_evalscope.compat.judges import judges_of
from pytest_evalscope.compat.models import named_model
from pytest_evalscope.compat.settings import folder_of, settings_of
from pytest_evalscope.compat.shared import GENERAL_QA, mixed_set, open_questions, refuse_numeric
from pytest_evalscope.compat.task import TaskConfig, read_config
from pytest_evalscope.errors import UnknownName
from pytest_evalscope.folder.paths import RunFolder
from pytest_evalscope.reports import append_step_summary, summary_lines
from pytest_evalscope.text.secrets import public
from pytest_evalscope.types import RunSummary, plain

Task = TaskConfig | Mapping[str, Any] | str | Path
"""A task, its fields, or the path of a YAML or JSON file that spells them."""


@overload
def run_task(task_cfg: Task) -> RunSummary: ...
@overload
def run_task(task_cfg: list[Any]) -> list[RunSummary]: ...
def run_task(task_cfg: Task | list[Any]) -> RunSummary | list[RunSummary]:
    """Run a task, or several one after another, and return the summary of each.

    Progress, tables and what could not be measured go to stderr. Of a summary, `results` holds every benchmark and
    subset, `indexes[0].weighted_avg` the headline of a `data_collection`, `folder` the run folder. A dry run writes
    what would be requested to stderr and returns a summary without results.

    Raises as `evaluate` does; mistakes in any of several tasks are reported before the first is run.
    """
    if isinstance(task_cfg, (TaskConfig, Mapping, str, Path)):
        return run_one(read_task(task_cfg), tables=sys.stderr)
    return [run_one(task, tables=sys.stderr) for task in [read_task(item) for item in task_cfg]]


def read_task(given: Task) -> TaskConfig:
    """Return the task that a mapping or file spells. Raises UsageError."""
    if isinstance(given, TaskConfig):
        return given
    if isinstance(given, Mapping):
        return TaskConfig.from_dict(given)
    return TaskConfig.from_dict(read_config(given))


def plan_task(task: TaskConfig) -> Plan:
    """Return the plan of a task. Raises UsageError and DataError as `evaluate` does."""
    settings = settings_of(task)
    args = dict(settings.dataset_args)
    collection = args.pop(DATA_COLLECTION, {})
    ordinary = [name for name in task.datasets if name != DATA_COLLECTION]
    indexes = []
    if len(ordinary) < len(task.datasets):
        indexes.append(mixed_set(collection, settings.data, settings.cache_dir))
    _refuse_unused(args, names() if indexes else ordinary)
    numeric = judges_of(task.judge, task.judge_model_args).numeric
    if numeric:
        refuse_numeric(task.datasets)
    if GENERAL_QA in ordinary:
        args[GENERAL_QA] = open_questions(args.get(GENERAL_QA, {}), numeric=numeric, judged=bool(settings.judges))
    models = named_model(task, replace(settings.model, concurrency=settings.concurrency))
    return plan_of(ordinary, indexes, models, replace(settings, dataset_args=args))


def run_one(task: TaskConfig, *, tables: TextIO) -> RunSummary:
    """Run a task and write its tables to one stream, what could not be measured to stderr, the reports' place last.

    Raises as `evaluate` does; what a Ctrl-C leaves is written too, before Interrupted is raised.
    """
    if is_arena(task):
        summary = run_arena(task)
        _write_task(task, summary)
        _report(summary, tables)
        return summary
    plan, folder = plan_task(task), folder_of(task)
    if task.dry_run:
        write(tables, f"{plan}\n")
        return RunSummary(folder=folder or plan.settings.work_dir, results=(), complete=False)
    try:
        summary = carry_out(plan, folder=folder)
    except Interrupted as interruption:
        _write_task(task, interruption.summary)
        _report(interruption.summary, tables)
        raise
    _write_task(task, summary)
    _report(summary, tables)
    return summary


def _write_task(task: TaskConfig, summary: RunSummary) -> None:
    """Write the task, without secrets, where EvalScope has it: `configs/task_config.yaml`; JSON is YAML, too."""
    if not (summary.folder / "configs").is_dir():
        return
    fields = {item.name: getattr(task, item.name) for item in dataclass_fields(task) if item.name != "api_key"}
    if task.model is not None and not isinstance(task.model, (str, Path)):
        fields["model"] = getattr(task.model, "name", None) or getattr(
            task.model, "__name__", type(task.model).__name__
        )
    RunFolder(summary.folder).write_json("configs/task_config.yaml", public(plain(fields)))


def _report(summary: RunSummary, tables: TextIO) -> None:
    *lines, place = summary_lines(summary, shutil.get_terminal_size(fallback=(80, 24)).columns)
    write(tables, "".join(f"{line}\n" for line in lines))
    wrong = [*problems(summary), append_step_summary(summary, os.environ)]
    write(sys.stderr, "".join(f"error: {sentence}\n" for sentence in wrong if sentence))
    write(tables, f"{place}\n")


def _refuse_unused(args: Mapping[str, Any], used: Sequence[str]) -> None:
    """Raise UnknownName for options of a data set that is not run: a misspelt name must not lose them."""
    for name in args:
        if name not in used:
            raise UnknownName("TaskConfig dataset_args", name, used, hint="only data sets that are run have options")
