"""`pytest-evalscope rescore`: the replies of a run, marked again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from pytest_evalscope.cli.options import data_dir


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The run folder to write. [default: beside RUN]")
@click.option("--judge", multiple=True, metavar="PROVIDER/NAME", help="Who marks what judges mark; left out: kept.")
@click.option("--api-url", default="", metavar="URL", help="Base URL of an OpenAI-compatible endpoint for judges.")
@data_dir
@click.pass_context
def rescore(
    ctx: click.Context, /, run: Path, output: Path | None, judge: tuple[str, ...], api_url: str, data_dir: Path | None
) -> None:
    """Mark the replies in the run folder RUN with today's scorers, without a model.

    RUN stays as it is. Printed is what changed: how many verdicts, and the score before and after. What cannot be
    marked again keeps its marks, and is told. The exit status is 0 when everything has a score, 1 when something has
    none, 2 for a mistake in what was typed.
    """
    from pytest_evalscope.api import problems
    from pytest_evalscope.api.rescore import recorded_settings
    from pytest_evalscope.api.rescore import rescore as marked
    from pytest_evalscope.folder.recorded import open_run
    from pytest_evalscope.reports.escape import one_line

    settings = replace(recorded_settings(open_run(run)), judges=judge, judge_api_url=api_url)
    if data_dir is not None:
        settings = replace(settings, data=replace(settings.data, data_dir=data_dir))
    made = marked(run, output, settings=settings)
    for change in made.changes:
        click.echo(one_line(str(change), 1000))
    wrong = problems(made.summary)
    for sentence in wrong:
        click.echo(f"error: {sentence}", err=True)
    click.echo(f"reports: {made.summary.folder / 'reports' / 'summary.md'}")
    if wrong:
        ctx.exit(1)
