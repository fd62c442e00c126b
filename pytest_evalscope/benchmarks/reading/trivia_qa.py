"""TriviaQA: questions of quizzes, with the Wikipedia pages that hold the answer."""

import re
import string

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import includes
from pytest_evalscope.solvers import chat
from pytest_evalscope.text.normal import straight
from pytest_evalscope.types import Row, Sample

_TO_SPACES = str.maketrans(dict.fromkeys(string.punctuation + "‘’´`", " "))
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_OF_NUMBER = re.compile(r"(?<=[0-9])[.,/:-](?=[0-9])|(?<![^\s$€£(])[-.](?=\.?[0-9])")
"""Punctuation that changes a number: its point, its sign, the stroke of a fraction."""


def plain(text: str) -> str:
    """Return `text` in small letters without punctuation and articles: the form that the original script compares.

    Numbers keep their points, strokes and signs, which it leaves out too: 7.5 does not contain 7.
    """
    text = straight(text).lower()
    if any(map(text.__contains__, string.digits)):
        text = _THOUSANDS.sub("", text)
        kept = iter(_OF_NUMBER.findall(text))
        text = "".join(part + next(kept, "") for part in map(_without_marks, _OF_NUMBER.split(text)))
    else:
        text = _without_marks(text)
    return " ".join(word for word in text.split() if word not in ("a", "an", "the"))


def _without_marks(text: str) -> str:
    return text.translate(_TO_SPACES)


def read(row: Row) -> Sample:
    """Return the question with every name of its answer; the pages go into the metadata."""
    answer = row["answer"]
    return Sample(
        id=row["question_id"],
        input=row["question"],
        target=tuple(dict.fromkeys((*answer["aliases"], *answer["normalized_aliases"]))),
        metadata={"content": "\n\n".join(row["entity_pages"]["wiki_context"])},
    )


BENCHMARK = Benchmark(
    name="trivia_qa",
    version="2",  # how answers are read
    title="TriviaQA",
    description="7,993 questions of quizzes, each with whole pages of Wikipedia (13,000 tokens on average) to read.",
    task_type="reading",
    tags=("en", "reading", "knowledge", "long_context"),
    paper="arXiv:1705.03551",
    licence="none stated for the questions; the original code is Apache-2.0",
    reference="EvalScope 1.14 (prompt; an answer may stand among other words); TriviaQA (form in which words compare)",
    data=Hub(
        "mandarjoshi/trivia_qa",
        config="rc.wikipedia",
        split="validation",
        rows=7993,
        modelscope="evalscope/trivia_qa",
    ),
    sample=read,
    solve=chat(
        template=(
            "Read the content and answer the following question.\n\nContent: {content}\n\nQuestion: {input}\n\n"
            'The last line of your response should be of the form "ANSWER: [ANSWER]" (without quotes) '
            "where [ANSWER] is the answer to the problem."
        ),
    ),
    score=includes(form=plain),
    params={"temperature": 0.0},
)
