"""Small benchmarks and schemas to draw from."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.collections import CollectionSchema, DatasetInfo, MixedSet, WeightedSampler, dump_jsonl_data
from pytest_evalscope.data import Rows, Source
from pytest_evalscope.scorers import exact
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Sample


def sample(row: Mapping[str, Any]) -> Sample:
    return Sample(id=row["id"], input=row["question"], target=row["answer"])


def rows(name: str, count: int, *, text: str = "") -> list[dict[str, str]]:
    return [{"id": f"{name}-{i}", "question": f"{name} {i}? {text}", "answer": str(i)} for i in range(count)]


Make = Callable[..., Benchmark]


@pytest.fixture
def make() -> Make:
    """A benchmark with as many rows per subset as is said: `make("words", easy=3, hard=5)`."""

    def made(name: str, few_shot: int = 0, text: str = "", **sizes: int) -> Benchmark:
        data = Rows({subset: rows(subset, size, text=text) for subset, size in sizes.items()}, few_shot=rows("shot", 9))
        return Benchmark(
            name=name,
            data=data,
            sample=sample,
            score=exact(),
            solve=chat(template="Q: {input}", few_shot=few_shot),
            task_type="recall",
            tags=("en",),
        )

    return made


@dataclass(frozen=True)
class Watched:
    """Rows whose card may promise too much, and which remembers what was read of it."""

    sizes: Mapping[str, int]
    promised: Mapping[str, int | None]
    reads: list[str] = field(default_factory=list)

    @property
    def subsets(self) -> tuple[str, ...]:
        return tuple(self.sizes)

    def size(self, subset: str) -> int | None:
        return self.promised[subset]

    def read(self, subset: str, *, part: str = "eval", source: Source) -> Iterator[dict[str, str]]:
        self.reads.append(subset)
        yield from rows(subset, self.sizes[subset])


@pytest.fixture
def watched() -> Callable[..., Benchmark]:
    """A benchmark on a `Watched`: `watched("words", {"easy": 3}, {"easy": 9})`; `.data.reads` lists what was read."""

    def made(name: str, sizes: Mapping[str, int], promised: Mapping[str, int | None]) -> Benchmark:
        return Benchmark(name=name, data=Watched(sizes, promised), sample=sample, score=exact())

    return made


@pytest.fixture
def index() -> Callable[..., CollectionSchema]:
    """A flat schema: `index(words=3, facts=7)` with these weights."""

    def made(**weights: float) -> CollectionSchema:
        return CollectionSchema("index", datasets=[DatasetInfo(name, weight) for name, weight in weights.items()])

    return made


@pytest.fixture
def own(make: Make) -> list[Benchmark]:
    """Two benchmarks of the user's own: `a` with worked examples and two subsets, and `b`."""
    return [make("a", few_shot=1, x=20, y=10), make("b", all=9)]


@pytest.fixture
def mixed(own: list[Benchmark], index: Callable[..., CollectionSchema]) -> MixedSet:
    """Twelve samples of `own`, nine of them of `a`."""
    return WeightedSampler(index(a=3, b=1), benchmarks=own).sample(12)


@pytest.fixture
def file(mixed: MixedSet, tmp_path: Path) -> Path:
    """The file of `mixed`."""
    dump_jsonl_data(mixed, tmp_path / "set.jsonl")
    return tmp_path / "set.jsonl"


def read_lines(file: Path) -> list[Any]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def write_lines(path: Path, *records: Any) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return path


@pytest.fixture
def lines() -> Callable[[Path], list[Any]]:
    """The records of a file."""
    return read_lines


@pytest.fixture
def write() -> Callable[..., Path]:
    """Write records to a path, and return it."""
    return write_lines


@pytest.fixture
def rewrite() -> Callable[[Path, Callable[[list[Any]], list[Any]]], None]:
    """Pass the records of a file through a function and write them back."""

    def made(file: Path, change: Callable[[list[Any]], list[Any]]) -> None:
        write_lines(file, *change(read_lines(file)))

    return made


@pytest.fixture
def theirs() -> Callable[..., dict[str, Any]]:
    """A record as EvalScope dumps it, with changes."""

    def made(**changes: Any) -> dict[str, Any]:
        prompt: dict[str, Any] = {
            "input": [{"id": "1f", "content": "Here are examples\n\nWhat is 1?", "role": "user", "source": None}],
            "choices": None,
            "target": "1",
            "id": 0,
            "group_id": 0,
            "metadata": {},
        }
        record = {
            "index": 0,
            "prompt": prompt,
            "tags": ["en"],
            "categories": ["root", "math"],
            "task_type": "math",
            "weight": 0.25,
            "dataset_name": "b",
            "subset_name": "all",
        }
        return {**record, **changes}

    return made


@pytest.fixture
def packaged(tmp_path: Path) -> Path:
    """The file of a mixed set whose benchmarks ship with the package."""
    schema = CollectionSchema("mine", datasets=[DatasetInfo("smoke_arithmetic"), DatasetInfo("smoke_facts", 3)])
    path = tmp_path / "mine.jsonl"
    dump_jsonl_data(WeightedSampler(schema).sample(12), path)
    return path


COMMANDS = """
import inspect, json, sys
from click.testing import CliRunner
from pytest_evalscope.cli.root import commands
apart = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}  # click 8.1
for line in sys.stdin:
    asked = json.loads(line)
    done = CliRunner(**apart).invoke(commands, asked["words"], env=asked["env"])
    unexpected = None if isinstance(done.exception, SystemExit) else done.exception
    print(json.dumps([done.exit_code, done.stdout, done.stderr, repr(unexpected)]), flush=True)
"""


@pytest.fixture(scope="session")
def command_line():
    """Return a function that starts a process which runs command lines, under an environment of its own.

    The hubs' clients read their endpoint when they are imported; the process is kept, since importing takes a second.
    """

    @contextmanager
    def started(prefixes: tuple[str, ...], environment: Mapping[str, str]):
        own = {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
        command = [sys.executable, "-W", "error", "-c", COMMANDS]
        with subprocess.Popen(
            command,
            env={**own, **environment, "NO_PROXY": "127.0.0.1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as child:
            assert child.stdout is not None
            answers = child.stdout

            def typed(*words: object, **env: str) -> SimpleNamespace:
                print(json.dumps({"words": [*map(str, words)], "env": env}), file=child.stdin, flush=True)
                status, stdout, stderr, unexpected = json.loads(answers.readline())
                assert unexpected == "None", "no traceback ever"
                assert "SENTINEL" not in stdout + stderr, "a token is never shown"
                return SimpleNamespace(status=status, stdout=stdout, stderr=stderr)

            yield typed
            child.communicate()

    return started


@pytest.fixture(scope="session")
def stand_in() -> Callable[..., Any]:
    """A context in which a stand-in for a hub answers on loopback: `stand_in(hub, Requests)` gives its url and hub."""

    @contextmanager
    def served(hub: Any, requests: type[BaseHTTPRequestHandler]) -> Iterator[SimpleNamespace]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Stub", (requests,), {"hub": hub}))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}", hub=hub)
        finally:
            server.shutdown()
            server.server_close()

    return served
