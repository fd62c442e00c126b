"""SimpleQA: short questions about facts, each with one answer."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import judge
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the question with its one answer."""
    return Sample(input=row["problem"], target=row["answer"])


BENCHMARK = Benchmark(
    name="simple_qa",
    title="SimpleQA",
    description="4,326 short questions about facts; a judge tells correct, incorrect and not attempted apart",
    task_type="qa",
    tags=("en", "knowledge", "qa"),
    paper="arXiv:2411.04368",
    licence="MIT",
    reference="EvalScope 1.14 (question prompt); the three classes of the paper, the judge's prompt in our own words",
    data=Hub("basicv8vc/SimpleQA", split="test", rows=4326, modelscope="evalscope/SimpleQA"),
    sample=read,
    solve=chat(template="Answer the question:\n\n{input}"),
    score=judge(empty="NOT_ATTEMPTED"),
    params={"temperature": 0.0},
)
