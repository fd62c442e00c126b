"""What is used of an endpoint that allows 40 requests at a time, from a ceiling of 512, beside a client tuned to 40.

    python bench/limits.py [--count 4000] [--latency 0.2] [--rounds 3]

Both ask the same prompts of `bench/server.py --limit 40`, in turn. The tuned client is nothing but aiohttp in 40
workers; ours are 512 workers over one model, as the engine runs them. Seconds are the server's, from its first request
to its last reply.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tabulate import tabulate

from pytest_evalscope.errors import ModelError
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.types import Request

ALLOWED = 40
CEILING = 512
Stats = dict[str, float]


@contextmanager
def server(latency: float) -> Iterator[str]:
    """Run the endpoint and yield its base URL."""
    command = [sys.executable, str(Path(__file__).with_name("server.py"))]
    command += ["--latency", str(latency), "--limit", str(ALLOWED)]
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


async def tuned(url: str, count: int) -> int:
    """Ask with a bare aiohttp loop of 40 workers."""
    import aiohttp

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def ask(prompt: str) -> None:
            body = json.dumps({"model": "bench", "messages": [{"role": "user", "content": prompt}]})
            async with session.post(f"{url}/chat/completions", data=body) as response:
                await response.read()
                if response.status != 200:
                    raise ModelError(f"HTTP {response.status}")

        return await in_workers(count, ALLOWED, ask)


async def ours(url: str, count: int) -> int:
    """Ask one of our models with 512 workers, of which it knows nothing but their number."""
    model = resolve("openai/bench", ModelOptions(api_url=url, concurrency=CEILING))

    async def ask(prompt: str) -> None:
        await model.generate(Request(messages=({"role": "user", "content": prompt},)))

    try:
        return await in_workers(count, CEILING, ask)
    finally:
        await model.aclose()


def measure(client: Callable[[str, int], Awaitable[int]], count: int, latency: float) -> Stats:
    """Return what the server saw of one client, with `failed` and its replies a second as `rate`."""
    with server(latency) as url:

        async def asked() -> int:
            return await client(url, count)

        failed = asyncio.run(asked())
        with urllib.request.urlopen(url.removesuffix("/v1") + "/stats") as response:
            seen: Stats = json.load(response)
    return {**seen, "failed": failed, "rate": seen["answered"] / seen["span"]}


def main() -> None:
    """Measure both in turn and print the median round of each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--latency", type=float, default=0.2, help="seconds per reply")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    clients = {f"aiohttp, tuned to {ALLOWED}": tuned, f"ours, ceiling {CEILING}": ours}
    taken: dict[str, list[Stats]] = {name: [] for name in clients}
    for _ in range(options.rounds):
        for name, client in clients.items():
            taken[name].append(measure(client, options.count, options.latency))
    medians = {name: sorted(rounds, key=lambda seen: seen["rate"])[len(rounds) // 2] for name, rounds in taken.items()}
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
    print(
        f"{options.count} requests of {options.latency:g} s, {ALLOWED} allowed at a time, median of {options.rounds}\n"
    )
    print(tabulate(table, headers=["client", *keys, "span s", "replies/s", "of tuned"], disable_numparse=True))


if __name__ == "__main__":
    main()
