"""Counting up one job: per sample nothing stays in memory but its scores."""

from __future__ import annotations

import hashlib
import re
from array import array
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate
from time import perf_counter
from typing import TYPE_CHECKING

from pytest_evalscope.errors import DataError, GateError
from pytest_evalscope.types import UNSCORED, Columns, Estimate, Record, Scores
from pytest_evalscope.types.completion import FALLBACK

if TYPE_CHECKING:
    from pytest_evalscope.run.plan import Job
    from pytest_evalscope.types import Agreement


class Tally:
    """The running counts of one job; the loop's thread adds, any thread may read."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.done = 0
        self.planned: int | None = None
        """Known once every unit has been handed out."""
        self.whole: int | None = None
        """Units that all shards together have planned; known then, too."""
        self.outcomes: Counter[str] = Counter()
        self.requests = 0
        self.prompt_tokens = 0
        self.completion_tokens = 0
        self.first_error = ""
        self.answered_by: Counter[str] = Counter()
        """Names by which the endpoint called the model → completions."""
        self.resized = 0
        self.waiting: Callable[[], str] = str
        """Says what the job's requests wait for; nothing unless a run sets it."""
        self.first_traceback = ""
        """Traceback of the first exception in code of the user's; empty without one."""
        self.own_examples = 0
        self.data_hash = ""
        self.began = 0.0
        """`perf_counter` when the first sample was taken; 0 before."""
        self.ended = 0.0
        self._values = {name: array("d") for name in job.benchmark.score.metrics}
        self._samples = array("i")
        self._clusters = self._samples
        """The same array until a sample names its group."""
        self._groups: dict[str, int] = {}
        self._judges: dict[str, None] = {}
        self._votes: list[tuple[str | float, ...]] = []
        """Verdicts of a panel on the same things, one per judge each."""
        metrics = job.benchmark.metrics.values()
        self._answers = array("Q") if any(getattr(metric, "wants_answers", False) for metric in metrics) else None

    def add(self, record: Record, number: int) -> None:
        """Count one record of the sample with the running number `number`."""
        for name, column in self._values.items():
            column.append(record.values[name])
        if self._answers is not None:
            self._answers.append(_number_of(record.answer))
        group = record.group
        if group and self._clusters is self._samples:
            self._clusters = self._samples[:]
        self._samples.append(number)
        if self._clusters is not self._samples:
            # Groups count down from -1 so that they never meet the number of an ungrouped sample.
            self._clusters.append(self._groups.setdefault(group, -1 - len(self._groups)) if group else number)
        self.outcomes[record.outcome] += 1
        if record.outcome in UNSCORED and not self.first_error:
            self.first_error = " ".join(f"{record.sample_id}: {record.error}".split())
        self._judges |= dict.fromkeys(record.verdicts)
        if len(record.verdicts) > 1:
            self._votes += zip(*record.verdicts.values(), strict=True)
        self.requests += record.attempts
        self.resized += 0 if record.repeat else record.resized
        if record.completion is not None:
            self.prompt_tokens += record.completion.usage.prompt_tokens
            self.completion_tokens += record.completion.usage.completion_tokens
            self.answered_by[record.completion.model] += 1
        self.ended = perf_counter()
        if not self.done:
            self.began = self.ended - record.seconds
        self.done += 1

    @property
    def finished(self) -> bool:
        """True if every planned sample has its record."""
        return self.planned is not None and self.done >= self.planned

    @property
    def errors(self) -> int:
        """Samples without a score so far."""
        return sum(count for outcome, count in self.outcomes.items() if outcome in UNSCORED)

    def running_mean(self) -> float | None:
        """The mean so far of the scorer's first value; None before the first record."""
        column = next(iter(self._values.values()))
        # A snapshot of the length: the loop's thread may append while this one reads.
        length = len(column)
        return sum(column[:length]) / length if length else None

    def scores(self) -> Scores:
        """Return the estimates over the records so far; a shard without samples of the subset has none.

        Raises DataError when no record exists where some should.
        """
        if not self.done and not (self.job.shard and self.whole):
            raise DataError(f"{self.job.benchmark.name}/{self.job.subset}: no sample was run")
        columns = Columns(
            values=self._values, clusters=self._clusters, samples=self._samples, answers=self._answers or ()
        )
        metrics: dict[str, Estimate] = {}
        for name, metric in self.job.benchmark.metrics.items() if self.done else ():
            try:
                metrics[name] = replace(metric(columns), metric=name)
            except GateError:  # nothing to measure it by among these samples: it is left out, which no gate passes
                if name == self.job.benchmark.primary_metric:
                    raise
        return Scores(
            benchmark=self.job.benchmark.name,
            subset=self.job.subset,
            model=self.job.model,
            primary_metric=self.job.benchmark.primary_metric,
            metrics=metrics,
            outcomes=dict(self.outcomes),
            planned=self.done if self.planned is None else self.planned,
            prompt_tokens=self.prompt_tokens,
            completion_tokens=self.completion_tokens,
            seconds=self.ended - self.began,
            requests=self.requests,
            data_hash=self.data_hash,
            judges=tuple(self._judges),
            agreement=_agreement(self._votes),
            resized=self.resized,
            answered_by=self._others(),
            own_examples=self.own_examples,
        )

    def _others(self) -> dict[str, int]:
        """Return the models that completions are from, if they are several or another one than was requested."""
        named = {name: count for name, count in self.answered_by.items() if name}
        wanted = "" if self.job.application is not None else self.job.opened
        return named if len(named) > 1 or any(not _alike(wanted, name) for name in named) else {}


def _agreement(votes: list[tuple[str | float, ...]]) -> Agreement | None:
    if not votes:
        return None
    from pytest_evalscope.stats.agreement import agreement

    return agreement(votes)


def _alike(requested: str, answered: str) -> bool:
    """Return whether a name may mean the requested model: endpoints add dates, files and owners to it.

    A deployment and a function go by any name, and what a gateway fell back to is another model by whichever.
    """
    provider, _, model = requested.partition("/")
    if provider in ("", "azure", "python"):
        return True
    if answered.endswith(FALLBACK):
        return False
    names = (name.rstrip("/").rpartition("/")[2].lower() for name in (model or provider, answered))
    one, other = (re.findall("[a-z0-9]+", name) for name in names)
    return _within(one, other) or _within(other, one)


def _within(part: list[str], words: list[str]) -> bool:
    """Return whether `part` is some whole words in a row, however they are divided: gpt-4 is not within gpt-4o."""
    sought, text = "".join(part), "".join(words)
    ends = set(accumulate(map(len, words), initial=0))
    return any(text.startswith(sought, begin) and begin + len(sought) in ends for begin in ends)


def _number_of(answer: str | None) -> int:
    """Return a number that equal answers share, blanks around them aside; 0 for none."""
    text = "" if answer is None else answer.strip()
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") if text else 0
