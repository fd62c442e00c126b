"""Programs that mean no harm, and those that only misbehave."""

import asyncio
import hashlib
import os
import sys
from pathlib import Path

import pytest

from pytest_evalscope.errors import SandboxError
from pytest_evalscope.sandbox import bwrap, open_sandbox, problem_here
from pytest_evalscope.sandbox import open as opening
from pytest_evalscope.types import Limits, Program

pytestmark = pytest.mark.slow  # processes

GOOD = "print('fine')"


def test_a_program_runs_and_is_heard(run, kind):
    execution = run(kind, "import sys; print(input()[::-1]); print('note', file=sys.stderr)", stdin="olleh\n")
    assert execution.ok
    assert (execution.stdout, execution.stderr) == ("hello\n", "note\n")


@pytest.mark.parametrize(
    ("text", "ended", "code"),
    [
        ("import sys; sys.exit(3)", "exit", 3),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "signal", None),
        ("raise ValueError", "exit", 1),
        ("bytearray(1 << 31)", "memory", None),
        ("import sys\nwhile True: sys.stdout.write('x' * 65536)", "output", None),
        ("import sys\nwhile True: sys.stderr.write('x' * 65536)", "output", None),
        ("import time; time.sleep(60)", "timeout", None),
        ("import os, time; os.close(1); os.close(2); time.sleep(60)", "timeout", None),
    ],
)
def test_how_it_ended_is_told(run, kind, text, ended, code):
    if ended == "memory" and sys.platform == "darwin":
        pytest.skip("macOS has no limit on addresses")
    seconds = 0.4 if ended == "timeout" else 60.0  # a busy machine must not end what another limit is to end
    execution = run(kind, text, seconds=seconds, memory_mb=256, output_bytes=10_000)
    assert (execution.ended, execution.exit_code, execution.ok) == (ended, code, False)
    assert len(execution.stdout) <= 10_000
    assert len(execution.stderr) <= 10_000


def test_output_is_text_whatever_was_written(run, kind):
    assert run(kind, "import os; os.write(1, b'a\\xff\\xed\\xa0\\x80')").stdout.startswith("a\ufffd")


def test_files_stand_in_its_folder_and_go_with_it(kind):
    async def two():
        sandbox = open_sandbox(kind)
        program = Program(
            command=("python", "main.py"),
            files={"main.py": "import part.one as one; print(one.X); open('left', 'w')", "part/one.py": "X = 7"},
        )
        look = Program(command=("python", "-c", "import os; print(os.path.exists('left'))"))
        try:
            return [(await sandbox.run(each)).stdout for each in (program, look)]
        finally:
            await sandbox.aclose()

    assert asyncio.run(two()) == ["7\n", "False\n"]


def test_nothing_of_our_environment_is_seen(run, kind, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    assert "sk-secret" not in run(kind, "import os; print(dict(os.environ))").stdout


def test_a_command_that_is_not_there_is_its_own_failure(kind):
    async def missing():
        sandbox = open_sandbox(kind)
        try:
            return await sandbox.run(Program(command=("no-such-program",)))
        finally:
            await sandbox.aclose()

    execution = asyncio.run(missing())
    assert (execution.ended, execution.exit_code) == ("exit", 1)
    assert "No such file" in execution.stderr


@pytest.mark.skipif(problem_here("unsafe") is not None, reason="the system has no sandbox to run it in")
@pytest.mark.parametrize("path", ["/etc/passwd", "../up.py", "a/../../b", ""])
def test_a_file_outside_its_folder_is_refused(path):
    sandbox = open_sandbox("unsafe")
    with pytest.raises(SandboxError, match="a file outside the working folder"):
        asyncio.run(sandbox.run(Program(command=("python",), files={path: ""})))


def test_many_wait_for_their_turn(run, kind):
    count = 2 * (os.cpu_count() or 1) + 1
    assert [each.stdout for each in run(kind, *[GOOD] * count)] == ["fine\n"] * count


@pytest.mark.parametrize("cancelled", [False, True])
def test_closing_ends_what_runs(kind, cancelled):
    async def closed():
        sandbox = open_sandbox(kind)
        program = Program(command=("python", "-c", "import time; time.sleep(600)"), limits=Limits(seconds=600))
        running = asyncio.create_task(sandbox.run(program))
        await asyncio.sleep(0)
        if cancelled:
            running.cancel()
        await sandbox.aclose()
        return await asyncio.gather(running, return_exceptions=True)

    # That it returns at all, ten minutes early, is what is shown.
    (outcome,) = asyncio.run(closed())
    assert not getattr(outcome, "ok", False)


def test_off_is_refused():
    with pytest.raises(SandboxError) as caught:
        open_sandbox("off")
    assert caught.value.message == "sandbox: code of the model may not run (off)"
    assert caught.value.hint == "pass --eval-sandbox=local"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other limits")
def test_a_program_is_bound_by_every_limit(run, kind):
    text = "import resource\nfor name in ('CORE', 'CPU', 'FSIZE', 'NOFILE', 'AS'):\n"
    text += "    print(*resource.getrlimit(getattr(resource, 'RLIMIT_' + name)))"
    execution = run(kind, text, seconds=2.5, disk_mb=40, memory_mb=700)
    assert execution.stdout.splitlines() == [
        "0 0",
        "3 3",
        f"{40 << 20} {40 << 20}",
        "256 256",
        f"{700 << 20} {700 << 20}",
    ]


def test_files_are_written_as_they_are(kind):
    # Below /tmp, where the sandbox's folder is, stands the interpreter too when it is from there.
    interpreter = sys.prefix.split("/")[2] if sys.prefix.startswith("/tmp/") else ""
    text = f"print(open('d/e.txt', 'rb').read(), sorted({{*__import__('os').listdir()}} - {{{interpreter!r}}}))"
    files = {"main.py": text, "d/e.txt": "1\r\n\u00e9\udcff"}

    async def one():
        sandbox = open_sandbox(kind)
        try:
            return await sandbox.run(Program(command=("python", "main.py"), files=files))
        finally:
            await sandbox.aclose()

    assert asyncio.run(one()).stdout == r"b'1\r\n\xc3\xa9\xed\xb3\xbf' ['d', 'main.py']" + "\n"


@pytest.mark.parametrize(("stream", "size", "ended"), [
    ("stdout", 10_000, "exit"), ("stdout", 10_001, "output"), ("stderr", 10_000, "exit"), ("stderr", 10_001, "output"),
])  # fmt: skip
def test_output_is_cut_beyond_its_limit(run, kind, stream, size, ended):
    execution = run(kind, f"import sys; sys.{stream}.write('x' * {size})", output_bytes=10_000)
    assert (execution.ended, len(getattr(execution, stream))) == (ended, 10_000)


def test_much_that_it_is_told_arrives_whole(run, kind):
    text = "import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())"
    stdin = "".join(map(str, range(60_000)))
    assert run(kind, text, stdin=stdin).stdout == hashlib.sha256(stdin.encode()).hexdigest() + "\n"


def test_much_that_nobody_reads_holds_nothing_up(run, kind):
    assert run(kind, "print('done')", stdin="x" * 3_000_000).stdout == "done\n"


@pytest.fixture
def fresh_probe():
    opening._tried.cache_clear()
    yield
    opening._tried.cache_clear()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is refused before bubblewrap is looked for")
def test_a_bubblewrap_that_may_not_is_told(monkeypatch, tmp_path, fresh_probe):
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(
        SandboxError, match=r"^sandbox local: the program could not be started .*No permissions to create new namespace"
    ):
        open_sandbox("local")


@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux")
def test_folders_of_programs_are_shown_whether_they_are_links_or_not(monkeypatch):
    monkeypatch.setattr(Path, "is_dir", lambda path: path == Path("/bin"))
    monkeypatch.setattr(Path, "is_symlink", lambda path: False)
    assert bwrap._root()[-3:] == ["--ro-bind", "/bin", "/bin"]
    monkeypatch.setattr(Path, "is_symlink", lambda path: path == Path("/lib"))
    monkeypatch.setattr(Path, "readlink", lambda path: Path("usr/lib"))
    assert bwrap._root()[-6:] == ["--ro-bind", "/bin", "/bin", "--symlink", "usr/lib", "/lib"]
