"""GSM8K: word problems of grade school."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import number
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the question with its final number; the worked steps go into the metadata."""
    steps, _, answer = row["answer"].rpartition("#### ")
    return Sample(input=row["question"], target=answer.strip(), metadata={"reasoning": steps.strip()})


BENCHMARK = Benchmark(
    name="gsm8k",
    version="2",  # how answers are read
    title="GSM8K",
    description="1,319 word problems of grade school that take two to eight steps of arithmetic.",
    task_type="math",
    tags=("en", "math", "reasoning"),
    paper="arXiv:2110.14168",
    licence="MIT",
    reference="EvalScope 1.14 (prompt, 4 few-shot examples); LM Evaluation Harness (else the last number)",
    data=Hub(
        "openai/gsm8k",
        config="main",
        split="test",
        few_shot_split="train",
        rows=1319,
        revision="cc7b047b6e5bb11b4f1af84efc572db110a51b3c",
        modelscope="AI-ModelScope/gsm8k",
    ),
    sample=read,
    solve=chat(
        template="{input}\nPlease reason step by step, and put your final answer within \\boxed{}.",
        few_shot=4,
        shot_template="{input}\n\nReasoning:\n{reasoning}\n\nANSWER: \\boxed{{target}}",
    ),
    score=number(),
    params={"temperature": 0.0},
)
