"""IFBench: instructions that a program can verify, of types that no model was trained on."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.instruction.ifeval import METRICS, read
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers.instructions import instructions

BENCHMARK = Benchmark(
    name="ifbench",
    title="IFBench",
    description=(
        "300 prompts with one or two instructions of 58 types that a program can verify. Whether a response begins "
        "with a verb is known from lists of words, not by a tagger."
    ),
    task_type="instruction_following",
    tags=("en", "instruction"),
    paper="arXiv:2507.02833",
    licence="ODC-BY-1.0",
    reference="allenai/IFBench at 1d62c1d (scoring rules)",
    data=Hub("allenai/IFBench_test", config="default", split="train", rows=300),
    sample=read,
    score=instructions(),
    metrics=METRICS,
    needs=("ifbench",),
)
