"""From pytest's options to the settings of a run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, cast

import pytest

from pytest_evalscope.data import Source
from pytest_evalscope.errors import EvalscopeError, UsageError
from pytest_evalscope.gates.entries import command_line_entries
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.plugin.options import OPTIONS, Option, given
from pytest_evalscope.run import CACHE_MODES, RunFolder, Settings, shard_of
from pytest_evalscope.run.prices import read_prices, require_prices
from pytest_evalscope.run.replay import check_run_dir
from pytest_evalscope.run.settings import default_cache_dir
from pytest_evalscope.sandbox import checked_kind
from pytest_evalscope.scorers.judging import STRATEGIES
from pytest_evalscope.text import option_values

Junit = Literal["gates", "samples", "off"]
_BY_NAME = {option.name: option for option in OPTIONS}


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginSettings:
    """The settings of the run, and what only the plugin needs."""

    run: Settings
    thresholds: tuple[str, ...]
    junit: Junit
    fail_under: float | None
    """Least weighted average of the index; None without a gate on it."""


def checked_settings(config: pytest.Config) -> PluginSettings:
    """Return the settings. Raises pytest.UsageError for whatever a person typed wrong."""
    try:
        settings = read_settings(config)
        command_line_entries(settings.thresholds)
        _check_run_dir(settings.run)
        for name in () if settings.run.run_dir else settings.run.models:
            resolve(name, _opened_by(config, settings.run.model))
        for name in settings.run.judges:
            resolve(name, _opened_by(config, settings.run.judge))
        # A model that nobody named may be one that nobody asks, so its price is asked for when it is opened.
        named = settings.run.models if given(config, _BY_NAME["model"]) and not settings.run.run_dir else ()
        require_prices((*named, *settings.run.judges), settings.run.prices, budget=settings.run.cost_budget)
    except EvalscopeError as error:
        raise pytest.UsageError(str(error)) from error
    return settings


def _opened_by(config: pytest.Config, options: ModelOptions) -> ModelOptions:
    """Return the options that models are checked with: where items are only collected, none needs a key."""
    return replace(options, replayed=True) if config.option.collectonly else options


def read_settings(config: pytest.Config) -> PluginSettings:
    """Return the settings that command line, environment and ini file make up. Raises UsageError."""
    values = _Values(config)
    base = Path(config.invocation_params.dir)
    cache_dir = values.text("cache-dir")
    data_dir = values.text("data-dir")
    run_dir, prices = values.text("run-dir"), values.text("prices")
    budget = values.text("token-budget")
    source = Source(
        data_dir=base / data_dir if data_dir else None,
        hub=cast("Any", option_values.choice(values.text("hub"), values.where("hub"), ("huggingface", "modelscope"))),
        offline=option_values.truth(values.text("offline"), values.where("offline")),
    )
    run = Settings(
        models=tuple(dict.fromkeys(values.texts("model"))),
        data=source,
        model=_model_options(values),
        params=option_values.mapping(values.text("generation-config"), values.where("generation-config")),
        dataset_args=option_values.nested(values.text("dataset-args"), values.where("dataset-args")),
        limit=option_values.limit(values.text("limit"), values.where("limit")),
        shard=shard_of(values.text("shard"), values.where("shard")),
        repeats=option_values.number(values.text("repeats"), values.where("repeats"), int, least=1),
        seed=option_values.number(values.text("seed"), values.where("seed"), int, least=0),
        concurrency=option_values.number(values.text("concurrency"), values.where("concurrency"), int, least=1),
        sample_timeout=values.amount("sample-timeout", least=0.001),
        **_judging(values),
        cache=option_values.choice(values.text("cache"), values.where("cache"), CACHE_MODES),
        cache_dir=base / cache_dir if cache_dir else default_cache_dir(),
        work_dir=base / values.text("work-dir"),
        run_dir=base / run_dir if run_dir else None,
        sandbox=checked_kind(values.text("sandbox"), values.where("sandbox")),
        token_budget=option_values.number(budget, values.where("token-budget"), int, least=1) if budget else None,
        cost_budget=values.amount("cost-budget", least=0.000001),
        prices=read_prices(base / prices, values.where("prices")) if prices else {},
        max_errors=option_values.number(values.text("max-errors"), values.where("max-errors"), float, least=0, most=1),
    )
    junit = option_values.choice(values.text("junit"), values.where("junit"), ("gates", "samples", "off"))
    return PluginSettings(
        run=run,
        thresholds=tuple(values.texts("threshold")),
        junit=cast("Junit", junit),
        fail_under=values.amount("fail-under", least=0),
    )


def _judging(values: _Values) -> dict[str, Any]:
    """Return the fields of the settings that say who judges, and how much."""
    strategy = option_values.choice(values.text("judge-strategy"), values.where("judge-strategy"), STRATEGIES)
    at_once = option_values.number(values.text("judge-concurrency"), values.where("judge-concurrency"), int, least=1)
    return {
        "judges": tuple(dict.fromkeys(values.texts("judge"))),
        "judge_strategy": strategy,
        "judge_concurrency": at_once,
        "judge_max_requests": values.whole("judge-max-requests"),
        "judge_api_url": values.text("judge-api-url"),
    }


def _check_run_dir(settings: Settings) -> None:
    """Raise UsageError for a `--eval-run-dir` that is no run folder, or that another option contradicts."""
    if settings.run_dir is not None:
        check_run_dir(RunFolder(settings.run_dir), "--eval-run-dir")
        if settings.shard is not None:
            raise UsageError(
                f"--eval-shard: nothing is asked with --eval-run-dir, so there is nothing to divide ({settings.shard})"
            )


def _model_options(values: _Values) -> ModelOptions:
    return ModelOptions(
        api_url=values.text("api-url"),
        args=option_values.mapping(values.text("model-args"), values.where("model-args")),
        timeout=option_values.number(values.text("timeout"), values.where("timeout"), float, least=0.001),
        silence=option_values.number(values.text("stream-timeout"), values.where("stream-timeout"), float, least=0.001),
        attempts=option_values.number(values.text("attempts"), values.where("attempts"), int, least=1),
        rpm=values.amount("rpm", least=0.001),
        tpm=values.amount("tpm", least=1),
        replayed=values.text("cache") == "replay",
    )


class _Values:
    """The options as text, each with the place where it was set."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def _option(self, name: str) -> tuple[Option, tuple[str | list[str], str] | None]:
        option = _BY_NAME[name]
        return option, given(self._config, option)

    def text(self, name: str) -> str:
        option, found = self._option(name)
        return option.default if found is None else str(found[0]).strip()

    def texts(self, name: str) -> list[str]:
        option, found = self._option(name)
        if found is None:
            return [option.default] if option.default else []
        return list(found[0])

    def amount(self, name: str, *, least: float) -> float | None:
        """A number from `least`; None where nothing was set."""
        text = self.text(name)
        return option_values.number(text, self.where(name), float, least=least) if text else None

    def whole(self, name: str) -> int | None:
        """A whole number from 1; None where nothing was set."""
        text = self.text(name)
        return option_values.number(text, self.where(name), int, least=1) if text else None

    def where(self, name: str) -> str:
        option, found = self._option(name)
        return option.flag if found is None else found[1]


def described(config: pytest.Config) -> dict[str, str | list[str]]:
    """Return every option with its value as text, free of secrets, for the run folder."""
    values = _Values(config)
    return {
        option.name: (
            [option_values.without_secrets(text) for text in values.texts(option.name)]
            if option.many
            else option_values.without_secrets(values.text(option.name))
        )
        for option in OPTIONS
    }
