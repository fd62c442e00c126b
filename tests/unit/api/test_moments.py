"""When the progress on a stream is written, with a clock that is moved by hand."""

import io
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.api import progress
from pytest_evalscope.api.progress import StreamProgress, write
from pytest_evalscope.run import Job
from pytest_evalscope.run.aggregate import Tally
from pytest_evalscope.types import Record

BLANK = "\r\x1b[K"
LINE = "sums  m  1/4  accuracy 1.000  0 errors"


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch):
    """A clock that is moved by hand."""
    time = [100.0]
    monkeypatch.setattr(progress, "monotonic", lambda: time[0])
    return time


@pytest.fixture
def run(sums) -> Any:
    """A run of two benchmarks, of whose first one sample is done."""
    tallies: dict[str, Tally] = {}
    for name in ("sums", "more"):
        tally = tallies[name] = Tally(Job(benchmark=sums(name), subset="default", model="m"))
        record = Record(
            sample_id="0", benchmark=name, subset="default", model="m", outcome="scored", values={"accuracy": 1.0}
        )
        tally.add(record, 0)
        tally.began = tally.ended = 1.0
    return SimpleNamespace(tallies={"sums": tallies["sums"]}, more=tallies["more"])


def test_lines_come_after_two_seconds_and_then_every_five(clock, run):
    stream = io.StringIO()
    shown = StreamProgress(run, stream)
    for moment, count in ((101.9, 0), (102.0, 1), (106.9, 1), (107.0, 2)):
        clock[0] = moment
        shown.tick()
        assert stream.getvalue() == f"{LINE}\n" * count
    run.tallies["more"] = run.more
    clock[0] = 112.0
    shown.tick()
    shown.end()
    assert stream.getvalue() == f"{LINE}\n" * 3 + LINE.replace("sums", "more") + "\n"


def test_a_line_is_rewritten_twice_a_second_and_blanked_once(clock, run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    stream = Terminal()
    shown = StreamProgress(run, stream)
    shown.end()
    for moment, count in ((101.9, 0), (102.0, 1), (102.4, 1), (102.5, 2)):
        clock[0] = moment
        shown.tick()
        assert stream.getvalue() == f"{BLANK}{LINE}" * count
    run.tallies["more"] = run.more
    clock[0] = 103.0
    shown.tick()
    shown.end()
    shown.end()
    assert stream.getvalue() == f"{BLANK}{LINE}" * 3 + f"  (+1 more){BLANK}"


def test_where_nothing_runs_nothing_is_written(clock, run):
    run.tallies.clear()
    for stream in (io.StringIO(), Terminal()):
        shown = StreamProgress(run, stream)
        clock[0] += 2.0
        shown.tick()
        shown.end()
        assert stream.getvalue() == ""


def test_characters_that_a_stream_lacks_are_marked():
    content = io.BytesIO()
    stream = io.TextIOWrapper(content, encoding="ascii")
    write(stream, "0.5 ± 0.1\n")
    assert content.getvalue() == b"0.5 ? 0.1\n", "and nothing waits in a buffer"
    for nameless in (SimpleNamespace(encoding=None), SimpleNamespace()):
        written: list[str] = []
        nameless.write, nameless.flush = written.append, lambda: None
        write(nameless, "±")  # type: ignore[arg-type]  # a stream of the least kind
        assert written == ["±"]
