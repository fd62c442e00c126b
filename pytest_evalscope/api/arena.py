"""Battles between the completions of finished runs."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from pytest_evalscope.api.conduct import Conductor
from pytest_evalscope.api.progress import StreamProgress
from pytest_evalscope.arenas import (
    Arena,
    Field,
    Finished,
    Schedule,
    boards,
    entrants_of,
    fight,
    pairs_of,
    require_arena_judges,
)
from pytest_evalscope.run import Run, RunFolder, Settings
from pytest_evalscope.run.options import described
from pytest_evalscope.scorers.judging import PREFERENCE
from pytest_evalscope.types import RunSummary
from pytest_evalscope.types.names import new_run_name


def arena_of_runs(
    runs: Iterable[tuple[str, Path]],
    settings: Settings,
    *,
    baseline: str = "",
    schedule: Schedule = "round_robin",
    criteria: str = "",
    progress: bool = True,
) -> RunSummary:
    """Let judges compare completions of finished runs in pairs; write a run folder with battles and leaderboards.

    Only data sets and subsets that every model has completions of are used; a remark names the others. Verdicts are
    cached like completions: with one more run, only its battles are requested.

    Args:
        runs: `(name, run folder)`; an empty name keeps the names of the run's models.
        settings: The judges, their limits, the cache, and where the run folder is made.
        baseline: The model that ratings and win rates refer to; the first, if left out.
        schedule: Every pair, or only those with the baseline.
        criteria: The criteria of the judges; left out: which completion serves the user better.
        progress: Whether to write the progress of the battles to stderr.

    Raises:
        UsageError: No judge, no run folder, nothing in common, a name that is none.
        DataError: Completions that cannot be read, or answer different prompts under one name.
    """
    require_arena_judges(settings)
    found = entrants_of(runs)
    names = [entrant.name for entrant in found.entrants]
    baseline = baseline or names[0]
    pairs_of(names, baseline, schedule)
    conductor = Conductor(RunFolder(settings.work_dir / new_run_name()), settings, described(settings))
    conductor.begin()
    with closing(conductor):
        fields = _fought(
            settings, conductor.folder, found, baseline, schedule, criteria or PREFERENCE, progress=progress
        )
        arena = Arena(folder=conductor.folder.path, baseline=baseline, fields=fields)
        left = ", ".join(found.left_out)
        summary = conductor.summary(
            (),
            leaderboards=[boards([arena], seed=settings.seed)],
            remarks=[f"left out, as not every model has completions of it: {left}"] if left else [],
        )
        conductor.finish(summary, junit="off")
    return summary


def _fought(
    settings: Settings,
    folder: RunFolder,
    found: Finished,
    baseline: str,
    schedule: Schedule,
    criteria: str,
    *,
    progress: bool,
) -> tuple[Field, ...]:
    fields: list[Field] = []
    with Run(settings, folder) as run:
        line = StreamProgress(run, sys.stderr) if progress else None
        try:
            for dataset, subsets in found.shared.items():
                fields += fight(
                    run,
                    found.entrants,
                    dataset,
                    subsets,
                    baseline=baseline,
                    schedule=schedule,
                    criteria=criteria,
                    tick=None if line is None else line.tick,
                )
        finally:
            if line is not None:
                line.end()
    return tuple(fields)
