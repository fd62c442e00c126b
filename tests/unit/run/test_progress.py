"""The line that tells how far a benchmark is."""

from typing import Any

import pytest

from pytest_evalscope.benchmarks import load
from pytest_evalscope.run.aggregate import Tally
from pytest_evalscope.run.plan import Job
from pytest_evalscope.run.progress import lines_of
from pytest_evalscope.types import Record


@pytest.mark.parametrize(
    ("name", "values", "shown"),
    [
        ("gsm8k", {"accuracy": 0.5}, "accuracy 0.500"),
        ("process_bench", {"error_found": 1.0, "error": 1.0, "correct_found": 0.0, "correct": 0.0}, ""),
    ],
)
def test_the_mean_so_far_is_shown_of_a_metric_and_not_of_a_count(name, values, shown):
    benchmark = load(name)
    job = Job(benchmark=benchmark, subset=benchmark.data.subsets[0], model="m")
    tally = Tally(job)
    record: dict[str, Any] = {"benchmark": name, "subset": job.subset, "model": "m", "sample_id": "1"}
    tally.add(Record(**record, outcome="scored", values=values), 0)
    (line,) = lines_of([tally])
    parts = str(line).split("  ")
    assert parts[:2] == [name, "m"]
    assert [part for part in parts if part.startswith(("accuracy", "error_found"))] == ([shown] if shown else [])


def test_what_requests_wait_for_is_told_before_any_is_answered():
    benchmark = load("gsm8k")
    tallies = [Tally(Job(benchmark=benchmark, subset="main", model=model)) for model in ("m", "n")]
    assert lines_of(tallies) == []
    for tally in tallies:
        tally.waiting = lambda: "waiting: endpoint answers 429"
    (line,) = lines_of(tallies)
    assert str(line) == "gsm8k  m  0/1319  0 errors  waiting: endpoint answers 429"
    tallies[0].planned = 0
    (line,) = lines_of(tallies)
    assert line.model == "n"
