"""PubMedQA: questions of biomedical research, answered with yes, no or maybe from an abstract."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import label
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return abstract and question."""
    return Sample(
        input=f"Abstract: {row['context']}\n\nQuestion: {row['question']}", target=str(row["answer"]).strip().lower()
    )


BENCHMARK = Benchmark(
    name="pubmedqa",
    version="2",  # how answers are read
    title="PubMedQA",
    description="1,000 research questions, each with the abstract of the paper that asks it: yes, no or maybe.",
    task_type="knowledge",
    tags=("en", "knowledge", "medicine", "reading"),
    paper="arXiv:1909.06146",
    licence="MIT",
    reference="EvalScope 1.14 (prompt without reasoning; exactly one of the three words must be given)",
    data=Hub("extraordinarylab/pubmed-qa", split="test", rows=1000),
    sample=read,
    solve=chat(template="{input}\nPlease answer YES or NO or MAYBE without an explanation."),
    score=label(("yes", "no", "maybe")),
    params={"temperature": 0.0},
)
