"""Counting up one job: per sample nothing stays in memory but its scores."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import replace
from time import perf_counter

from pytest_evalscope.errors import DataError
from pytest_evalscope.run.marking import Marked
from pytest_evalscope.run.plan import Job
from pytest_evalscope.types import UNSCORED, Columns, Estimate, Scores


class Tally:
    """The running counts of one job; the loop's thread adds, any thread may read."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.done = 0
        self.planned: int | None = None
        """Known once every unit has been handed out."""
        self.outcomes: Counter[str] = Counter()
        self.requests = 0
        self.prompt_tokens = 0
        self.completion_tokens = 0
        self.first_error = ""
        self.data_hash = ""
        self.began = 0.0
        """`perf_counter` when the first sample was taken; 0 before."""
        self.ended = 0.0
        self._values = {name: array("d") for name in job.benchmark.score.metrics}
        self._samples = array("i")
        self._clusters = self._samples
        """The same array until a sample names its group."""
        self._groups: dict[str, int] = {}

    def add(self, marked: Marked) -> None:
        """Count one record."""
        record, number = marked.record, marked.unit.number
        for name, column in self._values.items():
            column.append(record.values[name])
        group = record.group
        if group and self._clusters is self._samples:
            self._clusters = self._samples[:]
        self._samples.append(number)
        if self._clusters is not self._samples:
            # Groups count down from -1 so that they never meet the number of an ungrouped sample.
            self._clusters.append(self._groups.setdefault(group, -1 - len(self._groups)) if group else number)
        self.outcomes[record.outcome] += 1
        if record.outcome in UNSCORED and not self.first_error:
            self.first_error = f"{record.sample_id}: {record.error}"
        self.requests += record.attempts
        if record.completion is not None:
            self.prompt_tokens += record.completion.usage.prompt_tokens
            self.completion_tokens += record.completion.usage.completion_tokens
        self.ended = perf_counter()
        if not self.done:
            self.began = self.ended - record.seconds
        self.done += 1

    @property
    def finished(self) -> bool:
        """Whether every planned sample has its record."""
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
        """Return the estimates over the records so far. Raises DataError when there is none."""
        if not self.done:
            raise DataError(f"{self.job.benchmark.name}/{self.job.subset}: no sample was asked")
        columns = Columns(values=self._values, clusters=self._clusters, samples=self._samples)
        metrics: dict[str, Estimate] = {
            name: replace(metric(columns), metric=name) for name, metric in self.job.benchmark.metrics.items()
        }
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
        )
