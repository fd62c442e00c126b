"""Progress of each kind: when it shows, what, and how it makes way for pytest."""

import json
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.plugin import progress
from pytest_evalscope.run import RunFolder
from pytest_evalscope.run.aggregate import Tally
from pytest_evalscope.types import Completion, Record


class Terminal:
    """A terminal reporter that keeps what is written."""

    def __init__(self, *, verbosity: int = 0, isatty: bool = True, width: int = 80, column: int = 0) -> None:
        self.verbosity, self.isatty = verbosity, isatty
        self.written: list[str] = []
        self.currentfspath: Any = "test_it.py"
        self.captured = True
        self._tw = SimpleNamespace(
            fullwidth=width, width_of_current_line=column, line=lambda: self.written.append("(new line)")
        )

    def ensure_newline(self) -> None:
        self.written.append("(fresh line)")

    def rewrite(self, text: str, *, erase: bool = False) -> None:
        assert erase
        assert not self.captured, "what is captured reaches nobody"
        self.written.append(f"\r{text}")

    def write_line(self, line: str) -> None:
        assert not self.captured
        assert self.currentfspath is None, "pytest names its file again"
        self.written.append(line)


def configured(reporter: Terminal | None, **more: Any) -> Any:
    @contextmanager
    def disabled():
        assert reporter is not None
        reporter.captured = False
        yield
        reporter.captured = True

    plugins = {"terminalreporter": reporter, "capturemanager": SimpleNamespace(global_and_fixture_disabled=disabled)}
    return SimpleNamespace(pluginmanager=SimpleNamespace(get_plugin=plugins.get), **more)


@pytest.fixture
def clock(monkeypatch):
    """A clock that is moved by hand: `clock[0] += 1.0`."""
    time = [100.0]
    monkeypatch.setattr(progress, "monotonic", lambda: time[0])
    return time


@pytest.fixture
def run(made_job):
    """A run in which one of three samples has its record, and another benchmark of the same kind has one, too."""
    made: dict[Any, Tally] = {}

    def begin(name):
        job = made_job(name)
        tally = made[job.key] = Tally(job)
        tally.add(
            Record(
                sample_id="0", repeat=0, benchmark=name, subset="default", model="m", outcome="scored",
                values={"accuracy": 1.0}, completion=Completion(text="4"),
            ),
            0,
        )  # fmt: skip
        tally.began = tally.ended = 1.0

    begin("sums")
    return SimpleNamespace(tallies=made, begin=begin)


LINE = "sums  fake/fixed:4  1/3  accuracy 1.000  0 errors"


def test_one_line_is_rewritten_twice_a_second_and_blanked_for_pytest(clock, run):
    reporter = Terminal()
    shown = progress.TerminalLine(configured(reporter), run)
    shown.pause()
    clock[0] += 1.9
    shown.tick()
    assert reporter.written == [], "what is quicker than two seconds shows nothing"
    clock[0] = 102.0
    shown.tick()
    assert reporter.written == ["(fresh line)", f"\r{LINE}"]
    clock[0] += 0.4
    shown.tick()
    run.begin("more")
    clock[0] = 102.5
    shown.tick()
    assert reporter.written[2:] == [f"\r{LINE}  (+1 more)"]
    shown.pause()
    shown.pause()
    assert reporter.written[3:] == ["\r"]
    clock[0] += 0.5
    shown.tick()
    assert reporter.written[4:] == ["(fresh line)", f"\r{LINE}  (+1 more)"]


def test_a_line_is_never_as_wide_as_the_terminal_and_an_empty_run_has_none(clock, run):
    reporter = Terminal(width=10)
    clock[0] += 2.0
    shown = progress.TerminalLine(configured(reporter), run)
    clock[0] += 2.0
    shown.tick()
    assert reporter.written[1:] == [f"\r{LINE[:9]}"]
    run.tallies.clear()
    clock[0] += 1.0
    shown.tick()
    assert len(reporter.written) == 2
    nowhere = progress.TerminalLine(configured(None), run)
    run.begin("sums")
    clock[0] += 2.0
    nowhere.tick()
    nowhere.pause()


def test_a_heartbeat_comes_after_two_seconds_and_then_every_fifteen(clock, run):
    reporter = Terminal()
    shown = progress.Heartbeat(configured(reporter), run)
    run.begin("more")
    lines = [LINE, LINE.replace("sums", "more")]
    for moment, count in ((101.9, 0), (102.0, 1), (116.9, 1), (117.0, 2)):
        clock[0] = moment
        shown.tick()
        shown.pause()
        assert reporter.written == lines * count


def test_lines_begin_on_a_line_of_their_own(run):
    reporter = Terminal(column=3)
    progress.print_lines(configured(reporter), ["one", "two"])
    assert reporter.written == ["(new line)", "one", "two"]
    before = list(reporter.written)
    progress.print_lines(configured(reporter), [])
    assert reporter.written == before
    progress.print_lines(configured(None), ["one"])
    bare: Any = SimpleNamespace(pluginmanager=SimpleNamespace(get_plugin=lambda name: None))
    with progress.uncaptured(bare):
        assert progress.terminal(bare) is None


def test_a_worker_writes_its_lines_once_a_second_for_the_controller(clock, run, tmp_path, monkeypatch):
    folder = RunFolder(tmp_path / "run")
    folder.create()
    path = folder.path / "logs" / "progress-gw1.json"
    shown = progress.ProgressFile(run, folder, "gw1")
    clock[0] = 101.9
    shown.tick()
    assert not path.exists()
    clock[0] = 102.0
    shown.tick()
    told = {
        "benchmark": "sums", "model": "fake/fixed:4", "done": 1, "planned": 3, "mean": 1.0, "metric": "accuracy",
        "errors": 0, "seconds": 0.0, "waiting": "",
    }  # fmt: skip
    assert json.loads(path.read_text("utf-8")) == {"lines": [told]}
    run.begin("more")
    for moment, count in ((102.9, 1), (103.0, 2)):
        clock[0] = moment
        shown.tick()
        shown.pause()
        assert len(json.loads(path.read_text("utf-8"))["lines"]) == count


@pytest.mark.parametrize(
    ("reporter", "ci", "kind"),
    [
        (Terminal(), "", progress.TerminalLine),
        (Terminal(verbosity=-1), "", progress.TerminalLine),
        (Terminal(), "true", progress.Heartbeat),
        (Terminal(isatty=False), "", progress.Heartbeat),
        (Terminal(verbosity=-2), "", type(None)),
        (None, "", type(None)),
    ],
)
def test_the_kind_of_progress_suits_the_process(run, tmp_path, monkeypatch, reporter, ci, kind):
    monkeypatch.setenv("CI", ci)
    assert type(progress.progress_for(configured(reporter), run, RunFolder(tmp_path))) is kind
    worker = configured(reporter, workerinput={"workerid": "gw0"})
    assert type(progress.progress_for(worker, run, RunFolder(tmp_path))) is progress.ProgressFile
