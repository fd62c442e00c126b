"""Arena-Hard: hard prompts of real users, each with the completion of GPT-4-0314 to beat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub, Source
from pytest_evalscope.data.dataset import Part
from pytest_evalscope.errors import DataError
from pytest_evalscope.scorers.judging import versus
from pytest_evalscope.solvers import chat
from pytest_evalscope.stats import mean, ratio
from pytest_evalscope.types import Row, Sample

ID = "AI-ModelScope/arena-hard-auto-v0.1"
BASELINE = "gpt-4-0314"


@dataclass(frozen=True, slots=True)
class WithReplies:
    """The rows of a data set, each with another model's completion under `prediction`.

    Rows that have it already (ModelScope's) stay as they are; to others (the arena's own) it is joined by `uid`.
    """

    rows: Hub
    replies: Hub

    @property
    def id(self) -> str:
        """The name on the hub."""
        return self.rows.id

    @property
    def subsets(self) -> tuple[str, ...]:
        """The subsets of the rows."""
        return self.rows.subsets

    def size(self, subset: str) -> int | None:
        """Return how many rows the complete subset has."""
        return self.rows.size(subset)

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the rows with their completions. Raises as a hub's data does; DataError for a row without one."""
        stored: Mapping[str, str] | None = None
        for row in self.rows.read(subset, part=part, source=source):
            if "prediction" in row:
                yield row
                continue
            if stored is None:
                replies = self.replies.read(self.replies.config, source=source)
                stored = {str(each["uid"]): _text(each["messages"][-1]["content"]) for each in replies}
            if str(row["uid"]) not in stored:
                raise DataError(f"data set {self.id}: {BASELINE} has no completion to {row['uid']}")
            yield {**row, "prediction": stored[str(row["uid"])]}


def _text(content: Any) -> str:
    return str(content["answer"] if isinstance(content, Mapping) else content)


def read(row: Row) -> Sample:
    """Return the prompt with the baseline's completion as target; prompts of one cluster are one cluster."""
    if not row["prediction"].strip():
        raise ValueError("no completion of the baseline to compare with")
    return Sample(
        id=str(row.get("uid") or row.get("question_id") or ""),
        input=row.get("question") or row["prompt"],
        target=row["prediction"],
        group=str(row.get("cluster") or ""),
    )


BENCHMARK = Benchmark(
    name="arena_hard",
    title="Arena-Hard v0.1",
    description=(
        "500 hard prompts of real users; a judge says in both orders whether the reply or the stored one of GPT-4-0314 "
        "is better, and how clearly"
    ),
    task_type="instruction_following",
    tags=("arena", "en", "instruction", "reasoning"),
    paper="arXiv:2406.11939",
    licence="Apache-2.0",
    reference=(
        "lmarena/arena-hard-auto v0.1 (five verdicts, a clear win as three games; of two players its rating's win rate "
        "is that share of games), EvalScope 1.14 (data, baseline); the judge's prompt in our own words"
    ),
    data=WithReplies(Hub(ID, rows=500), Hub(ID, config="replies", split=BASELINE)),
    sample=read,
    solve=chat(),
    score=versus(strengths=True),
    metrics={"win_rate": ratio("won", "games"), "disagreed": mean("disagreed")},
)
