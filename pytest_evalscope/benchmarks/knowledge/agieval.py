"""AGIEval: questions of entrance and licence examinations, in English and Chinese."""

import re

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import (
    CHINESE_SEVERAL_STEP_BY_STEP,
    CHINESE_STEP_BY_STEP,
    STEP_BY_STEP,
    multiple_choice,
)
from pytest_evalscope.text import label_of
from pytest_evalscope.types import Row, Sample

ENGLISH = {
    "aqua-rat": 254,
    "logiqa-en": 651,
    "lsat-ar": 230,
    "lsat-lr": 510,
    "lsat-rc": 269,
    "sat-math": 220,
    "sat-en": 206,
    "sat-en-without-passage": 206,
    "gaokao-english": 306,
}
CHINESE = {
    "logiqa-zh": 651,
    "gaokao-chinese": 246,
    "gaokao-geography": 199,
    "gaokao-history": 235,
    "gaokao-biology": 210,
    "gaokao-chemistry": 207,
    "gaokao-mathqa": 351,
}
SEVERAL = {"gaokao-physics": 200, "jec-qa-kd": 1000, "jec-qa-ca": 1000}
"""Examinations, in Chinese, in which more than one option may be right."""

_LABEL = re.compile(r"\s{0,8}\(?([A-Z])[).:．、]\s{0,8}")


def read(row: Row) -> Sample:
    """Return passage and question with the options, whose own labels ("(A)", "B．") are left out.

    Of several right options the target names all ("A,C"); the data writes them "AC", "A C" or as a list. Questions
    about one passage are one group.
    """
    passage = row["passage"] or ""
    return Sample(
        input=f"{passage}\n\n{row['question']}" if passage else row["question"],
        choices=tuple(_bare(option, label_of(index)) for index, option in enumerate(row["options"])),
        target=",".join(sorted(set(re.findall("[A-Z]", str(row["label"]))))),
        group=passage,
    )


def _bare(option: str, label: str) -> str:
    found = _LABEL.match(option)
    # A label without text after it (a picture was lost) is kept: an option is never empty.
    return (option[found.end() :] if found and found[1] == label else option) or option


BENCHMARK = Benchmark(
    name="agieval",
    title="AGIEval",
    description=(
        "7,151 multiple-choice questions of 19 entrance and licence examinations (Gaokao, SAT, LSAT, law), nine in "
        "English and ten in Chinese. Its two sets without options (math, gaokao-mathcloze) are not among them."
    ),
    task_type="knowledge",
    tags=("en", "zh", "knowledge", "reasoning", "multiple_choice"),
    subset_tags={**dict.fromkeys(ENGLISH, ("en",)), **dict.fromkeys((*CHINESE, *SEVERAL), ("zh",))},
    languages=("en", "zh"),
    paper="arXiv:2304.06364",
    licence="MIT",
    reference="EvalScope 1.14 (prompts with reasoning); AGIEval (all right options must be chosen, and no other)",
    data=Hub(
        "opencompass/agieval",
        config="{subset}",
        split="test",
        subsets=(*ENGLISH, *CHINESE, *SEVERAL),
        rows={**ENGLISH, **CHINESE, **SEVERAL},
    ),
    sample=read,
    solve=multiple_choice(
        template=STEP_BY_STEP,
        templates={
            **dict.fromkeys(CHINESE, CHINESE_STEP_BY_STEP),
            **dict.fromkeys(SEVERAL, CHINESE_SEVERAL_STEP_BY_STEP),
        },
    ),
    score=choice(),
    params={"temperature": 0.0},
)
