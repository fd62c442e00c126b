"""DROP: questions that take counting, sorting and arithmetic over a paragraph."""

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import spans
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the question with the accepted answers, each a list of spans; questions on one passage are one group."""
    answers = list(dict.fromkeys(filter(None, map(_spans, _answers(row)))))
    return Sample(
        id=row["query_id"],
        input=row["question"],
        target=tuple(", ".join(answer) for answer in answers),
        group=row.get("section_id") or "",
        metadata={"passage": row["passage"].strip(), "answers": [list(answer) for answer in answers]},
    )


def _answers(row: Row) -> Iterator[Mapping[str, Any]]:
    """Yield the answer of the question's author, then those of the people who checked it (kept as columns)."""
    yield row["answer"]
    checked = row["validated_answers"]
    for number, date, texts in zip(checked["number"], checked["date"], checked["spans"], strict=False):
        yield {"number": number, "date": date, "spans": texts}


def _spans(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the spans of one answer: a number, the texts, or a date as "day month year"; none when it is empty."""
    if answer["number"] != "":
        return (str(answer["number"]),)
    date = " ".join(part for part in (answer["date"][name] for name in ("day", "month", "year")) if part)
    return tuple(answer["spans"]) or ((date,) if date else ())


BENCHMARK = Benchmark(
    name="drop",
    version="2",  # how answers are read
    title="DROP",
    description="9,536 questions on paragraphs whose answer, a number, date or names, must be counted or computed.",
    task_type="reading",
    tags=("en", "reading", "reasoning", "math"),
    paper="arXiv:1903.00161",
    licence="CC-BY-SA-4.0",
    reference=(
        "EvalScope 1.14 (prompt; its 3 few-shot examples are fixed, here they are the first of the training part); "
        "the evaluation script of DROP in AllenNLP (scoring rules)"
    ),
    data=Hub(
        "EleutherAI/drop",
        split="validation",
        few_shot_split="train",
        rows=9536,
        modelscope="AI-ModelScope/DROP",
    ),
    sample=read,
    solve=chat(
        template=(
            "# Your Task\n\n---\nPassage: {passage}\nQuestion: {input}\n\n"
            'Think step by step, then write a line of the form "Answer: [ANSWER]" at the end of your response.'
        ),
        few_shot=3,
        shot_template="---\nPassage: {passage}\nQuestion: {input}\nAnswer: {target}",
        shots_intro=(
            "You will be asked to read a passage and answer a question. "
            "Some examples of passages and Q&A are provided below.\n\n# Examples"
        ),
    ),
    score=spans(),
    params={"temperature": 0.0},
)
