"""Recorded completions pass no gate of a prompt, parameters or a version that the recorded run never sent."""

from dataclasses import replace
from typing import Any

import pytest

from pytest_evalscope.api import evaluate
from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.data import Rows
from pytest_evalscope.run import Settings
from pytest_evalscope.scorers import number
from pytest_evalscope.solvers import agent, chat
from pytest_evalscope.types import Completion, Sample

SUMS = Benchmark(
    name="sums",
    data=Rows([{"q": f"{n} + {n}"} for n in range(4)]),
    sample=lambda row: Sample(input=row["q"], target="4"),
    solve=chat(template="Add: {input}"),
    score=number(),
    params={"top_p": 0.9},
)
PARAMS = {"temperature": 0.0, "max_tokens": 5}


@pytest.fixture
def again(tmp_path):
    """Return a function that records a run, and scores its completions as another benchmark or with other settings."""

    def made(benchmark: Benchmark = SUMS, first: Benchmark = SUMS, **changes: Any) -> Any:
        settings = Settings(cache_dir=tmp_path / "cache", work_dir=tmp_path, params=PARAMS)
        recorded = evaluate([first], models=["fake/fixed:4"], settings=settings)
        changed = replace(settings, run_dir=recorded.folder, **changes)
        return evaluate([benchmark], models=["fake/fixed:4"], settings=changed).results[0]

    return made


def test_the_same_run_is_scored_again(again):
    assert (again().verdict, again().primary) == ("none", 1.0)


@pytest.mark.parametrize(
    "params", [{}, {"temperature": 0.0}, {"max_tokens": 5, "temperature": 0}], ids=["none", "one", "all"]
)
def test_parameters_that_are_not_named_are_those_of_the_recorded_run(again, params):
    assert again(params=params).verdict == "none"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"params": {"temperature": 0.7}}, "temperature is 0.7, and 0.0 then"),
        ({"params": {"seed": 3}}, "seed is 3, and 'not set' then"),
        ({"benchmark": replace(SUMS, version="2")}, "the version of the benchmark is 2, and 1 then"),
        ({"benchmark": replace(SUMS, params={"top_p": 0.5})}, "top_p is 0.5, and 0.9 then"),
        ({"benchmark": replace(SUMS, solve=chat(template="Sum: {input}"))}, "the prompt is another: template"),
        (
            {"benchmark": replace(SUMS, solve=chat(template="Add: {input}", system="So"))},
            "the prompt is another",
        ),
        ({"benchmark": replace(SUMS, solve=agent())}, "the prompt is another"),
    ],
)
def test_what_was_never_sent_is_refused_with_what_changed(again, changes, words):
    made = again(**changes)
    assert (made.verdict, made.metrics) == ("error", {})
    assert made.message.startswith("sums/default of fake/fixed:4: not what the recorded run sent (")
    assert words in made.message
    assert "accepted: the version and the options of that run; hint: without --eval-run-dir it is requested anew" in (
        made.message
    )


def test_a_solver_of_ones_own_in_the_place_of_a_template_is_refused(again):
    async def solve(sample, context):
        return Completion(text="4")

    assert "the prompt is another" in again(replace(SUMS, solve=solve)).message
    assert again(replace(SUMS, solve=solve), replace(SUMS, solve=solve)).verdict == "none"


def test_another_way_of_scoring_is_what_the_folder_is_for(again):
    made = again(replace(SUMS, score=lambda sample, completion: 0.5))
    assert (made.verdict, made.primary) == ("none", 0.5)
