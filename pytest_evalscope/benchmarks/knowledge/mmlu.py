"""MMLU: multiple-choice questions from 57 subjects."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import STEP_BY_STEP, multiple_choice
from pytest_evalscope.types import Row, Sample

SUBJECTS = {
    "abstract_algebra": 100,
    "anatomy": 135,
    "astronomy": 152,
    "business_ethics": 100,
    "clinical_knowledge": 265,
    "college_biology": 144,
    "college_chemistry": 100,
    "college_computer_science": 100,
    "college_mathematics": 100,
    "college_medicine": 173,
    "college_physics": 102,
    "computer_security": 100,
    "conceptual_physics": 235,
    "econometrics": 114,
    "electrical_engineering": 145,
    "elementary_mathematics": 378,
    "formal_logic": 126,
    "global_facts": 100,
    "high_school_biology": 310,
    "high_school_chemistry": 203,
    "high_school_computer_science": 100,
    "high_school_european_history": 165,
    "high_school_geography": 198,
    "high_school_government_and_politics": 193,
    "high_school_macroeconomics": 390,
    "high_school_mathematics": 270,
    "high_school_microeconomics": 238,
    "high_school_physics": 151,
    "high_school_psychology": 545,
    "high_school_statistics": 216,
    "high_school_us_history": 204,
    "high_school_world_history": 237,
    "human_aging": 223,
    "human_sexuality": 131,
    "international_law": 121,
    "jurisprudence": 108,
    "logical_fallacies": 163,
    "machine_learning": 112,
    "management": 103,
    "marketing": 234,
    "medical_genetics": 100,
    "miscellaneous": 783,
    "moral_disputes": 346,
    "moral_scenarios": 895,
    "nutrition": 306,
    "philosophy": 311,
    "prehistory": 324,
    "professional_accounting": 282,
    "professional_law": 1534,
    "professional_medicine": 272,
    "professional_psychology": 612,
    "public_relations": 110,
    "security_studies": 245,
    "sociology": 201,
    "us_foreign_policy": 100,
    "virology": 166,
    "world_religions": 171,
}
"""Subject → number of test questions; 14,042 together."""


def read(row: Row) -> Sample:
    """Return the question with its four options; the data gives the right one by its number from 0."""
    return Sample(input=row["question"], choices=tuple(row["choices"]), target="ABCD"[row["answer"]])


BENCHMARK = Benchmark(
    name="mmlu",
    version="2",  # how answers are read
    title="MMLU",
    description="14,042 questions with four options from 57 subjects, from elementary to professional level.",
    task_type="knowledge",
    tags=("en", "knowledge", "multiple_choice"),
    paper="arXiv:2009.03300",
    licence="MIT",
    reference="EvalScope 1.14 (prompt with reasoning, 5 few-shot examples from dev)",
    data=Hub(
        "cais/mmlu",
        config="{subset}",
        split="test",
        few_shot_split="dev",
        subsets=tuple(SUBJECTS),
        rows=SUBJECTS,
        revision="c30699e8356da336a370243923dbaf21066bb9fe",
    ),
    sample=read,
    solve=multiple_choice(template=STEP_BY_STEP, few_shot=5),
    score=choice(),
    params={"temperature": 0.0},
)
