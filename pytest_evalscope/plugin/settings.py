"""From pytest's options to the settings of a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import pytest

from pytest_evalscope.data import Source
from pytest_evalscope.errors import EvalscopeError
from pytest_evalscope.gates.entries import command_line_entries
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.plugin.options import OPTIONS, Option, given
from pytest_evalscope.run import CACHE_MODES, Settings, read
from pytest_evalscope.run.settings import CacheMode, default_cache_dir
from pytest_evalscope.sandbox import KINDS, SandboxKind

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
        for name in settings.run.models:
            resolve(name, settings.run.model)
        for name in settings.run.judges:
            resolve(name, settings.run.judge)
    except EvalscopeError as error:
        raise pytest.UsageError(str(error)) from error
    return settings


def read_settings(config: pytest.Config) -> PluginSettings:
    """Return the settings that command line, environment and ini file make up. Raises UsageError."""
    values = _Values(config)
    base = Path(config.invocation_params.dir)
    cache_dir = values.text("cache-dir")
    data_dir = values.text("data-dir")
    source = Source(
        data_dir=base / data_dir if data_dir else None,
        hub=cast("Any", read.choice(values.text("hub"), values.where("hub"), ("huggingface", "modelscope"))),
        offline=read.truth(values.text("offline"), values.where("offline")),
    )
    model = ModelOptions(
        api_url=values.text("api-url"),
        args=read.mapping(values.text("model-args"), values.where("model-args")),
        timeout=read.number(values.text("timeout"), values.where("timeout"), float, least=0.001),
        silence=read.number(values.text("stream-timeout"), values.where("stream-timeout"), float, least=0.001),
        attempts=read.number(values.text("attempts"), values.where("attempts"), int, least=1),
        rpm=values.amount("rpm", least=0.001),
        tpm=values.amount("tpm", least=1),
        replayed=values.text("cache") == "replay",
    )
    run = Settings(
        models=tuple(dict.fromkeys(values.texts("model"))),
        data=source,
        model=model,
        params=read.mapping(values.text("generation-config"), values.where("generation-config")),
        dataset_args=read.nested(values.text("dataset-args"), values.where("dataset-args")),
        limit=read.limit(values.text("limit"), values.where("limit")),
        repeats=read.number(values.text("repeats"), values.where("repeats"), int, least=1),
        seed=read.number(values.text("seed"), values.where("seed"), int, least=0),
        concurrency=read.number(values.text("concurrency"), values.where("concurrency"), int, least=1),
        sample_timeout=values.amount("sample-timeout", least=0.001),
        judges=tuple(dict.fromkeys(values.texts("judge"))),
        judge_concurrency=read.number(
            values.text("judge-concurrency"), values.where("judge-concurrency"), int, least=1
        ),
        judge_api_url=values.text("judge-api-url"),
        cache=cast("CacheMode", read.choice(values.text("cache"), values.where("cache"), CACHE_MODES)),
        cache_dir=base / cache_dir if cache_dir else default_cache_dir(),
        work_dir=base / values.text("work-dir"),
        sandbox=cast("SandboxKind", read.choice(values.text("sandbox"), values.where("sandbox"), KINDS)),
        max_errors=read.number(values.text("max-errors"), values.where("max-errors"), float, least=0, most=1),
    )
    junit = read.choice(values.text("junit"), values.where("junit"), ("gates", "samples", "off"))
    return PluginSettings(
        run=run,
        thresholds=tuple(values.texts("threshold")),
        junit=cast("Junit", junit),
        fail_under=values.amount("fail-under", least=0),
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
        return read.number(text, self.where(name), float, least=least) if text else None

    def where(self, name: str) -> str:
        option, found = self._option(name)
        return option.flag if found is None else found[1]


def described(config: pytest.Config) -> dict[str, str | list[str]]:
    """Return every option with its value as text, free of secrets, for the run folder."""
    values = _Values(config)
    return {
        option.name: (
            [read.without_secrets(text) for text in values.texts(option.name)]
            if option.many
            else read.without_secrets(values.text(option.name))
        )
        for option in OPTIONS
    }
