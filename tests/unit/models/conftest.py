"""A scripted endpoint on the loopback interface, and a model that is pointed at it."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from pytest_evalscope.models import ModelOptions
from pytest_evalscope.models.http.endpoint import endpoint_at
from pytest_evalscope.models.providers.openai import OpenAIModel
from pytest_evalscope.types import Chat, Completion, Model, Request

Exchange = Callable[[asyncio.StreamWriter], Any]
"""What the endpoint does once a request has come."""


class Script:
    """The ways in which an endpoint may behave."""

    @staticmethod
    def send(status: int, body: Any, *, headers: str = "", kind: str = "application/json") -> Exchange:
        """One whole reply; a body that is neither bytes nor str is sent as JSON."""
        if not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        content = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
        head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n{headers}\r\n"
        return lambda writer: writer.write(head.encode("latin-1") + content)

    @staticmethod
    def say(message: Any, **choice: Any) -> Exchange:
        """A reply with one choice."""
        message = {"role": "assistant", "content": message} if isinstance(message, str) else message
        return Script.send(200, {"model": "m-1", "choices": [{"index": 0, "message": message, **choice}]})

    @staticmethod
    def stream(*pieces: bytes | str, cut: bool = False) -> Exchange:
        """Server-sent events in the given pieces, each a chunk of its own; `cut` loses the connection after them."""

        async def exchange(writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 X\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
            for piece in pieces:
                content = piece.encode() if isinstance(piece, str) else piece
                writer.write(b"%x\r\n%s\r\n" % (len(content), content))
                await writer.drain()
                await asyncio.sleep(0)
            if cut:
                writer.transport.abort()
            else:
                writer.write(b"0\r\n\r\n")

        return exchange

    @staticmethod
    def reset(writer: asyncio.StreamWriter) -> None:
        """No reply: the connection is lost."""
        writer.transport.abort()

    @staticmethod
    def cut(writer: asyncio.StreamWriter) -> None:
        """The connection is lost in the middle of the body."""
        writer.write(b'HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"choi')
        writer.transport.close()

    @staticmethod
    def hang(writer: asyncio.StreamWriter) -> None:
        """No reply, ever."""


@dataclass
class Endpoint:
    """Plays the script, one exchange per request; the last one again and again."""

    script: Sequence[Exchange]
    bodies: list[dict[str, Any]] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    connections: int = 0
    url: str = ""

    async def __aenter__(self) -> Endpoint:
        self._tasks: set[asyncio.Task[None]] = set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while not writer.transport.is_closing():
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = next(
                    int(line[15:]) for line in head.splitlines() if line.lower().startswith("content-length:")
                )
                self.heads.append(head)
                self.bodies.append(json.loads(await reader.readexactly(length)))
                done = self.script[min(len(self.bodies), len(self.script)) - 1](writer)
                if done is not None:
                    await done
        except (asyncio.CancelledError, asyncio.IncompleteReadError, ConnectionError):
            pass  # the client is gone, or the test is over
        finally:
            writer.transport.abort()
            self._tasks.discard(task)


@pytest.fixture
def script() -> type[Script]:
    return Script


@pytest.fixture
def endpoint() -> type[Endpoint]:
    return Endpoint


@pytest.fixture
def request_for() -> Callable[..., Request]:
    """Makes the request of one user message; keywords are its sampling parameters."""

    def make(text: str = "6 x 7?", **params: Any) -> Request:
        return Chat(messages=({"role": "user", "content": text},), params=params)

    return make


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop whose time passes only while everybody sleeps, and then at once."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        selector: Any = self._selector  # type: ignore[attr-defined]  # not in the stubs, in every Python
        look = selector.select

        def select(timeout: float | None = None) -> Any:
            assert timeout is not None, "everybody waits, and nothing will happen"
            self._now += timeout
            return look(0)

        selector.select = select

    def time(self) -> float:
        return self._now


@pytest.fixture
def virtually() -> Callable[[Callable[[], Coroutine[Any, Any, Any]]], Any]:
    """Runs an async function to its end in virtual time and returns what it returns."""

    def run(main: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        loop = VirtualLoop()
        try:
            return loop.run_until_complete(main())
        finally:
            loop.close()

    return run


def openai_at(url: str, options: ModelOptions) -> Model:
    return OpenAIModel("openai/m", model="m", endpoint=endpoint_at(url, source="test"), options=options)


class Ask:
    """Asks a model, without retries, one request per exchange of the script; returns the last reply."""

    last: Endpoint
    """The endpoint that was asked."""

    def __init__(self, request_for: Callable[..., Request], model_at: Callable[[str, ModelOptions], Model]) -> None:
        self._request_for = request_for
        self._model_at = model_at

    def __call__(
        self, *script: Exchange, options: ModelOptions | None = None, request: Request | None = None, **params: Any
    ) -> Completion:
        return asyncio.run(self._ask(script, options or ModelOptions(), request or self._request_for(**params)))

    async def _ask(self, script: Sequence[Exchange], options: ModelOptions, request: Request) -> Completion:
        async with Endpoint(script) as self.last:
            model = self._model_at(self.last.url, options)
            try:
                for _ in script:
                    reply = await model.send(request)
                return reply
            finally:
                await model.aclose()


@pytest.fixture
def ask(request_for: Callable[..., Request]) -> Ask:
    """Asks `openai/m`."""
    return Ask(request_for, openai_at)


@pytest.fixture
def ask_at(request_for: Callable[..., Request]) -> Callable[[Callable[[str, ModelOptions], Model]], Ask]:
    """Makes what asks the model that a function of URL and options opens."""
    return lambda model_at: Ask(request_for, model_at)


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests say themselves what the environment holds."""
    for variable in [name for name in os.environ if name.startswith(("OPENAI_", "ANTHROPIC_", "AZURE_"))]:
        monkeypatch.delenv(variable)
