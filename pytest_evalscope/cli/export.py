"""`pytest-evalscope export`: the samples of a run as a file for other programs."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--format", "format_", default="csv", metavar="csv|parquet|jsonl", show_default=True, help="The format.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    help="The file to write, over one that exists; - for stdout. [default: samples.FORMAT here]",
)
@click.option("--benchmark", multiple=True, metavar="NAME", help="Only its samples; repeat for several. [default: all]")
def export(run: Path, format_: str, output: Path | None, benchmark: tuple[str, ...]) -> None:
    """Write the samples of the run folder RUN as a table: a row per sample and repeat.

    The exit status is 0, and 2 for a usage error.
    """
    from pytest_evalscope.api.export import export as exported
    from pytest_evalscope.api.export import require_format
    from pytest_evalscope.errors import UsageError
    from pytest_evalscope.reports.write import whole_file

    require_format(format_)
    if output == Path("-"):
        exported(run, sys.stdout.buffer, format_, benchmark)
        sys.stdout.flush()
        return
    path = output or Path(f"samples.{format_}")
    try:
        with whole_file(path) as file:
            count = exported(run, file, format_, benchmark)
    except OSError as error:
        raise UsageError(f"--output: the file cannot be written ({path}: {error.strerror})") from error
    click.echo(f"{path}: {count:,} samples")
