"""Hubs on loopback, and processes that read from them: the hubs' clients read their endpoint when they are imported."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.data import hub_stub, modelscope_stub

READS = """
import json, sys
from pathlib import Path
from pytest_evalscope.data import Hub, Source
from pytest_evalscope.data import failures, hugging_face
from pytest_evalscope.errors import EvalscopeError

failures.sleep = lambda seconds: None
hugging_face.STREAMED = 16 << 20
for line in sys.stdin:
    asked = json.loads(line)
    source = Source(**asked["source"])
    try:
        hub = Hub(asked["id"], **asked["hub"])
        if asked["file"]:
            answer = {"rows": hub.file(asked["file"], source).read_text("utf-8")}
        else:
            rows = hub.read(hub.subsets[0], part=asked["part"], source=source)
            answer = {"rows": [dict(row) for _, row in zip(range(asked["count"]), rows)]}
    except EvalscopeError as error:
        answer = {"message": error.message, "hint": error.hint, "kind": type(error).__name__}
    print(json.dumps(answer, default=repr), flush=True)
"""


@contextmanager
def served(hub: Any, requests: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The address at which a stand-in answers."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Stub", (requests,), {"hub": hub}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def reader(folder: Path, **environment: str) -> Iterator[Callable[..., SimpleNamespace]]:
    """A process that reads data sets: `read("owner/set", config="main", offline=True)` returns rows or an error."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("HF_", "MODELSCOPE", "EVALSCOPE"))
    }
    quiet = {"HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "NO_PROXY": "127.0.0.1"}
    # datasets 4.0 leaves the CSV files open that it has read.
    command = [sys.executable, "-W", "error", "-W", "ignore::ResourceWarning", "-c", READS]
    with subprocess.Popen(
        command, cwd=folder, env={**kept, **quiet, **environment}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    ) as child:  # fmt: skip
        assert child.stdout is not None
        assert child.stderr is not None
        answers, errors = child.stdout, child.stderr

        def read(name: str, *, part: str = "eval", count: int = 10**6, file: str = "", **given: Any) -> SimpleNamespace:
            source = {key: given.pop(key) for key in ("offline", "hub", "most") if key in given}
            asked = {"id": name, "hub": given, "source": source, "part": part, "count": count, "file": file}
            print(json.dumps(asked), file=child.stdin, flush=True)
            answer = answers.readline()
            assert answer, errors.read()
            return SimpleNamespace(**{"rows": None, "message": "", "hint": "", "kind": "", **json.loads(answer)})

        yield read
        _, said = child.communicate()
        assert said == "", "the clients print nothing"


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the Hugging Face clients keep what they download."""
    return tmp_path_factory.mktemp("hf")


@pytest.fixture(scope="session")
def hugging_face(cache: Path) -> Iterator[SimpleNamespace]:
    """A stand-in for the Hugging Face hub, and a process that reads from it."""
    hub = hub_stub.Hub()
    with served(hub, hub_stub.Requests) as url, reader(cache, HF_ENDPOINT=url, HF_HOME=str(cache)) as read:
        yield SimpleNamespace(hub=hub, read=read, url=url, folder=cache)


@pytest.fixture(scope="session")
def unreachable(cache: Path) -> Iterator[SimpleNamespace]:
    """A process that has what was downloaded, and a hub that does not answer."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with reader(cache, HF_ENDPOINT=url, HF_HOME=str(cache)) as read:
            yield SimpleNamespace(read=read, url=url)


@pytest.fixture(scope="session")
def modelscope(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """A stand-in for ModelScope, and a process that reads from it."""
    hub, folder = modelscope_stub.Hub(), tmp_path_factory.mktemp("ms")
    environment = {"MODELSCOPE_CACHE": str(folder / "cache"), "MODELSCOPE_HOME": str(folder), "HF_HOME": str(folder)}
    with (
        served(hub, modelscope_stub.Requests) as url,
        reader(folder, MODELSCOPE_ENDPOINT=url, **environment) as read,
    ):
        yield SimpleNamespace(hub=hub, read=read, url=url)
