"""LongMemEval: questions about what a user said in earlier conversations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.long_context._prompts import LABELS
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import judge
from pytest_evalscope.solvers import chat
from pytest_evalscope.stats import mean, mean_ratio
from pytest_evalscope.types import Completion, Context, Row, Sample, Score

_RULE = """\
Decide whether the ANSWER gives what the REFERENCE says in reply to the QUESTION, which is about earlier conversations.

CORRECT: {correct}

INCORRECT: anything else, such as {wrong}."""
_WHOLE = "it contains the reference, or something equivalent, or every step that leads there; more around it is fine"
_PART = "a part of what the reference says, another answer, or none"
CRITERIA = {
    "single-session-user": _RULE.format(correct=f"{_WHOLE}.", wrong=_PART),
    "single-session-assistant": _RULE.format(correct=f"{_WHOLE}.", wrong=_PART),
    "multi-session": _RULE.format(correct=f"{_WHOLE}.", wrong=_PART),
    "temporal-reasoning": _RULE.format(
        correct=f"{_WHOLE}. A number of days, weeks or months may be off by one.", wrong=_PART
    ),
    "knowledge-update": _RULE.format(
        correct="the newest state that it gives is the reference; what was so before may be told beside it.",
        wrong="an earlier state given as the present one, or none",
    ),
    "single-session-preference": _RULE.format(
        correct="it recalls what the user told of themselves and makes right use of it; the reference describes such "
        "an answer, and not every point of it need be there.",
        wrong="general advice that fits any user, or one that goes against what they told",
    ),
    "abstention": _RULE.format(
        correct="it says that the question cannot be answered from the conversations, or that something else was told "
        "but not this; the reference explains why it cannot.",
        wrong="any answer to the question",
    ),
}
KINDS = tuple(kind for kind in CRITERIA if kind != "abstention")
_JUDGES = {kind: judge(criteria=text, labels=LABELS, empty="INCORRECT") for kind, text in CRITERIA.items()}


@dataclass(frozen=True, slots=True)
class remembered:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=remembered()`
    """Let a judge score a completion by the criteria of its kind of question: `accuracy`, and counts of each kind."""

    metrics: tuple[str, ...] = ("accuracy", *(f"{kind}{part}" for kind in KINDS for part in ("", "_right")))
    needs: tuple[str, ...] = ("judge",)

    async def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the judge's score. Raises ScorerError as `judge` does."""
        score = await _JUDGES[sample.metadata["criteria"]](sample, completion, context)
        return replace(score, values=_values(sample, score.values["accuracy"]))

    def failed(self, sample: Sample) -> Mapping[str, float]:
        """Return the values of a sample without a completion."""
        return _values(sample, 0.0)


def _values(sample: Sample, right: float) -> dict[str, float]:
    made = {"accuracy": right}
    for kind in KINDS:
        here = float(kind == sample.metadata["kind"])
        made |= {kind: here, f"{kind}_right": here * right}
    return made


def read(row: Row) -> Sample:
    """Return the question; the conversations go into the metadata, by date, without the labels of the answer."""
    kind = row["question_type"]
    if kind not in KINDS:
        raise ValueError(f"unknown question_type {kind!r}")
    sessions = sorted(zip(row["haystack_dates"], row["haystack_sessions"], strict=True), key=lambda item: item[0])
    history = "".join(
        f"\n### Session {number}:\nSession Date: {date}\nSession Content:\n\n{_text(session)}\n"
        for number, (date, session) in enumerate(sessions, start=1)
    )
    return Sample(
        id=row["question_id"],
        input=row["question"],
        target=str(row["answer"]),
        metadata={
            "history": history,
            "date": row["question_date"],
            "kind": kind,
            "criteria": "abstention" if "_abs" in row["question_id"] else kind,
        },
    )


def _text(session: list[Mapping[str, str]]) -> str:
    turns = [{key: value for key, value in turn.items() if key != "has_answer"} for turn in session]
    return json.dumps(turns, ensure_ascii=False)


BENCHMARK = Benchmark(
    name="longmemeval",
    title="LongMemEval",
    description=(
        "500 questions about dated conversations of one user: facts, preferences, changes, dates, and questions that "
        "cannot be answered. `s_cleaned` has some 115,000 tokens of conversations, `oracle` only those that matter."
    ),
    task_type="long_context",
    tags=("en", "long_context", "memory", "qa"),
    paper="arXiv:2410.10813",
    licence="MIT",
    reference="xiaowu0162/LongMemEval (prompt that asks for the relevant information first, history as JSON, one rule "
    "per kind of question); the judge's criteria in our own words",
    data=Hub(
        "xiaowu0162/longmemeval-cleaned",
        split="longmemeval_{subset}",
        subsets=("s_cleaned", "oracle"),
        rows=500,
        modelscope="evalscope/longmemeval-cleaned",
    ),
    sample=read,
    solve=chat(
        template=(
            "I will give you several history chats between you and a user. Please answer the question based on the "
            "relevant chat history. Answer the question step by step: first extract all the relevant information, and "
            "then reason over the information to get the answer.\n\n\nHistory Chats:\n\n{history}\n\n"
            "Current Date: {date}\nQuestion: {input}\nAnswer (step by step):"
        )
    ),
    score=remembered(),
    metrics={
        "accuracy": mean("accuracy"),
        "accuracy_over_kinds": mean_ratio(*((f"{kind}_right", kind) for kind in KINDS)),
    },
)
