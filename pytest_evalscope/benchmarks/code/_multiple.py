"""MultiPL-E: HumanEval and MBPP in other languages."""

from __future__ import annotations

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers.polyglot import LANGUAGES, name_of, polyglot
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Row, Sample

TEMPLATE = (
    "```{label}\n{input}\n```\n\nPlease complete the above code according to the requirements in the docstring. "
    "Write the complete code and wrap it in markdown fenced code. The code should not contain `Main` function."
)


def read(row: Row) -> Sample:
    """Return the function's head in its language; the tests and what ends a continuation go into the metadata."""
    language = row["language"]
    return Sample(
        id=row["name"],
        input=row["prompt"],
        metadata={
            "language": language,
            "label": LANGUAGES[language].blocks[0],
            "name": name_of(row["prompt"], row["name"]),
            "prompt": row["prompt"],
            "tests": row["tests"],
            "stops": "\0".join(row["stop_tokens"]),
        },
    )


def multiple_of(name: str, source: str, *, title: str, sizes: dict[str, int]) -> Benchmark:
    """Return the benchmark of one source (`humaneval`, `mbpp`); `sizes` holds the rows of each language."""
    rows = {f"{source}-{language}": count for language, count in sizes.items()}
    return Benchmark(
        name=name,
        version="2",  # how answers are read
        title=title,
        description=(
            f"{title.rpartition(' ')[2]}'s functions in {len(rows)} other languages, a subset each, which the sandbox "
            "must be able to compile and run: g++, javac and java with javatuples, node, rustc, bash. (MultiPL-E "
            "has 13 more languages.)"
        ),
        task_type="code",
        tags=("en", "code"),
        paper="arXiv:2208.08227",
        licence="MIT",
        reference=(
            "nuprl/MultiPL-E (tests, stop tokens, commands of its evaluator); EvalScope 1.14 (prompt, first block, 30 "
            "seconds). A program must reach the end of its tests; helper functions before the asked one are kept."
        ),
        data=Hub(
            "nuprl/MultiPL-E",
            config="{subset}",
            split="test",
            subsets=tuple(rows),
            rows=rows,
            modelscope="evalscope/MultiPL-E",
        ),
        sample=read,
        solve=chat(template=TEMPLATE),
        score=polyglot(),
        aggregation="mean_and_pass_at_k",
        needs=("sandbox",),
    )
