"""AGIEval: questions of entrance and licence examinations, in English and Chinese."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub, Part, Source
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
SEVERAL = {"gaokao-physics": 200, "jec-qa-kd": 999, "jec-qa-ca": 1000}
"""Examinations, in Chinese, in which more than one option may be right."""
WITHOUT = {"jec-qa-kd": 1}
"""Subset → rows that have no right option, and are left out."""

_RIGHT = re.compile("[A-Z]")
_LABEL = re.compile(r"\s{0,8}\(?([A-Z])[).:．、]\s{0,8}")


@dataclass(frozen=True, slots=True)
class Answered:
    """Rows of a data set that have a right option."""

    hub: Hub

    @property
    def id(self) -> str:
        """The name on the hub."""
        return self.hub.id

    @property
    def subsets(self) -> tuple[str, ...]:
        """The names of the subsets."""
        return self.hub.subsets

    def size(self, subset: str) -> int | None:
        """Return how many such rows the complete subset has."""
        return self.hub.size(subset)

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the rows of `subset`. Raises as the hub's data does."""
        most = None if source.most is None else source.most + WITHOUT.get(subset, 0)
        for row in self.hub.read(subset, part=part, source=replace(source, most=most)):
            if _right(row):
                yield row


def read(row: Row) -> Sample:
    """Return passage and question with the options, whose own labels ("(A)", "B．") are left out.

    Of several right options the target names all ("A,C"); the data writes them "AC", "A C" or as a list. Questions
    about one passage are one group.
    """
    passage = row["passage"] or ""
    return Sample(
        input=f"{passage}\n\n{row['question']}" if passage else row["question"],
        choices=tuple(_bare(option, label_of(index)) for index, option in enumerate(row["options"])),
        target=",".join(sorted(set(_right(row)))),
        group=passage,
    )


def _right(row: Row) -> list[str]:
    return _RIGHT.findall(str(row["label"] or ""))


def _bare(option: str, label: str) -> str:
    found = _LABEL.match(option)
    # A label without text after it (a picture was lost) is kept: an option is never empty.
    return (option[found.end() :] if found and found[1] == label else option) or option


BENCHMARK = Benchmark(
    name="agieval",
    version="2",  # how answers are read
    title="AGIEval",
    description=(
        "7,150 multiple-choice questions of 19 entrance and licence examinations (Gaokao, SAT, LSAT, law), nine in "
        "English and ten in Chinese. Its two sets without options (math, gaokao-mathcloze) are not among them, nor is "
        "the row of jec-qa-kd without a right option."
    ),
    task_type="knowledge",
    tags=("en", "zh", "knowledge", "reasoning", "multiple_choice"),
    subset_tags={**dict.fromkeys(ENGLISH, ("en",)), **dict.fromkeys((*CHINESE, *SEVERAL), ("zh",))},
    languages=("en", "zh"),
    paper="arXiv:2304.06364",
    licence="MIT",
    reference="EvalScope 1.14 (prompts with reasoning); AGIEval (all right options must be chosen, and no other)",
    data=Answered(
        Hub(
            "opencompass/agieval",
            config="{subset}",
            split="test",
            subsets=(*ENGLISH, *CHINESE, *SEVERAL),
            rows={**ENGLISH, **CHINESE, **SEVERAL},
        )
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
