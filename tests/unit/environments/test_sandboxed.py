"""Files and a shell in the sandbox: what one command leaves, the next one finds, and nothing beyond."""

import asyncio
import os

import pytest

from pytest_evalscope.environments import sandboxed, session_child
from pytest_evalscope.errors import EnvironmentFailed, SandboxError, UnknownName
from pytest_evalscope.sandbox import available, open_sandbox, problem_here
from pytest_evalscope.types import Execution, Limits, Machine, Sample

SAMPLE = Sample(input="?", target="t")
QUICK = Limits(seconds=20.0, output_bytes=1000)


@pytest.fixture(params=[pytest.param(kind, marks=pytest.mark.slow) for kind in ("local", "unsafe")])  # processes
def act(request):
    """Runs a coroutine function on a session in each kind of sandbox that this machine has."""
    problem = available() if request.param == "local" else problem_here("unsafe")
    if problem is not None:
        pytest.skip("the system has no sandbox to run it in")

    def run(work, **fields):
        async def inside():
            sandbox = open_sandbox(request.param)
            try:
                environment = sandboxed(**{"limits": QUICK, **fields}).in_sandbox(sandbox)
                session = await environment.start(SAMPLE, 0)
                assert isinstance(session, Machine)
                return await work(session)
            finally:
                await sandbox.aclose()

        return asyncio.run(inside())

    return run


def test_files_are_kept_from_one_command_to_the_next(act):
    async def work(session):
        first = await session.exec(
            "cat a; mkdir -p d/e; printf '\\377\\000' > d/bin; printf '#!/bin/sh\\necho ran' > run; chmod +x run; rm b"
        )
        assert (first.ok, first.stdout, first.stderr) == (True, "one", "")
        second = await session.exec("ls -p; ./run; test -d d/e && echo there")
        assert second.stdout == "a\nd/\nrun\nran\nthere\n"
        assert await session.read("d/bin") == b"\xff\0"
        await session.write("d/new", "é\ud83d")
        assert (await session.exec(["cat", "d/new"])).stdout == "é\ufffd"
        assert sorted(await session.snapshot()) == ["a", "d/bin", "d/new", "run"]

    act(work, files={"a": "one", "b": b"two"})


def test_a_command_has_an_end_of_its_own(act):
    async def work(session):
        failed = await session.exec("echo out; echo err >&2; exit 3")
        assert (failed.exit_code, failed.stdout, failed.stderr) == (3, "out\n", "err\n")
        unknown = await session.exec(["no-such-program"])
        assert (unknown.exit_code, unknown.stderr) == (127, "no-such-program: No such file or directory\n")
        said = await session.exec(["python", "-c", "import sys; print(sys.stdin.read())"], stdin="in")
        assert said.stdout == "in\n"
        slow = await session.exec("echo kept > a; sleep 60", seconds=0.5)
        assert (slow.ended, slow.exit_code) == ("timeout", None)
        assert await session.read("a") == b"kept\n", "what was done before the end is done"
        much = await session.exec("yes")
        assert (much.ended, len(much.stdout)) == ("output", 1000)

    act(work)


def test_nothing_is_left_running(act):
    async def work(session):
        done = await session.exec("sleep 1000 & echo early")
        assert (done.ended, done.stdout) == ("exit", "early\n"), "it is not waited for"
        assert (await session.exec("ps -e -o args= 2>/dev/null | grep -c '[s]leep 1000'")).stdout in ("", "0\n")

    act(work)


def test_links_are_kept_and_never_read_through(act):
    async def work(session):
        await session.exec("ln -s /etc/hostname link; ln -s .. up; mkfifo pipe")
        assert (await session.exec("readlink link up")).stdout == "/etc/hostname\n..\n"
        for path in ("link", "up/x"):
            with pytest.raises(ValueError, match="is a symbolic link"):
                await session.read(path)
            with pytest.raises(ValueError, match="is a symbolic link"):
                await session.write(path, "")

    act(work)


def test_a_command_that_ends_its_own_shell_changes_nothing(act):
    async def work(session):
        done = await session.exec("echo x > a; kill -9 $PPID; sleep 60")
        assert (done.ended, done.exit_code) == ("signal", None)
        assert done.stderr == "the command ended its own shell (signal); the files are as they were before\n"
        assert await session.snapshot() == {}
        assert (await session.exec("echo on")).stdout == "on\n"

    act(work)


def test_more_than_is_kept_is_said_and_the_files_stay(act):
    async def work(session):
        done = await session.exec("echo made; head -c 20000000 /dev/zero > big")
        assert (done.ok, done.stdout) == (True, "made\n")
        assert done.stderr == (
            "\nmore than 4096 files, or more than 16777216 bytes in them; the files are as they were before\n"
        )
        assert await session.snapshot() == {}

    act(work)


def test_what_nobody_may_read_is_kept_all_the_same(act):
    async def work(session):
        done = await session.exec(
            "mkdir -p d/e; echo in > d/e/f; echo new > a; echo run > x; chmod 300 x; chmod 000 a d/e d; echo done"
        )
        assert (done.ok, done.stdout, done.stderr) == (True, "done\n", "")
        assert [await session.read(path) for path in ("a", "d/e/f", "x")] == [b"new\n", b"in\n", b"run\n"]
        assert (await session.exec("cat a d/e/f; test -x x && echo may")).stdout == "new\nin\nmay\n"
        for mode in ("444", "000"):
            await session.exec(f"chmod {mode} d; chmod 000 .")
            assert await session.read("d/e/f") == b"in\n"
        await session.exec("rm -r d")
        assert sorted(await session.snapshot()) == ["a", "x"]

    act(work, files={"a": "old"})


def test_what_cannot_be_read_is_a_problem_and_nothing_is_gone(tmp_path, monkeypatch):
    (tmp_path / "f").write_text("x")
    (tmp_path / "f").chmod(0o000)

    def refuse(place, mode):
        raise PermissionError(1, "Operation not permitted", place)

    monkeypatch.setattr(os, "chmod", refuse)
    job = {"files": {"f": ["", False]}, "bytes": 100, "count": 10}
    assert session_child.pack(str(tmp_path), job) == {"problem": "f: Operation not permitted"}


def test_the_model_has_a_shell_and_files(act):
    async def work(session):
        bash, read_file, write_file = session.tools
        assert await write_file.call(path="d/a", content="one") == "written: d/a"
        assert await read_file.call(path="d/a") == "one"
        assert await bash.call(command="cat d/a; echo; echo bad >&2; false") == "exit code 1\none\nstderr:\nbad"
        assert await bash.call(command="kill -9 $$") == "ended by signal"

    act(work)


def test_a_verdict_may_run_commands_and_leaves_the_files_as_they_were(act):
    async def judged(session, sample):
        done = await session.exec("echo x >> a; cat a")
        return {"success": done.stdout == "onex\n", "target": sample.target}

    async def work(session):
        for _ in range(2):
            assert await session.verdict() == {"success": True, "target": "t"}
        assert await session.read("a") == b"one"
        await session.aclose()

    act(work, files=lambda sample: {"a": "one"}, verdict=judged)


class Stub:
    """A sandbox whose end is written down."""

    name = "stub"

    def __init__(self, end):
        self.end = end

    async def run(self, program):
        if isinstance(self.end, Exception):
            raise self.end
        return self.end

    async def aclose(self):
        """Hold nothing."""


def started(end, **fields):
    return asyncio.run(sandboxed(**fields).in_sandbox(Stub(end)).start(SAMPLE, 0))


def test_a_sandbox_that_fails_is_the_environment_s_failure():
    session = started(SandboxError("sandbox: gone", hint="bring it back"))
    with pytest.raises(EnvironmentFailed) as caught:
        asyncio.run(session.exec("ls"))
    assert str(caught.value) == "environment: sandbox: gone\nhint: bring it back"


@pytest.mark.parametrize("forged", ["", '{"ended": "exit", "code": 0}', "\n[]", '{"ended":"exit","code":"0"}'])
def test_what_a_command_prints_is_not_taken_for_what_came_of_it(forged):
    session = started(Execution(ended="exit", exit_code=0, stdout=forged, stderr="", seconds=0.5))
    done = asyncio.run(session.exec("ls"))
    assert (done.ended, done.exit_code, done.stdout, done.seconds) == ("signal", None, "", 0.5)


def test_without_a_verdict_there_is_none():
    session = started(SandboxError("not run"), tools=("read_file",))
    assert asyncio.run(session.verdict()) is None
    assert [each.name for each in session.tools] == ["read_file"]


def test_without_a_sandbox_it_does_not_start():
    with pytest.raises(EnvironmentFailed, match=r"^environment: sandboxed\(\) has no sandbox to run in"):
        asyncio.run(sandboxed().start(SAMPLE, 0))


def test_files_that_lead_out_do_not_start():
    with pytest.raises(ValueError, match="not below the session's folder"):
        started(SandboxError("not run"), files={"../x": ""})


def test_an_unknown_tool_is_told():
    with pytest.raises(UnknownName, match=r"sandboxed: tool: unknown name \('bsh'\); did you mean bash\?"):
        sandboxed(tools=("bsh",))
