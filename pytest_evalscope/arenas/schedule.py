"""Who fights whom, and having the battles judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Literal

from pytest_evalscope.arenas.battle import Battles, Nobody, battle_of
from pytest_evalscope.arenas.replies import paired, read_replies, read_targets
from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.run import Job, Run, Settings
from pytest_evalscope.scorers.judging import HINT, NO_JUDGE, PREFERENCE
from pytest_evalscope.types import Row
from pytest_evalscope.types.names import JobKey

Schedule = Literal["round_robin", "baseline"]
SCHEDULES: tuple[Schedule, ...] = ("round_robin", "baseline")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrant:
    """One model's recorded replies."""

    name: str
    """What it is called on the leaderboard."""
    folder: Path
    """The run folder that holds its replies."""
    model: str
    """Its name there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One subset of a data set in which battles are fought."""

    dataset: str
    subset: str
    pairs: tuple[tuple[str, str], ...]

    def battles(self) -> Iterator[tuple[tuple[str, str], JobKey]]:
        """Yield each pair, and the key of the job that holds its battles."""
        for pair in self.pairs:
            yield pair, (versus(*pair), self.dataset, self.subset)


def versus(first: str, second: str) -> str:
    """Return what the battles of a pair are filed under."""
    return f"{first} vs {second}"


def require_arena_judges(settings: Settings) -> None:
    """Raise UsageError, before anything is requested, for an arena when no judge is named.

    Battles of a run folder may keep the verdicts that they have.
    """
    if not settings.judges and settings.run_dir is None:
        raise UsageError(f"arena: judges compare the replies, but {NO_JUDGE}", hint=HINT)


def pairs_of(models: Sequence[str], baseline: str, schedule: Schedule) -> tuple[tuple[str, str], ...]:
    """Return who fights whom, each pair once and in the order of the names, so that a further model moves no pair.

    Raises UnknownName for a baseline that is none of the models, UsageError for fewer than two or a name twice.
    """
    if schedule not in SCHEDULES:
        raise UnknownName("arena: schedule", schedule, SCHEDULES)
    if len(models) < 2:
        raise UsageError(f"arena: too few models ({', '.join(models) or 'none'}); two or more battle")
    if len(set(models)) < len(models):
        raise UsageError(f"arena: a model stands twice ({', '.join(models)}); each has a name of its own")
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
    """Have every pair of replies judged in both orders, by the judges of `run`; the battles are in its folder then.

    Args:
        run: The open run. Verdicts that its cache holds are not asked for again.
        entrants: The models and where their replies are.
        dataset: What the data set is called.
        subsets: Those that every entrant has replies of.
        baseline: The model that ratings and win rates refer to.
        schedule: Every pair, or only those with the baseline.
        criteria: What judges are to judge by.
        benchmark: The data set's name in the entrants' run folders; `dataset`, if left out.
        tick: Called now and then while the battles go on.

    Raises as `pairs_of` does; DataError for replies that are not there or do not compare.
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
    mine, theirs = (read_replies(each.folder, each.model, benchmark, subset) for each in (first, second))
    return paired(mine, theirs, read_targets(first.folder, first.model, benchmark, subset))
