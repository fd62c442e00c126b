"""`pytest-evalscope compare`: what changed between runs, sample by sample."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import get_terminal_size

import click


@click.command()
@click.argument("runs", nargs=-1, required=True, metavar="RUN...", type=click.Path(path_type=Path))
@click.option(
    "--model", "models", multiple=True, help="Model to compare; may be repeated: of one run, or one for each run."
)
@click.option("--subsets", is_flag=True, help="Show a row for each subset too.")
@click.option("--flips", default=3, show_default=True, type=click.IntRange(0), help="Samples to show each way.")
@click.option(
    "--format",
    "form",
    default="terminal",
    show_default=True,
    type=click.Choice(["terminal", "markdown", "json", "junit"]),
    help="Form of the output.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write; without it standard output.")
@click.option("--fail-if-worse", is_flag=True, help="Exit with 1 when a benchmark got worse, beyond chance.")
@click.pass_context
def compare(
    ctx: click.Context,
    /,
    runs: tuple[Path, ...],
    models: tuple[str, ...],
    subsets: bool,
    flips: int,
    form: str,
    output: Path | None,
    fail_if_worse: bool,
) -> None:
    """Compare each further run folder with the first, or the models of one: paired by sample, with 95 % intervals.

    McNemar's test (zeros and ones) or a paired t-test decides whether a change is beyond chance, at 5 % for all
    benchmarks together. Samples that changed most are shown with both completions.
    """
    from pytest_evalscope.api.compare import compare as compared
    from pytest_evalscope.reports import comparison as reports

    made = compared(runs, models=models, flips=flips)
    if form == "junit":
        text = reports.junit(made)
    elif form == "json":
        from pytest_evalscope.types.encode import to_json

        text = to_json({"schema": 1, "comparisons": made}).decode()
    else:
        width = get_terminal_size((120, 24)).columns if sys.stdout.isatty() and output is None else 120
        text = reports.text(made, width=width, markdown=form == "markdown", subsets=subsets)
    if output is None:
        click.echo(text)
    else:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(f"{text}\n", encoding="utf-8")
    if fail_if_worse and any(row.worse for one in made for row in one.rows):
        ctx.exit(1)
