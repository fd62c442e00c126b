"""Schedule of battles, and their judging."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Literal

from pytest_evalscope.arenas.battle import Battles, Nobody, battle_of
from pytest_evalscope.arenas.replies import paired, read_completions, read_targets
from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.run import Job, Run, Settings
from pytest_evalscope.scorers.judging import HINT, NO_JUDGE, PREFERENCE
from pytest_evalscope.types import Row
from pytest_evalscope.types.names import JobKey

Schedule = Literal["round_robin", "baseline"]
SCHEDULES: tuple[Schedule, ...] = ("round_robin", "baseline")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrant:
    """One model's recorded completions."""

    name: str
    """Its name on the leaderboard."""
    folder: Path
    """The run folder with its completions."""
    model: str
    """The model's name there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One subset of a data set with its battles."""

    dataset: str
    subset: str
    pairs: tuple[tuple[str, str], ...]

    def battles(self) -> Iterator[tuple[tuple[str, str], JobKey]]:
        """Yield each pair, and the key of the job with its battles."""
        for pair in self.pairs:
            yield pair, (versus(*pair), self.dataset, self.subset)


def versus(first: str, second: str) -> str:
    """Return the name that the battles of a pair are filed under."""
    return f"{first} vs {second}"


def require_arena_judges(settings: Settings) -> None:
    """Raise UsageError, before anything is requested, for an arena when no judge is named.

    Battles of a run folder may keep the verdicts that they have.
    """
    if not settings.judges and settings.run_dir is None:
        raise UsageError(f"arena: judges compare completions, but {NO_JUDGE}", hint=HINT)


def pairs_of(models: Sequence[str], baseline: str, schedule: Schedule) -> tuple[tuple[str, str], ...]:
    """Return the pairs to battle, each once and in the order of the names, so that a further model moves no pair.

    Raises UnknownName for an unknown baseline, UsageError for fewer than two models or a repeated name.
    """
    if schedule not in SCHEDULES:
        raise UnknownName("arena: schedule", schedule, SCHEDULES)
    if len(models) < 2:
        raise UsageError(f"arena: too few models ({', '.join(models) or 'none'}); at least 2 are needed")
    if len(set(models)) < len(models):
        raise UsageError(f"arena: repeated model ({', '.join(models)}); accepted: each name once")
    if baseline not in models:
        raise UnknownName("arena: baseline", baseline, models)
    return tuple(pair for pair in combinations(sorted(models), 2) if schedule == "round_robin" or baseline in pair)


def fight(
    run: Run,
    entrants: Sequence[Entrant],
    dataset: str,
    subsets: Sequence[str],
    *,
    baseline: str,
    schedule: Schedule = "round_robin",
    criteria: str = PREFERENCE,
    benchmark: str = "",
    tick: Callable[[], None] | None = None,
) -> tuple[Field, ...]:
    """Have the judges of `run` compare every pair of completions in both orders; the battles go to its run folder.

    Args:
        run: The open run. Verdicts in its cache are not requested again.
        entrants: The models and the folders of their completions.
        dataset: The data set's name.
        subsets: Those that every entrant has completions of.
        baseline: The model that ratings and win rates refer to.
        schedule: Every pair, or only those with the baseline.
        criteria: The judges' criteria.
        benchmark: The data set's name in the entrants' run folders; empty: `dataset`.
        tick: Called now and then while the battles go on.

    Raises as `pairs_of` does; DataError for completions that are missing or do not compare.
    """
    pairs = pairs_of([entrant.name for entrant in entrants], baseline, schedule)
    named = {entrant.name: entrant for entrant in entrants}
    jobs = []
    for first, second in pairs:
        rows = partial(_rows, named[first], named[second], benchmark or dataset)
        battle = battle_of(
            first, second, name=dataset, data=Battles(subsets=tuple(subsets), rows=rows), criteria=criteria
        )
        label, seed = versus(first, second), run.settings.seed
        jobs += [
            Job(benchmark=battle, subset=subset, model=label, application=Nobody(), seed=seed, derived=True)
            for subset in subsets
        ]
    run.submit(jobs)
    for job in jobs:
        run.result(job, tick=tick)
    return tuple(Field(dataset=dataset, subset=subset, pairs=pairs) for subset in subsets)


def _rows(first: Entrant, second: Entrant, benchmark: str, subset: str) -> Iterator[Row]:
    mine, theirs = (read_completions(each.folder, each.model, benchmark, subset) for each in (first, second))
    return paired(mine, theirs, read_targets(first.folder, first.model, benchmark, subset))
