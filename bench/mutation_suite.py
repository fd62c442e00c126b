"""The suite as `mutants.py` needs it: which test executes which line, and how long each takes.

`measured` runs the tests once under coverage, each under its own name, child processes included, and keeps what it
found in a folder of the checkout's own below `--work`; a checkout without one begins with a copy of the newest there.
Then only test files that changed since are run again. Tests marked nightly, and those that start two workers, are left
out.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from coverage import CoverageData
from coverage.exceptions import CoverageException

PACKAGE = "pytest_evalscope"
LEFT_OUT = (".git", ".venv", "venv", "build", "dist", "outputs", "__pycache__", "*.egg-info", ".*_cache", ".hypothesis")
RC = """\
[run]
include = {copy}/*
data_file = {parts}/part
parallel = true
context = ${{MUTANTS_TEST-}}
core = ctrace
disable_warnings = no-data-collected, module-not-imported, module-not-measured, couldnt-parse, already-imported
"""
"""Another core of coverage tells no tests apart."""
SKIPS_FAIL = "--only-listed-skips"
"""An option of the checkout's own tests, if it has it: a sandbox that no longer starts is noticed, and not skipped."""
RUNNING: set[int] = set()
"""The process groups at work, for who has to stop in the middle."""


def copied(root: Path, folder: Path) -> Path:
    """Copy a checkout, for changes to it and for what runs write, and the plugin beside it."""
    shutil.copytree(root, folder / "checkout", ignore=shutil.ignore_patterns(*LEFT_OUT))
    (folder / "plugin").mkdir()
    shutil.copy(Path(__file__).with_name("mutation_plugin.py"), folder / "plugin")
    return folder / "checkout"


@dataclass(frozen=True)
class Ran:
    """How a run of pytest ended."""

    status: int | None
    """None: it took too long."""
    output: str
    failed: tuple[str, ...]
    seconds: dict[str, float]


def pytest_run(copy: Path, arguments: Sequence[str], limit: float, **told: str) -> Ran:
    """Run pytest in a copy; after `limit` seconds its whole group of processes is ended.

    Args:
        copy: the checkout.
        arguments: files and options.
        limit: seconds.
        told: environment variables.
    """
    notes = copy.parent / "notes.json"
    notes.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider"]
    command += ["-p", "mutation_plugin", "--tb=short", "--no-header", *arguments]
    if SKIPS_FAIL in (copy / "tests" / "conftest.py").read_text("utf-8"):
        command.append(SKIPS_FAIL)
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("COVERAGE_", "PYTEST_"))}
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)  # a run after a run, of the same files
    path = f"{copy}{os.pathsep}{copy.parent / 'plugin'}"
    environment = {**inherited, "PYTHONPATH": path, "CI": "true", "MUTANTS_NOTES": str(notes), **told}
    with tempfile.TemporaryFile() as output:
        child = subprocess.Popen(
            command, cwd=copy, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip
        RUNNING.add(child.pid)
        try:
            status: int | None = child.wait(limit)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            end(child.pid)
            child.wait()
            RUNNING.discard(child.pid)
        output.seek(0)
        said = output.read().decode("utf-8", "replace")
    noted = json.loads(notes.read_text("utf-8")) if notes.exists() else {"failed": [], "seconds": {}}
    return Ran(status, said, tuple(noted["failed"]), noted["seconds"])


def end(group: int) -> None:
    """End what is left of a group of processes."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def chosen_run(copy: Path, tests: Sequence[str], seconds: Mapping[str, float], limit: float, *options: str) -> Ran:
    """Run these tests in this order, and nothing else; `seconds` are those of all tests that are known."""
    path = copy.parent / "chosen.json"
    path.write_text(json.dumps({"chosen": list(tests), "known": list(seconds)}), "utf-8")
    longest = max(60.0, *(3 * seconds.get(test, 0.0) for test in tests))
    files = list(dict.fromkeys(file_of(test) for test in tests))
    return pytest_run(copy, [f"--timeout={longest:.0f}", *options, *files], limit, MUTANTS_CHOSEN=str(path))


def file_of(test: str) -> str:
    """Return the file that a test is in."""
    return test.partition("::")[0]


def digests(root: Path) -> dict[str, str]:
    """Return test file → a hash of it and of the other files beside it, which it may read; package file → a hash."""
    made = {}
    for path in sorted(root.glob("tests/**/test_*.py")):
        beside = sorted(other for other in path.parent.iterdir() if other.is_file() and other.suffix != ".py")
        made[path.relative_to(root).as_posix()] = _hash([path, *beside])
    for path in sorted((root / PACKAGE).rglob("*.py")):
        made[path.relative_to(root).as_posix()] = _hash([path])
    return made


def _hash(paths: Iterable[Path]) -> str:
    return hashlib.blake2b(b"\0".join(path.read_bytes() for path in paths), digest_size=8).hexdigest()


@dataclass
class Suite:
    """The tests of a checkout that pass, and what each executes."""

    folder: Path
    seconds: dict[str, float] = field(default_factory=dict)
    """Test → how long it took, under coverage."""
    failing: list[str] = field(default_factory=list)
    """Those that fail in an unchanged checkout."""
    digests: dict[str, str] = field(default_factory=dict)
    """As the files were when they were run."""
    moved: set[str] = field(default_factory=set)
    """Files of the package that are others by now: their line numbers say nothing."""

    @cached_property
    def data(self) -> CoverageData:
        """What coverage found."""
        data = CoverageData(str(self.folder / "coverage.sqlite"))
        data.read()
        return data

    def executing(self, path: str) -> dict[int, set[str]]:
        """Return line of a file → the tests that execute it; line 0 holds those of any line."""
        found = {line: self._passing(names) for line, names in self.data.contexts_by_lineno(path).items()}
        whole = set().union(*found.values()) if found else set()
        return {**({} if path in self.moved else found), 0: whole}

    def _passing(self, names: Iterable[str]) -> set[str]:
        return {name for name in names if name in self.seconds}

    def save(self) -> None:
        """Write all but the coverage data, which has its file."""
        made = {"seconds": self.seconds, "failing": self.failing, "digests": self.digests}
        (self.folder / "suite.json").write_text(json.dumps(made), "utf-8")

    def fill(self, copy: Path, files: Sequence[str], jobs: int) -> None:
        """Run test files, and put what they execute beside what is known."""
        with tempfile.TemporaryDirectory() as parts:
            rc = Path(parts) / "coveragerc"
            rc.write_text(RC.format(copy=copy / PACKAGE, parts=parts), "utf-8")
            workers = ["-n", str(jobs)] if jobs > 1 else []
            quick = ["--timeout=600", "-m", "not nightly"]
            ran = pytest_run(copy, [*quick, *workers, *files], 7200, COVERAGE_PROCESS_START=str(rc))
            if ran.status not in (0, 1) or not ran.seconds:
                raise SystemExit(f"the suite ended with {ran.status}:\n{ran.output[-4000:]}")
            self._gather(sorted(Path(parts).glob("part.*")))
        self.seconds = {test: taken for test, taken in self.seconds.items() if file_of(test) not in files}
        self.seconds |= ran.seconds
        self.failing = [test for test in self.failing if file_of(test) not in files]
        if ran.failed:  # once more, undisturbed
            again = chosen_run(copy, ran.failed, ran.seconds, 3600)
            self.drop(again.failed or (ran.failed if again.status else ()))

    def drop(self, tests: Iterable[str]) -> None:
        """Leave tests out, for they fail where nothing is changed."""
        self.failing = sorted({*self.failing, *tests})
        self.seconds = {test: taken for test, taken in self.seconds.items() if test not in self.failing}

    def _gather(self, parts: Sequence[Path]) -> None:
        if not parts:
            raise SystemExit("coverage measured nothing: it needs version 7.13 or later, whose .pth file starts it")
        data = (
            self.data
            if (self.folder / "coverage.sqlite").exists()
            else CoverageData(str(self.folder / "coverage.sqlite"))
        )
        for part in parts:
            found = CoverageData(str(part))
            try:
                found.read()
            except CoverageException:  # of a child process that was killed while it wrote
                continue
            data.update(found, map_path=lambda path: path[path.rindex(f"/{PACKAGE}/") + 1 :])
        data.close()


def measured(root: Path, copy: Path, work: Path, jobs: int, *, fresh: bool = False) -> Suite:
    """Return the suite of a checkout, running what of it is not known yet."""
    folder = work / f"{root.name}-{hashlib.blake2b(str(root).encode(), digest_size=4).hexdigest()}"
    if fresh and folder.exists():
        shutil.rmtree(folder)
    if not folder.exists():
        others = sorted(work.glob("*/suite.json"), key=lambda path: path.stat().st_mtime)
        if others and not fresh:
            shutil.copytree(others[-1].parent, folder)
        folder.mkdir(parents=True, exist_ok=True)
    stored = folder / "suite.json"
    suite = Suite(folder, **(json.loads(stored.read_text("utf-8")) if stored.exists() else {}))
    now = digests(copy)
    tests = [path for path in now if path.startswith("tests/")]
    stale = [path for path in tests if suite.digests.get(path) != now[path]]
    gone = {file_of(test) for test in suite.seconds} - set(tests)
    suite.seconds = {test: taken for test, taken in suite.seconds.items() if file_of(test) not in gone}
    if stale:
        print(f"{len(stale)} of {len(tests)} test files run under coverage", file=sys.stderr, flush=True)
        suite.fill(copy, stale, jobs)
    kept = suite.digests or now
    suite.moved = {path for path in now if not path.startswith("tests/") and kept.get(path) != now[path]}
    suite.digests = {**kept, **{path: now[path] for path in tests}}
    suite.save()
    return suite
