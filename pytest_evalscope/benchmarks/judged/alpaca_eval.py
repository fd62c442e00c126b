"""AlpacaEval 2: instructions, each with the completion of GPT-4 Turbo to beat."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers.judging import versus
from pytest_evalscope.solvers import chat
from pytest_evalscope.stats import mean, ratio
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the instruction with the baseline's completion as target."""
    return Sample(input=row["instruction"], target=row["output"])


BENCHMARK = Benchmark(
    name="alpaca_eval",
    title="AlpacaEval 2",
    description=(
        "805 instructions; a judge says in both orders whether the reply or the stored one of GPT-4 Turbo is better. "
        "The plain win rate: it is not controlled for length."
    ),
    task_type="instruction_following",
    tags=("arena", "en", "instruction"),
    paper="arXiv:2404.04475",
    licence="CC-BY-NC-4.0",
    reference=(
        "EvalScope 1.14 (data, baseline); both orders and ties, which the original has not, the judge's prompt in our "
        "own words"
    ),
    data=Hub(
        "tatsu-lab/alpaca_eval",
        config="alpaca_eval_gpt4_baseline",
        split="eval",
        rows=805,
        modelscope="AI-ModelScope/alpaca_eval",
    ),
    sample=read,
    solve=chat(),
    score=versus(),
    metrics={"win_rate": ratio("won", "games"), "disagreed": mean("disagreed")},
)
