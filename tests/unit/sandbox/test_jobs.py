"""What stands around a program, to the letter: its job, its environment, its limits, and how its end is read."""

import asyncio
import base64
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any, cast

import pytest

from pytest_evalscope.errors import SandboxError
from pytest_evalscope.sandbox import bwrap, docker, enclave, local
from pytest_evalscope.sandbox import open as opening
from pytest_evalscope.sandbox.launcher_protocol import LAUNCHER, LED, job_of, plain_environment, require_paths_below
from pytest_evalscope.sandbox.pool import PooledSandbox
from pytest_evalscope.sandbox.supervise import concluded
from pytest_evalscope.types import Execution, Limits, Program

PROGRAM = Program(
    command=("python", "python", "x"),
    files={"a/b.py": "é"},
    stdin="ü\n",
    limits=Limits(seconds=1.2, memory_mb=3, processes=5, disk_mb=7),
)
ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
}


def read(job):
    """A job's JSON, and the stdin behind it."""
    size, _, rest = job.partition(b"\n")
    return json.loads(rest[: int(size)]), rest[int(size) :]


def test_a_job_is_its_length_its_json_and_the_programs_stdin():
    told, stdin = read(job_of(PROGRAM, python="/bin/py", rlimits={"AS": 9, "CORE": 1}, drop=True))
    assert told == {
        "command": ["/bin/py", "python", "x"],  # only the command itself means the interpreter
        "files": {"a/b.py": "é"},
        "limits": {"CORE": 1, "CPU": 2, "FSIZE": 7 << 20, "NOFILE": 256, "AS": 9},
        "drop": True,
    }
    assert stdin == "ü\n".encode()
    told, stdin = read(job_of(Program(command=("ls",), stdin="a\ud800"), python="p", rlimits={}, drop=False))
    assert (told["command"], told["files"], told["drop"], stdin) == (["ls"], {}, False, b"a?")
    assert told["limits"] == {"CORE": 0, "CPU": 10, "FSIZE": 64 << 20, "NOFILE": 256}


def test_the_environment_holds_its_folder_and_what_makes_runs_alike():
    assert plain_environment("/f") == {**ENVIRONMENT, "HOME": "/f", "TMPDIR": "/f"}


@pytest.mark.parametrize("path", ["/a", "../a", "a/../b", "", "a\0b", ".."])
def test_a_path_that_leads_out_of_the_folder_is_told(path):
    with pytest.raises(SandboxError) as caught:
        require_paths_below(Program(command=("x",), files={"good": "", path: ""}))
    assert caught.value.message == (
        f"sandbox: a file outside the working folder ({path!r}); accepted: a relative path inside it"
    )


@pytest.mark.parametrize("path", ["a", "a/b.py", "..a", "a..b/c", "./a"])
def test_a_path_below_the_folder_is_fine(path):
    require_paths_below(Program(command=("x",), files={path: ""}))


@pytest.fixture
def supervised(monkeypatch):
    """What `supervise` is called with, in place of running it."""
    calls = []

    def supervise(command, **given):
        calls.append({"command": command, **given, "there": Path(given["cwd"]).is_dir()})
        return Execution(ended="exit", exit_code=0, stdout="", stderr="", seconds=0.1)

    monkeypatch.setattr(local, "supervise", supervise)
    return calls


PATH = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
OWN = (sys.executable, "-I", "-S", "-c", LAUNCHER)
LEADING = (*OWN[:-1], LED, str(os.getpid()), "0") if sys.platform == "linux" else OWN


def test_a_bare_program_runs_in_a_folder_of_its_own_that_goes_with_it(supervised):
    stop = threading.Event()
    local.execute(PROGRAM, stop)
    (call,) = supervised
    folder = call["cwd"]
    assert (call["command"], call["limits"], call["stop"]) == (LEADING, PROGRAM.limits, stop)
    assert call["env"] == {**ENVIRONMENT, "HOME": folder, "TMPDIR": folder, "PATH": PATH}
    assert (call["there"], Path(folder).exists()) == (True, False)
    assert Path(folder).name.startswith("evalscope-sandbox-")
    assert call["stdin"] == job_of(PROGRAM, python=sys.executable, rlimits={"AS": 3 << 20}, drop=False)


@pytest.mark.parametrize("root", [False, True])
def test_a_confined_program_runs_behind_what_confines_it(supervised, monkeypatch, root):
    monkeypatch.setattr(bwrap, "is_root", lambda: root)
    local.execute(PROGRAM, threading.Event(), enclose=lambda limits: ("wall", str(limits.disk_mb)))
    (call,) = supervised
    assert (call["command"], call["cwd"]) == (("wall", "7", *OWN), "/")
    assert call["env"] == {**ENVIRONMENT, "HOME": "/tmp", "TMPDIR": "/tmp", "PATH": PATH}
    # Of the processes, bubblewrap's own is one.
    limits = {"AS": 3 << 20, "NPROC": 6}
    assert call["stdin"] == job_of(PROGRAM, python=sys.executable, rlimits=limits, drop=root)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such user")
def test_root_is_who_has_the_number_0(monkeypatch):
    for number in (0, 1):
        monkeypatch.setattr(os, "geteuid", lambda number=number: number)
        assert bwrap.is_root() is (number == 0)


@pytest.fixture
def interpreter(monkeypatch):
    """An interpreter at these prefixes, and a system of which nothing is seen."""
    monkeypatch.setattr(bwrap, "_root", lambda: ["ROOT"])

    def made(prefix, base, root=False):
        monkeypatch.setattr(bwrap, "is_root", lambda: root)
        monkeypatch.setattr(sys, "prefix", prefix)
        monkeypatch.setattr(sys, "base_prefix", base)
        return list(bwrap.enclose("bwrap", Limits(disk_mb=16)))

    return made


NAMESPACES = "bwrap --unshare-pid --unshare-net --unshare-ipc --unshare-uts --unshare-cgroup-try --die-with-parent "
NAMESPACES += "--new-session --hostname sandbox --cap-drop ALL"
MEMORY = (
    "--proc /proc --dev /dev --perms 1777 --size 2097152 --tmpfs /dev/shm --perms 1777 --size 14680064 --tmpfs /tmp"
)
LAST = "--remount-ro /dev --remount-ro / --chdir /tmp"


@pytest.mark.skipif(sys.platform == "win32", reason="bubblewrap is for Linux")
def test_the_walls_around_a_program(interpreter):
    assert interpreter("/usr", "/usr") == f"{NAMESPACES} --unshare-user ROOT {MEMORY} {LAST}".split()
    rights = "--cap-add CAP_SETUID --cap-add CAP_SETGID"
    assert interpreter("/usr/local", "/usr", root=True) == f"{NAMESPACES} {rights} ROOT {MEMORY} {LAST}".split()


@pytest.mark.skipif(sys.platform == "win32", reason="bubblewrap is for Linux")
def test_an_interpreter_elsewhere_is_seen_read_only_with_the_folders_above_it(interpreter):
    srv = "--perms 0755 --dir /srv --ro-bind /srv/py /srv/py"
    venv = "--perms 0755 --dir /tmp --perms 0755 --dir /tmp/x --ro-bind /tmp/x/venv /tmp/x/venv"
    walls = f"{NAMESPACES} --unshare-user ROOT"
    assert interpreter("/tmp/x/venv", "/srv/py") == f"{walls} {srv} {MEMORY} {venv} {LAST}".split()
    assert interpreter("/srv/py", "/srv/py") == f"{walls} {srv} {MEMORY} {LAST}".split()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other folders")
def test_of_the_system_libraries_and_programs_are_seen():
    seen = bwrap._root()
    assert seen[:6] == ["--ro-bind", "/usr", "/usr", "--perms", "0755", "--dir"]
    assert seen[6:10] == ["/etc", "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    assert seen[10:13] == ["--ro-bind-try", "/etc/alternatives", "/etc/alternatives"]
    links = [name for name in ("bin", "sbin", "lib", "lib32", "lib64") if Path("/", name).is_symlink()]
    bound = [name for name in ("bin", "sbin", "lib", "lib32", "lib64")
             if Path("/", name).is_dir() and name not in links]  # fmt: skip
    assert [part for part in seen if part in {f"/{name}" for name in ("bin", "sbin", "lib", "lib32", "lib64")}] == [
        f"/{name}"
        for name in ("bin", "sbin", "lib", "lib32", "lib64")
        for _ in range((name in links) + 2 * (name in bound))
    ]
    for name in links:
        place = seen.index(f"/{name}")
        assert seen[place - 2 : place] == ["--symlink", str(Path("/", name).readlink())]
    for name in bound:
        place = seen.index(f"/{name}")
        assert seen[place - 1 : place + 2] == ["--ro-bind", f"/{name}", f"/{name}"]


@pytest.mark.parametrize(
    ("code", "fields", "ended", "exit_code"),
    [
        (0, {}, "exit", 0),
        (1, {}, "exit", 1),
        (128, {}, "exit", 128),
        (129, {}, "signal", None),
        (192, {}, "signal", None),
        (193, {}, "exit", 193),
        (-9, {}, "signal", None),
        (-24, {}, "timeout", None),
        (152, {}, "timeout", None),
        (0, {"cause": "output"}, "output", None),
        (-9, {"cause": "timeout", "over": True}, "timeout", None),
        (-9, {"over": True}, "signal", None),
        (0, {"over": True}, "output", None),
        (1, {"stderr": b"Traceback\nMemoryError\n"}, "memory", None),
        (1, {"stderr": b"Traceback\nMemoryError: no\n\n"}, "memory", None),
        (0, {"stderr": b"MemoryError"}, "exit", 0),
        (1, {"stderr": b"MemoryError\nmore"}, "exit", 1),
        (1, {"stderr": b"a MemoryError"}, "exit", 1),
    ],
)
def test_how_a_program_ended_is_read_from_what_its_process_left(code, fields, ended, exit_code):
    given = {"stderr": b"", **fields}
    stderr = given.pop("stderr")
    assert concluded(code, b"a\xff", cast("Any", stderr), 0.5, **cast("Any", given)) == Execution(
        ended=ended, exit_code=exit_code, stdout="a\ufffd", stderr=stderr.decode(), seconds=0.5
    )
    assert concluded(0, b"", b"\xff", 0.5).stderr == "\ufffd"


def test_a_pool_runs_in_threads_of_its_name_and_cleans_what_was_written():
    def execute(program, stop):
        name = threading.current_thread().name
        return Execution(ended="exit", exit_code=0, stdout=f"{name}\ud800", stderr="b\udfff", seconds=0.1)

    async def run():
        sandbox = PooledSandbox("x", 1, execute)
        try:
            return sandbox.name, await sandbox.run(PROGRAM)
        finally:
            await sandbox.aclose()

    name, execution = asyncio.run(run())
    assert (name, execution.stdout, execution.stderr) == ("x", "sandbox-x_0\ufffd", "b\ufffd")


@pytest.mark.parametrize(("cores", "workers", "most"), [(8, 1, 8), (8, 3, 2), (2, 4, 1), (None, 1, 1), (None, 2, 1)])
def test_the_cores_are_shared_among_the_workers(monkeypatch, cores, workers, most):
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    monkeypatch.setattr(opening, "require_server", lambda url: None)
    monkeypatch.setattr(docker, "require_daemon", lambda image: None)
    monkeypatch.setattr(opening, "problem_here", lambda kind: None)
    monkeypatch.setattr(opening, "_tried", lambda: None)
    monkeypatch.setattr(bwrap, "find", lambda: "bwrap")
    made: list[tuple[Any, ...]] = []
    monkeypatch.setattr(opening, "PooledSandbox", lambda name, most, execute: made.append((name, most)))
    monkeypatch.setattr(opening, "EnclaveSandbox", lambda *given: made.append(given))
    for kind in ("local", "unsafe", "docker:a:1", "enclave:http://h/#b:1", "enclave:http://h"):
        opening.open_sandbox(kind, workers=workers)
    assert made[:3] == [("local", most), ("unsafe", most), ("docker", most)]
    assert made[3:] == [("http://h", "b:1", most), ("http://h", "", most)]


def test_one_worker_has_all_cores(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    monkeypatch.setattr(opening, "problem_here", lambda kind: None)
    made: list[int] = []
    monkeypatch.setattr(opening, "PooledSandbox", lambda name, most, execute: made.append(most))
    opening.open_sandbox("unsafe")
    assert made == [6]


def test_a_job_for_an_enclave_is_in_its_code():
    code = enclave._code(PROGRAM, "came of it 7: ")
    (job,) = [line for line in code.splitlines() if line.startswith("JOB = ")]
    assert json.loads(base64.b64decode(job.partition('"')[2].rstrip('"'))) == {
        "command": ["python", "python", "x"],
        "files": {"a/b.py": "é"},
        "stdin": base64.b64encode("ü\n".encode()).decode(),
        "seconds": 1.2,
        "output": 1 << 20,
        "limits": {"CORE": 0, "CPU": 2, "FSIZE": 7 << 20, "NOFILE": 256},
    }
    assert 'MARK = "came of it 7: "' in code.splitlines()
