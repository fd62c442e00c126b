"""Open questions from the user's own files, in EvalScope's form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.custom._folder import Folder
from pytest_evalscope.benchmarks.custom._overlap import overlap
from pytest_evalscope.scorers import judge
from pytest_evalscope.scorers.judging import QUALITY
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import MakeSample, Messages, Row, Sample, Scorer


def general_qa(
    path: str | Path, subsets: Sequence[str] = (), *, name: str = "general_qa", judged: bool = False
) -> Benchmark:
    """Return the benchmark of a folder with `<subset>.jsonl` or `<subset>_test.jsonl` (.csv, .tsv, .parquet).

    Fields of a row: `question` or `query`, `answer` or `response` (one reference, or a list of which the best
    counts), and maybe `system` and `id`; or whole `messages` in the OpenAI form in place of the question. Questions
    are sent unchanged. Metrics: ROUGE-1, -2 and -L, BLEU-1 to -4; the headline is ROUGE-L's recall. Words are compared
    in lower case and without punctuation, Chinese by the character; EvalScope compares unchanged words, and Chinese by
    the words that a segmenter finds, so its numbers agree on plain text and may differ elsewhere.

    Args:
        path: The folder, or one file, which is then the subset `default`.
        subsets: The subsets; empty: every subset that the folder has a file of.
        name: The name of the results.
        judged: Have the judges of the run rate the completions from 1 to 10 (`rating`, in [0, 1]), in place of the
            overlap; rows then need no answer, and one that has an answer shows it to the judge.
    """
    scoring = JUDGED if judged else OVERLAP
    return Benchmark(
        name=name,
        title="Open questions, own files",
        description=scoring.description,
        data=Folder(path=Path(path).expanduser() if str(path) else None, names=tuple(subsets), split="test"),
        sample=scoring.sample,
        solve=chat(),
        score=scoring.score,
        primary_metric=scoring.primary_metric,
        vary=partial(general_qa, path=path, subsets=subsets, judged=judged),
        task_type="qa",
        tags=("custom", "qa"),
        languages=(),
        reference="EvalScope 1.14 general_qa: file form and headline",
    )


def sample(row: Row) -> Sample:
    """Return the sample of one row. A row without question or answer raises ValueError, which says what it lacks."""
    made = open_sample(row)
    targets = made.targets
    if not all(target.strip() for target in targets) or not targets:
        raise ValueError("no answer or response to score against")
    return made


def open_sample(row: Row) -> Sample:
    """Return the sample of one row, with whatever answer it has. Raises ValueError for one without a question."""
    identity = row.get("id")
    answer = row.get("answer") or row.get("response")
    targets = tuple(str(item) for item in answer) if isinstance(answer, (list, tuple)) else (str(answer or ""),)
    return Sample(
        id="" if identity is None else str(identity),
        input=_messages(row),
        target=targets[0] if len(targets) == 1 else targets,
    )


def _messages(row: Row) -> str | Messages:
    messages = row.get("messages")
    if messages:
        return tuple({"role": str(item["role"]), "content": item["content"]} for item in messages)
    question = row.get("question") or row.get("query")
    if not question:
        raise ValueError("no question, query or messages")
    if row.get("system"):
        return ({"role": "system", "content": str(row["system"])}, {"role": "user", "content": str(question)})
    return str(question)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scoring:
    description: str
    sample: MakeSample
    score: Scorer
    primary_metric: str


OVERLAP = _Scoring(
    description="Questions with reference answers from the user's own files, marked by the overlap of their words",
    sample=sample,
    score=overlap(),
    primary_metric="rouge_l_recall",
)
JUDGED = _Scoring(
    description="Questions from the user's own files, with or without reference answers, rated by a judge",
    sample=open_sample,
    score=judge(criteria=QUALITY, scale=(1, 10)),
    primary_metric="rating",
)

BENCHMARK = general_qa("")
