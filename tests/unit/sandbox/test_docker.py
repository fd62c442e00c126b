"""The docker sandbox, against a stand-in for the daemon that speaks its HTTP and runs the command as a process."""

import asyncio
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from pytest_evalscope.errors import MissingExtra, SandboxError, UnknownName, UsageError
from pytest_evalscope.sandbox import checked_kind, open_sandbox, problem_here
from pytest_evalscope.sandbox.docker import _Watch
from pytest_evalscope.sandbox.launcher_protocol import LED, plain_environment
from pytest_evalscope.types import Limits, Program

pytest.importorskip("docker", reason="the package docker is not installed")

pytestmark = pytest.mark.slow  # processes


class Daemon(ThreadingHTTPServer):
    """What a daemon keeps: its images, and every container that was ever made."""

    daemon_threads = True

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), Protocol)
        self.folder = folder
        self.images = {"python:3.11-slim", "own/image:1"}
        self.made = []
        self.removed = []
        self.starved = False
        self.refusal = ""
        self.python = []
        self.attached = []
        self.deleted = []
        self.running = threading.Event()


class Protocol(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Daemon

    def log_message(self, *_):
        pass

    def reply(self, status, body):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def body(self):
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"null")

    def parts(self):
        # /v1.43/containers/c0/start?x=y → containers, c0/start
        path = self.path.partition("?")[0].lstrip("/")
        return (path.partition("/")[2] if path.startswith("v1") else path).partition("/")[::2]

    def container(self, rest):
        return self.server.made[int(rest.partition("/")[0][1:])]

    def do_GET(self):
        kind, rest = self.parts()
        if kind == "images":
            known = rest.removesuffix("/json") in self.server.images
            self.reply(200 if known else 404, {} if known else {"message": "No such image"})
        elif kind == "containers":
            self.reply(200, {"State": {"OOMKilled": self.server.starved}})
        else:
            self.reply(200, {"ApiVersion": "1.43"})

    def do_DELETE(self):
        self.server.deleted.append(self.path.partition("?")[2])
        self.server.removed.append(self.parts()[1])
        self.container(self.parts()[1])["process"].kill()
        self.send_response(204)
        self.end_headers()

    def do_POST(self):
        _, rest = self.parts()
        name, _, verb = rest.partition("/")
        if name == "create":
            body = self.body()
            if self.server.refusal:
                self.reply(500, {"message": self.server.refusal})
                return
            self.server.made.append({"asked": body, "started": threading.Event()})
            self.reply(201, {"Id": f"c{len(self.server.made) - 1}"})
            return
        container = self.container(rest)
        if verb == "attach":
            self.server.attached.append(self.path.partition("?")[2])
            self.attach(container)
            return
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if verb == "start":
            container["started"].set()
        elif verb == "kill":
            container["process"].kill()
        elif verb == "wait":
            code = container["process"].wait()
            self.reply(200, {"StatusCode": code if code >= 0 else 128 - code})
            return
        self.send_response(204)
        self.end_headers()

    def attach(self, container):
        self.wfile.write(b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n")
        folder = self.server.folder / str(id(container))
        folder.mkdir()
        asked = container["asked"]
        container["started"].wait(10)
        process: Any = subprocess.Popen(
            self.server.python or [sys.executable, *asked["Entrypoint"][1:]],
            cwd=folder,
            env={"PATH": os.environ["PATH"]},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        container["process"] = process
        self.server.running.set()
        lock = threading.Lock()
        hearing = [
            threading.Thread(target=self.heard, args=(which, stream, lock))
            for which, stream in ((1, process.stdout), (2, process.stderr))
        ]
        for thread in (*hearing, threading.Thread(target=self.told, args=(process.stdin,), daemon=True)):
            thread.start()
        for thread in hearing:
            thread.join()
        process.stdout.close()
        process.stderr.close()
        self.close_connection = True

    def heard(self, which, stream, lock):
        """Send what the process writes as frames."""
        while data := stream.read1(65536):
            with lock, suppress(OSError):
                self.connection.sendall(struct.pack(">BxxxL", which, len(data)) + data)

    def told(self, stream):
        """Give the process what the client sends."""
        with suppress(OSError):
            while data := self.connection.recv(65536):
                stream.write(data)
                stream.flush()
        with suppress(OSError):
            stream.close()


@pytest.fixture
def daemon(tmp_path, monkeypatch):
    if (problem := problem_here("unsafe")) is not None:  # the stand-in's programs are this machine's
        pytest.skip(problem.message)
    python = tmp_path / "bin" / "python3"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    monkeypatch.setenv("PATH", f"{python.parent}:{os.environ['PATH']}")
    served = Daemon(tmp_path)
    monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{served.server_address[1]}")
    thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield served
    served.shutdown()
    thread.join()
    served.server_close()


def run(kind, *programs):
    async def all_of():
        sandbox = open_sandbox(kind)
        try:
            return await asyncio.gather(*(sandbox.run(program) for program in programs))
        finally:
            await sandbox.aclose()

    return asyncio.run(all_of())


def python(text, stdin="", image="", **limits):
    return Program(
        command=("python", "main.py"), files={"main.py": text}, stdin=stdin, limits=Limits(**limits), image=image
    )


def test_a_program_runs_and_is_heard(daemon):
    (execution,) = run("docker", python("import sys; print(input()[::-1]); print('note', file=sys.stderr)", "olleh\n"))
    assert (execution.ok, execution.stdout, execution.stderr) == (True, "hello\n", "note\n")
    assert daemon.removed == ["c0"]


def test_a_limit_on_addresses_is_none_on_memory(daemon):
    run("docker", python("1", memory_mb=16384))
    assert daemon.made[0]["asked"]["HostConfig"]["Memory"] == 4096 << 20


def test_the_container_is_bounded(daemon):
    run("docker", python("1", memory_mb=300, processes=7, disk_mb=40))
    asked = daemon.made[0]["asked"]
    host = asked["HostConfig"]
    assert (asked["Image"], asked["User"], asked["NetworkDisabled"]) == ("python:3.11-slim", "65534:65534", True)
    assert (host["NetworkMode"], host["ReadonlyRootfs"], host["CapDrop"]) == ("none", True, ["ALL"])
    assert host["Memory"] == host["MemorySwap"] == 300 << 20
    assert (host["PidsLimit"], host["NanoCpus"], host["SecurityOpt"]) == (8, 10**9, ["no-new-privileges"])
    assert host["Tmpfs"] == {"/tmp": "rw,exec,nosuid,nodev,mode=1777,size=40m"}
    assert host["ShmSize"] == 5 << 20
    assert "Binds" not in host
    assert asked["Entrypoint"] == ["python3", "-I", "-S", "-c", LED, "0", "40"]
    assert (asked["WorkingDir"], asked["OpenStdin"]) == ("/tmp", True)
    assert sorted(asked["Env"]) == sorted(f"{name}={value}" for name, value in plain_environment("/tmp").items())
    (attached,) = map(parse_qs, daemon.attached)
    assert attached == {stream: ["1"] for stream in ("stdin", "stdout", "stderr", "stream")}
    assert {"v": ["True"], "force": ["True"]}.items() <= parse_qs(daemon.deleted[0]).items()


def test_a_container_knows_its_limits_but_not_those_that_docker_holds(daemon):
    text = "import resource\nfor name in ('CORE', 'CPU', 'FSIZE', 'NOFILE'):\n"
    text += "    print(*resource.getrlimit(getattr(resource, 'RLIMIT_' + name)))"
    (execution,) = run("docker", python(text, seconds=2.5, disk_mb=40))
    assert execution.stdout.split() == ["0", "0", "3", "3", *[str(40 << 20)] * 2, "256", "256"]


@pytest.mark.parametrize(
    ("text", "ended", "code"),
    [
        ("import sys; sys.exit(3)", "exit", 3),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "signal", None),
        ("raise MemoryError", "memory", None),
        ("import sys\nwhile True: sys.stdout.write('x' * 65536)", "output", None),
        ("import time; time.sleep(60)", "timeout", None),
    ],
)
def test_how_it_ended_is_told(daemon, text, ended, code):
    (execution,) = run("docker", python(text, seconds=0.4 if ended == "timeout" else 60.0, output_bytes=10_000))
    assert (execution.ended, execution.exit_code, execution.ok) == (ended, code, False)
    assert len(execution.stdout) <= 10_000
    assert daemon.removed == ["c0"]
    assert daemon.made[0]["process"].poll() is not None


def test_a_container_that_ran_out_of_memory_is_told(daemon):
    daemon.starved = True
    (execution,) = run("docker", python("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"))
    assert execution.ended == "memory"


def test_much_that_nobody_reads_holds_nothing_up(daemon):
    (execution,) = run("docker", python("print('done')", stdin="x" * 3_000_000))
    assert execution.stdout == "done\n"


@pytest.mark.parametrize(
    ("kind", "image", "chosen"),
    [
        ("docker", "", "python:3.11-slim"),
        ("docker", "own/image:1", "own/image:1"),
        ("docker:own/image:1", "python:3.11-slim", "own/image:1"),
    ],
)
def test_whose_image_it_is(daemon, kind, image, chosen):
    run(kind, python("1", image=image))
    assert daemon.made[0]["asked"]["Image"] == chosen


def test_an_image_that_is_not_there_is_told(daemon):
    with pytest.raises(SandboxError) as caught:
        open_sandbox("docker:no/such")
    assert (caught.value.message, caught.value.hint) == (
        "sandbox docker: image not found (no/such)",
        "fetch it once: docker pull no/such",
    )
    with pytest.raises(SandboxError, match=r"^sandbox docker: image not found \(other\)\n"):
        run("docker", python("1", image="other"))
    assert daemon.made == []


def test_closing_ends_what_runs(daemon):
    async def closed():
        sandbox = open_sandbox("docker")
        running = asyncio.create_task(sandbox.run(python("import time; time.sleep(600)", seconds=600)))
        await asyncio.to_thread(daemon.running.wait, 10)
        running.cancel()
        await sandbox.aclose()
        return await asyncio.gather(running, return_exceptions=True)

    asyncio.run(closed())
    assert daemon.removed == ["c0"]
    assert daemon.made[0]["process"].wait() == -signal.SIGKILL


def test_what_the_daemon_refuses_is_told(daemon):
    daemon.refusal = "no space left"
    with pytest.raises(SandboxError) as caught:
        run("docker", python("1"))
    assert caught.value.message == "sandbox docker: no space left"
    daemon.refusal = "x" * 400
    with pytest.raises(SandboxError) as caught:
        run("docker", python("1"))
    assert caught.value.message == f"sandbox docker: {'x' * 300}"


def test_a_container_in_which_no_program_began_is_told(daemon):
    daemon.python = [sys.executable, "-c", "import sys; sys.exit('no such\\n  python')"]
    with pytest.raises(SandboxError) as caught:
        run("docker", python("1"))
    assert caught.value.message == "sandbox: the program could not be started (no such python)"
    daemon.python = [sys.executable, "-c", ""]
    with pytest.raises(SandboxError) as caught:
        run("docker", python("1"))
    assert caught.value.message == "sandbox: the program could not be started (no reason given)"
    assert daemon.removed == ["c0", "c1"]


def test_what_comes_in_pieces_is_put_together():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        watch = _Watch(ours, memoryview(b""), Limits(output_bytes=4))
        frames = struct.pack(">BxxxL", 2, 8) + b"\0ready\ne" + struct.pack(">BxxxL", 1, 4) + b"1234"
        frames += struct.pack(">BxxxL", 7, 2) + b"??" + struct.pack(">BxxxL", 1, 1) + b"5"
        seen = []
        for number in range(len(frames)):
            theirs.sendall(frames[number : number + 1])
            assert watch._read()
            watch._has_just_begun()
            seen.append((bytes(watch.texts[1]), bytes(watch.texts[2]), watch._is_over()))
        theirs.shutdown(socket.SHUT_WR)
        assert not watch._read()
        assert watch.until_end(threading.Event()) == "", "it ended by itself"
    assert seen[15] == (b"", b"e", False)
    assert seen[27] == (b"1234", b"e", False)
    assert seen[-2:] == [(b"1234", b"e", False), (b"12345", b"e", True)]
    assert sorted(watch.texts) == [1, 2]
    cut = watch.execution(0, "", starved=False, seconds=0.5)
    assert (cut.ended, cut.exit_code, cut.stdout, cut.stderr, cut.seconds) == ("output", None, "1234", "e", 0.5)
    assert watch.execution(0, "timeout", starved=True, seconds=0.5).ended == "timeout"
    assert watch.execution(0, "", starved=True, seconds=0.5).ended == "memory"


def test_no_daemon_is_told(monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:9")
    with pytest.raises(SandboxError, match=r"^sandbox docker: no Docker daemon responds \(.+\)\n") as caught:
        open_sandbox("docker")
    assert caught.value.hint == "start Docker, or name its address in DOCKER_HOST"


def test_without_the_package_its_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "docker", None)
    with pytest.raises(MissingExtra) as caught:
        open_sandbox("docker")
    assert caught.value.message == "sandbox docker: needs the package 'docker', which is not installed"
    assert caught.value.install == "pip install 'pytest-evalscope[docker]'"


NAMES = ["local", "docker", "docker:a/b:1", "enclave:http://h:1", "enclave:https://h#i", "unsafe", "off"]


@pytest.mark.parametrize("text", NAMES)
def test_names_of_sandboxes(text):
    assert checked_kind(text, "here") == text


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("podman", UnknownName, r"^here: unknown name \('podman'\)"),
        ("local:x", UnknownName, r"^here: unknown name \('local:x'\)"),
        ("off:", UnknownName, r"^here: unknown name \('off:'\)"),
        (
            "docker:",
            UsageError,
            r"^here: docker names no image \('docker:'\); accepted: docker:IMAGE, or docker alone\Z",
        ),
        ("enclave", UsageError, r"^here: enclave names no server \('enclave'\); accepted: enclave:http://HOST:PORT\Z"),
        ("enclave:host:1", UsageError, r"^here: enclave names no server .*; accepted: enclave:http://HOST:PORT\Z"),
        ("enclave:", UsageError, "^here: enclave names no server "),
    ],
)
def test_names_that_are_none(text, error, message):
    with pytest.raises(error, match=message):
        checked_kind(text, "here")


def test_a_sandbox_is_named_where_it_is_opened():
    with pytest.raises(UnknownName, match=r"^sandbox: unknown name \('podman'\)"):
        open_sandbox("podman")
