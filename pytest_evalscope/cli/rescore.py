"""`pytest-evalscope rescore`: the completions of a run, scored again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from pytest_evalscope.cli.options import data_dir, judge_options, judge_settings


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The run folder to write. [default: beside RUN]")
@click.option(
    "--judge",
    multiple=True,
    metavar="PROVIDER/NAME",
    help="The judge model; repeat for a panel. [default: keep verdicts]",
)
@click.option("--api-url", default="", metavar="URL", help="Base URL of an OpenAI-compatible endpoint for judges.")
@judge_options
@data_dir
@click.pass_context
def rescore(
    ctx: click.Context,
    /,
    run: Path,
    output: Path | None,
    judge: tuple[str, ...],
    api_url: str,
    data_dir: Path | None,
    **options: Any,
) -> None:
    """Score the completions in the run folder RUN with today's scorers, without a model.

    RUN stays as it is. Prints the changes: the number of changed verdicts, and the score before and after. What cannot
    be scored again keeps its scores, and is reported. The exit status is 0 when everything has a score, 1 when
    something has none, 2 for a usage error.
    """
    from pytest_evalscope.api import problems
    from pytest_evalscope.api.rescore import recorded_settings
    from pytest_evalscope.api.rescore import rescore as rescored
    from pytest_evalscope.folder.recorded import open_run
    from pytest_evalscope.reports.escape import one_line

    recorded = recorded_settings(open_run(run))
    settings = replace(recorded, judges=judge, judge_api_url=api_url, **judge_settings(options))
    if data_dir is not None:
        settings = replace(settings, data=replace(settings.data, data_dir=data_dir))
    made = rescored(run, output, settings=settings)
    for change in made.changes:
        click.echo(one_line(str(change), 1000))
    wrong = problems(made.summary)
    for sentence in wrong:
        click.echo(f"error: {sentence}", err=True)
    click.echo(f"reports: {made.summary.folder / 'reports' / 'summary.md'}")
    if wrong:
        ctx.exit(1)
