"""Ask every benchmark whose rows are at hand of an oracle, which knows the answers, and of a model that says nothing.

    python bench/oracle.py --data-dir DIR [--limit N] [--form markup|json|sentence] [NAME …]

DIR is a mirror of the data (`<hub id>/<config>/<split>.jsonl`); the smoke sets need none. The real solvers ask and the
real scorers mark, judges' verdicts included: the judge here compares texts. Prints one table. The oracle must reach
1.0 and the blank model 0.0, also where `--form` has the oracle write its answers in other forms than the targets are
written in (`oracle_forms.py`); a line that says why not is in REMARKS, and any other ends the script with status 1.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tabulate import tabulate

from pytest_evalscope.api.evaluation import evaluate
from pytest_evalscope.benchmarks import Benchmark, load, names
from pytest_evalscope.data import Source
from pytest_evalscope.errors import EvalscopeError
from pytest_evalscope.reports.overall import overall, unscored
from pytest_evalscope.run import Settings
from pytest_evalscope.text import label_of
from pytest_evalscope.types import (
    EVERY_REQUEST,
    Completion,
    Context,
    ContinuationLogprob,
    Request,
    Result,
    RunSummary,
    Sample,
    texts_of,
)

if TYPE_CHECKING:
    from bench.oracle_forms import FORMS, in_form
else:
    from oracle_forms import FORMS, in_form

_INSTRUCTIONS = "the rows have no answers: a reply would have to be written to each"
REMARKS = {
    **dict.fromkeys(("ifeval", "ifbench", "multi_if", "smoke_instructions"), _INSTRUCTIONS),
    "health_bench": "some criteria have points below 0, which its judges are not told",
}
"""Benchmark → why an oracle does not reach 1.0."""
ASKED = {"bbh": "So the answer is {target}."}
"""Benchmark → the line that it asks for, where it is another than `ANSWER: …`."""
VERBATIM = {"exact", "recalled", "found", "judge", "remembered", "entities", "translation"}
"""Scorers that take the reply as it stands, without a line that states the answer."""
BEST = "Nothing better could be said."
"""What is right where the rows have no right answer: the judge here knows it."""
OPEN = {"versus", "turn_ratings", "rubric"}
"""Scorers that have judges compare or rate a reply without a right one."""
UNLIKELY = -1000.0
"""A log-probability whose probability is 0 in floating point."""

_BLOCK = re.compile(
    r"^\[[0-9a-f]{24} (REFERENCE|ANSWER(?: [AB])?) begins\]\n(.*?)\n\[[0-9a-f]{24} \1 ends\]$", re.MULTILINE | re.DOTALL
)
_LABELS = re.compile(r'"verdict": ((?:"[^"\n]+"(?: or )?){2,})')
_SCALE = re.compile(r'"verdict": a number from (\S+) to (\S+?)}')


def right_reply(benchmark: Benchmark, sample: Sample, form: str = "") -> str:
    """Return a reply that is right, in the form that the benchmark's prompt asks for, or in another one."""
    scorer = type(benchmark.score).__name__
    target = sample.target if isinstance(sample.target, str) else sample.target[0] if sample.target else ""
    other = in_form(benchmark, sample, target, form) if form else None
    if other is not None:
        return other
    if scorer == "code":
        return f"```python\n{target}\n```"
    if scorer == "math":
        return f"So it is \\boxed{{{target}}}."
    if scorer in VERBATIM:
        return target
    if scorer in OPEN:
        return BEST
    return "So it is this.\n\n" + ASKED.get(benchmark.name, "ANSWER: {target}").replace("{target}", target)


def compare(messages: list[Mapping[str, str]]) -> str:
    """Judge by comparing: the first label, or the top of the scale, for an answer that is the reference, or `BEST`.

    A reference of several lines is several right answers. Of a pair, A has the first label and B the last.
    """
    asked = messages[1]["content"]
    blocks = {found[1]: found[2] for found in _BLOCK.finditer(asked)}
    reference, answer = blocks.get("REFERENCE", ""), blocks.get("ANSWER", blocks.get("ANSWER A", "")).strip()
    right = answer in (BEST, *map(str.strip, (reference, *reference.split("\n"))))
    if scale := _SCALE.search(asked):
        return json.dumps({"reason": "compared", "verdict": float(scale[2] if right else scale[1])})
    labels = [label for label in _LABELS.findall(asked)[-1].split(" or ") if label != '"tie"']
    wrong = -1 if "ANSWER A" in blocks else 1
    return f'{{"reason": "compared", "verdict": {labels[0 if right else wrong]}}}'


@dataclass(frozen=True)
class Says:
    """A model that says one thing, whatever it is asked, and finds continuations certain or impossible."""

    text: str
    certain: frozenset[int] = frozenset()
    """The numbers of those that it finds certain."""
    name: str = "oracle"
    identity: Mapping[str, Any] = field(default_factory=dict)
    can: frozenset[type] = EVERY_REQUEST

    async def send(self, request: Request) -> Completion:
        """Return the text, or how likely the continuations are."""
        found = [
            ContinuationLogprob(
                logprob=0.0 if place in self.certain else UNLIKELY, tokens=1, greedy=place in self.certain
            )
            for place in range(len(texts_of(request)))
        ]
        return Completion(text=self.text, likelihoods=tuple(found))

    async def aclose(self) -> None:
        """Hold nothing."""


def told(benchmark: Benchmark, *, blank: bool, form: str = "") -> Benchmark:
    """Return `benchmark` with its own solver, without worked examples, whose model says the right thing, or nothing."""

    async def solve(sample: Sample, context: Context) -> Completion:
        text = "" if blank else right_reply(benchmark, sample, form)
        targets = (sample.target,) if isinstance(sample.target, str) else sample.target
        wanted = {place for place in range(len(sample.choices)) if (label_of(place) in targets) != blank}
        return await benchmark.solve(sample, replace(context, model=Says(text, frozenset(wanted))))

    return replace(benchmark, solve=solve)


def at_hand(wanted: Iterable[str], source: Source) -> Iterator[tuple[Benchmark, list[str]]]:
    """Yield the benchmarks of which there are rows, with the subsets that have some."""
    for name in wanted:
        benchmark = load(name)
        try:
            there = [subset for subset in benchmark.data.subsets if _has_rows(benchmark, subset, source)]
        except EvalscopeError:  # its subsets are those of files that nobody named
            continue
        if there:
            yield benchmark, there


def _has_rows(benchmark: Benchmark, subset: str, source: Source) -> bool:
    try:
        return next(iter(benchmark.data.read(subset, source=source)), None) is not None
    except EvalscopeError:
        return False


def asked(
    benchmarks: Mapping[str, tuple[Benchmark, list[str]]], settings: Settings, *, blank: bool, form: str
) -> RunSummary:
    """Return what the benchmarks make of the oracle, or of the blank model."""
    subsets = {name: {"subsets": there} for name, (_, there) in benchmarks.items()}
    return evaluate(
        [told(benchmark, blank=blank, form=form) for benchmark, _ in benchmarks.values()],
        models={"blank" if blank else "oracle": Says("")},
        settings=replace(settings, dataset_args=subsets),
        progress=sys.stderr.isatty(),
    )


def row(name: str, oracle: list[Result], blank: list[Result]) -> tuple[tuple[str, ...], bool]:
    """Return the line of one benchmark, and whether it is as it must be."""
    marks = [overall(results) for results in (oracle, blank)]
    values = [None if mark.primary is None else mark.primary.value for mark in marks]
    lost = sum(map(unscored, marks))
    right = values == [1.0, 0.0] and not lost
    remark = "" if right else REMARKS.get(name, next((r.message for r in (*oracle, *blank) if r.message), "?"))
    shown = ("–" if value is None else f"{value:.4g}" for value in values)
    planned = f"{sum(result.planned for result in oracle):,}"
    return (name, str(len(oracle)), planned, oracle[0].primary_metric, *shown, str(lost or ""), remark), (
        right or (name in REMARKS and values[1] == 0.0 and not lost)
    )


def main() -> int:
    """Run and print; 0 when every line is as it must be or has its remark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--limit", type=int, help="samples per subset; all, if left out")
    parser.add_argument("--form", choices=FORMS, default="", help="another form than the target's own spelling")
    parser.add_argument("names", nargs="*", metavar="NAME")
    arguments = parser.parse_args()
    source = Source(data_dir=arguments.data_dir, offline=True)
    sys.path.insert(0, str(Path(__file__).parent))  # where the judge is found
    with TemporaryDirectory() as folder:
        settings = Settings(
            data=source,
            judges=(f"python/{Path(__file__).stem}:compare",),
            cache="off",
            limit=arguments.limit,
            work_dir=Path(folder),
        )
        chosen = {b.name: (b, there) for b, there in at_hand(arguments.names or names(), source)}
        results = [asked(chosen, settings, blank=blank, form=arguments.form).results for blank in (False, True)]
    lines = []
    for name in chosen:
        ours = [[result for result in each if result.benchmark == name] for each in results]
        lines.append(row(name, *ours))
    headers = ("benchmark", "subsets", "samples", "metric", "oracle", "blank", "unscored", "remark")
    print(tabulate([line for line, _ in lines], headers=headers, tablefmt="pipe", disable_numparse=True))
    return 0 if all(fine for _, fine in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
