"""DocMath-Eval: a number to be worked out from a company's report."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.long_context._prompts import READ_AND_ANSWER
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import label, number
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Completion, Context, Row, Sample, Score

SIZES = {"complong_testmini": 300, "compshort_testmini": 200, "simplong_testmini": 100, "simpshort_testmini": 200}
_TRUTH = label(("true", "false", "yes", "no"))
_NUMBER = number(tolerance=0.0015)


@dataclass(frozen=True, slots=True)
class worked_out:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=worked_out()`
    """1 when the number stated is the target within 0.15 % of it; where the target is true or false, when that is."""

    metrics: tuple[str, ...] = ("accuracy",)

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the score of one completion. Raises ScorerError for a target that is neither number nor truth."""
        if isinstance(sample.target, str):
            return _NUMBER(sample, completion, context)
        found = [_TRUTH(Sample(input="", target=word), completion, context) for word in sample.target]
        return max(found, key=lambda score: score.values["accuracy"])


def read(row: Row) -> Sample:
    """Return the question; the report's paragraphs go into the metadata. A truth is two targets: true and yes."""
    truth = row["ground_truth"]
    if isinstance(truth, bool) or str(truth) in ("True", "False"):
        target: str | tuple[str, ...] = ("true", "yes") if str(truth) == "True" else ("false", "no")
    else:
        target = str(truth)
    return Sample(
        id=row["question_id"],
        input=row["question"],
        target=target,
        metadata={"context": "\n".join(row["paragraphs"])},
    )


BENCHMARK = Benchmark(
    name="docmath",
    version="2",  # how answers are read
    title="DocMath-Eval",
    description=(
        "800 questions whose answer is worked out from texts and tables of financial reports: long documents or short "
        "ones, in several steps (comp) or few (simp)."
    ),
    task_type="long_context",
    tags=("en", "long_context", "math", "finance"),
    paper="arXiv:2311.09805",
    licence="MIT",
    reference="EvalScope 1.14 (prompt; 0.15 % of tolerance, as in DocMath-Eval); EvalScope asks a judge by default",
    data=Hub("yale-nlp/DocMath-Eval", split="{subset}", subsets=tuple(SIZES), rows=SIZES),
    sample=read,
    solve=chat(template=READ_AND_ANSWER),
    score=worked_out(),
)
