"""A real endpoint on loopback, and pytest as a process of its own."""

import hashlib
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


class Endpoint:
    """A chat endpoint in a process of its own that answers from a table."""

    def __init__(self, url: str) -> None:
        self.url = url

    def stats(self) -> Any:
        with urllib.request.urlopen(self.url.removesuffix("/v1") + "/stats", timeout=10) as response:
            return json.load(response)


class Evals:
    """A project folder, and the ways to run pytest in it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def start(self, *args: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *args]
        environment = {**os.environ, "OPENAI_API_KEY": "sk-none", "CI": "true"}
        return subprocess.Popen(
            command, cwd=self.path, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def run(self, *args: str) -> tuple[int, str]:
        with self.start(*args) as child:
            output, _ = child.communicate(timeout=300)
        return child.returncode, output

    @property
    def folder(self) -> Path:
        return self.path / "outputs" / "latest"

    def reviews(self, benchmark: str) -> list[dict[str, Any]]:
        files = sorted((self.folder / "reviews").glob(f"*/{benchmark}/*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]

    def report(self, benchmark: str) -> Any:
        [path] = (self.folder / "reports").glob(f"*/{benchmark}.json")
        return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture
def evals(tmp_path: Path) -> Evals:
    """An empty project."""
    return Evals(tmp_path)


@pytest.fixture
def endpoint(tmp_path: Path):
    """Return a function that starts an endpoint: prompt → reply, seconds of latency, further options."""

    @contextmanager
    def started(answers: dict[str, str], *options: str, latency: float = 0.0) -> Iterator[Endpoint]:
        table = {hashlib.sha256(prompt.encode()).hexdigest(): reply for prompt, reply in answers.items()}
        path = tmp_path / "answers.json"
        path.write_text(json.dumps(table), encoding="utf-8")
        command = [sys.executable, str(ROOT / "bench" / "server.py"), "--answers", str(path)]
        command += ["--latency", str(latency), *options]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            try:
                yield Endpoint(child.stdout.readline().split()[-1])
            finally:
                child.terminate()

    return started
