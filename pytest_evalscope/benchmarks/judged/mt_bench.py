"""MT-Bench: dialogues of two turns, each completion rated from 1 to 10."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub, Source
from pytest_evalscope.data.dataset import Part
from pytest_evalscope.data.files import read_file
from pytest_evalscope.errors import DataError, DataNotFound, UnknownName
from pytest_evalscope.models.resolve import defaults_for
from pytest_evalscope.scorers.judging import turn_ratings
from pytest_evalscope.solvers import turns
from pytest_evalscope.types import Completion, Context, Messages, Row, Sample

TEMPERATURES: Mapping[str, float] = MappingProxyType(
    {
        "writing": 0.7,
        "roleplay": 0.7,
        "reasoning": 0.0,
        "math": 0.0,
        "coding": 0.0,
        "extraction": 0.0,
        "stem": 0.1,
        "humanities": 0.1,
    }
)
"""Category → the official temperature of the model under test."""
WITH_REFERENCE = ("reasoning", "math", "coding")
"""Categories whose judge gets a reference to compare with."""


@dataclass(frozen=True, slots=True)
class FastChat:
    """The benchmark's own files: `question.jsonl`, `judge_prompts.jsonl`, `reference_answer/gpt-4.jsonl`."""

    folder: Path
    subsets: tuple[str, ...] = tuple(TEMPERATURES)

    def size(self, subset: str) -> int:
        """Return how many rows a subset has."""
        return 10

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the dialogues of a category as the hub has them, each with its judge prompts, one for each turn.

        Raises DataNotFound for a file that is missing, DataError for a prompt that is.
        """
        if subset not in self.subsets:
            raise UnknownName("subset of mt_bench", subset, self.subsets)
        prompts = {row["name"]: row for row in self._rows("judge_prompts.jsonl")}
        answers = {row["question_id"]: row for row in self._rows("reference_answer/gpt-4.jsonl")}
        kind = "single-math-v1" if subset in WITH_REFERENCE else "single-v1"
        names = (kind, f"{kind}-multi-turn")
        missing = [name for name in names if name not in prompts]
        if missing:
            raise DataError(f"{self.folder / 'judge_prompts.jsonl'}: no prompt {missing[0]!r}")
        for row in self._rows("question.jsonl"):
            if part == "eval" and row["category"] == subset:
                known = answers.get(row["question_id"])
                yield {
                    "prompt_id": row["question_id"],
                    "category": subset,
                    "prompt": row["turns"],
                    "reference": known["choices"][0]["turns"] if known else [],
                    "judge_prompts": [
                        [prompts[name]["system_prompt"], prompts[name]["prompt_template"]] for name in names
                    ],
                }

    def _rows(self, name: str) -> list[Row]:
        path = self.folder / name
        if not path.is_file():
            raise DataNotFound(f"{self.folder}: no {name}; it and two more files make up the benchmark's own data")
        return list(read_file(path))


@dataclass(frozen=True, slots=True, kw_only=True)
class dialogue:  # noqa: N801 - it is used like `turns()`, with each category's temperature
    """Run a dialogue at the temperature of its category, 1,024 tokens a completion, unless the user sets others.

    A model that refuses a temperature gets none.
    """

    system: str = ""

    async def __call__(self, sample: Sample, context: Context) -> Completion:
        """Return the last completion with both completions in `turns`."""
        own = {"temperature": TEMPERATURES[sample.subset], "max_tokens": 1024}
        params = defaults_for(context.model.name, own, context.params)
        return await turns(system=self.system)(sample, replace(context, params=params))

    def render(self, sample: Sample, shots: Sequence[Sample] = ()) -> Messages:
        """Return what is said to the model."""
        return turns(system=self.system).render(sample)


def read(row: Row) -> Sample:
    """Return the dialogue with its references and, where the data has them, its judge prompts."""
    first, second = row["prompt"]
    reference = tuple(row.get("reference") or ()) if row["category"] in WITH_REFERENCE else ()
    if len(reference) not in (0, 2):
        raise ValueError(f"{len(reference)} references for two turns")
    return Sample(
        id=str(row["prompt_id"]),
        input=({"role": "user", "content": first}, {"role": "user", "content": second}),
        metadata={"references": reference, "judge_prompts": tuple(map(tuple, row.get("judge_prompts") or ()))},
    )


def mt_bench(folder: str | Path = "", *, name: str = "mt_bench") -> Benchmark:
    """Return MT-Bench, with its own judge prompts where `folder` has the files that FastChat publishes it in.

    Without a folder the dialogues and references are the hub's, and the judge's prompt is in our own words. With one,
    the completions are between boundaries of ours in the published prompts, and a judge rates in their form: `[[5]]`.
    """
    path = Path(folder).expanduser() if str(folder) else None
    hub = Hub(
        "HuggingFaceH4/mt_bench_prompts",
        split="train",
        subsets=tuple(TEMPERATURES),
        subset_field="category",
        rows=dict.fromkeys(TEMPERATURES, 10),
    )
    words = "the judge's prompt in our own words" if path is None else "judge prompts of the data"
    return Benchmark(
        name=name,
        title="MT-Bench",
        description="80 dialogues of two turns in eight categories; a judge rates each response from 1 to 10",
        task_type="instruction_following",
        tags=("en", "instruction", "multi_turn", "qa"),
        paper="arXiv:2306.05685",
        licence="Apache-2.0",
        reference=(
            "lm-sys/FastChat llm_judge (temperatures, references, mean of both turns' ratings), EvalScope 1.14 (names "
            f"of the metrics); {words}"
        ),
        version="1" if path is None else "1+own",
        data=hub if path is None else FastChat(path),
        sample=read,
        solve=dialogue(),
        score=turn_ratings(),
    )


BENCHMARK = mt_bench()
