"""From pytest's options to the settings of a run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from pytest_evalscope.api.conduct import Junit
from pytest_evalscope.errors import EvalscopeError, UsageError
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.options import BY_NAME, OPTIONS
from pytest_evalscope.plugin.options import all_given
from pytest_evalscope.run import Settings, judge_models, require_known_judges
from pytest_evalscope.run.options import Given, described, settings_from, value_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginSettings:
    """The settings of the run, and those that only the plugin needs."""

    run: Settings
    thresholds: tuple[str, ...]
    junit: Junit
    fail_under: float | None
    """Least weighted average of the index; None without a gate on it."""
    given: Given = field(default_factory=dict)
    """Options that were set, as text."""


SETTINGS = pytest.StashKey[PluginSettings]()


def settings_of(config: pytest.Config) -> PluginSettings:
    """Return the settings, read once. Raises pytest.UsageError for an option that is not accepted."""
    if SETTINGS not in config.stash:
        config.stash[SETTINGS] = checked_settings(config)
    return config.stash[SETTINGS]


def checked_settings(config: pytest.Config) -> PluginSettings:
    """Return the settings. Raises pytest.UsageError for an option that is not accepted."""
    try:
        settings = read_settings(config)
        if settings.thresholds:
            from pytest_evalscope.gates.entries import command_line_entries

            command_line_entries(settings.thresholds)
        _check_run_dir(settings.run)
        for name in () if settings.run.run_dir else settings.run.models:
            resolve(name, _opened_by(config, settings.run.model))
        if settings.run.judges or settings.run.judges_differ:
            require_known_judges(settings.run, _opened_by(config, settings.run.judge))
        # A model that was not named may be one that no item needs, so its price is looked up when it is opened.
        named = settings.run.models if "model" in settings.given and not settings.run.run_dir else ()
        if settings.run.prices or settings.run.cost_budget is not None:
            from pytest_evalscope.run.prices import require_prices

            require_prices((*named, *judge_models(settings.run)), settings.run.prices, budget=settings.run.cost_budget)
    except EvalscopeError as error:
        raise pytest.UsageError(str(error)) from error
    return settings


def _opened_by(config: pytest.Config, options: ModelOptions) -> ModelOptions:
    """Return the options that models are checked with: where items are only collected, none needs a key."""
    return replace(options, replayed=True) if config.option.collectonly else options


def read_settings(config: pytest.Config) -> PluginSettings:
    """Return the settings that command line, environment and ini file make up. Raises UsageError."""
    texts, base = all_given(config), Path(config.invocation_params.dir)

    def own(name: str) -> Any:
        return value_of(BY_NAME[name], texts, base)

    return PluginSettings(
        run=settings_from(texts, base),
        thresholds=own("threshold"),
        junit=own("junit"),
        fail_under=own("fail-under"),
        given=texts,
    )


def options_of(settings: PluginSettings) -> dict[str, str | list[str]]:
    """Return every option with its value as text, free of secrets, for the manifest of the run."""
    texts = {option.name: settings.given.get(option.name, (option.default, ""))[0] for option in OPTIONS}
    return described(settings.run, texts)


def _check_run_dir(settings: Settings) -> None:
    """Raise UsageError for a `--eval-run-dir` that is no run folder, or that another option contradicts."""
    if settings.run_dir is not None:
        from pytest_evalscope.folder.recorded import open_run

        open_run(settings.run_dir, "--eval-run-dir")
        if settings.shard is not None:
            raise UsageError(
                f"--eval-shard: nothing is requested with --eval-run-dir, so there is nothing to divide "
                f"({settings.shard})"
            )
