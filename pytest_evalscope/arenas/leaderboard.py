"""Leaderboards from battles on disk: per subset, per data set and over all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pytest_evalscope.arenas.schedule import Field
from pytest_evalscope.errors import GateError
from pytest_evalscope.folder.records import read_records
from pytest_evalscope.run import RunFolder
from pytest_evalscope.stats.ratings import Bout, Rated, rate
from pytest_evalscope.types import UNSCORED, Leaderboard, Orders, Standing

OVERALL = "overall"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arena:
    """A tournament in a run folder: the place of its battles, and what they refer to."""

    folder: Path
    baseline: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class _Battle:
    """The fields of a battle's record that leaderboards need."""

    dataset: str
    subset: str
    prompt: str
    first: str
    second: str
    score: float | None
    """The first model's; None without a verdict."""
    orders: tuple[float, float]


def boards(arenas: Sequence[Arena], *, seed: int = 0) -> Leaderboard:
    """Return the leaderboard over all battles, whose parts are the data sets' and theirs the subsets'.

    Every prompt counts the same: a data set with more prompts weighs more. Ratings of a leaderboard are computed from
    all of its battles at once, and not from the ratings of its parts.

    Raises DataError for a file of battles that is broken.
    """
    baseline = arenas[0].baseline
    battles = [battle for arena in arenas for battle in _read(arena)]
    parts = {name: _dataset(name, baseline, group, seed) for name, group in _by_dataset(battles)}
    return _over(OVERALL, baseline, battles, parts, seed)


def board_of(arena: Arena, *, seed: int = 0) -> Leaderboard:
    """Return the leaderboard of an arena of one data set, whose parts are the subsets'. Raises as `boards` does."""
    return _dataset(arena.fields[0].dataset, arena.baseline, list(_read(arena)), seed)


def _dataset(name: str, baseline: str, battles: Sequence[_Battle], seed: int) -> Leaderboard:
    subsets = dict.fromkeys(battle.subset for battle in battles)
    parts = {
        subset: _board(f"{name} - {subset}", baseline, [item for item in battles if item.subset == subset], seed)
        for subset in subsets
    }
    return _over(name, baseline, battles, parts, seed)


def _over(
    name: str, baseline: str, battles: Sequence[_Battle], parts: Mapping[str, Leaderboard], seed: int
) -> Leaderboard:
    """Return the leaderboard over parts; of a single one the ratings are known already."""
    only = next(iter(parts.values())) if len(parts) == 1 else _board(name, baseline, battles, seed)
    return replace(only, name=name, parts=parts)


def _by_dataset(battles: Iterable[_Battle]) -> Iterator[tuple[str, list[_Battle]]]:
    groups: dict[str, list[_Battle]] = {}
    for battle in battles:
        groups.setdefault(battle.dataset, []).append(battle)
    yield from sorted(groups.items())


def _read(arena: Arena) -> Iterator[_Battle]:
    for field in arena.fields:
        for (first, second), key in field.battles():
            for record in read_records(RunFolder(arena.folder), *key):
                values = record.values
                yield _Battle(
                    field.dataset,
                    field.subset,
                    f"{field.dataset}/{field.subset}/{record.sample_id}",
                    first,
                    second,
                    None if record.outcome in UNSCORED else values["score"],
                    (values["shown_first"], values["shown_second"]),
                )


def _board(name: str, baseline: str, battles: Sequence[_Battle], seed: int) -> Leaderboard:
    decided = [battle for battle in battles if battle.score is not None]
    bouts = [
        Bout(prompt=battle.prompt, first=battle.first, second=battle.second, score=battle.score)
        for battle in decided
        if battle.score is not None
    ]
    try:
        rated = rate(bouts, baseline, seed=seed)
    except GateError:
        rated = {}
    models = dict.fromkeys(model for battle in battles for model in (battle.first, battle.second))
    standings = [_standing(model, rated.get(model), battles) for model in models]
    return Leaderboard(
        name=name,
        baseline=baseline,
        standings=tuple(sorted(standings, key=_rank)),
        orders=_orders(battle.orders for battle in decided),
        battles=len(battles),
    )


def _rank(standing: Standing) -> tuple[float, str]:
    return (float("inf") if standing.rating is None else -standing.rating.value, standing.model)


def _standing(model: str, rated: Rated | None, battles: Iterable[_Battle]) -> Standing:
    counts: Counter[float | None] = Counter()
    for battle in battles:
        if model == battle.first:
            counts[battle.score] += 1
        elif model == battle.second:
            counts[None if battle.score is None else 1 - battle.score] += 1
    return Standing(
        model=model,
        rating=None if rated is None else rated.rating,
        win_rate=None if rated is None else rated.win_rate,
        won=counts[1.0],
        tied=counts[0.5],
        lost=counts[0.0],
        unscored=counts[None],
    )


def _orders(pairs: Iterable[tuple[float, float]]) -> Orders:
    """Count the pairs of (score of a completion when shown first, score of the same completion when shown second)."""
    counts = Counter(pairs)
    agreed = sum(count for (one, other), count in counts.items() if one == other)
    first, second = counts[(1.0, 0.0)], counts[(0.0, 1.0)]
    return Orders(agreed=agreed, first=first, second=second, half=counts.total() - agreed - first - second)
