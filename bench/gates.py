"""Every way that a gate can end, in three ways of running pytest: exit status, counts and the decisive words.

    python bench/gates.py [ROW …] [--verbose]

Each case of `bench/gate_cases.py` is a small project, run by pytest in a process of its own: plain, with `-n 2`, and
without xdist. A line is printed per case; the exit status is 1 where the three do not agree, or where one is not what
is right. `ROW` picks the cases of a row, such as `A5`.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tabulate import tabulate

if TYPE_CHECKING:
    from bench.gate_cases import CASES, Case
else:
    from gate_cases import CASES, Case

MODES = {"plain": (), "-n 2": ("-n", "2"), "no xdist": ("-p", "no:xdist")}
COUNTS = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)\b")
FORBIDDEN = ("INTERNALERROR", "Traceback (most recent call last)", "pluggy/_")


@dataclass(frozen=True)
class Seen:
    """The end of one pytest."""

    status: int
    counts: str
    requests: int
    words: tuple[str, ...]
    """The lines that contain the expected words."""
    wrong: tuple[str, ...]
    """What is not as it should be."""

    def beside(self) -> tuple[int, str, int, int]:
        """Return what must be the same in every mode; where a file cannot be collected, xdist runs the others."""
        ran = (self.counts, self.requests) if self.status != 2 else ("", 0)
        return self.status, *ran, len(self.words)


def run(case: Case, mode: tuple[str, ...]) -> Seen:
    """Run a case in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="gates-") as name:
        folder = Path(name)
        for path, text in case.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:randomly",
            "-p",
            "no:hypothesispytest",
            "-W",
            "error",
            *mode,
            *case.args,
        ]
        ended = subprocess.run(
            command, cwd=folder, env=_environment(case, folder), capture_output=True, text=True, check=False
        )
        status = ended.returncode
        if case.status == 2 and "-n" in mode and status == 1:
            status = 2  # xdist's own: where a file cannot be collected it runs the other tests, and ends so
        return _seen(case, folder, status, f"{ended.stdout}\n{ended.stderr}")


def _environment(case: Case, folder: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("EVALSCOPE", "OPENAI", "PYTEST_"))}
    kept.pop("CI", None)
    return {**kept, "XDG_CACHE_HOME": str(folder / ".cache"), "COLUMNS": "200", **case.env}


def _seen(case: Case, folder: Path, status: int, text: str) -> Seen:
    """Return the end of one pytest, and what is wrong with it."""
    last = [line for line in text.splitlines() if re.search(r" in \d+\.\d+s", line)][-1:]
    counts = ", ".join(f"{count} {what.rstrip('s')}" for count, what in COUNTS.findall("".join(last)))
    log = folder / "requests.log"
    requests = len(log.read_text(encoding="utf-8").split()) if log.exists() else 0
    lines = {says: next((line for line in text.splitlines() if says in line), "") for says in case.words}
    wrong = [f"it says {each!r}" for each in FORBIDDEN if each in text]
    if status != case.status:
        wrong.append(f"exit {status}, not {case.status}")
    if case.counts and counts != case.counts:
        wrong.append(f"{counts or 'no counts'}, not {case.counts}")
    if case.requests is not None and requests != case.requests:
        wrong.append(f"{requests} requests, not {case.requests}")
    wrong += [f"it does not say {says!r}" for says, line in lines.items() if not line]
    wrong += [f"{path} was made" for path in case.absent if (folder / path).exists()]
    for path, words in case.written.items():
        texts = [each.read_text(encoding="utf-8") for each in folder.glob(path)]
        if not any(each.count(words) == 1 for each in texts):
            wrong.append(f"{path} does not say {words!r} once")
    for path, words in case.lacks.items():
        if words in (folder / path).read_text(encoding="utf-8"):
            wrong.append(f"{path} says {words!r}")
    return Seen(status, counts, requests, tuple(filter(None, lines.values())), (*wrong, text) if wrong else ())


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW", help="the rows to try; all, if left out")
    parser.add_argument("--verbose", action="store_true", help="print the whole output of what is wrong")
    chosen = parser.parse_args()
    lines, bad = [], 0
    for case in CASES:
        if chosen.rows and case.row not in chosen.rows:
            continue
        seen = {name: run(case, mode) for name, mode in MODES.items()}
        agree = len({each.beside() for each in seen.values()}) == 1
        right = not any(each.wrong for each in seen.values())
        bad += not (agree and right)
        statuses = [each.status for each in seen.values()]
        words = " | ".join(line.strip() for line in next(iter(seen.values())).words)
        line = (case.row, case.what, *statuses, "yes" if agree else "NO", "yes" if right else "NO", words[:90])
        lines.append(line)
        for name, each in seen.items():
            for problem in each.wrong if chosen.verbose else each.wrong[:-1]:
                print(f"{case.row} {case.what} [{name}]: {problem}", file=sys.stderr, flush=True)
    print(tabulate(lines, headers=("row", "what", *MODES, "agree", "right", "decisive words")))
    print(f"{len(lines)} cases, {bad} with a difference")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
