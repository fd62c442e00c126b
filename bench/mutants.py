"""Change the package in small ways, one at a time, and see whether a test notices.

    python bench/mutants.py [--sample 240] [--seed 1] [--room NAME …] [--file PATH …] [--all] [--jobs N]
                            [--work DIR] [--fresh] [--root DIR] [--json FILE] [--list FILE] [--only FILE]

A room is a folder of `pytest_evalscope/`; `mutation.py` says what is changed. Each changed copy of the checkout runs
the tests that can tell, fastest first: those that execute the changed statement, then those that execute its file, the
room's own, and for what only an import executes every other, up to `--budget` seconds of tests. Which test executes
what comes from one run of the suite under coverage, kept below `--work`; a later run repeats only test files that
changed since. Tests that fail unchanged are left out, and named. Each survivor is printed when found, and at the end a
table. Exits with 1 where the tests notice less than 90 % of all mutants, or less than 80 % of a room's.

`--list` writes the sample and runs nothing; `--only` runs the mutants in such a file, or in one of `--json`, wherever
their lines now are: the same sample before and after a change, or with `--root` in another checkout. `--only FILE
--verdict survived` runs those that survived.

The first run of the suite takes a quarter of an hour on two cores, then the usual sample an hour. Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tabulate import tabulate

if TYPE_CHECKING:
    from bench.mutation_sample import Mutant, sample
    from bench.mutation_suite import RUNNING, Suite, chosen_run, copied, end, file_of, measured
else:  # the scripts beside this one
    from mutation_sample import Mutant, sample
    from mutation_suite import RUNNING, Suite, chosen_run, copied, end, file_of, measured

FIRST, FIRST_FILES, FIRST_SECONDS = 40, 8, 20.0
"""Tests of the first try, the files they are from, and their seconds together: few, so that it starts quickly."""
SLOW = 0.5
"""Seconds; a test as slow may fail for a busy machine, so it has to fail twice."""
WHOLE, ROOM = 0.9, 0.8
"""The shares of the mutants that the tests must notice."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The tests for a mutant, in the order in which they run."""

    first: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    covering: int = 0
    """Tests that execute the statement."""
    left: int = 0
    """Tests that might notice and are not run, for the budget."""

    def without(self, tests: set[str]) -> Plan:
        """Return the plan without some tests."""
        first, rest = (tuple(test for test in part if test not in tests) for part in (self.first, self.rest))
        return replace(self, first=first, rest=rest)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the tests made of a mutant."""

    mutant: Mutant
    plan: Plan
    verdict: str
    """killed, survived, or unclear: no test was collected."""
    by: str = ""
    """The test that failed, or how the run ended."""
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Return it for a file; `--only` reads it again."""
        plan = {"tests": len(self.plan.first + self.plan.rest), "covering": self.plan.covering, "left": self.plan.left}
        told = {"verdict": self.verdict, "by": self.by, "seconds": round(self.seconds, 1)}
        return {**self.mutant.entry(), "room": self.mutant.room, **told, **plan}


def plan(suite: Suite, executing: dict[int, set[str]], mutant: Mutant, budget: float) -> Plan:
    """Return the tests for a mutant."""
    on_line = set().union(*(executing.get(line, set()) for line in mutant.lines))
    stem = mutant.path.rpartition("/")[2].removesuffix(".py")
    own = (f"tests/unit/{mutant.room}/", f"tests/{mutant.room}/")

    def rank(test: str) -> int:
        if test in on_line:
            return 0
        if test in executing[0] or f"[{stem}" in test or f"test_{stem}.py" in test:
            return 1
        return 2 if test.startswith(own) else 3

    ranked = sorted((rank(test), taken, test) for test, taken in suite.seconds.items())
    able = [(place, test) for place, _, test in ranked if place < 3 or not mutant.late]
    chosen = spread([test for place, test in able if place == able[0][0]])
    chosen = tuple(sorted(chosen, key=suite.seconds.__getitem__))
    first = within(chosen, suite.seconds, FIRST_SECONDS) or chosen[:1]
    rest = within([test for _, test in able if test not in first], suite.seconds, budget)
    return Plan(first=first, rest=rest, covering=len(on_line), left=len(able) - len(first) - len(rest))


def within(tests: Iterable[str], seconds: Mapping[str, float], budget: float) -> tuple[str, ...]:
    """Return the tests, in their order, that fit into `budget` seconds: a long one gives way to shorter ones."""
    kept, spent = [], 0.0
    for test in tests:
        if spent + seconds[test] <= budget:
            kept.append(test)
            spent += seconds[test]
    return tuple(kept)


def spread(tests: Sequence[str]) -> tuple[str, ...]:
    """Return the first `FIRST` of tests, taken from their first `FIRST_FILES` files in turn."""
    by_file: dict[str, list[str]] = defaultdict(list)
    for test in tests:
        by_file[file_of(test)].append(test)
    queues = list(by_file.values())[:FIRST_FILES]
    turns = [queue[turn] for turn in range(FIRST) for queue in queues if turn < len(queue)]
    return tuple(turns[:FIRST])


def attempt(copy: Path, suite: Suite, tests: Sequence[str]) -> tuple[str, str]:
    """Run tests until one fails; return the verdict and what it is due to.

    What ends pytest itself is a kill too: a crash, an import that fails, a run that takes five times as long as it did.
    A slow test, and whatever took too long, has to fail twice: it may be the machine that was busy, or asleep.
    """
    tests, patience = list(tests), 1
    while tests:
        limit = max(60.0, 5 * sum(suite.seconds[test] for test in tests) + 60)
        ran = chosen_run(copy, tests, suite.seconds, limit, "-x")
        if ran.status == 0:
            break
        if ran.status == 5:
            return "unclear", "no test collected"
        if ran.status is None and patience:
            patience -= 1
            continue
        if not ran.failed:
            return "killed", "timeout" if ran.status is None else f"exit {ran.status}"
        by = ran.failed[0]
        doubtful = suite.seconds.get(by, 0) >= SLOW or "Timeout" in ran.output
        if not doubtful or chosen_run(copy, [by], suite.seconds, 300).status != 0:
            return "killed", by
        tests.remove(by)
    return "survived", ""


def tried(copy: Path, suite: Suite, mutant: Mutant, steps: Plan, number: int) -> Outcome:
    """Make a mutant in a copy, run its tests, and put the file back.

    Each is as old as no other, else Python would run what it compiled of one for another of the same length.
    """
    path = copy / mutant.path
    original, times = path.read_bytes(), path.stat()
    begun = time.perf_counter()
    try:
        path.write_bytes(mutant.made)
        os.utime(path, (10**9 + number, 10**9 + number))
        verdict, by = attempt(copy, suite, steps.first)
        if verdict == "survived" and steps.rest:
            verdict, by = attempt(copy, suite, steps.rest)
    finally:
        path.write_bytes(original)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    return Outcome(mutant=mutant, plan=steps, verdict=verdict, by=by, seconds=time.perf_counter() - begun)


def outcomes(copies: Sequence[Path], suite: Suite, plans: Sequence[tuple[Mutant, Plan]]) -> Iterator[Outcome]:
    """Yield what became of each mutant, as it is known, as many at a time as there are copies."""
    free: queue.Queue[Path] = queue.Queue()
    for copy in copies:
        free.put(copy)

    def one(number: int, mutant: Mutant, steps: Plan) -> Outcome:
        copy = free.get()
        try:
            return tried(copy, suite, mutant, steps, number)
        finally:
            free.put(copy)

    pool = ThreadPoolExecutor(len(copies))
    try:
        for done in as_completed([pool.submit(one, number, *pair) for number, pair in enumerate(plans)]):
            yield done.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for group in list(RUNNING):
            end(group)
        pool.shutdown()


def judged(copies: Sequence[Path], suite: Suite, mutants: Sequence[Mutant], budget: float) -> Iterator[Outcome]:
    """Yield what became of each mutant, and once more where the test that noticed fails in an unchanged copy, too."""
    executing = {path: suite.executing(path) for path in dict.fromkeys(mutant.path for mutant in mutants)}
    plans = [(mutant, plan(suite, executing[mutant.path], mutant, budget)) for mutant in mutants]
    fastest = sorted({test for _, steps in plans for test in steps.first}, key=suite.seconds.__getitem__)[:FIRST]
    if fastest and len(unchanged(copies[0], suite, fastest)) == len(fastest):
        raise SystemExit("nothing passes in an unchanged copy")
    while plans:
        killers: dict[str, list[tuple[Mutant, Plan]]] = defaultdict(list)
        for outcome in outcomes(copies, suite, plans):
            if outcome.by in suite.seconds:
                killers[outcome.by].append((outcome.mutant, outcome.plan))
            yield outcome
        wrong = unchanged(copies[0], suite, list(killers))
        suite.drop(wrong)
        plans = [(mutant, steps.without(wrong)) for test in wrong for mutant, steps in killers[test]]


def unchanged(copy: Path, suite: Suite, tests: Sequence[str]) -> set[str]:
    """Return those of the tests that fail where nothing is changed."""
    ran = chosen_run(copy, tests, suite.seconds, 3600) if tests else None
    if ran and ran.status not in (0, 1):
        raise SystemExit(f"pytest ended with {ran.status} where nothing is changed:\n{ran.output[-4000:]}")
    return set(ran.failed) if ran else set()


def rows(done: Sequence[Outcome]) -> list[tuple[str, int, int, int, float]]:
    """Return room, mutants, killed, survived and the share killed, for each room and the whole."""
    made = []
    for room in (*sorted({outcome.mutant.room for outcome in done}), "total"):
        own = [outcome for outcome in done if room in (outcome.mutant.room, "total")]
        killed = sum(outcome.verdict == "killed" for outcome in own)
        made.append((room, len(own), killed, len(own) - killed, killed / len(own) if own else 1.0))
    return made


def report(path: Path | None, suite: Suite, done: Sequence[Outcome], seed: int) -> None:
    """Write the outcomes, where a file is named."""
    if path:
        table = [dict(zip(("room", "mutants", "killed", "survived", "share"), row, strict=True)) for row in rows(done)]
        order = sorted(done, key=lambda outcome: (outcome.mutant.path, outcome.mutant.line))
        made = {"seed": seed, "rooms": table, "left_out": suite.failing, "mutants": [each.as_json() for each in order]}
        path.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", "utf-8")


def options() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=240, help="mutants, more where a room has less than ten of them")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--room", action="append", default=[], help="only this room; may be given several times")
    parser.add_argument("--file", action="append", default=[], help="only this file of the package, from the root")
    parser.add_argument("--all", action="store_true", help="every mutant of what is chosen")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--budget", type=float, default=90.0, help="seconds of tests after the first forty")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "evalscope-mutants")
    parser.add_argument("--fresh", action="store_true", help="run the whole suite under coverage again")
    parser.add_argument("--root", type=Path, default=Path(__file__).parent.parent, help="the checkout")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--list", type=Path)
    parser.add_argument("--only", type=Path)
    parser.add_argument("--verdict", default="", help="with --only: those that a former run found to be this")
    given = parser.parse_args()
    given.root, given.work = given.root.resolve(), given.work.resolve()
    return given


def main() -> int:
    """Draw, run and print; 0 when enough is noticed."""
    for number in (signal.SIGINT, signal.SIGTERM):  # SIGINT is ignored in a shell's background, and so by its children
        signal.signal(number, signal.default_int_handler)
    given = options()
    mutants = sample(given)
    if given.list:
        made = {"seed": given.seed, "mutants": [mutant.entry() for mutant in mutants]}
        given.list.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", "utf-8")
        return 0
    mirror = given.root.parent / "shared" / "hub"  # the copies have none beside them
    if mirror.is_dir():
        os.environ.setdefault("EVALSCOPE_DATA_DIR", str(mirror))
    done: dict[Mutant, Outcome] = {}
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copies = [copied(given.root, Path(folder) / str(number)) for number in range(given.jobs)]
        suite = measured(given.root, copies[0], given.work, given.jobs, fresh=given.fresh)
        for outcome in judged(copies, suite, mutants, given.budget):
            done[outcome.mutant] = outcome
            if outcome.verdict != "killed":
                told = f"{outcome.plan.covering} tests execute it, {outcome.plan.left} were not run"
                print(f"{outcome.verdict}: {outcome.mutant}\n    {told}", flush=True)
            if len(done) % 10 == 0:
                killed = sum(each.verdict == "killed" for each in done.values())
                print(f"{len(done)} of {len(mutants)}: {killed} killed", file=sys.stderr, flush=True)
            report(given.json, suite, list(done.values()), given.seed)
    print(f"left out, for they fail unchanged: {', '.join(suite.failing) or 'none'}", flush=True)
    report(given.json, suite, list(done.values()), given.seed)
    table = rows(list(done.values()))
    shown = [(*row[:-1], f"{row[-1]:.0%}") for row in table]
    print(tabulate(shown, headers=("room", "mutants", "killed", "survived", "noticed"), disable_numparse=True))
    return 1 if table[-1][-1] < WHOLE or any(row[-1] < ROOM for row in table) else 0


if __name__ == "__main__":
    sys.exit(main())
