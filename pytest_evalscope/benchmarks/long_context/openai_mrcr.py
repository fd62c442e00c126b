"""MRCR: one of several equal requests in a long conversation, whose answer is to be given again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import SequenceMatcher

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.types import Completion, Context, Row, Sample, Score

NEEDLES = (2, 4, 8)
BINS = tuple(20_000 * 2**step for step in range(9))
"""Upper ends in characters; the last takes all that is longer."""


def _named(needles: int, end: int) -> str:
    return f"{needles}needle_{end // 1000}k"


SUBSETS = tuple(_named(needles, end) for needles in NEEDLES for end in BINS)


def subset_of(row: Row) -> str:
    """Return the subset of a row: its needles, and the bin that its number of characters falls into."""
    length = int(row["n_chars"])
    return _named(int(row["n_needles"]), next((end for end in BINS if length <= end), BINS[-1]))


@dataclass(frozen=True, slots=True)
class recalled:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=recalled()`
    """Similarity of completion and target (`difflib.SequenceMatcher.ratio`), in [0, 1], both without the prefix.

    A completion that does not begin with the required prefix, white space aside, has the score 0.
    """

    metrics: tuple[str, ...] = ("mrcr_score",)

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the score of one completion."""
        prefix, target, said = sample.metadata["prefix"], str(sample.target), completion.text.lstrip()
        if not said.startswith(prefix):
            missing = "the completion does not begin with the required prefix"
            return Score(values=dict.fromkeys(self.metrics, 0.0), answer=said or None, explanation=missing)
        alike = SequenceMatcher(None, said.removeprefix(prefix), target.removeprefix(prefix)).ratio()
        return Score(values={"mrcr_score": alike}, answer=said)


def read(row: Row) -> Sample:
    """Return the conversation, which is JSON in the row, with the answer and the prefix that it begins with."""
    messages = json.loads(row["prompt"])
    return Sample(
        input=tuple({"role": message["role"], "content": message["content"]} for message in messages),
        target=row["answer"],
        metadata={"prefix": row["random_string_to_prepend"]},
    )


BENCHMARK = Benchmark(
    name="openai_mrcr",
    title="OpenAI MRCR",
    description=(
        "2,400 long conversations in which the same is asked for 2, 4 or 8 times; the model is to repeat one of the "
        "answers behind a given prefix. Subsets by needles and by length in characters (4 to 5 make a token)."
    ),
    task_type="long_context",
    tags=("en", "long_context", "retrieval"),
    paper="arXiv:2409.12640",
    licence="MIT",
    reference="openai/mrcr (prefix, ratio; its bins count tokens of o200k_base); EvalScope 1.14 (white space)",
    data=Hub("openai/mrcr", split="train", subsets=SUBSETS, subset_field=subset_of, modelscope="openai-mirror/mrcr"),
    sample=read,
    score=recalled(),
)
