"""CMMLU: Chinese multiple-choice questions from 67 subjects."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import CHINESE_STEP_BY_STEP, multiple_choice
from pytest_evalscope.types import Row, Sample

SUBJECTS = {
    "agronomy": 169,
    "anatomy": 148,
    "ancient_chinese": 164,
    "arts": 160,
    "astronomy": 165,
    "business_ethics": 209,
    "chinese_civil_service_exam": 160,
    "chinese_driving_rule": 131,
    "chinese_food_culture": 136,
    "chinese_foreign_policy": 107,
    "chinese_history": 323,
    "chinese_literature": 204,
    "chinese_teacher_qualification": 179,
    "college_actuarial_science": 106,
    "college_education": 107,
    "college_engineering_hydrology": 106,
    "college_law": 108,
    "college_mathematics": 105,
    "college_medical_statistics": 106,
    "clinical_knowledge": 237,
    "college_medicine": 273,
    "computer_science": 204,
    "computer_security": 171,
    "conceptual_physics": 147,
    "construction_project_management": 139,
    "economics": 159,
    "education": 163,
    "elementary_chinese": 252,
    "elementary_commonsense": 198,
    "elementary_information_and_technology": 238,
    "electrical_engineering": 172,
    "elementary_mathematics": 230,
    "ethnology": 135,
    "food_science": 143,
    "genetics": 176,
    "global_facts": 149,
    "high_school_biology": 169,
    "high_school_chemistry": 132,
    "high_school_geography": 118,
    "high_school_mathematics": 164,
    "high_school_physics": 110,
    "high_school_politics": 143,
    "human_sexuality": 126,
    "international_law": 185,
    "journalism": 172,
    "jurisprudence": 411,
    "legal_and_moral_basis": 214,
    "logical": 123,
    "machine_learning": 122,
    "management": 210,
    "marketing": 180,
    "marxist_theory": 189,
    "modern_chinese": 116,
    "nutrition": 145,
    "philosophy": 105,
    "professional_accounting": 175,
    "professional_law": 211,
    "professional_medicine": 376,
    "professional_psychology": 232,
    "public_relations": 174,
    "security_study": 135,
    "sociology": 226,
    "sports_science": 165,
    "traditional_chinese_medicine": 185,
    "virology": 169,
    "world_history": 161,
    "world_religions": 160,
}
"""Subject → number of test questions; 11,582 together."""


def read(row: Row) -> Sample:
    """Return the question with its four options, whose own labels ("(A) 土地") are left out."""
    return Sample(
        input=row["question"],
        choices=tuple(option[3:].strip() for option in row["choices"]),
        target=row["answer"].strip("()"),
    )


BENCHMARK = Benchmark(
    name="cmmlu",
    version="2",  # how answers are read
    title="CMMLU",
    description="11,582 Chinese questions with four options from 67 subjects, many of them particular to China.",
    task_type="knowledge",
    tags=("zh", "knowledge", "multiple_choice"),
    languages=("zh",),
    paper="arXiv:2306.09212",
    licence="CC-BY-NC-SA-4.0",
    reference="EvalScope 1.14 (prompt with reasoning, no few-shot examples)",
    data=Hub(
        "evalscope/cmmlu",
        split="test",
        few_shot_split="dev",
        subsets=tuple(SUBJECTS),
        subset_field="category",
        rows=SUBJECTS,
    ),
    sample=read,
    solve=multiple_choice(
        template=CHINESE_STEP_BY_STEP,
        shot_template="问题：{question}\n选项：\n{choices}\n答案：{target}",
        shots_intro="以下是一些示例问题：",
    ),
    score=choice(),
    params={"temperature": 0.0},
)
