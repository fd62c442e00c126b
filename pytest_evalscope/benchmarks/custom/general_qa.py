"""Open questions from the user's own files, in EvalScope's form."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.custom._folder import Folder
from pytest_evalscope.benchmarks.custom._overlap import overlap
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Messages, Row, Sample


def general_qa(path: str | Path, subsets: Sequence[str] = (), *, name: str = "general_qa") -> Benchmark:
    """Return the benchmark of a folder with `<subset>.jsonl` or `<subset>_test.jsonl` (.csv, .tsv, .parquet).

    Fields of a row: `question` or `query`, `answer` or `response` (one reference, or a list of which the best
    counts), and maybe `system` and `id`; or whole `messages` in the OpenAI form in place of the question. Questions
    are sent as they stand. Marks: ROUGE-1, -2 and -L, BLEU-1 to -4; the headline is ROUGE-L's recall. Words are
    compared in lower case and without punctuation, Chinese by the character; EvalScope compares words as they stand
    and Chinese by the words that a segmenter finds, so its numbers agree on plain text and may differ elsewhere.

    Args:
        path: The folder, or one file, which is then the subset `default`.
        subsets: Left empty: every subset that the folder has a file of.
        name: What the results are filed under.
    """
    return Benchmark(
        name=name,
        title="Open questions, own files",
        description="Questions with reference answers from the user's own files, marked by the overlap of their words",
        data=Folder(path=Path(path).expanduser() if str(path) else None, names=tuple(subsets), split="test"),
        sample=sample,
        solve=chat(),
        score=overlap(),
        primary_metric="rouge_l_recall",
        task_type="qa",
        tags=("custom", "qa"),
        languages=(),
        reference="EvalScope 1.14 general_qa: file form and headline",
    )


def sample(row: Row) -> Sample:
    """Return the sample of one row. A row without question or answer raises ValueError, which tells what it lacks."""
    identity = row.get("id")
    answer = row.get("answer") or row.get("response")
    targets = tuple(str(item) for item in answer) if isinstance(answer, (list, tuple)) else (str(answer or ""),)
    if not all(target.strip() for target in targets) or not targets:
        raise ValueError("no answer or response to mark against")
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
        raise ValueError("no question, query or messages to ask")
    if row.get("system"):
        return ({"role": "system", "content": str(row["system"])}, {"role": "user", "content": str(question)})
    return str(question)


BENCHMARK = general_qa("")
