"""`pytest-evalscope arena`: battles between the completions of finished runs."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pytest_evalscope.cli.options import judge_options, judge_settings
from pytest_evalscope.errors import UsageError

if TYPE_CHECKING:
    from pytest_evalscope.arenas import Schedule


@click.command()
@click.argument("runs", nargs=-1, required=True, metavar="[NAME=]RUN...")
@click.option("--judge", "judges", multiple=True, required=True, metavar="PROVIDER/MODEL", help="Several are a panel.")
@click.option("--judge-api-url", default="", metavar="URL", help="Base URL of an OpenAI-compatible endpoint.")
@judge_options
@click.option("--judge-concurrency", type=click.IntRange(min=1), default=8, show_default=True)
@click.option(
    "--baseline", default="", metavar="MODEL", help="The model that ratings refer to. [default: the first model]"
)
@click.option(
    "--schedule",
    type=click.Choice(["round_robin", "baseline"]),
    default="round_robin",
    show_default=True,
    help="Every pair of models, or only those with the baseline.",
)
@click.option("--criteria", type=click.Path(path_type=Path), help="A text file with the judges' criteria.")
@click.option("--cache-dir", type=click.Path(file_okay=False, path_type=Path), help="Folder of the cache of verdicts.")
@click.option("--work-dir", type=click.Path(file_okay=False, path_type=Path), default="outputs", show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=42, show_default=True)
@click.pass_context
def arena(
    ctx: click.Context,
    /,
    runs: tuple[str, ...],
    judges: tuple[str, ...],
    judge_api_url: str,
    judge_concurrency: int,
    baseline: str,
    schedule: Schedule,
    criteria: Path | None,
    cache_dir: Path | None,
    work_dir: Path,
    seed: int,
    **options: Any,
) -> None:
    """Let judges compare the completions of finished runs, in pairs and in both orders.

    RUN is a run folder; NAME= gives its model another name, so that two runs of one model can meet. Prints the
    leaderboards and, last, their files. With one more run, only its battles are judged. The exit status is 1
    when a battle has no verdict.
    """
    from pytest_evalscope.api.arena import arena_of_runs
    from pytest_evalscope.api.progress import write
    from pytest_evalscope.reports import summary_lines
    from pytest_evalscope.run import Settings
    from pytest_evalscope.run.settings import default_cache_dir

    settings = Settings(
        judges=judges,
        judge_api_url=judge_api_url,
        judge_concurrency=judge_concurrency,
        **judge_settings(options),
        concurrency=judge_concurrency,
        work_dir=work_dir,
        seed=seed,
        cache_dir=cache_dir or default_cache_dir(),
    )
    summary = arena_of_runs(
        [_named(run) for run in runs],
        settings,
        baseline=baseline,
        schedule=schedule,
        criteria="" if criteria is None else _read(criteria),
    )
    lines = summary_lines(summary, shutil.get_terminal_size(fallback=(80, 24)).columns)
    write(sys.stdout, "".join(f"{line}\n" for line in lines))
    unscored = sum(board.unscored for board in summary.leaderboards)
    if unscored:
        click.echo(f"error: {unscored} battles have no verdict; reviews/ in the run folder says why", err=True)
        ctx.exit(1)


def _named(run: str) -> tuple[str, Path]:
    name, equals, path = run.partition("=")
    return (name, Path(path)) if equals and not Path(run).exists() else ("", Path(run))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"arena --criteria: the file cannot be read ({path}: {error})") from error
