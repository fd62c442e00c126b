"""Other people's test suites with our scorers in the place of theirs: agree, differ by definition, ours wrong.

    python -m bench.suites --suites DIR [NAME …]

DIR holds snapshots of their repositories, work trees or git directories, each in a folder whose name ends with the
repository's (`huggingface+Math-Verify`, `lighteval`). Their cases are read from their test files when this runs, by
running their tests with stand-ins for what they import; nothing of theirs is kept here. Prints a table by suite, the
rules by which ours differs on purpose with their reasons, and every other difference in full. Exits with 1 if ours is
wrong in a case, or a suite is not found or has no case.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tabulate import tabulate

from bench.suites import allennlp, ifeval, inspect_ai, lighteval, math_verify, matharena, opencompass, others
from bench.suites.case import Book, Case, Suite
from bench.suites.definitions import Definition, explains
from bench.suites.scoring import OURS, agree
from bench.suites.snapshots import commit, snapshot, tree
from pytest_evalscope.errors import ScorerError

SUITES: tuple[Suite, ...] = (
    math_verify.SUITE, lighteval.SUITE, inspect_ai.SUITE, matharena.SUITE, opencompass.SUITE, *ifeval.SUITES,
    *allennlp.SUITES, *others.SUITES,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What ours says of a case, and whether it is what they expect."""

    case: Case
    ours: Any
    agrees: bool
    by_definition: Definition | None

    @property
    def wrong(self) -> bool:
        """Whether ours is at fault."""
        return not self.agrees and self.by_definition is None


def read(suite: Suite, folder: Path) -> tuple[str, Book | None]:
    """Return the commit of a suite's snapshot and its cases; no cases where it is not found."""
    place = snapshot(folder, suite.repository)
    if place is None:
        return "not found", None
    book = Book(suite.name)
    with tempfile.TemporaryDirectory() as into:
        suite.collect(book, tree(place, suite.paths, Path(into)))
    return commit(place), book


def outcome(case: Case) -> Outcome:
    """Score a case."""
    try:
        ours = OURS[case.scorer](case)
    except ScorerError as error:
        ours = f"refused: {error}"
    except Exception as error:  # noqa: BLE001 - that ours ends so is the outcome, and no rule explains it
        return Outcome(case, f"{type(error).__name__}: {error}", False, None)
    agrees = agree(case.expected, ours)
    return Outcome(case, ours, agrees, None if agrees else explains(case, ours))


def row(name: str, said: str, outcomes: Sequence[Outcome], left_out: int) -> list[object]:
    """Return a suite's line of the table."""
    wrong = sum(each.wrong for each in outcomes)
    agreed = sum(each.agrees for each in outcomes)
    return [name, said, len(outcomes), agreed, len(outcomes) - agreed - wrong, wrong, left_out]


def show(outcomes: Iterable[Outcome]) -> None:
    """Print the rules that explain differences, and every difference that none explains."""
    outcomes = list(outcomes)
    rules = Counter((each.case.suite, each.by_definition) for each in outcomes if each.by_definition)
    table = [[suite, rule.name, count, rule.why] for (suite, rule), count in rules.items()]
    print(tabulate(table, headers=["suite", "differs by definition", "cases", "why"], maxcolwidths=[18, 30, 6, 80]))
    for each in outcomes:
        if each.wrong:
            case = each.case
            print(f"\n{case.suite} {case.number} ({case.digest}) {case.place}: {case.scorer} {dict(case.settings)}")
            print(f"  reply {case.reply!r}\n  gold  {case.target!r}\n  theirs {case.expected!r}, ours {each.ours!r}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the suites, print the tables, and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.suites", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="suites whose name contains this (default: all)")
    parser.add_argument("--suites", type=Path, required=True, metavar="DIR", help="the folder of their repositories")
    parser.add_argument("--left-out", action="store_true", help="list the tests without a case, and those cut short")
    parser.add_argument("--outcomes", type=Path, help="a JSON lines file for every case and its outcome")
    options = parser.parse_args(arguments)
    names = [name.lower() for name in options.names]
    chosen = [suite for suite in SUITES if not names or any(name in suite.name.lower() for name in names)]
    lines, every, missing = [], [], 0
    for suite in chosen:
        said, book = read(suite, options.suites)
        outcomes = [outcome(case) for case in book.cases] if book else []
        every += outcomes
        missing += not outcomes
        lines.append(row(suite.name, said, outcomes, len(book.left_out) if book else 0))
        if options.left_out and book:
            print(*(f"{suite.name}: left out {place}: {why}" for place, why in book.left_out.items()), sep="\n")
    total = ["all", "", *(sum(int(str(line[column])) for line in lines) for column in range(2, 7))]
    headers = ["suite", "commit", "cases", "agree", "differ by definition", "ours wrong", "tests left out"]
    print(tabulate([*lines, total], headers=headers))
    show(every)
    if options.outcomes:
        options.outcomes.write_text("".join(map(_line, every)), "utf-8")
    return int(missing > 0 or any(each.wrong for each in every))


def _line(each: Outcome) -> str:
    rule = each.by_definition.name if each.by_definition else ""
    said = {**asdict(each.case), "ours": each.ours, "agrees": each.agrees, "by definition": rule}
    return json.dumps(said, ensure_ascii=False, default=str) + "\n"


if __name__ == "__main__":
    sys.exit(main())
