"""Options that several commands take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

data_dir = click.option(
    "--data-dir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="EVALSCOPE_DATA_DIR",
    help="A mirror of benchmark data, `<hub id>/<config>/<split>.jsonl`; read in place of the hub.",
)


def read(kind: Literal["mapping", "nested", "limit"]) -> Callable[[click.Context, click.Parameter, str | None], Any]:
    """Return a click callback that reads an option's text; None stays None."""

    def callback(_: click.Context, parameter: click.Parameter, text: str | None) -> Any:
        from pytest_evalscope.text import option_values

        return None if text is None else getattr(option_values, kind)(text, parameter.opts[0])

    return callback


def judge_options(command: Command) -> Command:
    """Add the options of judges, which `judge_settings` reads."""
    for option in (
        click.option(
            "--judge-args", callback=read("nested"), metavar="JSON", help="Options per judge, as --eval-judge-args."
        ),
        click.option(
            "--judge-generation-config", callback=read("mapping"), metavar="K=V,…|JSON",
            help="Generation parameters of judges; null leaves one out.",
        ),
        click.option(
            "--judge-key-variable", default="", metavar="NAME", help="Environment variable with the judges' key."
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def judge_settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of the settings that the options of `judge_options` make."""
    return {
        "judge_key_variable": given["judge_key_variable"],
        "judge_params": given["judge_generation_config"] or {},
        "judge_args": given["judge_args"] or {},
    }
