"""`pytest-evalscope show`: the samples of a run, with prompts and completions."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pytest_evalscope.api.show import Found

_COLOURS = {"title": "red", "label": "cyan"}


@click.command()
@click.argument("run", required=False, type=click.Path(path_type=Path))
@click.option("--failed", is_flag=True, help="Show only what failed, the worst first.")
@click.option("--benchmark", default="", metavar="NAME", help="Show only samples of this benchmark.")
@click.option("--subset", default="", metavar="NAME", help="Show only samples of this subset.")
@click.option("--model", default="", metavar="NAME", help="Show only samples of this model.")
@click.option("--id", "sample_id", default="", metavar="ID", help="Show only the sample with this id.")
@click.option("--outcome", default="", metavar="NAME", help="Show only samples that ended so: no_answer, timeout, …")
@click.option(
    "-n",
    "--n",
    "most",
    default=5,
    type=click.IntRange(min=0),
    metavar="COUNT",
    show_default=True,
    help="Number of samples; 0 for all.",
)
@click.option("--json", "as_json", is_flag=True, help="Print an object per line, nothing cut.")
def show(
    run: Path | None,
    failed: bool,
    benchmark: str,
    subset: str,
    model: str,
    sample_id: str,
    outcome: str,
    most: int,
    as_json: bool,
) -> None:
    """Show samples of the run folder RUN: prompt, completion, target, answer, and why they are scored as they are.

    Without RUN it is the newest run, `latest` in the folder of runs. Samples fail that have no score, or whose value of
    the primary metric is below 1. The exit status is 0, also where no sample matches, and 2 for a usage error.
    """
    from pytest_evalscope.api.show import Wanted, find_samples
    from pytest_evalscope.folder.recorded import open_run

    wanted = Wanted(
        benchmark=benchmark, subset=subset, model=model, sample_id=sample_id, outcome=outcome, failed=failed
    )
    opened = open_run(_newest() if run is None else run)
    found = find_samples(opened, wanted, most or None)
    if as_json:
        _print_json(found)
    elif not found.count:
        click.echo(f"no sample of {opened} matches")
    elif is_terminal():
        click.echo_via_pager(_text(found, get_terminal_size((80, 24)).columns, failed=failed, coloured=True))
    else:
        click.echo(_text(found, 80, failed=failed, coloured=False))


def is_terminal() -> bool:
    """Return whether a person reads what is printed."""
    return sys.stdout.isatty()


def _newest() -> Path:
    from pytest_evalscope.errors import UsageError

    latest = Path(os.environ.get("EVALSCOPE_WORK_DIR") or "outputs") / "latest"
    if not latest.exists():
        raise UsageError(
            f"show: no run is named, and there is no newest one ({latest}); accepted: the path of a run folder"
        )
    return latest


def _text(found: Found, width: int, *, failed: bool, coloured: bool) -> str:
    from pytest_evalscope.reports.samples import sample_lines

    def paint(part: str, text: str) -> str:
        return click.style(text, fg=_COLOURS[part], bold=part == "title" or None) if coloured else text

    shown = len(found.chosen)
    order = ", the worst first" if failed else ""
    more = "" if shown == found.count else "; -n 0 shows all"
    lines = sample_lines(list(found.shown()), min(width, 120), paint)
    return "\n".join([f"{shown:,} of {found.count:,} matching samples{order}{more}", "", *lines])


def _print_json(found: Found) -> None:
    from pytest_evalscope.reports.escape import harmless_json
    from pytest_evalscope.types.encode import to_json

    for record, place in found.whole():
        fields = {name: getattr(record, name) for name in record.__slots__}
        click.echo(harmless_json(to_json({**fields, "place": place}).decode()))
