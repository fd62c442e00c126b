"""All processes of a program together: their limits, and that none is left, whatever ends the program or pytest."""

import os
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from pytest_evalscope.sandbox.tree import below, memory_of

pytestmark = [
    pytest.mark.slow,  # processes
    pytest.mark.skipif(sys.platform != "linux", reason="processes are found in Linux's /proc"),
]

CHILDREN = """
import os, sys, time
for _ in range({count}):
    if os.fork() == 0:
        {leave}
        kept = bytearray(os.urandom(1 << 10) * ({size} << 10))
        time.sleep(60)
        os._exit(0)
time.sleep(60)
"""
SLEEPS = "import time; time.sleep(60)"


def running(mark):
    """The processes of this machine that have a text in their arguments."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def gone(mark):
    """Whether no process with this text is left, before the time of a busy machine is over."""
    deadline = monotonic() + 30
    while running(mark):
        if monotonic() > deadline:
            return False
    return True


@pytest.mark.parametrize("leave", ["pass", "os.setsid()"])
def test_children_share_the_limit_on_memory(kind, run, leave):
    # Each of the eight is far below it.
    text = CHILDREN.format(count=8, size=60, leave=leave)
    assert run(kind, text, seconds=30.0, memory_mb=256).ended == "memory"
    assert run(kind, "kept = bytearray(60 << 20); print(1)", memory_mb=256).stdout == "1\n"


def test_memory_that_children_share_counts_once(kind, run):
    text = """
import os, time
kept = bytearray(os.urandom(1 << 10) * (60 << 10))
for _ in range(6):
    if os.fork() == 0: time.sleep(60)
time.sleep(1)
print('done', flush=True)
"""
    assert run(kind, text, seconds=30.0, memory_mb=300).stdout == "done\n"


def test_a_bare_program_has_a_limit_on_processes_too(run):
    assert run("unsafe", CHILDREN.format(count=30, size=0, leave="pass"), seconds=30.0, processes=8).ended == "signal"


@pytest.mark.parametrize("leave", ["pass", "os.setsid()", "os.setsid(); os.fork() and os._exit(0)"])
def test_nothing_of_a_bare_program_is_left(run, leave):
    mark = f"LEFT_{os.urandom(6).hex()}"
    text = f"""
import os, sys
if os.fork() == 0:
    {leave}
    for number in (0, 1, 2): os.close(number)
    os.execve(sys.executable, [sys.executable, '-c', {SLEEPS!r}, '{mark}'], {{}})
print('gone')
"""
    execution = run("unsafe", text)
    assert (execution.ok, execution.stdout) == (True, "gone\n")
    assert running(mark) == []


@pytest.mark.parametrize("leave", ["pass", "os.setsid()"])
def test_nothing_is_left_when_pytest_is_killed(kind, leave, tmp_path):
    mark = f"LEFT_{os.urandom(6).hex()}"
    text = f"""
import os, sys
if os.fork() == 0:
    {leave}
    os.execve(sys.executable, [sys.executable, '-c', {SLEEPS!r}, '{mark}'], {{}})
{SLEEPS}
"""
    host = f"""
import asyncio
from pytest_evalscope.sandbox import open_sandbox
from pytest_evalscope.types import Limits, Program
program = Program(command=("python", "main.py"), files={{"main.py": {text!r}}}, limits=Limits(seconds=60.0))
asyncio.run(open_sandbox({kind!r}).run(program))
"""
    with subprocess.Popen([sys.executable, "-c", host], env={**os.environ, "TMPDIR": str(tmp_path)}) as process:
        deadline = monotonic() + 30
        while not running(mark):
            assert process.poll() is None
            assert monotonic() < deadline
        process.kill()
    assert gone(mark)


def test_what_is_below_a_process_and_its_memory():
    with subprocess.Popen(
        [sys.executable, "-c", "kept = b'x' * (50 << 20); input()"], stdin=subprocess.PIPE
    ) as process:
        assert process.pid in below(os.getpid())
        assert below(process.pid) == []
        deadline = monotonic() + 30
        while memory_of([process.pid]) < 50 << 20:
            assert monotonic() < deadline
        assert memory_of([process.pid]) < 200 << 20
        assert memory_of([]) == 0
        process.communicate()
    assert memory_of([process.pid]) == 0
