"""The weighted index of a run: five levels, each averaged three ways, each with its uncertainty.

micro weighs every planned sample the same; macro every (data set, subset) pair; weighted gives each sample its leaf's
share divided by the leaf's planned samples (EvalScope's definitions). A sample without a score counts 0 in all
three. Standard errors and intervals are those of independent strata, see `stats.weighted`; two leaves that run the same
samples in two ways are not independent, and an index with such leaves is less certain than its interval says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import fsum
from typing import NamedTuple

from pytest_evalscope.collections import Member
from pytest_evalscope.errors import GateError
from pytest_evalscope.stats import macro, weighted
from pytest_evalscope.types import UNSCORED, Estimate, IndexLevel, IndexReport, IndexRow, LevelName, Result

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The score of one subset of one leaf, and its weight in the index."""

    dataset: str
    subset: str
    task_type: str = ""
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    """The names of its groups, the root first."""
    share: float
    """Above 0: its leaf's share of the index, times its part of the leaf's planned samples."""
    estimate: Estimate
    """The primary metric's, over all planned samples."""
    count: int
    """Planned samples, the unscored ones included."""
    unscored: int = 0


class Measures(NamedTuple):
    """The scores that make an index, and the leaves that should be in it and have no score."""

    measured: tuple[Measured, ...]
    missing: tuple[str, ...]


def index_report(name: str, model: str, measured: Sequence[Measured], missing: Sequence[str] = ()) -> IndexReport:
    """Return the index of one model, its five levels with the groups of most samples first.

    The levels: subset (key: task type, data set, subset), dataset (task type, data set), task, tag (a sample with
    several counts in each, one without in none), and category: every group of the schema, from the root down.

    Raises:
        GateError: Nothing was measured.
    """
    if not measured:
        lost = f" ({', '.join(missing)} missing)" if missing else ""
        raise GateError(f"index {name}: nothing was measured{lost}; at least one leaf with a score is needed")
    levels: dict[LevelName, IndexLevel] = {
        level: IndexLevel(level, tuple(_rows(level, keys, measured))) for level, keys in _KEYS.items()
    }
    micro_avg, macro_avg, weighted_avg = _averages(measured)
    return IndexReport(
        name=name,
        model=model,
        weighted_avg=weighted_avg,
        micro_avg=micro_avg,
        macro_avg=macro_avg,
        count=sum(item.count for item in measured),
        unscored=sum(item.unscored for item in measured),
        levels=levels,
        missing=tuple(missing),
    )


def index_of(name: str, model: str, members: Sequence[Member], results: Iterable[Result]) -> IndexReport:
    """Return the index of one model from the results of its members. Raises GateError when nothing was measured."""
    return index_report(name, model, *measures_of(members, (result for result in results if result.model == model)))


def measures_of(members: Sequence[Member], results: Iterable[Result]) -> Measures:
    """Return one model's scores on the members of a mixed set, and the members without a complete result.

    A result belongs to the member whose benchmark and subset it names.
    """
    found = {(result.benchmark, result.subset): result for result in results if _usable(result)}
    pairs = [(member, found.get((member.leaf.benchmark.name, member.subset))) for member in members]
    planned: dict[str, int] = {}
    for member, result in pairs:
        if result is not None:
            planned[member.leaf.name] = planned.get(member.leaf.name, 0) + result.planned
    measured = tuple(
        _measured(
            result,
            dataset=member.leaf.dataset,
            task_type=member.leaf.task_type,
            tags=member.leaf.tags_of(member.subset),
            categories=member.leaf.categories,
            share=member.leaf.share * result.planned / planned[member.leaf.name],
        )
        for member, result in pairs
        if result is not None
    )
    missing = tuple(f"{member.leaf.name}/{member.subset}" for member, result in pairs if result is None)
    return Measures(measured, missing)


def measures_of_marks(results: Sequence[Result]) -> Measures:
    """Return the index that the weights on ordinary benchmark tests make, for the results of one model.

    A leaf is a benchmark in one test; its share is its weight, divided by the weights of all leaves that ran; a weight
    of 0 keeps it out. Results that are not complete are missing. Deselected tests are not known here: the caller
    adds them to the missing.
    """
    results = [result for result in results if result.weight > 0]
    complete = [result for result in results if _usable(result)]
    weights: dict[Key, Fraction] = {}
    planned: dict[Key, int] = {}
    for result in complete:
        weights[_leaf(result)] = Fraction(result.weight)
        planned[_leaf(result)] = planned.get(_leaf(result), 0) + result.planned
    total = sum(weights.values(), Fraction())
    measured = tuple(
        _measured(
            result,
            dataset=result.benchmark,
            task_type=result.task_type,
            tags=result.tags,
            categories=(),
            share=weights[_leaf(result)] / total * result.planned / planned[_leaf(result)],
        )
        for result in complete
    )
    return Measures(measured, tuple(f"{item.benchmark}/{item.subset}" for item in results if not _usable(item)))


def indexes_of_marks(results: Sequence[Result], least: int = 2) -> tuple[IndexReport, ...]:
    """Return the index that the weights on the tests make, for each model with at least `least` benchmarks."""
    made = []
    for model in dict.fromkeys(result.model for result in results):
        own = [result for result in results if result.model == model and result.weight > 0]
        if len({result.benchmark for result in own}) >= least:
            measured, missing = measures_of_marks(own)
            if measured:
                made.append(index_report("index", model, measured, missing))
    return tuple(made)


def _leaf(result: Result) -> Key:
    return (result.benchmark, result.nodeid.partition("[")[0])


def _usable(result: Result) -> bool:
    return result.complete and result.primary is not None and result.planned > 0


def _measured(result: Result, *, dataset: str, task_type: str, tags: Key, categories: Key, share: Fraction) -> Measured:
    assert result.primary is not None, "only usable results are measured"
    return Measured(
        dataset=dataset,
        subset=result.subset,
        task_type=task_type,
        tags=tags,
        categories=categories,
        share=float(share),
        estimate=result.primary,
        count=result.planned,
        unscored=sum(count for outcome, count in result.outcomes.items() if outcome in UNSCORED),
    )


def _paths(item: Measured) -> list[Key]:
    return [item.categories[:depth] for depth in range(1, len(item.categories) + 1)]


_KEYS: dict[LevelName, Callable[[Measured], list[Key]]] = {
    "subset": lambda item: [(item.task_type, item.dataset, item.subset)],
    "dataset": lambda item: [(item.task_type, item.dataset)],
    "task": lambda item: [(item.task_type,)],
    "tag": lambda item: [(tag,) for tag in dict.fromkeys(item.tags)],
    "category": _paths,
}


def _rows(level: LevelName, keys: Callable[[Measured], list[Key]], measured: Sequence[Measured]) -> list[IndexRow]:
    groups: dict[Key, list[Measured]] = {}
    for item in measured:
        for key in keys(item):
            groups.setdefault(key, []).append(item)
    rows = []
    for key, group in groups.items():
        micro_avg, macro_avg, weighted_avg = _averages(group)
        rows.append(
            IndexRow(
                level=level,
                key=key,
                micro_avg=micro_avg,
                macro_avg=macro_avg,
                weighted_avg=weighted_avg,
                count=sum(item.count for item in group),
                unscored=sum(item.unscored for item in group),
            )
        )
    if level == "category":  # a group comes before its own groups
        return sorted(rows, key=lambda row: row.key)
    return sorted(rows, key=lambda row: (-row.count, row.key))


def _averages(group: Sequence[Measured]) -> tuple[Estimate, Estimate, Estimate]:
    pairs: dict[Key, list[Measured]] = {}
    for item in group:
        pairs.setdefault((item.dataset, item.subset), []).append(item)
    return (
        replace(_micro(group), metric="micro_avg"),
        replace(macro([_micro(pair) for pair in pairs.values()]), metric="macro_avg"),
        replace(weighted([item.estimate for item in group], _shares(group)), metric="weighted_avg"),
    )


def _micro(group: Sequence[Measured]) -> Estimate:
    return weighted([item.estimate for item in group], [item.count for item in group])


def _shares(group: Sequence[Measured]) -> list[float]:
    total = fsum(item.share for item in group)
    return [item.share / total for item in group]
