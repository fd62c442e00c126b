"""From pytest's options to the settings of a run."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_evalscope.api.conduct import Junit
from pytest_evalscope.errors import EvalscopeError, UsageError
from pytest_evalscope.models.resolve import require_provider
from pytest_evalscope.options import BY_NAME, OPTIONS
from pytest_evalscope.plugin.options import all_given
from pytest_evalscope.run import Settings, judge_models, require_known_judges
from pytest_evalscope.run.options import Given, described, settings_from, values_of

if TYPE_CHECKING:
    from pytest_evalscope.gates.entries import Entry
    from pytest_evalscope.plugin.declare import Decide
    from pytest_evalscope.types import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginSettings:
    """The settings of the run, and those that only the plugin needs."""

    run: Settings
    thresholds: tuple[Entry, ...]
    """Those of `--eval-threshold`, its variable or its ini key."""
    junit: Junit
    junit_properties: bool
    """True if JUnit files have the numbers of a gate as properties of its test case."""
    fail_under: float | None
    """Least weighted average of the index; None without a gate on it."""
    decide: Decide | None
    """Side of an estimate that declared thresholds are compared with; None where no option but decorators say it."""
    inconclusive: Policy
    """Worth of a gate whose interval does not tell whether its bound is reached."""
    redact: bool = False
    """True if terminal and reports show of prompts, completions and answers the lengths alone."""
    given: Given = field(default_factory=dict)
    """Options that were set, as text."""


SETTINGS = pytest.StashKey[PluginSettings]()


def settings_of(config: pytest.Config) -> PluginSettings:
    """Return the settings, read once. Raises pytest.UsageError for an option that is not accepted."""
    if SETTINGS not in config.stash:
        config.stash[SETTINGS] = checked_settings(config)
    return config.stash[SETTINGS]


def refuse_lost_root(config: pytest.Config) -> None:
    """Raise pytest.UsageError where the value of an option has made pytest take another folder for the project's root.

    pytest looks for the root and the ini file before it knows a plugin's options: a folder that follows one after a
    space is a place of tests to it, and `--eval-data-dir /data` leaves `/` or `/data` as the root, and no ini file.
    """
    base = Path(config.invocation_params.dir)
    found = config.inipath is not None and (config.rootpath == base or config.rootpath in base.parents)
    if found or config.getoption("inifilename", None):
        return
    flags = {"--model", *(option.flag for option in OPTIONS)}
    words = [*shlex.split(os.environ.get("PYTEST_ADDOPTS", "")), *map(str, config.invocation_params.args)]
    for flag, value in pairwise(words):
        if flag in flags and (base / value).exists() and not (base / value).resolve().is_relative_to(base.resolve()):
            raise pytest.UsageError(
                f"{flag}: a path outside of the project after a space ({value}): pytest reads it as a place of tests, "
                f"and took {config.rootpath} for the project's root; accepted: {flag}={value}"
            )


def checked_settings(config: pytest.Config) -> PluginSettings:
    """Return the settings. Raises pytest.UsageError for an option that is not accepted.

    Of models and judges the names alone are read: their keys and packages are needed once an eval needs them.
    """
    try:
        settings = read_settings(config)
        _check_gates(config)
        _check_run_dir(settings.run)
        for name in () if settings.run.run_dir else settings.run.models:
            require_provider(name, settings.run.model)
        if settings.run.judges or settings.run.judges_differ:
            # A variable that is named for the key has to be set; any other key is needed once an eval needs the judge.
            keyless = config.option.collectonly or not settings.run.judge_key_variable
            require_known_judges(settings.run, replace(settings.run.judge, replayed=True) if keyless else None)
        named = () if settings.run.run_dir else settings.run.models
        if settings.run.prices or settings.run.cost_budget is not None:
            from pytest_evalscope.run.prices import require_prices

            require_prices((*named, *judge_models(settings.run)), settings.run.prices, budget=settings.run.cost_budget)
    except EvalscopeError as error:
        raise pytest.UsageError(str(error)) from error
    return settings


def read_settings(config: pytest.Config) -> PluginSettings:
    """Return the settings that command line, environment and ini file make up. Raises UsageError."""
    texts, base = all_given(config), Path(config.invocation_params.dir)
    own = values_of(("junit", "junit-properties", "fail-under", "decide", "inconclusive", "redact"), texts, base)
    return PluginSettings(
        run=settings_from(texts, base),
        thresholds=_entries(texts),
        junit=own["junit"],
        junit_properties=own["junit-properties"],
        fail_under=own["fail-under"],
        decide=own["decide"] if "decide" in texts else None,
        inconclusive=own["inconclusive"],
        redact=own["redact"],
        given=texts,
    )


def _entries(given: Given) -> tuple[Entry, ...]:
    if "threshold" not in given:
        return ()
    from pytest_evalscope.gates import option_entries

    texts, place = given["threshold"]
    return tuple(option_entries([texts] if isinstance(texts, str) else texts, place))


def options_of(settings: PluginSettings) -> dict[str, str | list[str]]:
    """Return every option with its value as text, free of secrets, for the manifest of the run."""
    texts = {option.name: settings.given.get(option.name, (option.default, ""))[0] for option in OPTIONS}
    return described(settings.run, texts)


def _check_gates(config: pytest.Config) -> None:
    """Raise UsageError for a gate on the command line that is empty, or an index whose file is not found."""
    for name in ("fail-under", "index"):
        option = BY_NAME[name]
        if getattr(config.option, option.key, None) == "":  # a variable that is not set, say: there would be no gate
            raise UsageError(f"{option.flag}: it is empty (''); accepted: {option.flag}={option.metavar}")
    path = getattr(config.option, "evalscope_index", None)
    if path and not Path(config.invocation_params.dir, path).exists():
        raise UsageError(f"--eval-index: file not found ({path}); accepted: a schema (.json) or a mixed set (.jsonl)")


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
