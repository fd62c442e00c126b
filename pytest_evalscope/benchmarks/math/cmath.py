"""CMATH: word problems of Chinese primary schools."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import number
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Row, Sample

GRADES = {"Grade 1": 164, "Grade 2": 253, "Grade 3": 237, "Grade 4": 120, "Grade 5": 126, "Grade 6": 198}


def read(row: Row) -> Sample:
    """Return the question with its number; copies of the set name the number's field differently."""
    answer = row["golden"] if "golden" in row else row["answer"]
    return Sample(input=str(row["question"]).strip(), target=str(answer).strip())


BENCHMARK = Benchmark(
    name="cmath",
    version="2",  # how answers are read
    title="CMATH",
    description="1,098 word problems from Chinese primary schools, grades 1 to 6; every answer is a number.",
    task_type="math",
    tags=("zh", "math", "reasoning"),
    languages=("zh",),
    paper="arXiv:2306.16636",
    licence="CC-BY-4.0",
    reference="EvalScope 1.14 (prompt, no few-shot examples; a number is wanted)",
    data=Hub(
        "weitianwen/cmath",
        split="test",
        subsets=tuple(GRADES),
        subset_field="grade",
        subset_prefix="Grade ",
        rows=GRADES,
        modelscope="evalscope/cmath",
    ),
    sample=read,
    solve=chat(template="{input}\n请一步一步推理，最后将答案放在\\boxed{}中。\n"),
    score=number(),
    params={"temperature": 0.0},
)
