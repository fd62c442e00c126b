"""Multiple-choice questions from the user's own files, in EvalScope's form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.custom._folder import Folder
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import multiple_choice
from pytest_evalscope.text import label_of
from pytest_evalscope.types import Row, Sample

LETTERS = "ABCDEFGHIJ"
_BETWEEN = str.maketrans(dict.fromkeys(",，、[]'\"", " "))
"""Characters around the letters of a list that is written as text, as in a table."""

_ONE = "回答下面的单项选择题，请选出其中的正确答案。"
_SEVERAL = "回答下面的多项选择题，请选出其中的所有正确答案。"
_DIRECT = (
    '你的回答的全部内容应该是这样的格式："答案：[{slot}]"（不带引号），其中 [{slot}] 是 {{letters}} 中的一个{more}。'
)
_STEPS = (
    '你的回答的最后一行应该是这样的格式："答案：[{slot}]"（不带引号），其中 [{slot}] 是 {{letters}} 中的一个{more}。'
    "请在回答前进行一步步思考。"
)


def template(*, multiple_correct: bool = False, use_cot: bool = False) -> str:
    """Return EvalScope 1.14's prompt for such questions."""
    form = (_STEPS if use_cot else _DIRECT).format(
        slot="LETTERS" if multiple_correct else "LETTER", more="或多个" if multiple_correct else ""
    )
    gap = "\n" if multiple_correct and not use_cot else "\n\n"
    return f"{_SEVERAL if multiple_correct else _ONE}{form}{gap}问题：{{question}}\n选项：\n{{choices}}\n"


def general_mcq(
    path: str | Path,
    subsets: Sequence[str] = (),
    *,
    few_shot: int = 0,
    multiple_correct: bool = False,
    use_cot: bool = False,
    name: str = "general_mcq",
) -> Benchmark:
    """Return the benchmark of a folder with `<subset>_val.csv` (.jsonl, .tsv, .parquet) and maybe `<subset>_dev.…`.

    Fields of a row: `question`, the options `A`, `B`, … up to `J` (the first that is missing or empty ends them),
    `answer` (the letter; with `multiple_correct` all the right ones, as a list or as "A,C"), and maybe `id`.

    Args:
        path: The folder, or one file, which is then the subset `default`.
        subsets: The subsets; empty: every subset that the folder has a file of.
        few_shot: Number of few-shot examples, taken from the `_dev` files.
        multiple_correct: Require all the right options and no other.
        use_cot: Request the reasoning before the answer.
        name: The name of the results.
    """
    return Benchmark(
        name=name,
        title="Multiple choice, own files",
        description="Questions with two to ten options from CSV, TSV, JSON Lines or Parquet files of the user's own",
        data=Folder(
            path=Path(path).expanduser() if str(path) else None,
            names=tuple(subsets),
            split="val",
            few_shot_split="dev",
        ),
        sample=_sample(multiple_correct),
        solve=multiple_choice(template=template(multiple_correct=multiple_correct, use_cot=use_cot), few_shot=few_shot),
        score=choice(),
        vary=partial(
            general_mcq,
            path=path,
            subsets=subsets,
            few_shot=few_shot,
            multiple_correct=multiple_correct,
            use_cot=use_cot,
        ),
        task_type="knowledge",
        tags=("custom", "multiple_choice"),
        languages=(),
        reference="EvalScope 1.14 general_mcq: file form and prompt",
    )


def _sample(multiple_correct: bool) -> Callable[[Row], Sample]:
    def sample(row: Row) -> Sample:
        choices = _choices(row)
        labels = [label_of(index) for index in range(len(choices))]
        answer = row["answer"]
        found = _letters(answer)
        if not found or not set(found) <= set(labels) or (len(found) > 1 and not multiple_correct):
            raise ValueError(f"answer {answer!r} does not name one of {', '.join(labels) or 'no options'}")
        identity = row.get("id")
        return Sample(
            id="" if identity is None else str(identity),
            input=str(row["question"]),
            choices=choices,
            target=",".join(found),
        )

    return sample


def _choices(row: Row) -> tuple[str, ...]:
    found: list[str] = []
    for letter in LETTERS:
        text = row.get(letter)
        if text is None or text == "":
            break
        found.append(str(text))
    return tuple(found)


def _letters(answer: Any) -> list[str]:
    """Return the letters of an answer, in alphabetical order: "B", "A,C", "AC", '["A", "C"]' or a list of letters."""
    parts = answer if isinstance(answer, (list, tuple)) else str(answer).translate(_BETWEEN).split()
    letters = [letter for part in parts for letter in str(part).strip()]
    return sorted(set(letters))


BENCHMARK = general_mcq("")
