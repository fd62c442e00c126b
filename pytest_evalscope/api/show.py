"""Samples of a run that someone wants to see."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice
from typing import TYPE_CHECKING

from pytest_evalscope.errors import UnknownName
from pytest_evalscope.folder.jobs import Outline, read_outlines
from pytest_evalscope.folder.paths import RunFolder
from pytest_evalscope.folder.records import read_records
from pytest_evalscope.folder.samples import place_of, whole_records
from pytest_evalscope.gates.telling import Ranked, ranked
from pytest_evalscope.reports.samples import shown_sample
from pytest_evalscope.stats.metric_spec import values_in
from pytest_evalscope.types import OUTCOMES, UNSCORED, Record
from pytest_evalscope.types.names import JobKey
from pytest_evalscope.types.shown import ShownSample

if TYPE_CHECKING:
    from pytest_evalscope.folder.recorded import Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The samples that are wanted; an empty text is any."""

    benchmark: str = ""
    subset: str = ""
    model: str = ""
    sample_id: str = ""
    outcome: str = ""
    failed: bool = False
    """Only those without a score, or with a value of the primary metric below 1; the worst come first then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Samples that were found."""

    folder: RunFolder
    chosen: Sequence[tuple[JobKey, Ranked]]
    count: int
    """The number of all that match."""

    def shown(self, scale: int = 10) -> Iterator[ShownSample]:
        """Yield the chosen ones as people look at them. Raises DataError for a broken prediction."""
        for key, line, record in self._whole():
            yield shown_sample(record, place_of(self.folder, key, line), scale=scale)

    def whole(self) -> Iterator[tuple[Record, str]]:
        """Yield the chosen ones uncut, each with its place. Raises DataError for a broken prediction."""
        for key, line, record in self._whole():
            yield record, place_of(self.folder, key, line)

    def _whole(self) -> Iterator[tuple[JobKey, int, Record]]:
        by_key: dict[JobKey, list[Ranked]] = {}
        for key, one in self.chosen:
            by_key.setdefault(key, []).append(one)
        whole = {
            (key, one.line): record
            for key, own in by_key.items()
            for one, record in zip(own, whole_records(self.folder, key, [one.record for one in own]), strict=True)
        }
        yield from ((key, one.line, whole[key, one.line]) for key, one in self.chosen)


def find_samples(run: Recorded, wanted: Wanted, most: int | None) -> Found:
    """Return the samples of a run that are wanted, at most so many; None for all.

    They are in the order of the run's files. Failed ones are sorted: first those without a score, then the worst.

    Raises:
        UnknownName: The run has no such benchmark, subset or model, or the outcome is none.
        DataError: A file of the run is broken.
    """
    if wanted.outcome and wanted.outcome not in OUTCOMES:
        raise UnknownName("--outcome", wanted.outcome, OUTCOMES)
    jobs = list(read_outlines(run.folder))
    for option, name in (("benchmark", wanted.benchmark), ("subset", wanted.subset), ("model", wanted.model)):
        known = {getattr(job, option) for job in jobs}
        if name and name not in known:
            raise UnknownName(f"--{option} of {run}", name, known)
        jobs = [job for job in jobs if not name or getattr(job, option) == name]
    count = 0

    def counted() -> Iterator[tuple[JobKey, Ranked]]:
        nonlocal count
        for job in jobs:
            for one in _matching(run.folder, job, wanted):
                count += 1
                yield job.key, one

    matching = counted()
    if wanted.failed:
        chosen = sorted(matching, key=_order) if most is None else nsmallest(most, matching, key=_order)
    else:
        chosen = list(islice(matching, most))
        deque(matching, maxlen=0)  # the others are counted
    return Found(folder=run.folder, chosen=chosen, count=count)


def _matching(folder: RunFolder, job: Outline, wanted: Wanted) -> Iterator[Ranked]:
    reads = values_in(job.metrics.get(job.primary_metric) or ())
    for line, record in enumerate(read_records(folder, *job.key), 1):
        if wanted.sample_id not in ("", record.sample_id) or wanted.outcome not in ("", record.outcome):
            continue
        one = ranked(record, line, job.primary_metric, reads)
        if not wanted.failed or record.outcome in UNSCORED or one.worth < 1:
            yield one


def _order(pair: tuple[JobKey, Ranked]) -> tuple[bool, tuple[float, int, str, int]]:
    _, one = pair
    return one.record.outcome not in UNSCORED, one[:4]
