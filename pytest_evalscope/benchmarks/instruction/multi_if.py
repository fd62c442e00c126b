"""Multi-IF: IFEval's instructions over three turns and eleven languages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers.instructions import TURNS, check_multilingual, turn_instructions
from pytest_evalscope.solvers import turns
from pytest_evalscope.stats import mean_ratio
from pytest_evalscope.types import Metric, Row, Sample

LANGUAGES = (
    *("Chinese", "English", "French", "German", "Hindi", "Italian", "Portuguese", "Russian", "Spanish", "Thai"),
    "Vietnamese",
)


def read(row: Row) -> Sample:
    """Return a row as a conversation; prompts, instructions and arguments are JSON within the row's texts."""
    asked, wanted = [], []
    for turn in TURNS:
        if not row.get(f"turn_{turn}_prompt"):
            break
        asked.append({"role": "user", "content": json.loads(row[f"turn_{turn}_prompt"])["content"]})
        names = json.loads(row[f"turn_{turn}_instruction_id_list"])
        arguments = [_arguments(each) for each in json.loads(row[f"turn_{turn}_kwargs"])]
        check_multilingual(names, row["language"])
        wanted.append(tuple(zip(names, arguments, strict=True)))
    if not asked:
        raise ValueError("no turn has a prompt")
    return Sample(id=str(row["key"]), input=tuple(asked), metadata={"instructions": tuple(wanted)})


def _arguments(text: str) -> Mapping[str, Any]:
    given: dict[str, Any] = json.loads(text)
    return {name: value for name, value in given.items() if value is not None}


RATIOS = {
    "prompt_level_strict": ("prompts_strict", "prompts"),
    "inst_level_strict": ("followed_strict", "instructions"),
    "prompt_level_loose": ("prompts_loose", "prompts"),
    "inst_level_loose": ("followed_loose", "instructions"),
}


def _ratios(turns_of: Iterable[int], names: Iterable[str] = RATIOS) -> Metric:
    """Return the mean of these ratios over these turns."""
    return mean_ratio(
        *(
            (f"turn_{turn}_{followed}", f"turn_{turn}_{asked}")
            for turn in turns_of
            for followed, asked in (RATIOS[name] for name in names)
        )
    )


BENCHMARK = Benchmark(
    name="multi_if",
    title="Multi-IF",
    description="4,501 conversations of three turns, each turn with instructions that a program can verify.",
    task_type="instruction_following",
    tags=("instruction", "multilingual", "multi_turn"),
    languages=("zh", "en", "fr", "de", "hi", "it", "pt", "ru", "es", "th", "vi"),
    paper="arXiv:2410.15553",
    licence="CC-BY-NC-2.0",
    reference=(
        "facebookresearch/Multi-IF (checks; per turn the mean of strict and loose accuracy of prompts and "
        "instructions, then the mean over turns); emojis are found by their code points, not by the package emoji"
    ),
    data=Hub("facebook/Multi-IF", split="train", subsets=LANGUAGES, subset_field="language"),
    sample=read,
    solve=turns(),
    score=turn_instructions(),
    metrics={
        "accuracy": _ratios(TURNS),
        **{f"turn_{turn}": _ratios([turn]) for turn in TURNS},
        **{name: _ratios(TURNS, [name]) for name in RATIOS},
    },
    needs=("multi-if",),
)
