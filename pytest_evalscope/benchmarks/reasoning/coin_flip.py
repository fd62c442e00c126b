"""CoinFlip: is a coin still heads up after some people flipped it and others did not."""

from dataclasses import dataclass

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.solvers import chat
from pytest_evalscope.text import read_label
from pytest_evalscope.types import Completion, Context, Row, Sample, Score


@dataclass(frozen=True, slots=True)
class _YesNo:
    """1 when the completion says the target and not the other; `yes_ratio` is how often it says yes."""

    metrics: tuple[str, ...] = ("accuracy", "yes_ratio")

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        found = read_label(completion.text, ("yes", "no"))
        answer = found.answer and found.answer.upper()
        values = {"accuracy": float(answer == sample.target), "yes_ratio": float(answer == "YES")}
        return Score(values=values, answer=answer, explanation=found.how)


def read(row: Row) -> Sample:
    """Return the question with YES or NO."""
    answer = str(row["answer"]).strip().upper()
    if answer not in ("YES", "NO"):
        raise ValueError(f"the answer is neither yes nor no ({row['answer']!r})")
    return Sample(input=row["question"], target=answer)


BENCHMARK = Benchmark(
    name="coin_flip",
    version="2",  # how answers are read
    title="CoinFlip",
    description=(
        "3,333 questions whether a coin is still heads up after several people flipped it or did not. "
        "A response that says both yes and no is wrong."
    ),
    task_type="reasoning",
    tags=("en", "reasoning", "yes_no"),
    paper="arXiv:2201.11903",
    licence="unknown",
    reference="EvalScope 1.14 (prompt)",
    data=Hub("extraordinarylab/coin-flip", split="test", rows=3333),
    sample=read,
    solve=chat(
        template=(
            "\nSolve the following coin flip problem step by step. The last line of your response should be of the "
            'form "ANSWER: [ANSWER]" (without quotes) where [ANSWER] is the answer to the problem.\n\n{input}\n\n'
            'Remember to put your answer on its own line at the end in the form "ANSWER: [ANSWER]" (without quotes) '
            "where [ANSWER] is the answer YES or NO to the problem.\n\nReasoning:\n"
        )
    ),
    score=_YesNo(),
    params={"temperature": 0.0},
)
