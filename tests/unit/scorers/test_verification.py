"""The process that compares expressions, with a stand-in for it: what it is asked, and when it is given up."""

import atexit
import json
import subprocess
import sys
from typing import Any

import pytest

from pytest_evalscope.errors import MissingExtra, ScorerError
from pytest_evalscope.scorers import verification, verify_child
from pytest_evalscope.scorers.verification import Verification, require_math_verify


class Pipe:
    """One end of a process's streams: what was written, or the lines that come; None among them breaks it."""

    def __init__(self, *lines):
        self.lines, self.written, self.flushed, self.closed = list(lines), [], 0, False

    def write(self, text):
        if self.lines and self.lines[0] is None:
            raise BrokenPipeError
        self.written.append(text)

    def flush(self):
        self.flushed += 1

    def readline(self):
        return self.lines.pop(0) if self.lines else ""

    def close(self):
        self.closed = True
        if self.lines and self.lines[0] is None:
            raise BrokenPipeError


class Process:
    """A child that answers with these lines, and ends with a code when its input ends, or only when killed."""

    def __init__(self, *lines, code=0, broken=False, stubborn=False):
        self.stdin, self.stdout = Pipe(*([None] if broken else [])), Pipe(*lines)
        self.code, self.stubborn, self.waited, self.killed = code, stubborn, [], 0

    def wait(self, timeout=None):
        self.waited.append(timeout)
        if self.stubborn and not self.killed:
            raise subprocess.TimeoutExpired("child", timeout)
        return self.code

    def kill(self):
        self.killed += 1


@pytest.fixture
def children(monkeypatch):
    """The processes that are started, in turn, and what each is started with."""
    waiting: list[Process] = []
    started: list[Any] = []

    def popen(command, **given):
        started.append((command, given))
        return waiting.pop(0)

    monkeypatch.setattr(verification, "require_math_verify", lambda: None)
    monkeypatch.setattr(subprocess, "Popen", popen)
    return waiting, started


@pytest.fixture
def patience(monkeypatch):
    """How many seconds each line is waited for; nobody waits here."""
    seconds = []

    class Guard:
        daemon = False

        def __init__(self, wait, function):
            seconds.append(wait)
            self.calls = []

        def start(self):
            assert self.daemon
            self.calls.append("start")

        def cancel(self):
            assert self.calls == ["start"]
            self.calls.append("cancel")

    monkeypatch.setattr(verification, "Timer", Guard)
    return seconds


def test_one_process_answers_all_questions(children, patience):
    waiting, started = children
    child = Process("{}\n", '{"right": true}\n', '{"right": false}\n', '{"failed": "MemoryError"}\n')
    waiting.append(child)
    asked = Verification()
    assert [asked.equal(("1", "2"), "x"), asked.equal(["3"], "y"), asked.equal(["4"], "z")] == [True, False, None]
    assert [json.loads(line) for line in child.stdin.written] == [
        {"gold": ["1", "2"], "answer": "x"},
        {"gold": ["3"], "answer": "y"},
        {"gold": ["4"], "answer": "z"},
    ]
    assert all(line.endswith("\n") for line in child.stdin.written)
    assert child.stdin.flushed == 3
    assert patience == [120.0, 60.0, 60.0, 60.0]
    ((command, given),) = started
    assert command[:2] == [sys.executable, "-c"]
    assert command[2] == (
        f"import sys; sys.path[:] = {sys.path!r}; from pytest_evalscope.scorers.verify_child import main; main()"
    )
    assert (given["text"], given["encoding"], given["start_new_session"]) == (True, "utf-8", True)
    assert (given["stdin"], given["stdout"], given["stderr"]) == (subprocess.PIPE, subprocess.PIPE, subprocess.DEVNULL)
    assert given["creationflags"] == getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)


def test_a_process_that_ends_of_its_price_is_replaced(children, patience):
    waiting, _ = children
    waiting += [Process("{}\n", code=-24), Process("{}\n", '{"right": true}\n')]
    asked = Verification()
    assert asked.equal(["1"], "9^9^9") is None
    assert asked.equal(["1"], "1") is True
    assert waiting == []


@pytest.mark.parametrize("broken", [False, True])
def test_a_process_that_was_ended_is_an_error(children, patience, broken):
    waiting, _ = children
    waiting.append(Process("{}\n", code=-9, broken=broken))
    with pytest.raises(ScorerError) as caught:
        Verification().equal(["1"], "x")
    assert caught.value.message == "math: math-verify was ended (60 s without a result, or out of memory)"


def test_a_process_that_does_not_begin_is_an_error(children, patience):
    waiting, _ = children
    waiting.append(Process(code=3))
    with pytest.raises(ScorerError) as caught:
        Verification().equal(["1"], "x")
    assert caught.value.message == "math: math-verify cannot be started (exit code 3); is its installation complete?"


def test_closing_ends_the_input_and_then_the_process(children, patience):
    waiting, _ = children
    asked = Verification()
    assert asked.close() is None
    for child in (Process("{}\n", code=7), Process("{}\n", code=-9, stubborn=True)):
        waiting.append(child)
        asked._start()
        assert asked.close() == child.code
        assert (child.stdin.closed, child.stdout.closed) == (True, True)
        assert (child.killed, child.waited) == (int(child.stubborn), [2.0, None])
    assert asked.close() is None


def test_a_guard_kills_what_does_not_answer(children, monkeypatch):
    waiting, _ = children
    waiting.append(child := Process("{}\n"))
    functions = []

    class Guard:
        daemon = False

        def __init__(self, wait, function):
            functions.append(function)

        def start(self):
            pass

        cancel = start

    monkeypatch.setattr(verification, "Timer", Guard)
    Verification()._start()
    functions[0]()
    assert child.killed == 1


def test_there_is_one_of_a_process_and_it_is_closed_at_its_end(monkeypatch):
    registered: list[Any] = []
    monkeypatch.setattr(atexit, "register", registered.append)
    verification.verification.cache_clear()
    made = verification.verification()
    assert verification.verification() is made
    assert registered == [made.close]
    assert made.executor._max_workers == 1
    assert made.executor._thread_name_prefix == "math-verify"
    made.executor.shutdown()
    verification.verification.cache_clear()


def test_without_math_verify_its_extra_is_named(monkeypatch):
    monkeypatch.setattr(verification, "find_spec", lambda name: None)
    require_math_verify.cache_clear()
    with pytest.raises(MissingExtra) as caught:
        require_math_verify()
    require_math_verify.cache_clear()
    assert caught.value.message == "math: needs the package 'math-verify', which is not installed"
    assert caught.value.install == "pip install 'pytest-evalscope[math]'"


def test_the_bounds_of_a_comparison():
    assert (verify_child.CPU_SECONDS, verify_child.MEMORY) == (5, 4 << 30)
