"""What the harness costs beside a bare aiohttp loop, measured on the same server in one run.

    python bench/overhead.py --data-dir DIR [--only cost,efficiency,…]
    python bench/overhead.py --data-dir DIR --against CHECKOUT [--pairs 10]

DIR is a mirror of data sets with openai/gsm8k and cais/mmlu. Every row is a whole process: CPU seconds and peak
memory as the operating system accounts for them. `start` shows what an empty pytest costs beside five samples.
With `--against` this checkout and another one are measured in turn, see `overhead_pairs.py`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from tabulate import tabulate

HERE = Path(__file__).resolve().parent
SECTIONS = ("start", "cost", "efficiency", "spread", "finished")


@dataclass(frozen=True)
class Spent:
    """What a process took."""

    wall: float
    cpu: float
    rss_mb: float


def run(command: list[str], **environment: str) -> Spent:
    """Run a command to its end and return what it took. Raises when it fails."""
    begun = time.perf_counter()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        child = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, "OPENAI_API_KEY": "x", **environment}
        )
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - begun
        output.seek(0)
        text = output.read()
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {child.returncode}:\n{text[-3000:]}")
    return Spent(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


@contextmanager
def server(latency: float = 0.0, sigma: float = 0.0) -> Iterator[str]:
    """Run the endpoint and yield its base URL."""
    command = [sys.executable, str(HERE / "server.py"), "--latency", str(latency), "--sigma", str(sigma)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            yield child.stdout.readline().split()[-1]
        finally:
            child.terminate()


def ours(url: str, folder: Path, eval_name: str, data_dir: Path, *options: str) -> list[str]:
    """Return the command that runs one eval through pytest."""
    test = folder / f"test_{eval_name}.py"
    test.write_text(
        "from pytest_evalscope import benchmark\n\n\n"
        f'@benchmark("{eval_name}", few_shot=0)\ndef test_it(scores):\n    assert scores.primary.n\n',
        encoding="utf-8",
    )
    return [
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(test), "--rootdir", str(folder),
        "--eval-model=openai/bench", f"--eval-api-url={url}", f"--eval-data-dir={data_dir}",
        f"--eval-work-dir={folder / 'outputs'}", f"--eval-cache-dir={folder / 'cache'}", *options,
    ]  # fmt: skip


def bare(url: str, prompts: Path, count: int, concurrency: int) -> list[str]:
    """Return the command that asks the same prompts with nothing but aiohttp."""
    return [sys.executable, __file__, "--bare", url, str(prompts), str(count), str(concurrency)]


async def bare_loop(url: str, prompts: list[str], concurrency: int) -> None:
    """Ask every prompt with `concurrency` workers."""
    import aiohttp

    queue = iter(prompts)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def work() -> None:
            for prompt in queue:
                body = {"model": "bench", "messages": [{"role": "user", "content": prompt}], "temperature": 0}
                async with session.post(f"{url}/chat/completions", data=json.dumps(body)) as response:
                    made = json.loads(await response.read())
                    assert made["choices"][0]["message"]["content"]

        await asyncio.gather(*(work() for _ in range(concurrency)))


def span_of(url: str) -> float:
    """Return the seconds from the server's first request to its last reply."""
    return float(stats(url)["span"])


def write_prompts(data_dir: Path, eval_name: str, folder: Path) -> tuple[Path, int]:
    """Write the prompts of an eval, as the harness sends them, for the bare loop."""
    from dataclasses import replace

    from pytest_evalscope.benchmarks import load
    from pytest_evalscope.data import Source

    made = load(eval_name)
    solve = replace(made.solve, few_shot=0)  # type: ignore[type-var]  # the solvers of these benchmarks are dataclasses
    texts = [
        solve.render(sample, ())[-1]["content"]  # type: ignore[attr-defined]  # the same
        for subset in made.data.subsets
        for sample in made.samples(subset, Source(data_dir=data_dir))
    ]
    path = folder / f"{eval_name}.json"
    path.write_text(json.dumps(texts), encoding="utf-8")
    return path, len(texts)


def fresh(folder: Path) -> None:
    """Forget replies and runs."""
    shutil.rmtree(folder / "cache", ignore_errors=True)
    shutil.rmtree(folder / "outputs", ignore_errors=True)


def main() -> None:
    """Measure what was asked for and print a table per section."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--only", default=",".join(SECTIONS))
    parser.add_argument("--rounds", type=int, default=3, help="the median of so many runs, ours and bare in turn")
    parser.add_argument("--against", type=Path, help="another checkout, which is measured in turn with this one")
    parser.add_argument("--pairs", type=int, default=10, help="how often each of the two is measured")
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as made:
        if options.against:
            pairs = import_module("overhead_pairs").pairs  # which imports this module
            pairs(Path(made).resolve(), options.data_dir.resolve(), options.against, options.pairs)
            return
        sections = {"start": start, "cost": cost, "efficiency": efficiency, "spread": spread, "finished": finished}
        for name in options.only.split(","):
            sections[name](Path(made), options.data_dir.resolve(), options.rounds)


def median(values: list[float]) -> float:
    """Return the middle value."""
    return sorted(values)[len(values) // 2]


def start(folder: Path, data_dir: Path, rounds: int) -> None:
    """Five samples beside an empty pytest."""
    empty = folder / "test_empty.py"
    empty.write_text("def test_nothing():\n    pass\n", encoding="utf-8")
    walls: dict[str, list[float]] = {"empty": [], "bare": [], "ours": []}
    prompts, _ = write_prompts(data_dir, "gsm8k", folder)
    with server() as url:
        for _ in range(rounds + 1):
            fresh(folder)
            command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:evalscope", str(empty)]
            walls["empty"].append(run([*command, "--rootdir", str(folder)]).wall)
            walls["bare"].append(run(bare(url, prompts, 5, 5)).wall)
            walls["ours"].append(run(ours(url, folder, "gsm8k", data_dir, "--eval-limit=5")).wall)
    table = [[name, f"{median(taken):.2f}"] for name, taken in walls.items()]
    table.append(["ours - empty pytest", f"{median(walls['ours']) - median(walls['empty']):.2f}"])
    print("\nStart to exit, five samples (seconds)\n" + tabulate(table, headers=["process", "wall s"]))


def cost(folder: Path, data_dir: Path, rounds: int) -> None:
    """CPU per sample at no latency, beyond what five samples cost."""
    table = []
    for name in ("gsm8k", "mmlu"):
        prompts, count = write_prompts(data_dir, name, folder)
        taken: dict[str, list[Spent]] = {"ours": [], "bare": [], "ours 5": [], "bare 5": []}
        with server() as url:
            for _ in range(rounds):
                fresh(folder)
                taken["ours"].append(run(ours(url, folder, name, data_dir)))
                fresh(folder)
                one = ("--eval-dataset-args", json.dumps({"mmlu": {"subsets": ["anatomy"]}})) if name == "mmlu" else ()
                taken["ours 5"].append(run(ours(url, folder, name, data_dir, "--eval-limit=5", *one)))
                taken["bare"].append(run(bare(url, prompts, count, 32)))
                taken["bare 5"].append(run(bare(url, prompts, 5, 5)))
        per = {
            who: 1000 * (median([s.cpu for s in taken[who]]) - median([s.cpu for s in taken[f"{who} 5"]])) / count
            for who in ("bare", "ours")
        }
        table += [
            [
                name,
                count,
                who,
                f"{median([s.wall for s in taken[who]]):.2f}",
                f"{per[who]:.3f}",
                f"{per[who] / per['bare']:.1f}",
                f"{max(s.rss_mb for s in taken[who]):.0f}",
            ]
            for who in ("bare", "ours")
        ]
    headers = ["eval", "samples", "who", "wall s", "CPU ms/sample beyond start", "ratio", "peak MB"]
    print("\nCost, concurrency 32, no latency\n" + tabulate(table, headers=headers))


def in_turn(
    folder: Path, data_dir: Path, rounds: int, prompts: Path, concurrency: int, latency: float, sigma: float
) -> tuple[float, float]:
    """Return the median seconds, as the server saw them, of the bare loop and of ours, run in turn."""
    theirs, mine = [], []
    for _ in range(rounds):
        fresh(folder)
        with server(latency, sigma) as url:
            run(bare(url, prompts, -1, concurrency))
            theirs.append(span_of(url))
        with server(latency, sigma) as url:
            run(ours(url, folder, "gsm8k", data_dir, f"--eval-concurrency={concurrency}"))
            mine.append(span_of(url))
    return median(theirs), median(mine)


def efficiency(folder: Path, data_dir: Path, rounds: int) -> None:
    """How full the slots are at 200 ms: ideal time over the time from first request to last answer."""
    prompts, count = write_prompts(data_dir, "gsm8k", folder)
    table = []
    for concurrency in (32, 128, 512):
        ideal = math.ceil(count / concurrency) * 0.2
        theirs, mine = in_turn(folder, data_dir, rounds, prompts, concurrency, 0.2, 0.0)
        first, second = ideal / theirs, ideal / mine
        table.append([concurrency, f"{ideal:.1f}", f"{first:.3f}", f"{second:.3f}", f"{100 * (second - first):+.1f}"])
    headers = ["concurrency", "ideal s", "bare", "ours", "points"]
    print("\nEfficiency at 200 ms, 1,319 samples\n" + tabulate(table, headers=headers))


def spread(folder: Path, data_dir: Path, rounds: int) -> None:
    """Log-normal latencies (sigma 0.7): a sliding window against the ideal schedule of the same latencies."""
    prompts, _ = write_prompts(data_dir, "gsm8k", folder)
    table = []
    for concurrency in (32,):
        ideal = ideal_schedule(json.loads(prompts.read_text(encoding="utf-8")), concurrency, 0.3, 0.7)
        theirs, mine = in_turn(folder, data_dir, rounds, prompts, concurrency, 0.3, 0.7)
        table.append([concurrency, f"{ideal:.2f}", f"{theirs / ideal:.3f}", f"{mine / ideal:.3f}"])
    print(
        "\nLog-normal latencies, median 0.3 s, sigma 0.7: time over ideal\n"
        + tabulate(table, headers=["concurrency", "ideal s", "bare", "ours"])
    )


def ideal_schedule(prompts: list[str], concurrency: int, latency: float, sigma: float) -> float:
    """Return the seconds that `concurrency` slots need for these prompts, taken in order, without any overhead."""
    import hashlib
    import heapq

    slots = [0.0] * concurrency
    for prompt in prompts:
        digest = hashlib.sha256(prompt.encode()).digest()
        heapq.heapreplace(slots, slots[0] + latency * math.exp(sigma * random.Random(digest).gauss(0.0, 1.0)))
    return max(slots)


def finished(folder: Path, data_dir: Path, rounds: int) -> None:
    """A run that is complete: the same command again asks nothing."""
    table = []
    with server() as url:
        for name in ("gsm8k", "mmlu"):
            fresh(folder)
            command = ours(url, folder, name, data_dir)
            one = run([*command, "--eval-limit=1"])
            run(command)
            asked = stats(url)["requests"]
            again = [run(command) for _ in range(rounds)]
            assert stats(url)["requests"] == asked, "a finished run asked again"
            wall = median([spent.wall for spent in again])
            table.append([name, f"{one.wall:.2f}", f"{wall:.2f}", f"{wall - one.wall:.2f}"])
    headers = ["eval", "one sample s", "finished run s", "beyond start s"]
    print("\nA finished run is recognised as finished\n" + tabulate(table, headers=headers))


def stats(url: str) -> dict[str, float]:
    """Return what the server has seen."""
    with urllib.request.urlopen(url.removesuffix("/v1") + "/stats") as response:
        told: dict[str, float] = json.load(response)
        return told


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] == "--bare":
        _, _, url, path, count, concurrency = sys.argv
        texts = json.loads(Path(path).read_text(encoding="utf-8"))
        texts = texts if int(count) < 0 else texts[: int(count)]
        asyncio.run(bare_loop(url, texts, int(concurrency)))
    else:
        main()
