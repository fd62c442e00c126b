"""MMLU-Redux 2.0: questions of MMLU whose answers were checked by people."""

import re

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.knowledge.mmlu import SUBJECTS
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import STEP_BY_STEP, multiple_choice
from pytest_evalscope.types import Row, Sample

_LABEL = re.compile(r"[0-3A-D]")
_NAMED = re.compile(r"\W{0,3}[0-3A-D]\W{0,3}(?:(?:and|or|,|/|;)?\W{0,3}[0-3A-D]\W{0,3}){0,3}")


def read(row: Row) -> Sample:
    """Return the question with its options and the answer as the annotators corrected it.

    Where they found no right option, their answer replaces the one that was considered right; where they found
    several, any of these is right. What they wrote in a form that names no option leaves the original answer.
    """
    choices, answer = list(row["choices"]), int(row["answer"])
    correction = str(row.get("correct_answer") or "").strip()
    targets: tuple[str, ...] = ("ABCD"[answer],)
    if row["error_type"] == "no_correct_answer" and correction:
        choices[answer] = correction
    elif row["error_type"] in ("wrong_groundtruth", "multiple_correct_answers"):
        targets = _labels(correction, choices) or targets
    return Sample(
        input=row["question"],
        choices=tuple(choices),
        target=targets if len(targets) > 1 else targets[0],
        metadata={"error_type": row["error_type"]},
    )


def _labels(correction: str, choices: list[str]) -> tuple[str, ...]:
    """Return the options that an annotator named: by number from 0 ("1, 3"), by letter ("(B) and (C)") or by text."""
    if _NAMED.fullmatch(correction):
        named = {label if label.isalpha() else "ABCD"[int(label)] for label in _LABEL.findall(correction)}
        return tuple(sorted(named))
    return tuple(label for label, text in zip("ABCD", choices, strict=False) if text.strip() == correction)


BENCHMARK = Benchmark(
    name="mmlu_redux",
    version="2",  # how answers are read
    title="MMLU-Redux",
    description="5,700 questions of MMLU, 100 from each of 57 subjects, their errors corrected by people.",
    task_type="knowledge",
    tags=("en", "knowledge", "multiple_choice"),
    paper="arXiv:2406.04127",
    licence="CC-BY-4.0",
    reference="EvalScope 1.14 (prompt with reasoning, no few-shot examples; corrections applied)",
    data=Hub(
        "edinburgh-dawg/mmlu-redux-2.0",
        config="{subset}",
        split="test",
        subsets=tuple(SUBJECTS),
        rows=dict.fromkeys(SUBJECTS, 100),
        modelscope="AI-ModelScope/mmlu-redux-2.0",
    ),
    sample=read,
    solve=multiple_choice(template=STEP_BY_STEP),
    score=choice(),
    params={"temperature": 0.0},
)
