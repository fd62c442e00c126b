"""Chinese SimpleQA: short questions in Chinese about facts, in six fields."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import judge
from pytest_evalscope.scorers.judging import CORRECTNESS_ZH
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Row, Sample

ROWS = {
    "中华文化": 326,
    "人文与社会科学": 609,
    "工程、技术与应用科学": 481,
    "生活、艺术与文化": 601,
    "社会": 453,
    "自然与自然科学": 530,
}


def read(row: Row) -> Sample:
    """Return the question with its one answer."""
    return Sample(
        id=row["id"],
        input=row["question"],
        target=row["answer"],
        metadata={"secondary_category": row["secondary_category"]},
    )


BENCHMARK = Benchmark(
    name="chinese_simpleqa",
    title="Chinese SimpleQA",
    description="3,000 short questions in Chinese about facts; a judge tells right, wrong and not attempted apart",
    task_type="qa",
    tags=("zh", "knowledge", "qa"),
    languages=("zh",),
    paper="arXiv:2411.07140",
    licence="MIT",
    reference="EvalScope 1.14 (question prompt); the three classes of SimpleQA, the judge's prompt in our own words",
    data=Hub(
        "OpenStellarTeam/Chinese-SimpleQA",
        split="train",
        subsets=tuple(ROWS),
        subset_field="primary_category",
        rows=ROWS,
        modelscope="AI-ModelScope/Chinese-SimpleQA",
    ),
    sample=read,
    solve=chat(template="请回答问题：\n\n{input}"),
    score=judge(criteria=CORRECTNESS_ZH, empty="NOT_ATTEMPTED"),
    params={"temperature": 0.0},
)
