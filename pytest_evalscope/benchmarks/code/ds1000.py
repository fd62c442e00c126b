"""DS-1000: the missing lines of data science code."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import code
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Limits, Row, Sample

SIZES = {
    "Pandas": 291,
    "Numpy": 220,
    "Matplotlib": 155,
    "Sklearn": 115,
    "Scipy": 106,
    "Pytorch": 68,
    "Tensorflow": 45,
}
PACKAGES = {
    "Pandas": ("numpy", "pandas"),
    "Numpy": ("numpy", "pandas", "scipy"),
    "Matplotlib": ("matplotlib", "numpy", "pandas", "PIL", "seaborn"),
    "Sklearn": ("numpy", "pandas", "sklearn"),
    "Scipy": ("numpy", "pandas", "scipy"),
    "Pytorch": ("numpy", "pandas", "torch"),
    "Tensorflow": ("numpy", "tensorflow"),
}


def read(row: Row) -> Sample:
    """Return the problem; its test program, and whether that looks at the code's text too, go into the metadata."""
    context = row["code_context"]
    return Sample(
        id=str(row["metadata"]["problem_id"]),
        input=row["prompt"],
        target=row["reference_code"],
        group=f"{row['metadata']['library']}/{row['metadata']['perturbation_origin_id']}",
        metadata={"context": context, "look": "test_string(code)" if "test_string(" in context else ""},
    )


BENCHMARK = Benchmark(
    name="ds1000",
    version="3",  # how answers are read
    title="DS-1000",
    description=(
        "1,000 questions of programmers about seven data science libraries; the lines asked for run inside the "
        "problem's own test program. Its expected values are those of certain releases (numpy 1.26.4, pandas 1.5.3, "
        "scipy 1.12.0, scikit-learn 1.4.0, matplotlib 3.8.4, torch 2.2.0, tensorflow-cpu 2.16.1 on Python 3.10): the "
        "sandbox must have these. Variants of one question are one cluster."
    ),
    task_type="code",
    tags=("en", "code", "python"),
    paper="arXiv:2211.11501",
    licence="CC-BY-SA-4.0",
    reference=(
        "xlang-ai/DS-1000 (test program, system prompt of its script for chat models, what ends the code, 120 seconds, "
        "releases); EvalScope 1.14 (subsets, a code block counts as well)"
    ),
    data=Hub("xlangai/DS-1000", split="test", subsets=tuple(SIZES), subset_field="metadata.library", rows=SIZES),
    sample=read,
    solve=chat(
        system=(
            "Write a short code following the given format and indentation. Place the executable code between "
            "<code> and </code> tags, without any other non-executable things."
        )
    ),
    score=code(
        program=(
            "import os\nos.environ.update(MPLBACKEND='Agg', TF_CPP_MIN_LOG_LEVEL='3', CUDA_VISIBLE_DEVICES='-1')\n"
            "{context}\ncode = {literal}\ntest_execution(code)\n{look}"
        ),
        between=("<code>", "</code>"),
        stop=("\nEND SOLUTION", "# SOLUTION END"),
        limits=Limits(seconds=120.0, memory_mb=16384, processes=128, disk_mb=256),
        packages=PACKAGES,
    ),
    aggregation="mean_and_pass_at_k",
    needs=("sandbox",),
)
