"""FRAMES: questions that several articles of Wikipedia answer together, with these articles to read."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.long_context._prompts import READ_AND_ANSWER, same_answer
from pytest_evalscope.data import Hub
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the question; the articles go into the metadata, each with its title above it."""
    articles = (f"{article['title']}\n{article['text']}" for article in row["wiki_items"])
    return Sample(input=row["Prompt"], target=str(row["Answer"]), metadata={"context": "\n".join(articles)})


BENCHMARK = Benchmark(
    name="frames",
    title="FRAMES",
    description=(
        "824 questions that take two to fifteen articles of Wikipedia to answer, with the articles; a judge scores. "
        "The articles' texts are on ModelScope only (`--eval-hub=modelscope`): Hugging Face has their addresses."
    ),
    task_type="long_context",
    tags=("en", "long_context", "reasoning", "qa"),
    paper="arXiv:2409.12941",
    licence="Apache-2.0",
    reference="EvalScope 1.14 (prompt, text of the articles); the judge's criteria in our own words",
    data=Hub("iic/frames", split="test", rows=824),
    sample=read,
    solve=chat(template=READ_AND_ANSWER),
    score=same_answer(),
)
