"""HealthBench: conversations about health, each with a rubric that physicians wrote."""

from __future__ import annotations

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.judged._parted import Parted
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import rubric
from pytest_evalscope.scorers.judging import items_of
from pytest_evalscope.solvers import chat
from pytest_evalscope.stats import clipped, mean, ratio
from pytest_evalscope.types import Row, Sample

THEMES = (
    *("emergency_referrals", "communication", "complex_responses", "hedging", "health_data_tasks", "global_health"),
    "context_seeking",
)
AXES = ("accuracy", "completeness", "communication_quality", "context_awareness", "instruction_following")
CONSENSUS = Hub("openai/healthbench", split="consensus_2025-05-09-20-00-46", modelscope="openai-mirror/healthbench")


def theme(row: Row) -> str:
    """Return the theme among a row's tags; "" for none."""
    found = (tag.removeprefix("theme:") for tag in row["example_tags"] if tag.startswith("theme:"))
    return next(found, "")


def read(row: Row) -> Sample:
    """Return the conversation with its rubric, whose items are tagged by the axes that they belong to."""
    items = [
        {**item, "tags": [tag.removeprefix("axis:") for tag in item["tags"] if tag.startswith("axis:")]}
        for item in row["rubrics"]
    ]
    if not any(item.points > 0 for item in items_of(items)):
        raise ValueError("no item of the rubric has points above 0")
    return Sample(
        id=str(row["prompt_id"]),
        input=tuple({"role": message["role"], "content": message["content"]} for message in row["prompt"]),
        metadata={"rubric": items},
    )


BENCHMARK = Benchmark(
    name="health_bench",
    title="HealthBench",
    description=(
        "Conversations about health with criteria that physicians agreed on (the consensus set); a judge decides which "
        "criteria the last response meets"
    ),
    task_type="qa",
    tags=("health", "instruction", "knowledge", "qa"),
    languages=("en", "multilingual"),
    paper="arXiv:2505.08775",
    licence="MIT",
    reference=(
        "openai/simple-evals (points, axes and the mean cut to [0, 1]), EvalScope 1.14 (subsets by theme, consensus "
        "set); the judge's prompt in our own words"
    ),
    data=Parted(rows=CONSENSUS, subsets=THEMES, subset_of=theme),
    sample=read,
    solve=chat(),
    score=rubric(axes=AXES, cut=False),
    metrics={
        "score": clipped(mean("score")),
        **{axis: clipped(ratio(axis, f"has_{axis}")) for axis in AXES},
    },
)
