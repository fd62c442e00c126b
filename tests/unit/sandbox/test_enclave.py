"""The enclave sandbox, against a stand-in for the ms-enclave server that runs what it is given."""

import asyncio
import json
import subprocess
import sys
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from pytest_evalscope.errors import SandboxError
from pytest_evalscope.sandbox import open_sandbox, problem_here
from pytest_evalscope.sandbox.enclave import EnclaveSandbox
from pytest_evalscope.types import Limits, Program

pytestmark = pytest.mark.slow  # processes


class Server(ThreadingHTTPServer):
    """What a server keeps; `key` is what clients must name."""

    daemon_threads = False  # closing it waits for whoever still answers

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Protocol)
        self.made = {}
        self.removed = []
        self.calls = []
        self.key = ""
        self.answer = None
        self.making = None
        self.healthy = True
        self.asked = threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Protocol(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, *_):
        pass

    def reply(self, body, status=200):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        with suppress(OSError):  # who asked has gone
            self.wfile.write(content)

    def refused(self):
        if self.server.key and self.headers.get("X-API-Key") != self.server.key:
            self.reply({"detail": "Unauthorized"}, 401)
            return True
        return False

    def do_GET(self):
        if not self.refused():
            self.reply({"healthy": self.server.healthy, "version": "1.0.0"})

    def do_DELETE(self):
        self.server.removed.append(self.path.rpartition("/")[2])
        self.reply({"message": "Sandbox deleted successfully"})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.refused():
            return
        if self.path.startswith("/sandbox/create"):
            name = f"box{len(self.server.made)}"
            self.server.made[name] = (self.path, body)
            self.reply(self.server.making or {"sandbox_id": name})
            return
        self.server.calls.append(body)
        self.server.asked.set()
        if self.server.answer is not None:
            self.reply(*self.server.answer)
            return
        assert (self.path, body["tool_name"]) == ("/sandbox/tool/execute", "python_executor")
        done = subprocess.run([sys.executable, "-"], input=body["parameters"]["code"], capture_output=True, text=True)
        status = "error" if done.returncode else "success"
        self.reply({"tool_name": "python_executor", "status": status, "output": done.stdout, "error": done.stderr})


@pytest.fixture
def server():
    if (problem := problem_here("unsafe")) is not None:  # the stand-in's programs are this machine's
        pytest.skip(problem.message)
    served = Server()
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
    files = {"a/main.py": text}
    return Program(
        command=(sys.executable, "a/main.py"), files=files, stdin=stdin, limits=Limits(**limits), image=image
    )


def test_a_program_runs_and_is_heard(server):
    text = "import sys; print(input()[::-1]); print('note é', file=sys.stderr)"
    (execution,) = run(f"enclave:{server.url}/", python(text, "olleh\n"))
    assert (execution.ok, execution.stdout, execution.stderr) == (True, "hello\n", "note é\n")
    assert server.removed == list(server.made) == ["box0"]


def test_the_container_is_bounded(server):
    run(f"enclave:{server.url}", python("1", memory_mb=300))
    path, config = server.made["box0"]
    assert path == "/sandbox/create?sandbox_type=docker"
    assert (config["image"], config["network_enabled"], config["memory_limit"]) == ("python:3.11-slim", False, "300m")
    assert config["tools_config"] == {"python_executor": {}}
    assert (config["cpu_limit"], len(config)) == (1.0, 5)
    run(f"enclave:{server.url}", python("1", memory_mb=16384))
    assert server.made["box1"][1]["memory_limit"] == "4096m"


def test_the_server_has_half_a_minute_more_than_the_program(server):
    run(f"enclave:{server.url}", python("1", seconds=1.2))
    (call,) = server.calls
    assert sorted(call) == ["parameters", "sandbox_id", "tool_name"]
    assert (call["sandbox_id"], call["parameters"]["timeout"]) == ("box0", 32)


def test_each_call_has_its_time(monkeypatch):
    calls = []

    async def request(self, method, path, body, seconds):
        calls.append((method, path, seconds))
        return {"sandbox_id": 7, "status": "timeout"}

    monkeypatch.setattr(EnclaveSandbox, "_request", request)

    async def run():
        sandbox = EnclaveSandbox("http://h", "", 1)
        try:
            return sandbox.name, await sandbox.run(python("1", seconds=1.5))
        finally:
            await sandbox.aclose()

    name, execution = asyncio.run(run())
    assert (name, execution.ended, execution.seconds) == ("enclave", "timeout", 31.5)
    assert calls == [
        ("POST", "/sandbox/create?sandbox_type=docker", 300.0),
        ("POST", "/sandbox/tool/execute", 61.5),
        ("DELETE", "/sandbox/7", 30.0),
    ]


def test_a_file_outside_its_folder_is_refused_before_anything_is_asked():
    sandbox = EnclaveSandbox("http://h", "", 1)
    with pytest.raises(SandboxError, match=r"^sandbox: a file outside the working folder \('\.\./a'\)"):
        asyncio.run(sandbox.run(Program(command=("x",), files={"../a": ""})))


def test_a_program_knows_its_limits_and_its_files(server):
    text = "import os, resource\nfor name in ('CORE', 'CPU', 'FSIZE', 'NOFILE'):\n"
    text += "    print(*resource.getrlimit(getattr(resource, 'RLIMIT_' + name)))\n"
    text += "print(sorted(os.listdir()), ascii(open('c.txt', newline='', errors='surrogateescape').read()))"
    program = Program(
        command=(sys.executable, "a/main.py"),
        files={"a/main.py": text, "c.txt": "1\r\né"},
        limits=Limits(seconds=2.5, disk_mb=40),
    )
    (execution,) = run(f"enclave:{server.url}", program)
    *numbers, last = execution.stdout.splitlines()
    assert numbers == ["0 0", "3 3", f"{40 << 20} {40 << 20}", "256 256"]
    assert last == r"['a', 'c.txt'] '1\r\n\xe9'"
    assert 0 < execution.seconds < 60


def test_what_it_started_ends_with_it(server):
    text = "import os, time\nif os.fork() == 0:\n    time.sleep(600)\nprint('gone')"
    (execution,) = run(f"enclave:{server.url}", python(text))
    assert (execution.ok, execution.stdout) == (True, "gone\n")


@pytest.mark.parametrize(("stream", "size", "ended"), [
    ("stdout", 10_000, "exit"), ("stdout", 10_001, "output"), ("stderr", 10_000, "exit"), ("stderr", 10_001, "output"),
])  # fmt: skip
def test_output_is_cut_beyond_its_limit(server, stream, size, ended):
    text = f"import sys; sys.{stream}.write('x' * {size})"
    (execution,) = run(f"enclave:{server.url}", python(text, output_bytes=10_000))
    assert (execution.ended, len(getattr(execution, stream))) == (ended, 10_000)


@pytest.mark.parametrize(
    ("kind", "image", "chosen"), [("", "", "python:3.11-slim"), ("", "a:1", "a:1"), ("#b:2", "a:1", "b:2")]
)
def test_whose_image_it_is(server, kind, image, chosen):
    run(f"enclave:{server.url}{kind}", python("1", image=image))
    assert server.made["box0"][1]["image"] == chosen


@pytest.mark.parametrize(
    ("text", "ended", "code"),
    [
        ("import sys; sys.exit(3)", "exit", 3),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "signal", None),
        ("raise MemoryError", "memory", None),
        ("print('x' * 20_000)", "output", None),
        ("while True: pass", "timeout", None),
    ],
)
def test_how_it_ended_is_told(server, text, ended, code):
    (execution,) = run(
        f"enclave:{server.url}", python(text, seconds=0.4 if ended == "timeout" else 60.0, output_bytes=10_000)
    )
    assert (execution.ended, execution.exit_code, execution.ok) == (ended, code, False)
    assert len(execution.stdout) <= 10_000


def test_a_command_that_is_not_there_is_its_own_failure(server):
    (execution,) = run(f"enclave:{server.url}", Program(command=("no-such-program",)))
    assert (execution.ended, execution.exit_code) == ("exit", 1)
    assert (execution.stdout, execution.stderr) == ("", "no-such-program: No such file or directory")


REFUSED = "sandbox enclave: the server refused"
NOT_RUN = "sandbox enclave: the program could not be run"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (({"status": "error", "output": "", "error": "No\n python"},), f"{NOT_RUN} (No python)"),
        (({"status": "error", "error": "x" * 400},), f"{NOT_RUN} ({'x' * 300})"),
        (({"status": "success", "output": None},), f"{NOT_RUN} (no reason given)"),
        (({"detail": "Sandbox box0 not found"}, 404), f"{REFUSED} (404: Sandbox box0 not found)"),
        (({"detail": "x" * 400}, 500), f"{REFUSED} (500: {'x' * 300})"),
        (({}, 201), f"{REFUSED} (201: None)"),
        ((["x"],), f"{REFUSED} (200: ['x'])"),
    ],
)
def test_what_the_server_cannot_do_is_told(server, answer, message):
    server.answer = answer
    with pytest.raises(SandboxError) as caught:
        run(f"enclave:{server.url}", python("1"))
    assert caught.value.message == message
    assert server.removed == ["box0"]


def test_a_server_that_makes_no_container_is_told(server):
    server.making = {"status": "queued"}
    with pytest.raises(SandboxError) as caught:
        run(f"enclave:{server.url}", python("1"))
    assert caught.value.message == "sandbox enclave: the server made no container"
    assert (server.calls, server.removed) == ([], [])


def test_a_server_that_has_gone_is_told(server):
    async def gone():
        sandbox: Any = open_sandbox(f"enclave:{server.url}")
        sandbox._url = "http://127.0.0.1:9"
        try:
            await sandbox.run(python("1"))
        finally:
            await sandbox.aclose()

    with pytest.raises(SandboxError, match=r"^sandbox enclave: no response from http://127\.0\.0\.1:9 \(.+\)\Z"):
        asyncio.run(gone())


def test_a_container_that_answers_too_late_ran_out_of_time(server):
    server.answer = ({"status": "timeout", "output": "", "error": "Command timed out"},)
    (execution,) = run(f"enclave:{server.url}", python("1"))
    assert (execution.ended, execution.exit_code) == ("timeout", None)
    assert (execution.stdout, execution.stderr, execution.seconds) == ("", "", 40.0)


def test_a_program_that_tells_the_result_itself_is_not_believed(server):
    text = 'print(\'came of it 00: {"code": 0, "cause": "", "stdout": "", "stderr": ""}\')\nexit(1)'
    (execution,) = run(f"enclave:{server.url}", python(text))
    assert execution.exit_code == 1


def test_its_key_comes_from_the_environment(server, monkeypatch):
    server.key = "sk-secret"
    with pytest.raises(SandboxError, match=r"^sandbox enclave: no server responds at .*401") as caught:
        open_sandbox(f"enclave:{server.url}")
    assert caught.value.hint == (
        "start one with `ms-enclave server`; its key, if it has one, goes into MS_ENCLAVE_API_KEY"
    )
    monkeypatch.setenv("MS_ENCLAVE_API_KEY", " sk-secret\n")
    assert run(f"enclave:{server.url}", python("print(1)"))[0].stdout == "1\n"


def test_a_server_that_repeats_its_key_gives_it_to_no_record(server, monkeypatch):
    server.key = "sk-SENTINEL-0123456789"
    monkeypatch.setenv("MS_ENCLAVE_API_KEY", server.key)
    (execution,) = run(f"enclave:{server.url}", python(f"print({server.key!r})"))
    assert execution.stdout == "***\n"
    server.answer = ({"detail": f"no {server.key}"}, 500)
    with pytest.raises(SandboxError) as caught:
        run(f"enclave:{server.url}", python("1"))
    assert caught.value.message == f"{REFUSED} (500: no ***)"


def test_no_server_is_told():
    with pytest.raises(SandboxError, match=r"^sandbox enclave: no server responds at http://127\.0\.0\.1:9 \("):
        open_sandbox("enclave:http://127.0.0.1:9")


def test_a_server_that_is_not_well_is_told(server):
    for server.healthy in (False, None):
        with pytest.raises(SandboxError) as caught:
            open_sandbox(f"enclave:{server.url}")
        assert caught.value.message == f"sandbox enclave: the server at {server.url} reports that it is not healthy"


def test_a_cancelled_program_leaves_no_container(server):
    async def cancelled():
        sandbox = open_sandbox(f"enclave:{server.url}")
        running = asyncio.create_task(sandbox.run(python("import time; time.sleep(0.3)")))
        await asyncio.to_thread(server.asked.wait, 10)
        running.cancel()
        outcome = await asyncio.gather(running, return_exceptions=True)
        await sandbox.aclose()
        return outcome

    assert isinstance(asyncio.run(cancelled())[0], asyncio.CancelledError)
    assert server.removed == ["box0"]
