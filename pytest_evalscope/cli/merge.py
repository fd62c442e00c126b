"""`pytest-evalscope merge`: shards become one run."""

from __future__ import annotations

import shutil
from pathlib import Path

import click


@click.command()
@click.argument("runs", nargs=-1, required=True, metavar="RUN...", type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The run folder to write.")
@click.pass_context
def merge(ctx: click.Context, /, runs: tuple[Path, ...], output: Path) -> None:
    """Join the run folders RUN... (shards of one plan, or runs of it that were cut off) into one.

    Runs that do not fit together are refused, and so is a set that lacks a shard. `pytest evals --eval-run-dir=OUTPUT`
    checks the gates of the joined run, without requests. The exit status is 0 when everything has a score, 1 when
    something has none, 2 when the runs were not joined.
    """
    from pytest_evalscope.api import problems
    from pytest_evalscope.api.merge import merge as joined
    from pytest_evalscope.reports import summary_lines

    summary = joined(runs, output)
    for line in summary_lines(summary, shutil.get_terminal_size(fallback=(80, 24)).columns):
        click.echo(line)
    wrong = problems(summary)
    for sentence in wrong:
        click.echo(f"error: {sentence}", err=True)
    if wrong:
        ctx.exit(1)
