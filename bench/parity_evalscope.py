"""Compare our prompts and marks with those of EvalScope's own adapters.

    python bench/parity_evalscope.py --evalscope-python PATH --data-dir DIR [--each 10] [--replies FILE]
        [--benchmark NAME …] [--brief]

DIR is a mirror of the data (`<hub id>/<config>/<split>.jsonl`). Replies are made from the right answers, seeded: `each`
of every kind below, and the kind tells whether the reply is right. FILE holds real replies, one JSON object per line:
{"benchmark", "subset", "id", "reply"}. Prints a table per benchmark and one example of every kind of disagreement.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from pytest_evalscope.benchmarks import Benchmark, load
from pytest_evalscope.data import Source
from pytest_evalscope.errors import DataNotFound
from pytest_evalscope.models import ModelOptions
from pytest_evalscope.models.providers.fake import open_fake
from pytest_evalscope.types import Completion, Context, Sample, Score

HERE = Path(__file__).parent
NAMES = (
    *("gsm8k", "mmlu", "arc", "mmlu_pro", "agieval", "boolq", "hellaswag", "winogrande", "piqa", "commonsense_qa"),
    *("math_500", "aime25", "cmath", "mgsm"),
)
"""Benchmarks of both, one letter or one number right, with rows in the mirror."""
SUBSETS = {"mmlu": ("anatomy", "high_school_physics", "professional_law", "abstract_algebra")}
MOST_SUBSETS = 4
"""Subsets of any other benchmark that replies are made for, spread over its list."""
RIGHT, WRONG = True, False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One reply; `right` tells what it was made to be, None for a real one."""

    benchmark: str
    sample: Sample
    kind: str
    reply: str
    right: bool | None


Maker = Callable[[str, str, str, random.Random], str]
"""(worked steps or reason, right answer, a wrong one, randomness) → reply."""


def _comma(number: str) -> str:
    return f"{int(number):,}" if number.lstrip("-").isdigit() else number


def _wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if char.isdigit() else char for char in text)


def _cut(text: str, rng: random.Random) -> str:
    return text[: rng.randrange(len(text) // 2, len(text))]


NUMBERS: dict[str, tuple[bool | None, Maker]] = {
    "bare": (RIGHT, lambda s, t, w, r: t),
    "worked, GSM8K's own form": (RIGHT, lambda s, t, w, r: f"{s}\n#### {t}"),
    "boxed": (RIGHT, lambda s, t, w, r: f"{s}\n\n\\boxed{{{t}}}"),
    "boxed, then remarks with numbers": (RIGHT, lambda s, t, w, r: f"{s}\n\\boxed{{{t}}}\n\nThis took {w} steps."),
    "boxed in display mathematics": (RIGHT, lambda s, t, w, r: f"{s}\n\\[\n\\boxed{{{t}}}\n\\]"),
    "boxed with a unit": (RIGHT, lambda s, t, w, r: f"{s}\nANSWER: $\\boxed{{{t} \\text{{ dollars}}}}$"),
    "boxed with a currency": (RIGHT, lambda s, t, w, r: f"{s}\n\\boxed{{\\${_comma(t)}}}"),
    "boxed with typeset thousands": (RIGHT, lambda s, t, w, r: f"\\boxed{{{_comma(t).replace(',', '{,}')}}}"),
    "boxed equation": (RIGHT, lambda s, t, w, r: f"\\boxed{{x = {t}}}"),
    "boxed sum": (RIGHT, lambda s, t, w, r: f"\\boxed{{{w} + {int(float(t)) - int(float(w))} = {t}}}"),
    "boxed fraction over one": (RIGHT, lambda s, t, w, r: f"\\boxed{{\\frac{{{t}}}{{1}}}}"),
    "sentence": (RIGHT, lambda s, t, w, r: f"{s}\nThe answer is {t}."),
    "sentence with currency and cents": (RIGHT, lambda s, t, w, r: f"{s}\nThe answer is ${_comma(t)}.00."),
    "sentence, goes on with a number": (RIGHT, lambda s, t, w, r: f"The answer is {t}, which is less than {w}0."),
    "sentence with a sum": (RIGHT, lambda s, t, w, r: f"The answer is {w} + {int(float(t)) - int(float(w))} = {t}."),
    "sentence, number inside": (RIGHT, lambda s, t, w, r: f"{s}\nThe answer is that she has {t} left."),
    "sum left to do": (None, lambda s, t, w, r: f"\\boxed{{{2 * int(t)} \\div 2}}"),
    "words with digits behind": (RIGHT, lambda s, t, w, r: f"{s}\nAnswer: {t} (see step 2)"),
    "bold answer line": (RIGHT, lambda s, t, w, r: f"{s}\n\n**Answer:** {t}"),
    "bold number in a sentence": (RIGHT, lambda s, t, w, r: f"{s}\n\nSo in total there are **{t}** of them."),
    "answer line with a unit": (RIGHT, lambda s, t, w, r: f"{s}\nAnswer: {_comma(t)} dollars per day"),
    "answer on its own line": (RIGHT, lambda s, t, w, r: f"{s}\n\nANSWER:\n\n{t}"),
    "heading": (RIGHT, lambda s, t, w, r: f"{s}\n\n### Final Answer\n{t}"),
    "last number of the text": (RIGHT, lambda s, t, w, r: f"{s}\nSo she has {_comma(t)} left."),
    "inline mathematics": (RIGHT, lambda s, t, w, r: f"{s}\nTherefore $x = {t}$."),
    "percent": (RIGHT, lambda s, t, w, r: f"{s}\nThe answer is {t}%."),
    "full-width digits": (RIGHT, lambda s, t, w, r: f"答案是{_wide(t)}。"),
    "Chinese": (RIGHT, lambda s, t, w, r: f"首先计算{w}。\n答案：{t}元"),
    "reasoning left in": (RIGHT, lambda s, t, w, r: f"<think>Maybe \\boxed{{{w}}}?</think>\n{s}\n\\boxed{{{t}}}"),
    "two boxes, the last right": (RIGHT, lambda s, t, w, r: f"\\boxed{{{w}}}\nWait, that is not it.\n\\boxed{{{t}}}"),
    "two boxes, the last wrong": (WRONG, lambda s, t, w, r: f"\\boxed{{{t}}}\nWait, that is not it.\n\\boxed{{{w}}}"),
    "wrong": (WRONG, lambda s, t, w, r: f"{s}\n\\boxed{{{w}}}"),
    "wrong by a digit": (WRONG, lambda s, t, w, r: f"The answer is {t}1."),
    "wrong sign": (WRONG, lambda s, t, w, r: f"\\boxed{{{-int(t)}}}"),
    "refusal": (WRONG, lambda s, t, w, r: "I'm sorry, but I can't help with that."),
    "empty": (WRONG, lambda s, t, w, r: ""),
    "cut anywhere": (None, lambda s, t, w, r: _cut(f"{s}\nSo the final answer is \\boxed{{{t}}}", r)),
    "cut within the box": (WRONG, lambda s, t, w, r: f"First {w}.\n\\boxed{{{t}"),
}
LETTERS: dict[str, tuple[bool | None, Maker]] = {
    "as asked": (RIGHT, lambda s, t, w, r: f"ANSWER: {t}"),
    "as asked, reasons first": (RIGHT, lambda s, t, w, r: f"Option {w} is tempting. {s}\n\nANSWER: {t}"),
    "bold": (RIGHT, lambda s, t, w, r: f"{s}\n\n**ANSWER: {t}**"),
    "bold marker": (RIGHT, lambda s, t, w, r: f"**Answer:** {t}"),
    "square brackets": (RIGHT, lambda s, t, w, r: f"ANSWER: [{t}]"),
    "round brackets and the option": (RIGHT, lambda s, t, w, r: f"ANSWER: ({t}) {s}"),
    "boxed": (RIGHT, lambda s, t, w, r: f"{s}\nANSWER: $\\boxed{{{t}}}$"),
    "boxed text without marker": (RIGHT, lambda s, t, w, r: f"{s}\n\\boxed{{\\text{{{t}}}}}"),
    "on the next line": (RIGHT, lambda s, t, w, r: f"ANSWER:\n\n{t}"),
    "small letter": (RIGHT, lambda s, t, w, r: f"answer: {t.lower()}"),
    "placeholder echoed first": (RIGHT, lambda s, t, w, r: f"'ANSWER: [LETTER]'\n\nANSWER: {t}"),
    "sentence": (RIGHT, lambda s, t, w, r: f"{s} The correct answer is {t}."),
    "sentence, another option behind": (RIGHT, lambda s, t, w, r: f"The answer is {t} because {w} is too narrow."),
    "marker, another option behind": (RIGHT, lambda s, t, w, r: f"ANSWER: {t}, not {w}"),
    "marker, explanation behind": (RIGHT, lambda s, t, w, r: f"ANSWER: {t}\nExplanation: as the IUPAC says, {s}"),
    "letter only": (RIGHT, lambda s, t, w, r: t),
    "letter and option": (RIGHT, lambda s, t, w, r: f"{t}) {s}"),
    "letter, bracketed, and option": (RIGHT, lambda s, t, w, r: f"({t}) {s}"),
    "bold letter": (RIGHT, lambda s, t, w, r: f"**{t}**"),
    "letter and reason": (RIGHT, lambda s, t, w, r: f"{t}, because {s}"),
    "option is correct": (RIGHT, lambda s, t, w, r: f"Let me think. {s} Option {t} is correct."),
    "every option weighed": (RIGHT, lambda s, t, w, r: f"{w}) No.\n{t}) Yes, {s}\n\nSo it is {t}."),
    "hedged": (RIGHT, lambda s, t, w, r: f"It is {t}, though {w} comes close."),
    "others ruled out": (RIGHT, lambda s, t, w, r: f"It cannot be {w}. Therefore {t}."),
    "text of the option only": (None, lambda s, t, w, r: s),
    "options repeated": (WRONG, lambda s, t, w, r: "A) one\nB) two\nC) three\nD) four"),
    "Chinese marker": (RIGHT, lambda s, t, w, r: f"首先排除{w}。\n答案：{t}"),
    "Chinese sentence": (RIGHT, lambda s, t, w, r: f"正确答案是（{t}）。"),
    "JSON": (RIGHT, lambda s, t, w, r: f'{{"answer": "{t}"}}'),
    "XML": (RIGHT, lambda s, t, w, r: f"<answer>{t}</answer>"),
    "reasoning left in": (RIGHT, lambda s, t, w, r: f"<think>ANSWER: {w}?</think>\n\nANSWER: {t}"),
    "revised, the last right": (RIGHT, lambda s, t, w, r: f"ANSWER: {w}\n\nWait.\n\nANSWER: {t}"),
    "revised, the last wrong": (WRONG, lambda s, t, w, r: f"ANSWER: {t}\n\nWait.\n\nANSWER: {w}"),
    "two at once": (WRONG, lambda s, t, w, r: f"ANSWER: {t} and {w}"),
    "two offered": (WRONG, lambda s, t, w, r: f"ANSWER: {w} or {t}"),
    "wrong": (WRONG, lambda s, t, w, r: f"{s}\n\nANSWER: {w}"),
    "no such option": (WRONG, lambda s, t, w, r: "ANSWER: Z"),
    "article": (WRONG, lambda s, t, w, r: "A language model cannot know this."),
    "refusal": (WRONG, lambda s, t, w, r: "I'm sorry, but I can't help with that."),
    "empty": (WRONG, lambda s, t, w, r: ""),
    "cut anywhere": (None, lambda s, t, w, r: _cut(f"Option {w} is out. {s} So\n\nANSWER: {t}", r)),
}


REASON = "First the terms are put in order, then each step is checked."


def subsets_of(benchmark: Benchmark, source: Source) -> tuple[str, ...]:
    """Return some of the subsets that the mirror holds, the first and the last among them."""
    if benchmark.name in SUBSETS:
        return SUBSETS[benchmark.name]
    every = [subset for subset in benchmark.data.subsets if readable(benchmark, subset, source)]
    most = min(MOST_SUBSETS, len(every))
    return tuple(every[at * (len(every) - 1) // max(1, most - 1)] for at in range(most))


def readable(benchmark: Benchmark, subset: str, source: Source) -> bool:
    """Whether the mirror has rows of a subset."""
    try:
        return next(benchmark.data.read(subset, source=source), None) is not None
    except DataNotFound:
        return False


def fitting(benchmark: Benchmark, subset: str, source: Source) -> list[Sample]:
    """Return the samples that made replies fit: one label of two or more right, or one whole number."""
    return [sample for sample in benchmark.samples(subset, source) if _fits(sample)]


def _fits(sample: Sample) -> bool:
    if not isinstance(sample.target, str):
        return False
    if sample.choices:
        return len(sample.choices) > 1 and len(sample.target) == 1
    return sample.target.replace(",", "").lstrip("-").isdigit()


def made(name: str, benchmark: Benchmark, source: Source, each: int) -> Iterator[Case]:
    """Yield `each` replies of every kind, about samples of every subset in turn."""
    rng = random.Random(0)
    found = [fitting(benchmark, subset, source) for subset in subsets_of(benchmark, source)]
    pools = [cycle(usable) for usable in found if usable]
    kinds = LETTERS if next(usable for usable in found if usable)[0].choices else NUMBERS
    for number in range(each):
        for kind, (right, make) in kinds.items():
            sample = next(pools[number % len(pools)])
            target = str(sample.target)
            if sample.choices:
                labels = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: len(sample.choices)]
                reason, wrong = sample.choices[labels.index(target)], rng.choice(labels.replace(target, ""))
            else:
                target = target.replace(",", "")
                reason, wrong = sample.metadata.get("reasoning", REASON), str(int(target) + 7)
            yield Case(benchmark=name, sample=sample, kind=kind, reply=make(reason, target, wrong, rng), right=right)


def real(path: Path, source: Source) -> Iterator[Case]:
    """Yield the replies of a file."""
    known: dict[tuple[str, str], dict[str, Sample]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        place = row["benchmark"], row["subset"]
        if place not in known:
            known[place] = {sample.id: sample for sample in load(place[0]).samples(place[1], source)}
        sample = known[place][row["id"]]
        yield Case(benchmark=place[0], sample=sample, kind="real reply", reply=row["reply"], right=None)


def ours(cases: list[Case]) -> list[tuple[str | None, bool]]:
    """Return answer and verdict of our scorers."""
    return asyncio.run(_marked(cases))


async def _marked(cases: list[Case]) -> list[tuple[str | None, bool]]:
    context = Context(model=open_fake("echo", ModelOptions()))
    marked = []
    for case in cases:
        benchmark = load(case.benchmark)
        made = benchmark.score(case.sample, Completion(text=case.reply), context)
        score = made if isinstance(made, Score) else await made
        marked.append((score.answer, score.values[benchmark.primary_metric] == 1.0))
    return marked


def ask(cases: list[dict[str, Any]], python: str) -> list[Any]:
    """Return EvalScope's answer to every case, run by its own interpreter."""
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder, "asked.jsonl"), Path(folder, "answered.jsonl")
        asked.write_text("".join(json.dumps(case) + "\n" for case in cases), encoding="utf-8")
        command = [python, str(HERE / "evalscope_reference.py"), str(asked), str(answered)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return [json.loads(line) for line in answered.read_text(encoding="utf-8").splitlines()]


def theirs(cases: list[Case], python: str) -> list[tuple[str | None, bool | str]]:
    """Return answer and verdict of EvalScope; a message in place of a verdict it lacks."""
    asked = [
        {
            "benchmark": case.benchmark,
            "input": case.sample.input,
            "choices": case.sample.choices,
            "target": case.sample.target,
            "reply": case.reply,
        }
        for case in cases
    ]
    return [(answer, verdict) for answer, verdict in ask(asked, python)]


def prompts(name: str, source: Source, python: str, rows: int = 5) -> tuple[int, int]:
    """Return how many of the first prompts of every subset are the same to the character, and how many there are."""
    benchmark: Any = load(name)
    asked, rendered = [], []
    for subset in subsets_of(benchmark, source):
        shots = list(islice(benchmark.data.read(subset, part="few_shot", source=source), benchmark.solve.few_shot))
        examples = benchmark.shots(subset, source)
        both = zip(benchmark.data.read(subset, source=source), benchmark.samples(subset, source), strict=True)
        for row, sample in islice(both, rows):
            asked.append({"benchmark": name, "subset": subset, "row": row, "shots": shots})
            rendered.append(benchmark.solve.render(sample, examples)[0]["content"])
    return sum(ours == theirs for ours, (theirs,) in zip(rendered, ask(asked, python), strict=True)), len(asked)


COLUMNS = ("n", "same", "ours as made", "theirs as made")


def report(cases: list[Case], left: list[tuple[str | None, bool]], right: list[tuple[str | None, bool | str]]) -> None:
    """Print the table of one benchmark and examples of every kind of disagreement."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    examples: dict[str, list[str]] = defaultdict(list)
    for case, (our_answer, our_mark), (their_answer, their_mark) in zip(cases, left, right, strict=True):
        row = counts[case.kind]
        row["n"] += 1
        row["same"] += our_mark == their_mark
        if case.right is not None:
            row["ours as made"] += our_mark == case.right
            row["theirs as made"] += their_mark == case.right
        if our_mark != their_mark:
            examples[case.kind].append(
                f"target {case.sample.target!r}, ours {our_answer!r} {our_mark}, theirs {their_answer!r} {their_mark}: "
                f"{case.reply[-160:]!r}"
            )
    total = Counter[str]()
    print(f"| kind | {' | '.join(COLUMNS)} |\n|---|---|---|---|---|")
    for kind, row in counts.items():
        print(f"| {kind} | {' | '.join(str(row[column]) for column in COLUMNS)} |")
        total.update(row)
    print(f"| **all** | {' | '.join(str(total[column]) for column in COLUMNS)} |")
    for kind, found in examples.items():
        print(f"\n- {kind} ({len(found)}):", *found[:3], sep="\n  - ")


def brief(
    name: str, cases: list[Case], left: list[tuple[str | None, bool]], right: list[tuple[str | None, bool | str]]
) -> None:
    """Print a line on one benchmark: how many replies, how many of one verdict, and which kinds differ."""
    apart: Counter[str] = Counter()
    as_made = [0, 0]
    for case, (_, our_mark), (_, their_mark) in zip(cases, left, right, strict=True):
        apart[case.kind] += our_mark != their_mark
        as_made[0] += case.right in (None, our_mark)
        as_made[1] += case.right in (None, their_mark)
    kinds = ", ".join(f"{kind} {count}" for kind, count in apart.items() if count)
    same = len(cases) - apart.total()
    print(f"| {name} | {len(cases)} | {same} | {as_made[0]} | {as_made[1]} | {kinds} |", flush=True)


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--evalscope-python", required=True)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--each", type=int, default=15, help="replies of every kind and benchmark")
    parser.add_argument("--replies", type=Path, help="real replies")
    parser.add_argument("--benchmark", choices=sorted(NAMES), action="append")
    parser.add_argument("--brief", action="store_true", help="a line per benchmark")
    options = parser.parse_args()
    source = Source(data_dir=options.data_dir, offline=True)
    extra = list(real(options.replies, source)) if options.replies else []
    for name in options.benchmark or NAMES:
        cases = list(made(name, load(name), source, options.each)) + [case for case in extra if case.benchmark == name]
        if options.brief:
            brief(name, cases, ours(cases), theirs(cases, options.evalscope_python))
            continue
        same, compared = prompts(name, source, options.evalscope_python)
        print(f"\n## {name}: {same} of {compared} prompts the same, {len(cases)} replies\n")
        report(cases, ours(cases), theirs(cases, options.evalscope_python))


if __name__ == "__main__":
    main()
