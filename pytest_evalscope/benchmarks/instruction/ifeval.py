"""IFEval: instructions that a program can verify."""

from __future__ import annotations

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers.instructions import check_instructions, instructions
from pytest_evalscope.stats import mean, ratio
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return a row as a sample. The hub's rows list every argument there is, None where it is not the type's own."""
    names, arguments = row["instruction_id_list"], row["kwargs"]
    if len(names) != len(arguments):
        raise ValueError(f"{len(names)} instructions, but arguments for {len(arguments)}")
    check_instructions(names)
    given = ({key: value for key, value in each.items() if value is not None} for each in arguments)
    return Sample(
        id=str(row["key"]),
        input=row["prompt"],
        metadata={"instructions": tuple(zip(names, given, strict=True))},
    )


METRICS = {
    "prompt_level_strict": mean("prompt_level_strict"),
    "prompt_level_loose": mean("prompt_level_loose"),
    "inst_level_strict": ratio("followed_strict", "instructions"),
    "inst_level_loose": ratio("followed_loose", "instructions"),
}

BENCHMARK = Benchmark(
    name="ifeval",
    title="IFEval",
    description="541 prompts with one to three instructions of 25 types that a program can verify",
    task_type="instruction_following",
    tags=("en", "instruction"),
    paper="arXiv:2311.07911",
    licence="Apache-2.0",
    reference="google-research/instruction_following_eval",
    data=Hub("google/IFEval", config="default", split="train", rows=541),
    sample=read,
    score=instructions(),
    metrics=METRICS,
    needs=("ifeval",),
)
