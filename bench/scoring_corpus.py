"""How many made completions are scored right: ours, and with an interpreter that has it EvalScope's.

    python bench/scoring_corpus.py [--evalscope-python PATH] [--kind TEXT] [--show N] [--failures FILE]

The completions are made from the tables in `bench/corpus`: forms, values and languages, each with a target that it
meets and one that it does not. Prints a table by kind: completions, the share that is scored as the table says, wrong
completions that were scored right, and right ones that were not. Exits with 1 if less than 99.5 % agree, less than
97 % of a kind, or a wrong completion is scored right.
"""

from __future__ import annotations

import argparse
import asyncio
import builtins
import inspect
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tabulate import tabulate

from pytest_evalscope.benchmarks import load
from pytest_evalscope.scorers import choice, code, entities, exact, includes, label, math, number, spans
from pytest_evalscope.types import Completion, Context, Sample, Score

if TYPE_CHECKING:
    from bench.corpus import letters, mathematics, numbers, programs, texts
    from bench.corpus.reply import Reply
else:
    from corpus import letters, mathematics, numbers, programs, texts

TABLES = (letters, numbers, mathematics, texts, programs)
NOTHING = Context(model=None, judges=(), sandbox=None)  # type: ignore[arg-type]  # no scorer here calls a model
LEAST, LEAST_OF_A_KIND = 0.995, 0.97
AGREE, FALSE, MISSED = "agree", "wrong scored right", "right scored wrong"


def corpus() -> list[Reply]:
    """Return all completions, each once."""
    return list(dict.fromkeys(reply for table in TABLES for reply in table.replies()))


def scored_right(reply: Reply) -> bool:
    """Return whether our scorer takes the completion for right."""
    return SCORERS[reply.scorer](reply)


def _plain(scorer: Callable[..., Any]) -> Callable[[Reply], bool]:
    def right(reply: Reply) -> bool:
        return _best(scorer, _sample(reply), reply.text) == 1.0

    return right


def _sample(reply: Reply, **fields: Any) -> Sample:
    return Sample(input="q", target=reply.target, choices=reply.choices, language=reply.language, **fields)


def _best(scorer: Callable[..., Any], sample: Sample, text: str) -> float:
    made = scorer(sample, Completion(text=text), NOTHING)
    score: Score = asyncio.run(_awaited(made)) if inspect.isawaitable(made) else made
    return min(score.values.values())


async def _awaited(made: Awaitable[Score]) -> Score:
    return await made


def _label(reply: Reply) -> bool:
    return _plain(label(("yes", "no", "maybe")))(reply)


def _spans(reply: Reply) -> bool:
    first, *others = reply.target.split("|")
    metadata = {"answers": [[first, *others]]} if others else {}
    return _best(spans(), Sample(input="q", target=first, metadata=metadata), reply.text) == 1.0


def _emotions(reply: Reply) -> bool:
    pairs = (line.split(": ") for line in reply.target.splitlines())
    ratings = {name.lower(): float(rating) for name, rating in pairs}
    sample = Sample(input="q", target=reply.target, metadata={"ratings": ratings})
    return _best(load("eq_bench").score, sample, reply.text) == 1.0


def _entities(reply: Reply) -> bool:
    tokens = ["Ada", "Lovelace", "lived", "in", "London", "."]
    wanted = [(kind, int(first), int(end)) for kind, first, end in map(str.split, reply.target.split("; "))]
    sample = Sample(input="q", target="", metadata={"tokens": tokens, "entities": wanted})
    made = entities(types=("person", "location"))(sample, Completion(text=reply.text), NOTHING)
    return made.values["correct"] == made.values["predicted"] == made.values["expected"]


def _program(reply: Reply) -> bool:
    """Return whether the function in the completion adds; it is from our own table, so it is run here."""
    between = ("[BEGIN]", "[DONE]") if "[BEGIN]" in reply.text else ("", "")
    found = code(between=between, entry="add")._find(reply.text)
    names: dict[str, Any] = {"__name__": "solution", "__builtins__": {**vars(builtins), "input": _no_input}}
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()), suppress(Exception, SystemExit):
        exec(found or "", names)
        return str(names["add"](2, 3)) == reply.target
    return False


def _no_input(*_: object) -> str:
    raise EOFError


SCORERS: dict[str, Callable[[Reply], bool]] = {
    "choice": _plain(choice()), "number": _plain(number()), "math": _plain(math()), "label": _label,
    "exact": _plain(exact()),
    "includes": _plain(includes()), "includes stated": _plain(includes(stated=True)),
    "bbh": _plain(load("bbh").score), "spans": _spans,
    "emotions": _emotions, "entities": _entities, "program": _program,
}  # fmt: skip

EVALSCOPE = {
    "choice": "mmlu", "number": "gsm8k", "math": "math_500", "label": "pubmedqa", "exact": "trivia_qa",
    "includes": "trivia_qa", "includes stated": "trivia_qa",
    "bbh": "bbh", "spans": "drop",
}  # fmt: skip
"""Our scorer → the benchmark of EvalScope whose rules read the same kind of answer."""


def theirs(python: str, replies: Sequence[Reply]) -> list[bool | None]:
    """Return what EvalScope's own scoring takes for right; None where it has no such scorer."""
    asked = [reply for reply in replies if reply.scorer in EVALSCOPE]
    with tempfile.TemporaryDirectory() as folder:
        lines, answers = Path(folder, "asked.jsonl"), Path(folder, "answers.jsonl")
        lines.write_text("".join(f"{json.dumps(_case(reply))}\n" for reply in asked), encoding="utf-8")
        script = Path(__file__).with_name("evalscope_reference.py")
        subprocess.run([python, str(script), str(lines), str(answers)], check=True)
        said = iter(json.loads(line)[1] is True for line in answers.read_text(encoding="utf-8").splitlines())
    return [next(said) if reply.scorer in EVALSCOPE else None for reply in replies]


def _case(reply: Reply) -> dict[str, Any]:
    name = EVALSCOPE[reply.scorer]
    return {
        "benchmark": name,
        "input": "q",
        "choices": list(reply.choices),
        "target": reply.target,
        "reply": reply.text,
    }


def outcome(reply: Reply, said: bool) -> str:  # it is a verdict
    """Return how a verdict on a completion compares with the table's."""
    return AGREE if said is reply.right else FALSE if said else MISSED


def rows(replies: Iterable[Reply], ours: Iterable[bool], others: Iterable[bool | None]) -> Iterator[list[object]]:
    """Yield a line of the table for each kind, and one for all."""
    kinds: dict[str, list[tuple[str, str | None]]] = defaultdict(list)
    for reply, said, other in zip(replies, ours, others, strict=True):
        pair = outcome(reply, said), None if other is None else outcome(reply, other)
        kinds[reply.kind].append(pair)
        kinds["all"].append(pair)
    for kind, pairs in sorted(kinds.items(), key=lambda item: item[0] == "all"):
        mine, compared = [pair[0] for pair in pairs], [pair[1] for pair in pairs if pair[1] is not None]
        share = f"{100 * compared.count(AGREE) / len(compared):.1f}" if compared else "–"
        yield [
            kind,
            len(mine),
            f"{100 * mine.count(AGREE) / len(mine):.1f}",
            mine.count(FALSE),
            mine.count(MISSED),
            share,
        ]


def main() -> int:
    """Score all, print the table and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--evalscope-python", help="an interpreter in whose environment evalscope is installed")
    parser.add_argument("--kind", default="", help="only kinds that contain this text")
    parser.add_argument(
        "--show", type=int, default=0, help="so many completions of each kind that are scored otherwise"
    )
    parser.add_argument("--failures", type=Path, help="a JSON lines file for every completion that is scored otherwise")
    options = parser.parse_args()
    replies = [reply for reply in corpus() if options.kind in reply.kind]
    ours = [scored_right(reply) for reply in replies]
    others = theirs(options.evalscope_python, replies) if options.evalscope_python else [None] * len(replies)
    table = list(rows(replies, ours, others))
    headers = ["kind", "n", "ours %", FALSE, MISSED, "EvalScope %"]
    print(tabulate(table, headers=headers, maxheadercolwidths=12))
    missed = [
        (reply, outcome(reply, said)) for reply, said in zip(replies, ours, strict=True) if said is not reply.right
    ]
    _show(missed, options.show)
    if options.failures:
        made = (
            {"outcome": how, "kind": r.kind, "scorer": r.scorer, "text": r.text, "target": r.target}
            for r, how in missed
        )
        options.failures.write_text("".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in made), "utf-8")
    return int(_too_few(table) or any(how == FALSE for _, how in missed))


def _too_few(table: Sequence[Sequence[object]]) -> bool:
    return any(float(str(row[2])) < 100 * (LEAST if row[0] == "all" else LEAST_OF_A_KIND) for row in table)


def _show(missed: Iterable[tuple[Reply, str]], most: int) -> None:
    shown: dict[str, int] = defaultdict(int)
    for reply, how in missed:
        shown[reply.kind] += 1
        if shown[reply.kind] <= most:
            print(f"{reply.kind}: {how}: {reply.text!r}, target {reply.target!r}")


if __name__ == "__main__":
    sys.exit(main())
