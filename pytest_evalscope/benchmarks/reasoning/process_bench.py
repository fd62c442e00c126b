"""ProcessBench: where is the first wrong step of a solution."""

from collections.abc import Mapping
from dataclasses import dataclass

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.solvers import chat
from pytest_evalscope.stats import harmonic, ratio
from pytest_evalscope.text import number_value
from pytest_evalscope.text.answers.numbers import number_reading
from pytest_evalscope.types import Completion, Context, Row, Sample, Score

ERROR = ("error_found", "error")
CORRECT = ("correct_found", "correct")


@dataclass(frozen=True, slots=True)
class _FirstError:
    """1 when the number of the first wrong paragraph is right, apart for solutions with an error and without."""

    metrics: tuple[str, ...] = (*ERROR, *CORRECT)

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        reading = number_reading(completion.text, sample.language)
        right = reading.answer is not None and number_value(reading.answer) == int(str(sample.target))
        return Score(values=_values(sample, right), answer=reading.answer, explanation=reading.how)

    def failed(self, sample: Sample) -> Mapping[str, float]:
        return _values(sample, False)


def _values(sample: Sample, right: bool) -> dict[str, float]:
    of_kind, other = (CORRECT, ERROR) if sample.target == "-1" else (ERROR, CORRECT)
    return {of_kind[0]: float(right), of_kind[1]: 1.0, other[0]: 0.0, other[1]: 0.0}


def read(row: Row) -> Sample:
    """Return the problem, its solution with every paragraph between tags, and the number of the first wrong one."""
    steps, wrong = row["steps"], int(row["label"])
    if not -1 <= wrong < len(steps):
        raise ValueError(f"there is no paragraph {wrong} among {len(steps)}")
    parts = [f"<paragraph_{number}>\n{step}\n</paragraph_{number}>" for number, step in enumerate(steps)]
    return Sample(
        id=str(row.get("id") or ""),
        input=row["problem"],
        target=str(wrong),
        metadata={"solution": "\n\n".join(parts)},
    )


BENCHMARK = Benchmark(
    name="process_bench",
    version="2",  # how answers are read
    title="ProcessBench",
    description=(
        "3,400 solutions of problems from four sets, with the first wrong paragraph or none. F1 is the harmonic mean "
        "of the accuracies on wrong and on right solutions."
    ),
    task_type="math",
    tags=("en", "math", "reasoning"),
    paper="arXiv:2412.06559",
    licence="Apache-2.0",
    reference="QwenLM/ProcessBench (marks and form of the answer; the prompt is written anew)",
    data=Hub(
        "Qwen/ProcessBench",
        split="{subset}",
        subsets=("gsm8k", "math", "olympiadbench", "omnimath"),
        rows={"gsm8k": 400, "math": 1000, "olympiadbench": 1000, "omnimath": 1000},
    ),
    sample=read,
    solve=chat(
        template=(
            "Check the solution of a math problem. Its paragraphs stand between tags with their numbers, from 0 on.\n\n"
            "[Math Problem]\n\n{input}\n\n[Solution]\n\n{solution}\n\n"
            "Go through it paragraph by paragraph. The answer is the number of the first paragraph with an error, or "
            "-1 if no paragraph has one.\n\nPlease put your final answer (i.e., the index) in \\boxed{}."
        )
    ),
    score=_FirstError(),
    metrics={
        "f1": harmonic(ERROR, CORRECT),
        "error_accuracy": ratio(*ERROR, empty=0.0),
        "correct_accuracy": ratio(*CORRECT, empty=0.0),
    },
    params={"temperature": 0.0},
)
