"""LiveCodeBench: problems of programming contests, by the time they were set."""

from __future__ import annotations

import base64
import binascii
import json
import pickletools
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Dataset, Hub, Part, Source
from pytest_evalscope.errors import ScorerError, UsageError
from pytest_evalscope.scorers.contests import Tests, contest
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Row, Sample

GROWTH = {"v1": 400, "v2": 111, "v3": 101, "v4": 101, "v5": 167, "v6": 175}
"""The problems that each release added."""
LARGEST = 1 << 30
"""Bytes of the tests of one problem, unpacked."""
SYSTEM = (
    "You are an expert Python programmer. You will be given a question (problem specification) and will generate a "
    "correct Python program that matches the specification and passes all tests. You will NOT return anything except "
    "for the program."
)
WITH_STARTER = (
    "You will use the following starter code to write the solution to the problem and enclose your code within "
    "delimiters."
)
WITHOUT_STARTER = (
    "Read the inputs from stdin solve the problem and write the answer to stdout (do not directly test on the sample "
    "inputs). Enclose your code within delimiters as follows."
)
STRING = ("SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8")
AROUND = ("PROTO", "FRAME", "MEMOIZE", "BINPUT", "LONG_BINPUT", "STOP")


def _sizes() -> dict[str, int]:
    """Subset → problems: `release_v3` is all up to the third release, `v2_v3` what the second and third added."""
    names, added = list(GROWTH), list(GROWTH.values())
    sizes = {"release_latest": sum(added)}
    sizes |= {f"release_{name}": count for name, count in zip(names, accumulate(added), strict=True)}
    for first, name in enumerate(names):
        for last in range(first, len(names)):
            sizes[name if first == last else f"{name}_{names[last]}"] = sum(added[first : last + 1])
    return sizes


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """Rows of a data set with a contest date between two days, both included; None: open on this side."""

    rows: Hub
    start: date | None
    end: date | None

    @property
    def subsets(self) -> tuple[str, ...]:
        """The names of the subsets."""
        return self.rows.subsets

    def size(self, subset: str) -> int | None:
        """Return None: the number of rows is known once they are read."""
        return None

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the rows of `subset`."""
        for row in self.rows.read(subset, part=part, source=source):
            day = date.fromisoformat(str(row["contest_date"])[:10])
            if (self.start is None or self.start <= day) and (self.end is None or day <= self.end):
                yield row


def read(row: Row) -> Sample:
    """Return the problem. Its tests stay packed until a completion is scored: unpacked, some take many megabytes."""
    starter = row["starter_code"]
    shown, instruction = (starter, WITH_STARTER) if starter else ("# YOUR CODE HERE", WITHOUT_STARTER)
    return Sample(
        id=row["question_id"],
        input=row["question_content"],
        metadata={
            "format": f"{instruction}\n```python\n{shown}\n```",
            "public": row["public_test_cases"],
            "private": row["private_test_cases"],
            "about": row["metadata"],
        },
    )


def tests_of(sample: Sample) -> Tests:
    """Return the public tests of a problem and, behind them, the private ones. Raises ScorerError."""
    try:
        cases = [*json.loads(sample.metadata["public"]), *json.loads(unpacked(sample.metadata["private"]))]
        function = json.loads(sample.metadata["about"]).get("func_name") or ""
        inputs, outputs = [case["input"] for case in cases], [case["output"] for case in cases]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ScorerError(f"live_code_bench: tests cannot be read ({type(error).__name__}: {error})") from None
    return Tests(inputs=inputs, outputs=outputs, function=function)


def unpacked(text: str) -> str:
    """Return private tests as JSON: unchanged, or out of base64, zlib and a pickled string around them.

    Nothing is unpickled: of a pickle's instructions only those are accepted that make one string. Raises ValueError.
    """
    if text.lstrip().startswith("["):
        return text
    try:
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(base64.b64decode(text, validate=True), LARGEST)
    except (binascii.Error, zlib.error) as error:
        raise ValueError(f"neither JSON nor base64 of zlib ({error})") from None
    if not unpacker.eof:
        raise ValueError(f"cut off, or more than {LARGEST >> 20} MiB")
    found: list[Any] = []
    for operation, argument, _ in pickletools.genops(content):
        if operation.name in STRING:
            found.append(argument)
        elif operation.name not in AROUND:
            raise ValueError(f"a pickle of more than a string ({operation.name})")
    if len(found) != 1:
        raise ValueError(f"a pickle of {len(found)} strings; accepted: 1")
    return str(found[0])


def live_code_bench(*, start_date: str | None = None, end_date: str | None = None) -> Benchmark:
    """Return the benchmark, of the problems set between two days (YYYY-MM-DD), both included; left out: open.

    Raises UsageError for what is no day, or an end before the start.
    """
    start, end = _day("start_date", start_date), _day("end_date", end_date)
    if start and end and end < start:
        raise UsageError(f"live_code_bench: end_date is before start_date ({end_date}, {start_date})")
    data: Dataset = DATA if start is None and end is None else Dated(rows=DATA, start=start, end=end)
    return Benchmark(
        name="live_code_bench",
        version="2",  # how answers are read
        title="LiveCodeBench",
        description=(
            "Problems from LeetCode, AtCoder and Codeforces with the day they were set, each run on public and private "
            "tests; a release holds all problems up to its time. `start_date` and `end_date` keep those of a time, "
            "such as after a model's training. Every test has a process of its own."
        ),
        task_type="code",
        tags=("en", "code", "python", "contest"),
        paper="arXiv:2403.07974",
        licence="CC",
        reference=(
            "LiveCodeBench/LiveCodeBench (prompt of its chat models, last block, names imported beforehand, 6 seconds "
            "for each test, comparison by line and by decimal number); EvalScope 1.14 (data in parquet, subsets, dates)"
        ),
        data=data,
        sample=read,
        solve=chat(
            system=SYSTEM,
            template="### Question:\n{input}\n\n### Format: {format}\n\n ### Answer: (use the provided format with "
            "backticks)\n\n",
        ),
        score=contest(tests=tests_of),
        vary=live_code_bench,
        aggregation="mean_and_pass_at_k",
        needs=("sandbox",),
    )


def _day(name: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise UsageError(f"live_code_bench: {name} is not a day ({text!r}); accepted: YYYY-MM-DD") from None


SIZES = _sizes()
DATA = Hub(
    "marianna13/livecodebench_code_generation_lite_parquet",
    config="{subset}",
    split="test",
    subsets=tuple(SIZES),
    rows=SIZES,
    modelscope="evalscope/livecodebench_code_generation_lite_parquet",
)
BENCHMARK = live_code_bench()
