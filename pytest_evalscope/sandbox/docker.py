"""Docker: a fresh container for each program, without network and on a read-only root."""

from __future__ import annotations

import select
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from math import ceil
from time import monotonic
from typing import Any, Literal

from pytest_evalscope.errors import MissingExtra, SandboxError
from pytest_evalscope.sandbox.launcher import READY
from pytest_evalscope.sandbox.launcher_protocol import CONTAINER_MEMORY_MB, LED, job_of, plain_environment
from pytest_evalscope.sandbox.supervise import CHUNK, START, TICK, concluded
from pytest_evalscope.types import Execution, Limits, Program

IMAGE = "python:3.11-slim"
"""The image where neither the user nor the benchmark names one."""
FOLDER = "/tmp"  # noqa: S108  # the container's own, in memory
NOBODY = "65534:65534"
HEADER = struct.Struct(">BxxxL")
"""Header of a frame of the attached stream: which stream (1 stdout, 2 stderr), and how many bytes follow."""
KILLED = 137


def require_daemon(image: str) -> None:
    """Raise SandboxError when no daemon responds or the image is not found, MissingExtra without the package."""
    with _daemon() as client:
        client.ping()
        if image:
            _require_image(client, image)


def execute(program: Program, stop: threading.Event, *, image: str = "") -> Execution:
    """Run `program` in a container of its own, in this thread; setting `stop` ends it. Raises SandboxError.

    `image` is the user's; left empty, the program's own. It must contain python3. Whatever the end, the container is
    removed, and with it everything in it; where this process is killed, it stops by itself when its time is over.
    """
    chosen = image or program.image or IMAGE
    with _daemon() as client:
        _require_image(client, chosen)
        name = client.create_container(chosen, **_options(client, program.limits))["Id"]
        try:
            with _attached(client, name) as stream:
                job = job_of(program, python="python3", rlimits={}, drop=False)
                watch = _Watch(stream, memoryview(job), program.limits)
                client.start(name)
                started = monotonic()
                cause = watch.until_end(stop)
            if cause:
                with suppress(Exception):  # it may have ended in between
                    client.kill(name)
            code = int(client.wait(name)["StatusCode"])
            state = client.inspect_container(name)["State"]
        finally:
            client.remove_container(name, force=True, v=True)
    return watch.execution(code, cause, bool(state.get("OOMKilled")), monotonic() - (watch.began or started))


@contextmanager
def _daemon() -> Iterator[Any]:
    """Give a client of the daemon that DOCKER_HOST names, else of the local one."""
    try:
        import docker
        from docker.errors import APIError, DockerException
        from requests.exceptions import RequestException
    except ImportError:
        raise MissingExtra("sandbox docker", "docker", "pip install 'pytest-evalscope[docker]'") from None
    try:
        client = docker.from_env(version="auto", timeout=60).api
        try:
            if client.base_url.endswith("localnpipe"):
                raise SandboxError(
                    "sandbox docker: program output over a named pipe is not supported (this is Windows)",
                    hint="run pytest in WSL, or let Docker listen on TCP: DOCKER_HOST=tcp://localhost:2375",
                )
            yield client
        finally:
            client.close()
    except APIError as error:
        raise SandboxError(f"sandbox docker: {_said(error.explanation or error)}") from error
    except (DockerException, RequestException, OSError) as error:
        raise SandboxError(
            f"sandbox docker: no Docker daemon responds ({_said(error)})",
            hint="start Docker, or name its address in DOCKER_HOST",
        ) from error


@contextmanager
def _attached(client: Any, name: str) -> Iterator[socket.socket]:
    """Give the stream of a container that has not started: nothing of it can be missed."""
    given = client.attach_socket(name, params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})
    stream: socket.socket = getattr(given, "_sock", given)
    try:
        yield stream
    finally:
        # Three things hold one connection: the package's, that of its HTTP library, and the socket itself.
        for opened in (getattr(given, "_response", None), given, stream):
            if opened is not None:
                opened.close()


def _said(error: object) -> str:
    return " ".join(str(error).split())[-300:]


def _require_image(client: Any, image: str) -> None:
    from docker.errors import ImageNotFound

    try:
        client.inspect_image(image)
    except ImageNotFound:
        raise SandboxError(
            f"sandbox docker: image not found ({image})", hint=f"fetch it once: docker pull {image}"
        ) from None


def _options(client: Any, limits: Limits) -> dict[str, Any]:
    """Return the options of a container: its limits, and the command it runs."""
    memory = min(limits.memory_mb, CONTAINER_MEMORY_MB) << 20
    host = client.create_host_config(
        network_mode="none",
        read_only=True,
        tmpfs={FOLDER: f"rw,exec,nosuid,nodev,mode=1777,size={limits.disk_mb}m"},
        shm_size=limits.disk_mb << 17,
        mem_limit=memory,
        memswap_limit=memory,
        # The launcher stays above the program.
        pids_limit=limits.processes + 1,
        nano_cpus=1_000_000_000,
        cap_drop=["ALL"],
        security_opt=["no-new-privileges"],
    )
    return {
        # An image's own entry point would precede the command.
        "entrypoint": ["python3", "-I", "-S", "-c", LED, "0", str(ceil(START + limits.seconds))],
        "user": NOBODY,
        "working_dir": FOLDER,
        "environment": plain_environment(FOLDER),
        "stdin_open": True,
        "network_disabled": True,
        "host_config": host,
    }


@dataclass
class _Watch:
    """The attached stream: the job goes in, frames of both outputs come out."""

    stream: socket.socket
    to_write: memoryview
    limits: Limits
    texts: dict[int, bytearray] = field(default_factory=lambda: {1: bytearray(), 2: bytearray()})
    pending: bytearray = field(default_factory=bytearray)
    began: float | None = None
    """Time at which the launcher was ready, by the monotonic clock; None before."""

    def until_end(self, stop: threading.Event) -> Literal["", "timeout", "output"]:
        """Return which limit it passed; "" when it ended by itself."""
        self.stream.setblocking(False)
        deadline = monotonic() + START
        while True:
            if stop.is_set() or monotonic() > deadline:
                return "timeout"
            readable, writable, _ = select.select([self.stream], [self.stream] if self.to_write else [], [], TICK)
            if writable:
                self._write()
            if readable and not self._read():
                return ""
            if self._has_just_begun():
                deadline = monotonic() + self.limits.seconds
            if self._is_over():
                return "output"

    def _write(self) -> None:
        try:
            self.to_write = self.to_write[self.stream.send(self.to_write[:CHUNK]) :]
        except BlockingIOError:
            return
        except OSError:  # it has closed its stdin
            self.to_write = self.to_write[:0]
        if not self.to_write:
            with suppress(OSError):
                self.stream.shutdown(socket.SHUT_WR)

    def _read(self) -> bool:
        """Take what has come; False at the end of the stream."""
        try:
            data = self.stream.recv(CHUNK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self.pending += data
        while len(self.pending) >= HEADER.size:
            which, size = HEADER.unpack_from(self.pending)
            if len(self.pending) < HEADER.size + size:
                break
            self.texts.get(which, bytearray()).extend(self.pending[HEADER.size : HEADER.size + size])
            del self.pending[: HEADER.size + size]
        return bool(data)

    def _has_just_begun(self) -> bool:
        if self.began is not None or not self.texts[2].startswith(READY):
            return False
        del self.texts[2][: len(READY)]
        self.began = monotonic()
        return True

    def _is_over(self) -> bool:
        return max(map(len, self.texts.values())) > self.limits.output_bytes

    def execution(self, code: int, cause: Literal["", "timeout", "output"], starved: bool, seconds: float) -> Execution:
        """Return the execution's result. Raises SandboxError."""
        stdout, stderr = (bytes(self.texts[which][: self.limits.output_bytes]) for which in (1, 2))
        if self.began is None:
            said = _said(stderr.decode("utf-8", "replace")) or cause or "no reason given"
            raise SandboxError(f"sandbox: the program could not be started ({said})")
        if not cause and starved:
            return concluded(KILLED, stdout, stderr, seconds, cause="memory")
        return concluded(code, stdout, stderr, seconds, cause=cause, over=self._is_over())
