"""`pytest-evalscope judge-check`: measure a judge against people."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import get_terminal_size

import click


@click.command("judge-check")
@click.argument("run", required=False, type=click.Path(path_type=Path))
@click.option(
    "--labels", required=True, type=click.Path(path_type=Path), help="Rows with people's label; .jsonl, .csv."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def judge_check(run: Path | None, labels: Path, as_json: bool) -> None:
    """Measure the judges of the run folder RUN against people's labels: accuracy, kappa, confusion, each class.

    A row of --labels has `label` (a label, or a list of votes) and `sample_id`, and `model`, `benchmark`, `subset` or
    `repeat` where one sample has several completions. Without RUN a row has `judge`, the judge's label, and rows
    without `label` are what the correction is for. The judge's shares are then corrected to what people would give,
    with 95 % intervals.
    """
    from pytest_evalscope.api.judge_check import judge_check as check
    from pytest_evalscope.reports.calibration import check_blocks
    from pytest_evalscope.reports.table import Note, terminal_lines
    from pytest_evalscope.types.encode import to_json

    made = check(labels, run)
    if as_json:
        click.echo(to_json({"judges": made.checks, "remarks": made.remarks}))
        return
    blocks = [block for each in made.checks for block in check_blocks(each)]
    if made.remarks:
        blocks.append(Note(lines=tuple(f"remark: {remark}" for remark in made.remarks)))
    width = get_terminal_size((120, 24)).columns if sys.stdout.isatty() else 200
    click.echo("\n".join(terminal_lines(blocks, width)))
