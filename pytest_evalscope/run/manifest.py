"""`configs/run.json` of the run folder: what was asked for, with what, on which data."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from pytest_evalscope.run import read
from pytest_evalscope.run.settings import Settings
from pytest_evalscope.run.store import RunFolder
from pytest_evalscope.types import Result
from pytest_evalscope.types.encode import to_json

SCHEMA = 1
_NAMED = ("pytest-evalscope", "pytest", "pytest-xdist", "transformers", "torch", "xllamacpp")


def write_manifest(
    folder: RunFolder,
    status: str,
    *,
    started: str,
    options: Mapping[str, str | Sequence[str]],
    results: Iterable[Result] = (),
) -> None:
    """Write what is known of the run.

    Args:
        folder: The run folder.
        status: `running`, `complete`, `incomplete` or `nothing measured`.
        started: UTC, ISO 8601.
        options: Every option with its value as text, free of secrets.
        results: Those whose data has been read.
    """
    folder.write_json(
        "configs/run.json",
        {
            "schema": SCHEMA,
            "status": status,
            "started": started,
            "options": options,
            "versions": _versions(),
            "data": {f"{result.benchmark}/{result.subset}": result.data_hash for result in results},
        },
    )


def described(settings: Settings) -> dict[str, str | Sequence[str]]:
    """Return the settings as `write_manifest` takes them: under the names of the plugin's options, as text."""
    model, data = settings.model, settings.data
    values: dict[str, Any] = {
        "api-url": model.api_url,
        "model-args": model.args,
        "generation-config": settings.params,
        "dataset-args": settings.dataset_args,
        "data-dir": data.data_dir,
        "hub": data.hub,
        "offline": data.offline,
        "limit": settings.limit,
        "shard": settings.shard,
        "repeats": settings.repeats,
        "seed": settings.seed,
        "concurrency": settings.concurrency,
        "judge-concurrency": settings.judge_concurrency,
        "judge-strategy": settings.judge_strategy,
        "judge-max-requests": settings.judge_max_requests,
        "judge-api-url": settings.judge_api_url,
        "timeout": model.timeout,
        "stream-timeout": model.silence,
        "sample-timeout": settings.sample_timeout,
        "attempts": model.attempts,
        "rpm": model.rpm,
        "tpm": model.tpm,
        "cache": settings.cache,
        "cache-dir": settings.cache_dir,
        "work-dir": settings.work_dir,
        "run-dir": settings.run_dir,
        "token-budget": settings.token_budget,
        "cost-budget": settings.cost_budget,
        "max-errors": settings.max_errors,
    }
    shown = {name: read.without_secrets(_text(value)) for name, value in values.items()}
    named = {"model": settings.models, "judge": settings.judges}
    return {**{key: [read.without_secrets(name) for name in names] for key, names in named.items()}, **shown}


def _text(value: Any) -> str:
    if value is None or value == {}:
        return ""
    if isinstance(value, (Mapping, bool)):
        return to_json(value).decode()
    return f"{value:g}" if isinstance(value, float) else str(value)


@cache
def _versions() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    made = {"python": platform.python_version(), "platform": platform.platform()}
    for name in _NAMED:
        try:
            made[name] = version(name)
        except PackageNotFoundError:
            continue
    return made
