"""What a faulty endpoint costs, side by side with EvalScope and inspect_ai: samples lost, score shifted, asked twice.

    python bench/faults.py [--evalscope-python PATH] [--inspect-python PATH] [--count 600] [--only faults,sticky,kill]

Everybody asks `bench/server.py` the same four-choice questions, 32 at a time, at most 5 seconds for an attempt, all
else as it comes. The reply is always B, which is right for seven of ten.

    faults  5 % HTTP 500, 5 % 429 with Retry-After, 1 % resets, 1 % hangs, 1 % broken JSON; a retry may pass
    sticky  5 % of the prompts always fail with HTTP 500
    kill    no faults; `kill -9` when half is answered, then the same again: how many answered prompts are asked again

A run that has not ended after `--limit` seconds is ended. A peer whose Python is not named is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tabulate import tabulate

HERE = Path(__file__).resolve().parent
CONCURRENCY = 32
CASES = {
    "faults": ("--latency", "0.02", "--faults", "500=0.05,429=0.05,reset=0.01,hang=0.01,garbage=0.01"),
    "sticky": ("--latency", "0.02", "--faults", "500=0.05", "--sticky"),
    "kill": ("--latency", "0.3"),
}
TRUTH = 0.7
TEST = """
import json
from pathlib import Path
from pytest_evalscope import Benchmark, Rows, Sample, benchmark, choice, multiple_choice

ROWS = [json.loads(line) for line in Path(r"{data}").read_text("utf-8").splitlines()]
FAULT = Benchmark(
    name="fault", data=Rows(ROWS), solve=multiple_choice(), score=choice(),
    sample=lambda row: Sample(
        id=row["id"], input=row["question"], choices=tuple(row[name] for name in "ABCD"), target=row["answer"]
    ),
)

@benchmark(FAULT)
def test_fault(scores):
    print("RESULT " + json.dumps({{"scored": scores.planned - scores.unscored, "score": scores.accuracy.value}}))
"""


@dataclass(frozen=True)
class Peer:
    """A harness: the command of one run, given the URL, the folder of the data and a folder of its own."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Seen:
    """What came of a run."""

    wall: float
    status: str
    said: dict[str, Any]
    stats: dict[str, int]


def write_rows(folder: Path, count: int) -> Path:
    """Write the questions, and our test; return the folder."""
    folder.mkdir()
    rows = [
        {
            "id": f"q{number}", "question": f"Question {number}: which one?",
            **{letter: f"option {letter} of {number}" for letter in "ABCD"}, "answer": "B" if number % 10 < 7 else "C",
        }
        for number in range(count)
    ]  # fmt: skip
    path = folder / "fault_val.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    (folder / "test_fault.py").write_text(TEST.format(data=path), "utf-8")
    return folder


@contextmanager
def server(options: tuple[str, ...]) -> Iterator[str]:
    """Run the endpoint and yield its base URL."""
    command = [sys.executable, str(HERE / "server.py"), "--reply", "ANSWER: B", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            yield child.stdout.readline().split()[-1]
        finally:
            child.terminate()


def stats(url: str) -> dict[str, int]:
    """Return what the server has seen."""
    with urllib.request.urlopen(url.removesuffix("/v1") + "/stats") as response:
        told: dict[str, int] = json.load(response)
        return told


def start(peer: Peer, url: str, data: Path, own: Path, output: Path) -> subprocess.Popen[bytes]:
    """Start a run in a process group of its own."""
    words = {"URL": url, "DATA": str(data), "OWN": str(own), "CONCURRENCY": str(CONCURRENCY)}
    command = [re.sub("URL|DATA|OWN|CONCURRENCY", lambda found: words[found[0]], word) for word in peer.command]
    environment = {**os.environ, "OPENAI_API_KEY": "x", "BENCH_API_KEY": "x", "CI": "true"}
    with output.open("wb") as file:
        return subprocess.Popen(
            command, cwd=own.parent, env=environment, stdout=file, stderr=file, start_new_session=True
        )


def finish(child: subprocess.Popen[bytes], seconds: float) -> str:
    """Wait for a run, end it when it takes too long, and tell how it ended."""
    try:
        return f"exit {child.wait(seconds)}"
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        return f"not done after {seconds:.0f} s"


def measure(peer: Peer, case: str, data: Path, folder: Path, limit: float) -> Seen:
    """Run a peer against an endpoint of its own."""
    own, output = folder / f"{peer.name}-{case}", folder / f"{peer.name}-{case}.txt"
    count = len((data / "fault_val.jsonl").read_text("utf-8").splitlines())
    with server(CASES[case]) as url:
        if case == "kill":
            child = start(peer, url, data, own, output)
            while stats(url)["answered"] < count / 2 and child.poll() is None:
                time.sleep(0.01)
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        begun = time.perf_counter()
        status = finish(start(peer, url, data, own, output), limit)
        wall = time.perf_counter() - begun
        seen = stats(url)
    said = re.findall(r"RESULT (\{.*\})", output.read_text("utf-8", "replace"))
    return Seen(wall, status, json.loads(said[-1]) if said else {}, seen)


def row(peer: Peer, seen: Seen, count: int) -> list[str]:
    """Return a line of the table."""
    scored, score = seen.said.get("scored"), seen.said.get("score")
    return [
        peer.name,
        seen.status,
        f"{seen.wall:.1f}",
        "no result" if scored is None else str(count - scored),
        "–" if score is None else f"{score:.4f}",
        "–" if score is None else f"{score - TRUTH:+.4f}",
        str(seen.stats["requests"]),
        str(seen.stats["repeated"]),
    ]


def peers(options: argparse.Namespace) -> list[Peer]:
    """Return us, and the peers whose Python was named."""
    ours = (
        sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "DATA/test_fault.py", "--rootdir=DATA",
        "--eval-model=openai/bench", "--eval-api-url=URL", "--eval-timeout=5", "--eval-concurrency=CONCURRENCY",
        "--eval-work-dir=OWN/outputs", "--eval-cache-dir=OWN/cache", "--eval-max-errors=1",
    )  # fmt: skip
    made = [Peer("ours", ours)]
    for name, python in (("evalscope", options.evalscope_python), ("inspect", options.inspect_python)):
        if python and Path(python).exists():
            made.append(Peer(name, (python, str(HERE / f"faults_{name}.py"), "URL", "DATA", "OWN", "CONCURRENCY")))
        else:
            print(f"{name}: left out, for --{name}-python names no Python that is there")
    return made


def main() -> None:
    """Run every peer in every case and print a table for each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--evalscope-python", default="", help="the Python of an environment with evalscope")
    parser.add_argument("--inspect-python", default="", help="the Python of an environment with inspect_ai and openai")
    parser.add_argument("--count", type=int, default=600, help="questions, a multiple of ten")
    parser.add_argument("--only", default=",".join(CASES))
    parser.add_argument("--limit", type=float, default=150.0, help="seconds after which a run is ended")
    parser.add_argument("--keep", type=Path, help="an empty folder for whatever the runs write")
    options = parser.parse_args()
    everybody = peers(options)
    headers = ["harness", "ended", "seconds", "lost", "score", "shift", "requests", "asked again"]
    with tempfile.TemporaryDirectory() as made:
        folder = options.keep or Path(made)
        data = write_rows(folder / "data", options.count)
        for case in options.only.split(","):
            table = [row(peer, measure(peer, case, data, folder, options.limit), options.count) for peer in everybody]
            print(f"\n{case}: {options.count} samples\n{tabulate(table, headers=headers, disable_numparse=True)}")


if __name__ == "__main__":
    main()
