"""A fast stand-in for an OpenAI-compatible chat endpoint: for measurements and for tests that start it as a process.

    python bench/server.py --latency 0.2 --reply 42
    python bench/server.py --answers answers.json --port 0

It prints `listening on http://127.0.0.1:PORT/v1` and serves until it is ended. `--answers` names a JSON object from the
SHA-256 (hex) of the last message's content to the reply. `--faults 500=0.05,429=0.05,reset=0.01` has it fail, each
share of the requests in its way; which ones depends on the prompt and on how often it was asked.

`GET /stats` tells what was asked:
requests, answered (replies sent), distinct prompts, repeated (requests for a prompt that had been answered before),
peak (requests in flight at the most), span (seconds from the first request to the last reply).
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import math
import random
import signal
import socket
import struct
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class State:
    """What the server was told, and what it has seen."""

    reply: str
    answers: dict[str, str]
    latency: float
    sigma: float
    limit: int
    """Requests in flight beyond which it answers 429; 0 for no limit."""
    refuse: float = 0.0
    """Share of requests that get a 429 whatever is in flight."""
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    faults: dict[str, float] = field(default_factory=dict)
    """Kind of fault → share of the requests that end in it: an HTTP status, `reset`, `hang` or `garbage`."""
    sticky: bool = False
    """Whether a prompt that fails once fails always."""
    asked: Counter[bytes] = field(default_factory=Counter)
    requests: int = 0
    answered: int = 0
    repeated: int = 0
    flying: int = 0
    peak: int = 0
    refused: int = 0
    first: float = 0.0
    last: float = 0.0
    seen: Counter[bytes] = field(default_factory=Counter)

    def stats(self) -> dict[str, float]:
        """Return the counts."""
        return {
            "requests": self.requests,
            "answered": self.answered,
            "distinct": len(self.seen),
            "repeated": self.repeated,
            "peak": self.peak,
            "refused": self.refused,
            "span": self.last - self.first,
        }

    def fault(self, digest: bytes) -> str:
        """Return how the next request for a prompt fails; empty when it does not."""
        number = 0 if self.sticky else self.asked[digest]
        self.asked[digest] += 1
        drawn = random.Random(digest + number.to_bytes(8, "big")).random()
        for kind, share in self.faults.items():
            drawn -= share
            if drawn < 0:
                return kind
        return ""

    def delay(self, digest: bytes) -> float:
        """Return the seconds to wait: log-normal with median `latency`, drawn from the prompt itself."""
        if not self.sigma:
            return self.latency
        return self.latency * math.exp(self.sigma * random.Random(digest).gauss(0.0, 1.0))


class Endpoint(asyncio.Protocol):
    """One connection; requests on it are answered in turn (HTTP/1.1 keep-alive, no pipelining)."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._buffer = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Collect a whole request, then answer it."""
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = 0
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                length = int(line[15:])
        if len(rest) < length:
            return
        self._buffer = rest[length:]
        path = head.split(b" ", 2)[1]
        if path == b"/stats":
            self._send(b"200 OK", json.dumps(self._state.stats()).encode())
        elif path.endswith(b"/chat/completions"):
            self._chat(rest[:length])
        else:
            self._send(b"404 Not Found", b'{"error": {"message": "no such path"}}')

    def _chat(self, body: bytes) -> None:
        state = self._state
        state.requests += 1
        state.first = state.first or time.perf_counter()
        full = state.limit and state.flying >= state.limit
        if full or (state.refuse and state.chance.random() < state.refuse):
            state.refused += 1
            self._send(b"429 Too Many Requests", b'{"error": {"message": "slow down"}}')
            return
        content = json.loads(body)["messages"][-1]["content"]
        digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest()
        state.repeated += state.seen[digest] > 0
        if state.faults and (kind := state.fault(digest)):
            self._fail(kind)
            return
        state.flying += 1
        state.peak = max(state.peak, state.flying)
        wait = state.delay(digest)
        if wait > 0:
            asyncio.get_running_loop().call_later(wait, self._reply, digest)
        else:
            self._reply(digest)

    def _fail(self, kind: str) -> None:
        if kind == "reset":
            # No lingering: the other side gets a reset and not an orderly end.
            self._transport.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
            self._transport.abort()
        elif kind == "garbage":
            self._send(b"200 OK", b'{"choices": [{"message": {"role": "assist')
        elif kind != "hang":
            headers = b"Retry-After: 1\r\n" if kind == "429" else b""
            self._send(kind.encode() + b" Fault", b'{"error": {"message": "a fault"}}', headers)

    def _reply(self, digest: bytes) -> None:
        state = self._state
        state.flying -= 1
        if self._transport.is_closing():
            return
        state.seen[digest] += 1
        state.answered += 1
        state.last = time.perf_counter()
        text = state.answers.get(digest.hex(), state.reply) if state.answers else state.reply
        message = {"role": "assistant", "content": text}
        made = {
            "id": "c",
            "object": "chat.completion",
            "model": "bench",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 100, "completion_tokens": 1, "total_tokens": 101},
        }
        self._send(b"200 OK", json.dumps(made).encode())

    def _send(self, status: bytes, body: bytes, headers: bytes = b"") -> None:
        head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n"
        self._transport.write(head % (status, headers, len(body)) + body)


async def serve(state: State, port: int) -> None:
    """Serve until a signal says stop."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Endpoint(state), "127.0.0.1", port, backlog=4096)
    print(f"listening on http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # a system without signal handlers on the loop
            loop.add_signal_handler(number, stop.set)
    await stop.wait()
    server.close()


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--reply", default="42", help="the reply to every prompt without an answer")
    parser.add_argument("--answers", type=Path, help="JSON: SHA-256 of the last message → reply")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds per reply")
    parser.add_argument("--sigma", type=float, default=0.0, help="spread of the log-normal latency; 0 is fixed")
    parser.add_argument("--limit", type=int, default=0, help="requests in flight beyond which it answers 429")
    parser.add_argument("--refuse", type=float, default=0.0, help="share of requests that get a 429 at random")
    parser.add_argument("--faults", default="", help="KIND=SHARE,…: an HTTP status, reset, hang or garbage")
    parser.add_argument("--sticky", action="store_true", help="a prompt that fails once fails always")
    options = parser.parse_args()
    faults = dict(part.split("=") for part in options.faults.split(",") if part)
    answers = json.loads(options.answers.read_text(encoding="utf-8")) if options.answers else {}
    state = State(
        options.reply, answers, options.latency, options.sigma, options.limit, options.refuse,
        faults={kind: float(share) for kind, share in faults.items()}, sticky=options.sticky,
    )  # fmt: skip
    asyncio.run(serve(state, options.port))


if __name__ == "__main__":
    main()
