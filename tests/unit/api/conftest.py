"""A folder of one's own, a benchmark of sums, and a model that adds."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.collections import CollectionSchema, DatasetInfo, WeightedSampler, dump_jsonl_data
from pytest_evalscope.data import Rows
from pytest_evalscope.scorers import number
from pytest_evalscope.types import Sample


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, empty; replies are kept in it, and nothing around it says where data or keys are."""
    for name in ("CI", "EVALSCOPE_DATA_DIR", "GITHUB_STEP_SUMMARY", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EVALSCOPE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def sums() -> Callable[..., Benchmark]:
    """A benchmark of sums: `sums("few", 2)` asks 1 + 1 and 2 + 2."""

    def made(name: str = "sums", count: int = 4, **changes: Any) -> Benchmark:
        benchmark = Benchmark(
            name=name,
            data=Rows([{"q": f"{n} + {n}", "a": str(2 * n)} for n in range(1, count + 1)]),
            sample=lambda row: Sample(input=row["q"], target=row["a"]),
            score=number(),
            task_type="math",
        )
        return replace(benchmark, **changes)

    return made


@pytest.fixture
def add() -> Callable[[str], str]:
    """A function that adds; under test it goes by the name `add`."""

    def add(prompt: str) -> str:
        first, _, second = prompt.split()
        return str(int(first) + int(second))

    return add


@pytest.fixture
def mixed(folder: Path) -> Path:
    """A mixed set of three smoke benchmarks, 24 samples; the model that answers A is right in some."""
    leaves: list[DatasetInfo | CollectionSchema] = [
        DatasetInfo("smoke_arithmetic", 1),
        DatasetInfo("smoke_facts", 1),
        DatasetInfo("smoke_knowledge", 2),
    ]
    path = folder / "mixed.jsonl"
    dump_jsonl_data(WeightedSampler(CollectionSchema("mine", datasets=leaves)).sample(24), path)
    return path


@pytest.fixture
def read_json() -> Callable[[Path], Any]:
    """Read a JSON file."""
    return lambda path: json.loads(path.read_text("utf-8"))


@dataclass
class Endpoint:
    """A chat endpoint on loopback; it answers everything with `4` and remembers what it was sent."""

    keys: list[str | None] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """An endpoint that is up."""
    seen = Endpoint()

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            seen.keys.append(self.headers.get("Authorization"))
            seen.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            content = json.dumps({"choices": [{"message": {"role": "assistant", "content": "4"}}]}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        seen.url = f"http://127.0.0.1:{server.server_port}/v1"
        yield seen
        server.shutdown()
        thread.join()
