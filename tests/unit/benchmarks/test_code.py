"""Benchmarks that run code, on real rows: each is read, and reference solutions pass."""

import asyncio
from typing import Any, cast

import pytest

from pytest_evalscope.benchmarks import load
from pytest_evalscope.data import Source
from pytest_evalscope.sandbox import available, open_sandbox
from pytest_evalscope.types import Completion, Context

pytestmark = pytest.mark.slow  # processes

ROWS = {"humaneval": 164, "mbpp": 500}
STRIDE = 20
"""Every so many solutions are run; all of them: bench/sandbox.py."""


def samples(name, hub_dir):
    benchmark = load(name)
    return [
        sample
        for subset in benchmark.data.subsets
        for sample in benchmark.samples(subset, Source(data_dir=hub_dir, offline=True))
    ]


@pytest.mark.parametrize("name", ROWS)
def test_every_row_is_read(name, hub_dir):
    found = samples(name, hub_dir)
    assert len(found) == ROWS[name]
    assert len({sample.id for sample in found}) == len(found)
    assert all(sample.input and sample.target for sample in found)


@pytest.mark.parametrize("name", ROWS)
def test_reference_solutions_pass(name, hub_dir):
    if (problem := available()) is not None:
        pytest.skip(problem.message)
    chosen = samples(name, hub_dir)[::STRIDE]

    async def marked():
        sandbox = open_sandbox("local")
        context = Context(model=cast("Any", None), sandbox=sandbox)
        score = cast("Any", load(name).score)
        try:
            return await asyncio.gather(*(score(each, Completion(text=each.target), context) for each in chosen))
        finally:
            await sandbox.aclose()

    scores = asyncio.run(marked())
    wrong = {sample.id: score.explanation for sample, score in zip(chosen, scores, strict=True) if score.explanation}
    assert wrong == {}
    assert [score.values["accuracy"] for score in scores] == [1.0] * len(chosen)
