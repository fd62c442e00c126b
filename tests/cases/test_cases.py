"""Every benchmark against its cases: rows as the hub has them, replies, and the marks they must get. No model runs.

The cases of a benchmark stand in `<name>.yaml` beside this file: a list of rows, each with what it is read as and with
replies to it.

    - row: {question: "…", answer: "… #### 18"}   # in the data's own field names
      subset: main                                # may be left out: the first
      sample:                                     # fields of the Sample it must be read as, as many as matter
        target: "18"
      prompt: ["How many", "\\boxed{}"]           # texts that its prompt must hold, in this order
      replies:
        - kind: right                             # what the reply is; see KINDS for those that every file needs
          reply: "… \\boxed{18}"               # a list: the replies of a conversation, turn by turn
          answer: "18"                            # what must be found in it; null: no answer
          scores: {accuracy: 1}                   # every value that the scorer gives
          likelihoods: [-1.5, -2]                 # of a solver that asks for them: in place of the reply, 3 tokens each
          judge: ['{"verdict": "CORRECT"}']       # what a judge replies, in turn; left out: no judge may be asked

Rows are written for these tests, in the shape of the real ones: data of a benchmark is not copied here.
"""

import asyncio
import inspect
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from pytest_evalscope.benchmarks import field, load, names
from pytest_evalscope.data import Rows, Source
from pytest_evalscope.sandbox import open_sandbox, problem_here
from pytest_evalscope.scorers.functions import failed_values
from pytest_evalscope.solvers import likelihood, perplexity
from pytest_evalscope.types import Completion, Context, ContinuationLogprob, with_media
from pytest_evalscope.types.trajectory import said

HERE = Path(__file__).parent
KINDS = {"right", "wrong", "empty"}
"""What no file may lack. Others that most have: refusal, two answers, truncated, reasoning left in, wrong language."""

NOT_GENERATED = {likelihood: {"right", "wrong"}, perplexity: {"likely", "unlikely"}}
"""What is needed instead where a solver asks for no reply."""

OURS = [name for name in names() if field(name) != "plugin"]


@cache
def cases(name):
    path = HERE / f"{name}.yaml"
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader) if path.is_file() else []


def every(part):
    """The parameters of one test: (benchmark, row number) or (benchmark, row number, reply number)."""
    for name in OURS:
        for row, case in enumerate(cases(name)):
            if part == "rows":
                yield pytest.param(name, row, id=f"{name}-{row}")
            else:
                for reply, said in enumerate(case["replies"]):
                    yield pytest.param(name, row, reply, id=f"{name}-{row}-{said['kind']}")


def read(name, row):
    """The benchmark, and the sample that it reads from the row of a case; ids and subset are filled in as in a run."""
    benchmark, case = load(name), cases(name)[row]
    subset = case.get("subset") or benchmark.data.subsets[0]
    assert subset in benchmark.data.subsets
    (sample,) = replace(benchmark, data=Rows({subset: [case["row"]]})).samples(subset, Source(offline=True))
    return benchmark, case, sample


@pytest.mark.parametrize(("name", "row"), list(every("rows")))
def test_a_row_is_read_and_asked(name, row):
    benchmark, case, sample = read(name, row)
    for part, value in case.get("sample", {}).items():
        if part == "input" and not isinstance(value, str):
            value = plain([*map(with_media, value)])
        assert plain(getattr(sample, part)) == value
    asked = "\n".join(str(message["content"]) for message in benchmark.solve.render(sample))
    for text in case.get("prompt", []):
        assert text in asked
        asked = asked.partition(text)[2]
    if hasattr(benchmark.score, "failed"):  # a sample that was lost is worth nothing
        assert failed_values(benchmark.score, sample).get(benchmark.primary_metric, 0.0) == 0.0


class Judge:
    """A judge whose replies are written down; one too many fails the test."""

    name = "scripted"

    def __init__(self, replies):
        self.replies = list(replies)

    async def send(self, request):
        return Completion(text=self.replies.pop(0))


async def marked(benchmark, sample, completion, judges):
    # The code in the cases is our own, so it may run unconfined, and does wherever a program can be bounded.
    if "sandbox" in benchmark.needs and (problem := problem_here("unsafe")) is not None:
        pytest.skip(problem.message)
    sandbox = open_sandbox("unsafe") if "sandbox" in benchmark.needs else None
    # No model: a scorer that asks the one under test has no business here.
    context = Context(model=cast("Any", None), judges=judges, sandbox=sandbox)
    try:
        score = benchmark.score(sample, completion, context)
        return await score if inspect.isawaitable(score) else score
    finally:
        if sandbox is not None:
            await sandbox.aclose()


def completion_of(reply):
    return Completion(text=reply[-1], trajectory=said(reply)) if isinstance(reply, list) else Completion(text=reply)


@pytest.mark.parametrize(("name", "row", "reply"), list(every("replies")))
def test_a_reply_is_marked(name, row, reply):
    benchmark, case, sample = read(name, row)
    said = case["replies"][reply]
    judges = [Judge(said["judge"])] if "judge" in said else []
    likelihoods = [
        ContinuationLogprob(logprob=logprob, tokens=3, greedy=False) for logprob in said.get("likelihoods", ())
    ]
    completion = replace(completion_of(said.get("reply", "")), likelihoods=tuple(likelihoods))
    score = asyncio.run(marked(benchmark, sample, completion, judges))
    assert not any(judge.replies for judge in judges)
    assert score.answer == said["answer"]
    assert dict(score.values) == pytest.approx(said["scores"])
    assert set(score.values) == set(benchmark.score.metrics) == set(failed_values(benchmark.score, sample))


@pytest.mark.parametrize("name", OURS)
def test_every_benchmark_has_cases_that_tell_right_from_wrong(name):
    found = cases(name)
    assert found, f"tests/cases/{name}.yaml is missing"
    kinds = {said["kind"] for case in found for said in case["replies"]}
    needed = NOT_GENERATED.get(type(load(name).solve), KINDS)
    assert kinds >= needed, f"tests/cases/{name}.yaml has no reply that is {', '.join(sorted(needed - kinds))}"


@pytest.mark.parametrize("name", OURS)
def test_every_benchmark_has_a_whole_card(name):
    benchmark = load(name)
    assert benchmark.name == name
    # Language and licence of the user's own files are not ours to state.
    unknown = {"languages", "licence"} if field(name) == "custom" else set()
    for part in {"title", "description", "task_type", "tags", "languages", "licence", "reference", "version"} - unknown:
        assert getattr(benchmark, part), f"{name}: {part} is empty"
    assert benchmark.title != benchmark.description
    assert len(set(benchmark.tags)) == len(benchmark.tags)
    assert benchmark.primary_metric in benchmark.metrics


def test_no_case_file_is_without_its_benchmark():
    assert {path.stem for path in HERE.glob("*.yaml")} <= set(OURS)


def plain(value):
    return list(value) if isinstance(value, tuple) else value
