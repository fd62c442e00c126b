"""What a `kill -9` at a random moment costs: the same command follows, and is held against an undisturbed run.

    python bench/kills.py [--kills 10] [--seed 1] [--workers 0,2] [--target all]

The eval asks `bench/server.py` 240 prompts in three benchmarks. A run is killed at a time drawn evenly from its whole
length, start and reports included; `--target` says what dies: `all` processes at once, only the `controller`, or only a
`worker` (the one that lives then goes on, and so does the run). Columns:

    stored      replies in the cache when the process was dead
    again       requests of the next run for a reply that was stored: must be 0
    on the way  requests of the next run that the server had answered, though no process lived to take the reply
    differ      records that are not those of the undisturbed run (all but seconds and attempts): must be 0
    broken      files of the killed run that cannot be read, a torn last line aside: must be 0
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tabulate import tabulate

PER_BENCHMARK = 80
EVAL = f"""
from pytest_evalscope import Benchmark, Rows, Sample, benchmark, number


def sums(name):
    return Benchmark(
        name=name,
        data=Rows([{{"q": f"{{name}}: {{n}} + {{n}}", "a": str(2 * n)}} for n in range({PER_BENCHMARK})]),
        sample=lambda row: Sample(input=row["q"], target=row["a"]),
        score=number(),
    )
"""
TEST = """

@benchmark(sums("{name}"))
def test_{name}(scores):
    assert scores.accuracy >= 0
"""
NAMES = ("one", "two", "three")
VOLATILE = {"attempts", "seconds", "timing", "cached"}
Records = dict[str, Any]


@dataclass(frozen=True)
class Killed:
    """What one kill and the run after it came to."""

    workers: int
    at: float
    share: float
    stored: int
    again: int
    on_the_way: int
    differ: int
    broken: int


@contextmanager
def server(latency: float) -> Iterator[str]:
    """Run the endpoint and yield its base URL."""
    command = [sys.executable, str(Path(__file__).with_name("server.py")), "--latency", str(latency), "--reply", "42"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            yield child.stdout.readline().split()[-1]
        finally:
            child.terminate()


def stats(url: str) -> dict[str, int]:
    """Return what the server has seen, once it sends no more."""
    seen: list[dict[str, int]] = []
    while len(seen) < 2 or seen[-1] != seen[-2]:
        time.sleep(0.05 if seen else 0)
        with urllib.request.urlopen(url.removesuffix("/v1") + "/stats") as response:
            seen.append(json.load(response))
    return seen[-1]


def start(url: str, folder: Path, workers: int) -> subprocess.Popen[bytes]:
    """Start the eval in a process group of its own."""
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", str(workers)),
        *(str(folder / "test_sums.py"), "--rootdir", str(folder), "--eval-model=openai/bench"),
        f"--eval-api-url={url}", "--eval-concurrency=8", f"--eval-work-dir={folder / 'outputs'}",
        f"--eval-cache-dir={folder / 'cache'}",
    ]  # fmt: skip
    environment = {**os.environ, "OPENAI_API_KEY": "x", "CI": "true"}
    with (folder / "output.txt").open("wb") as output:
        return subprocess.Popen(
            command, env=environment, cwd=folder, stdout=output, stderr=output, start_new_session=True
        )


def finish(url: str, folder: Path, workers: int) -> Records:
    """Run the eval to its end and return its records."""
    with start(url, folder, workers) as child:
        status = child.wait()
    if status:
        raise SystemExit(f"the eval ended with {status}:\n{(folder / 'output.txt').read_text('utf-8')[-3000:]}")
    return records(folder / "outputs" / "latest")


def records(run: Path) -> Records:
    """Return every record and report of a run by what names it, without what differs from run to run."""
    made: Records = {}
    for path in sorted([*run.glob("predictions/**/*.jsonl"), *run.glob("reviews/**/*.jsonl")]):
        for line in path.read_bytes().splitlines():
            fields = json.loads(line)
            key = f"{path.relative_to(run)} {fields['sample_id']} {fields['repeat']}"
            made[f"{key} (again)" if key in made else key] = stable(fields)
    for path in sorted(run.glob("reports/*/*.json")):
        made[str(path.relative_to(run))] = stable(json.loads(path.read_bytes()))
    return made


def stable(value: Any) -> Any:
    """Return JSON without the fields that no two runs share."""
    if isinstance(value, dict):
        return {name: stable(item) for name, item in value.items() if name not in VOLATILE | {"requests"}}
    return [stable(item) for item in value] if isinstance(value, list) else value


def broken(folder: Path) -> int:
    """Return how many files of the newest run cannot be read; a torn last line is no harm."""
    runs = sorted(path for path in (folder / "outputs").glob("*-*") if path.is_dir())
    wrong = 0
    for path in runs[-1].rglob("*.json*") if runs else ():
        if path.suffix == ".partial":
            continue
        text = path.read_bytes()
        lines = [text] if path.suffix == ".json" else text.split(b"\n")[:-1]
        try:
            for line in lines:
                json.loads(line)
        except ValueError:
            wrong += 1
            print(f"broken: {path}")
    return wrong


def stored(folder: Path) -> int:
    """Return how many replies the cache holds."""
    paths = list((folder / "cache").glob("*.sqlite"))
    if not paths:
        return 0
    with closing(sqlite3.connect(paths[0])) as db, suppress(sqlite3.OperationalError):
        db.execute("pragma integrity_check").fetchone()
        return int(db.execute("select count(*) from replies").fetchone()[0])
    return 0


def children(pid: int) -> list[int]:
    """Return the processes that `pid` has started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(status.read_text("utf-8").rpartition(")")[2].split()[1]) == pid:
                found.append(int(status.parent.name))
    return found


def kill(child: subprocess.Popen[bytes], target: str, rng: random.Random) -> None:
    """Kill what `target` says."""
    if target == "all":
        os.killpg(child.pid, signal.SIGKILL)
    elif target == "controller":
        child.kill()
    elif found := children(child.pid):
        os.kill(rng.choice(found), signal.SIGKILL)
    child.wait()


def one_kill(
    url: str, folder: Path, workers: int, length: float, whole: Records, pick: tuple[str, random.Random]
) -> Killed:
    """Kill a fresh run somewhere, run it again and tell what that cost."""
    target, rng = pick
    for name in ("outputs", "cache"):
        shutil.rmtree(folder / name, ignore_errors=True)
    before = stats(url)
    share = rng.random()
    child = start(url, folder, workers)
    try:
        child.wait(share * length)
    except subprocess.TimeoutExpired:
        kill(child, target, rng)
    else:  # quicker than the undisturbed run: it was not killed
        return one_kill(url, folder, workers, length, whole, pick)
    killed = stats(url)
    answered, held = killed["answered"] - before["answered"], stored(folder)
    wrong = broken(folder)
    made = finish(url, folder, workers)
    asked = stats(url)["requests"] - killed["requests"]
    differ = sum(made.get(key) != whole.get(key) for key in made.keys() | whole.keys())
    again = asked - (PER_BENCHMARK * len(NAMES) - held)
    made_row = Killed(workers, share * length, share, held, again, answered - held, differ, wrong)
    print(made_row, file=sys.stderr, flush=True)
    return made_row


def main() -> None:
    """Kill as often as asked, and print a row per kill and the sums."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--kills", type=int, default=10, help="per number of workers")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", default="0,2")
    parser.add_argument("--latency", type=float, default=0.03, help="seconds per reply")
    parser.add_argument("--target", choices=("all", "controller", "worker"), default="all")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    done: list[Killed] = []
    with tempfile.TemporaryDirectory() as made, server(options.latency) as url:
        folder = Path(made)
        (folder / "test_sums.py").write_text(EVAL + "".join(TEST.format(name=name) for name in NAMES), "utf-8")
        for workers in map(int, options.workers.split(",")):
            shutil.rmtree(folder / "cache", ignore_errors=True)
            begun = time.perf_counter()
            whole = finish(url, folder, workers)
            length = time.perf_counter() - begun
            pick = (options.target, rng)
            done += [one_kill(url, folder, workers, length, whole, pick) for _ in range(options.kills)]
    headers = ["workers", "killed at s", "of the run", "stored", "again", "on the way", "differ", "broken"]
    table = [
        [k.workers, f"{k.at:.2f}", f"{k.share:.0%}", k.stored, k.again, k.on_the_way, k.differ, k.broken] for k in done
    ]
    print(tabulate(table, headers=headers, disable_numparse=True))
    sums = [sum(getattr(k, name) for k in done) for name in ("again", "on_the_way", "differ", "broken")]
    print(f"\n{len(done)} kills: {sums[0]} stored replies asked again, {sums[1]} replies on the way lost, "
          f"{sums[2]} records differ, {sums[3]} files broken")  # fmt: skip
    if sums[0] or sums[2] or sums[3]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
