"""MMMLU: the questions of MMLU, translated by people into 14 languages."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import STEP_BY_STEP, multiple_choice
from pytest_evalscope.types import Row, Sample

SUBSETS = (
    "AR_XY",
    "BN_BD",
    "DE_DE",
    "ES_LA",
    "FR_FR",
    "HI_IN",
    "ID_ID",
    "IT_IT",
    "JA_JP",
    "KO_KR",
    "PT_BR",
    "SW_KE",
    "YO_NG",
    "ZH_CN",
)
LANGUAGES = tuple(subset.partition("_")[0].lower() for subset in SUBSETS)


def read(row: Row) -> Sample:
    """Return the question with its four options."""
    return Sample(input=row["Question"], choices=(row["A"], row["B"], row["C"], row["D"]), target=row["Answer"])


BENCHMARK = Benchmark(
    name="mmmlu",
    version="2",  # how answers are read
    title="MMMLU",
    description="The 14,042 questions of MMLU, translated by people into 14 languages; the instruction is English.",
    task_type="knowledge",
    tags=("multilingual", "knowledge", "multiple_choice"),
    languages=LANGUAGES,
    paper="arXiv:2009.03300",
    licence="MIT",
    reference="OpenAI simple-evals (English instruction); EvalScope 1.14 (its wording, which it translates)",
    data=Hub(
        "openai/MMMLU",
        config="{subset}",
        split="test",
        subsets=SUBSETS,
        rows=dict.fromkeys(SUBSETS, 14042),
        modelscope="openai-mirror/MMMLU",
        revision="325a01dc3e173cac1578df94120499aaca2e2504",
    ),
    sample=read,
    solve=multiple_choice(template=STEP_BY_STEP),
    score=choice(),
    params={"temperature": 0.0},
)
