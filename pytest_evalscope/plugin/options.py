"""The options on pytest's command line, in the environment and in the ini file.

The command line takes precedence over the environment, the environment over the ini file. This module is loaded with
every pytest, so it imports nothing but the table.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import pytest

from pytest_evalscope.options import BY_NAME, OPTIONS, Option


def add_options(parser: pytest.Parser) -> None:
    """Register every option but the short form `--model`."""
    group = parser.getgroup("evalscope", "evaluation of language models")
    for option in OPTIONS:
        kind: Literal["linelist", "string"] = "linelist" if option.many else "string"
        group.addoption(
            option.flag,
            dest=option.key,
            action="append" if option.many else "store",
            default=None,
            metavar=option.metavar,
            help=_help(option.help, option.default),
        )
        parser.addini(option.key, f"see {option.flag}", type=kind, default=None)


def _help(text: str, default: str) -> str:
    """Return the help of an option, as argparse wants it: a percent sign begins a format there."""
    return (f"{text} (default: {default})" if default else text).replace("%", "%%")


def add_short_model(parser: pytest.Parser) -> None:
    """Register `--model`, unless a conftest or another plugin has an option of this name: then theirs stays."""
    _, unknown = parser.parse_known_and_unknown_args(["--model=probe"])
    if "--model=probe" in unknown:
        group = parser.getgroup("evalscope")
        group.addoption(
            "--model", dest="evalscope_model", action="append", default=None, metavar="PROVIDER/NAME",
            help="the same as --eval-model",
        )  # fmt: skip


def given(config: pytest.Config, option: Option) -> tuple[str | list[str], str] | None:
    """Return what the user set for `option` and where (flag, variable or ini key); None when nothing was set."""
    value = getattr(config.option, option.key, None)
    if value is not None:
        return value, option.flag
    text = os.environ.get(option.variable, "")
    if text.strip() and not (option.name == "cache" and _is_evalscopes(option, text.strip())):
        return (text.split() if option.many else text.strip()), option.variable
    written = config.getini(option.key)
    if written:
        return written, f"ini key {option.key}"
    return None


def _is_evalscopes(option: Option, text: str) -> bool:
    """Return whether EVALSCOPE_CACHE holds what EvalScope reads there, a folder, and not a mode or a misspelt one."""
    if text in option.accepted:
        return False
    from difflib import get_close_matches

    return any(sign in text for sign in "/\\~.") or not get_close_matches(text.lower(), option.accepted, cutoff=0.7)


def pin_run_dir(config: pytest.Config) -> None:
    """Let `--eval-run-dir` name the folder behind a link, for workers that read it once `latest` is this very run."""
    named = value_of(config, "run-dir")
    path = Path(config.invocation_params.dir, named)
    if named and path.is_symlink():
        setattr(config.option, BY_NAME["run-dir"].key, os.path.realpath(path))


def all_given(config: pytest.Config) -> dict[str, tuple[str | list[str], str]]:
    """Return option → what the user set for it and where, for what was set at all."""
    found = {option.name: given(config, option) for option in OPTIONS}
    return {name: one for name, one in found.items() if one is not None}


def typed(config: pytest.Config, *names: str) -> bool:
    """Return whether one of these options was set on the command line; of all options where none is named."""
    return any(getattr(config.option, BY_NAME[name].key, None) is not None for name in names or BY_NAME)


def names_given(config: pytest.Config) -> bool:
    """Return whether an option on the command line names benchmarks, for which tests must then be collected."""
    return typed(config, "threshold", "dataset-args")


def value_of(config: pytest.Config, name: str) -> str:
    """Return the text of an option that is given once; its default where nothing was set."""
    option = BY_NAME[name]
    found = given(config, option)
    return option.default if found is None else str(found[0]).strip()
