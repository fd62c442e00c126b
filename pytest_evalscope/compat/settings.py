"""From a task to the settings of a run: EvalScope's options in our terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import Any

from pytest_evalscope.compat.judges import judges_of, strategy_of
from pytest_evalscope.compat.names import generation_of
from pytest_evalscope.compat.task import TaskConfig
from pytest_evalscope.data import Source, default_source
from pytest_evalscope.errors import UsageError
from pytest_evalscope.folder.recorded import open_run
from pytest_evalscope.models import ModelOptions
from pytest_evalscope.run import Settings


def settings_of(task: TaskConfig) -> Settings:
    """Return the settings that a task describes; its model and data sets are not among them.

    Raises UsageError for a generation parameter that is not supported, or one that contradicts another.
    """
    params = generation_of({name: value for name, value in task.generation_config.items() if value is not None})
    repeats = params.pop("n", None)
    timeout = params.pop("timeout", None)
    attempts = params.pop("retries", None)
    if repeats not in (None, 1) and task.repeats not in (1, repeats):
        raise UsageError(
            f"generation_config n: contradicts repeats ({repeats!r}, {task.repeats}); leave one of them out"
        )
    if task.stream is not None:
        params["stream"] = task.stream
    plain = ModelOptions()
    model = ModelOptions(
        api_url=task.api_url or "",
        args=_model_args(task.model_args),
        timeout=task.timeout or _number("timeout", timeout, float, plain.timeout),
        attempts=_number("retries", attempts, int, plain.attempts),
        replayed=task.rerun_review,
    )
    judges = judges_of(task.judge, task.judge_model_args)
    made = Settings(
        data=_source(task),
        model=model,
        judges=judges.names,
        judge_args=judges.args,
        judge_strategy=strategy_of(task.judge, task.judge_strategy),
        params=params,
        sandbox=task.place_of_code,
        dataset_args={name: args for name, args in task.dataset_args.items() if args},
        limit=task.limit,
        repeats=task.repeats if task.repeats != 1 else _number("n", repeats, int, 1),
        work_dir=Path(task.work_dir).expanduser(),
        cache="replay" if task.rerun_review else "on",
        max_errors=1.0 if task.ignore_errors else 0.0,
    )
    seed = made.seed if task.seed is None else task.seed
    return replace(
        made,
        seed=seed,
        concurrency=task.eval_batch_size or made.concurrency,
        judge_concurrency=task.judge_worker_num or made.judge_concurrency,
    )


def folder_of(task: TaskConfig) -> Path | None:
    """Return the run folder that a task names; None for a fresh one. Raises UsageError for one that is not ours."""
    if task.use_cache is None:
        return Path(task.work_dir).expanduser() if task.no_timestamp else None
    folder = Path(task.use_cache).expanduser()
    open_run(folder, "TaskConfig use_cache")
    return folder


def _source(task: TaskConfig) -> Source:
    data_dir = default_source().data_dir if task.dataset_dir is None else Path(task.dataset_dir).expanduser()
    if task.dataset_hub == "local":
        return Source(data_dir=data_dir, offline=True)
    return Source(data_dir=data_dir, hub=task.dataset_hub)


def _model_args(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of local weights in our names; EvalScope's defaults are what we do anyway."""
    made: dict[str, Any] = {}
    for name, value in given.items():
        if name in ("precision", "torch_dtype"):
            made["dtype"] = str(value).removeprefix("torch.")
        elif name == "device_map":
            made["device"] = value
        elif (name, value) != ("revision", "master"):
            made[name] = value
    return {name: value for name, value in made.items() if value is not None and value != "auto"}


def _number(name: str, value: Any, kind: Callable[[Any], Any], default: Any) -> Any:
    if value is None:
        return default
    fits = isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value) and value > 0
    if not fits or kind(value) != value:
        word = "whole number from 1" if kind is int else "number above 0"
        raise UsageError(f"generation_config {name}: does not fit ({value!r}); accepted: a {word}")
    return kind(value)
