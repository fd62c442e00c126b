"""LongBench v2: questions with four options about texts of 8,000 to two million words."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import multiple_choice
from pytest_evalscope.types import Row, Sample

SUBSETS = tuple(f"{length}_{difficulty}" for length in ("short", "medium", "long") for difficulty in ("easy", "hard"))


def subset_of(row: Row) -> str:
    """Return the subset of a row: its length and its difficulty."""
    return f"{row['length']}_{row['difficulty']}"


def read(row: Row) -> Sample:
    """Return the question; the text goes into the metadata."""
    return Sample(
        id=row["_id"],
        input=row["question"],
        choices=tuple(row[f"choice_{letter}"] for letter in "ABCD"),
        target=row["answer"],
        metadata={"context": row["context"], "domain": row["domain"], "sub_domain": row["sub_domain"]},
    )


BENCHMARK = Benchmark(
    name="longbench_v2",
    version="2",  # how answers are read
    title="LongBench v2",
    description=(
        "503 questions with four options about long texts: documents, conversations, code, tables. Subsets by length "
        "(short: up to 32,000 words, medium: up to 128,000, long: up to two million) and difficulty."
    ),
    task_type="long_context",
    tags=("en", "zh", "long_context", "reading", "multiple_choice"),
    languages=("en", "zh"),
    paper="arXiv:2412.15204",
    licence="Apache-2.0",
    reference="EvalScope 1.14 (prompt); LongBench v2 (lengths and difficulties)",
    data=Hub(
        "zai-org/LongBench-v2",
        split="train",
        subsets=SUBSETS,
        subset_field=subset_of,
        modelscope="ZhipuAI/LongBench-v2",
    ),
    sample=read,
    solve=multiple_choice(
        template=(
            "Please read the following text and answer the questions below.\n\n<text>\n{context}\n</text>\n\n"
            "Answer the following multiple choice question. The last line of your response should be of the following "
            "format: 'ANSWER: [LETTER]' (without quotes) where [LETTER] is one of {letters}. "
            "Think step by step before answering.\n\n{question}\n\n{choices}"
        )
    ),
    score=choice(),
)
