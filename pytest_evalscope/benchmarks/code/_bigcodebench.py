"""BigCodeBench and its hard part: the same rows, prompts and tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.errors import UnknownName
from pytest_evalscope.scorers import code
from pytest_evalscope.types import Limits, Row, Sample

SPLITS = ("instruct", "complete")
IMAGE = "bigcodebench/bigcodebench-evaluate:latest"
"""The image of the benchmark's authors, with the 139 libraries in their releases."""
COMMON = ("bs4", "matplotlib", "nltk", "numpy", "pandas", "requests", "scipy", "seaborn", "sklearn")
"""Those that most tasks import; a sandbox without them is the wrong one."""


def bigcodebench_of(
    vary: Callable[..., Benchmark], *, title: str, description: str, data: Hub, split: str, calibrate: bool
) -> Benchmark:
    """Return one of the two benchmarks.

    Args:
        vary: The function that makes it with other options, named like it.
        title: Its title.
        description: Its description, in a sentence.
        data: Its rows.
        split: The form of the task: `instruct` in words, `complete` with a signature and docstring.
        calibrate: Put the imports and signature of the task above the completion's code, as in the paper.

    Raises UnknownName for another split.
    """
    name = vary.__name__
    if split not in SPLITS:
        raise UnknownName(f"{name}: split", str(split), SPLITS)

    def read(row: Row) -> Sample:
        metadata: dict[str, Any] = {
            # A signature without body; the completion's own function takes its place.
            "head": f"{row['code_prompt']}\n    pass\n" if calibrate else "",
            "test": row["test"],
        }
        target = row["code_prompt"] + row["canonical_solution"]
        return Sample(id=row["task_id"], input=row[f"{split}_prompt"], target=target, metadata=metadata)

    return Benchmark(
        name=name,
        version="3",  # how answers are read
        title=title,
        description=(
            f"{description} Asked in the form {split!r}{'' if calibrate else ', run as it stands'}; "
            "the sandbox must have the libraries."
        ),
        task_type="code",
        tags=("en", "code", "python"),
        paper="arXiv:2406.15877",
        licence="Apache-2.0",
        reference=(
            "bigcode-project/bigcodebench (tests by unittest, the calibrated program, of a completion what the "
            "function needs); EvalScope 1.14 (release v0.1.4 of the data, 240 seconds, first code block, split and "
            "calibrate)"
        ),
        data=data,
        sample=read,
        vary=vary,
        score=code(
            program="{head}{code}\n{test}",
            form="unittest",
            entry="task_func",
            limits=Limits(seconds=240.0, memory_mb=16384, processes=128, disk_mb=256),
            packages=COMMON,
            image=IMAGE,
        ),
        aggregation="mean_and_pass_at_k",
        needs=("sandbox",),
    )
