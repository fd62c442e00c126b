"""What is used of an endpoint that allows 40 requests at a time, and of one that refuses a fifth of them at random.

    python bench/limits.py [--count 4000] [--latency 0.2] [--rounds 3]

Two clients ask the same prompts of `bench/server.py`, in turn: one that is nothing but aiohttp in as many workers as
the endpoint bears, sends again what was refused after up to half a second, and ours, which knows a ceiling and nothing
else. Under `--limit 40` the ceiling is 512 and the other client is tuned to 40; under `--refuse 0.2` both have 64.
Seconds are the server's, from its first request to its last reply.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import subprocess
import sys
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tabulate import tabulate

from pytest_evalscope.errors import ModelError
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.models.middleware.retrying import FIRST_PAUSE
from pytest_evalscope.types import Chat

Stats = dict[str, float]


@dataclass(frozen=True)
class Case:
    """An endpoint, and the workers of both clients."""

    title: str
    server: tuple[str, ...]
    tuned: int
    ceiling: int


CASES = (
    Case("40 allowed at a time", ("--limit", "40"), tuned=40, ceiling=512),
    Case("a fifth refused at random", ("--refuse", "0.2"), tuned=64, ceiling=64),
)


@contextmanager
def server(latency: float, options: tuple[str, ...]) -> Iterator[str]:
    """Run the endpoint and yield its base URL."""
    command = [sys.executable, str(Path(__file__).with_name("server.py"))]
    command += ["--latency", str(latency), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            yield child.stdout.readline().split()[-1]
        finally:
            child.terminate()


async def in_workers(count: int, workers: int, ask: Callable[[str], Awaitable[object]]) -> int:
    """Ask `count` prompts in so many workers; return how many got no reply."""
    prompts = iter([f"question {number}" for number in range(count)])
    failed = 0

    async def work() -> None:
        nonlocal failed
        for prompt in prompts:
            try:
                await ask(prompt)
            except ModelError:
                failed += 1

    await asyncio.gather(*(work() for _ in range(workers)))
    return failed


async def tuned(url: str, count: int, case: Case) -> int:
    """Ask with a bare aiohttp loop that sends a refused request again."""
    import aiohttp

    chance = random.Random(1)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def ask(prompt: str) -> None:
            body = json.dumps({"model": "bench", "messages": [{"role": "user", "content": prompt}]})
            while True:
                async with session.post(f"{url}/chat/completions", data=body) as response:
                    await response.read()
                    if response.status == 200:
                        return
                await asyncio.sleep(chance.uniform(0, FIRST_PAUSE))

        return await in_workers(count, case.tuned, ask)


async def ours(url: str, count: int, case: Case) -> int:
    """Ask one of our models, which knows nothing but the number of workers."""
    model = resolve("openai/bench", ModelOptions(api_url=url, concurrency=case.ceiling))

    async def ask(prompt: str) -> None:
        await model.send(Chat(messages=({"role": "user", "content": prompt},)))

    try:
        return await in_workers(count, case.ceiling, ask)
    finally:
        await model.aclose()


def measure(client: Callable[[str, int, Case], Awaitable[int]], case: Case, count: int, latency: float) -> Stats:
    """Return what the server saw of one client, with `failed` and its replies a second as `rate`."""
    with server(latency, case.server) as url:

        async def asked() -> int:
            return await client(url, count, case)

        failed = asyncio.run(asked())
        with urllib.request.urlopen(url.removesuffix("/v1") + "/stats") as response:
            seen: Stats = json.load(response)
    return {**seen, "failed": failed, "rate": seen["answered"] / seen["span"]}


def compare(case: Case, count: int, latency: float, rounds: int) -> None:
    """Measure both clients in turn and print the median round of each."""
    clients = {f"aiohttp, {case.tuned} workers": tuned, f"ours, ceiling {case.ceiling}": ours}
    taken: dict[str, list[Stats]] = {name: [] for name in clients}
    for _ in range(rounds):
        for name, client in clients.items():
            taken[name].append(measure(client, case, count, latency))
    medians = {name: sorted(seen, key=lambda one: one["rate"])[len(seen) // 2] for name, seen in taken.items()}
    best = next(iter(medians.values()))["rate"]
    keys = ("answered", "failed", "refused", "peak")
    table = [
        [
            name,
            *(int(seen[key]) for key in keys),
            f"{seen['span']:.2f}",
            f"{seen['rate']:.1f}",
            f"{seen['rate'] / best:.3f}",
        ]
        for name, seen in medians.items()
    ]
    print(f"\n{case.title}: {count} requests of {latency:g} s, median of {rounds}\n")
    print(tabulate(table, headers=["client", *keys, "span s", "replies/s", "of the first"], disable_numparse=True))


def main() -> None:
    """Measure both clients in each case."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--latency", type=float, default=0.2, help="seconds per reply")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    for case in CASES:
        compare(case, options.count, options.latency, options.rounds)


if __name__ == "__main__":
    main()
