"""The settings of a run as text, for its manifest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pytest_evalscope.run.settings import Settings
from pytest_evalscope.text import option_values
from pytest_evalscope.types.encode import to_json


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
    shown = {name: option_values.without_secrets(_text(value)) for name, value in values.items()}
    named = {"model": settings.models, "judge": settings.judges}
    return {**{key: [option_values.without_secrets(name) for name in names] for key, names in named.items()}, **shown}


def _text(value: Any) -> str:
    if value is None or value == {}:
        return ""
    if isinstance(value, (Mapping, bool)):
        return to_json(value).decode()
    return f"{value:g}" if isinstance(value, float) else str(value)
