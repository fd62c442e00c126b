"""Progress on stderr: plain lines where there is no terminal, one that is rewritten where there is."""

import asyncio
import io
import sys

import pytest

from pytest_evalscope.api import evaluate, progress
from pytest_evalscope.api.progress import StreamProgress
from pytest_evalscope.run import Settings
from pytest_evalscope.types import Completion


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def slow(sums, monkeypatch):
    """A benchmark of three samples, each of which ends when the progress has told of those before it."""
    for name in ("FIRST", "LINE_EVERY", "BEAT_EVERY"):
        monkeypatch.setattr(progress, name, 0.0)
    ticked = asyncio.Event()
    tick = StreamProgress.tick

    def told(self):
        tick(self)
        self._run._loop.call_soon_threadsafe(ticked.set)

    async def solve(sample, context):
        done = int(sample.input[0]) - 1
        assert isinstance(sys.stderr, io.StringIO)
        while done and f"  {done}/3" not in sys.stderr.getvalue():
            ticked.clear()
            await ticked.wait()
        return Completion(text="4")

    monkeypatch.setattr(StreamProgress, "tick", told)
    return sums("sums\x1b[31m", 3, solve=solve)


def run_it(benchmark):
    return evaluate([benchmark], models=["fake/echo"], settings=Settings(concurrency=1))


def test_plain_lines_where_there_is_no_terminal(slow, monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    run_it(slow)
    lines = stream.getvalue().splitlines()
    assert lines[0].startswith("sums  fake/echo  1/3  accuracy 0.000  ")
    assert lines[-1].startswith("sums  fake/echo  2/3  accuracy 0.500  ")
    assert "\x1b" not in stream.getvalue()


def test_a_line_that_is_rewritten_on_a_terminal(slow, monkeypatch):
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("COLUMNS", "35")
    run_it(slow)
    *shown, last = stream.getvalue().split("\r\x1b[K")[1:]
    assert set(shown) == {"sums  fake/echo  1/3  accuracy 0.0", "sums  fake/echo  2/3  accuracy 0.5"}, "cut at 34"
    assert last == "", "the line is blanked at the end"
    assert "\n" not in stream.getvalue()


def test_a_build_log_gets_plain_lines_even_on_a_terminal(slow, monkeypatch):
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("CI", "true")
    run_it(slow)
    assert "\r" not in stream.getvalue()
    assert stream.getvalue().count("\n") >= 2


def test_nothing_for_what_is_quick(sums, add, capsys):
    evaluate([sums()], models=[add])
    assert capsys.readouterr().err == ""
