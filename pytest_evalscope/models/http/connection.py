"""The shortest way to an endpoint over HTTP: one aiohttp session, orjson, plain dicts."""

from __future__ import annotations

import asyncio
import json
import time
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast
from urllib.parse import unquote

from pytest_evalscope.errors import ModelError, RequestRefused, TransientError
from pytest_evalscope.models.http.chat_completion import decode_json, error_in
from pytest_evalscope.models.http.deadline import within
from pytest_evalscope.models.http.endpoint import Endpoint
from pytest_evalscope.models.http.errors import error_inside, one_line, refusal
from pytest_evalscope.models.http.extras import HEADERS, QUERY, Extras, extras_of
from pytest_evalscope.models.http.network import lost, proxy_for, trusted
from pytest_evalscope.models.http.redact import redact, redacted, spellings
from pytest_evalscope.models.http.sse import EventParser
from pytest_evalscope.models.options import ModelOptions
from pytest_evalscope.text.secrets import guarded_texts, secrets_of_url
from pytest_evalscope.types import Completion, Timing, plain
from pytest_evalscope.types.completion import FALLBACK

if TYPE_CHECKING:
    import aiohttp

CONNECT_SECONDS = 30.0
"""Seconds allowed for opening a connection; a host that is up answers in a fraction of one."""
LARGEST_RESPONSE = 64 * 2**20
"""Bytes of the largest response that is read."""
_ORDINARY = frozenset(
    (
        *("frequency_penalty", "input", "logprobs", "max_completion_tokens", "max_tokens", "messages", "model", "n"),
        *("presence_penalty", "seed", "stop", "stream", "stream_options", "system", "temperature", "tools", "top_p"),
    )
)
"""Fields of a request's body that hold no secret."""
FALLBACKS = "x-litellm-attempted-fallbacks"
"""Header with the number of models that a gateway tried besides the one that was requested."""
_LARGEST_FAILURE = 64 * 2**10
_LAST_BYTES_SECONDS = 0.5

T = TypeVar("T")


class Gathered(Protocol):
    """The events of a stream on their way to what the same response would be in one piece."""

    begun: bool
    """True once a token has come."""
    done: bool
    """True once the end of the stream was announced, or an error came instead: no event after it is taken."""

    def add(self, event: bytes, data: bytes) -> None:
        """Take one event. Raises ValueError when its data is no JSON object."""

    def body(self) -> dict[str, Any]:
        """Return the whole response, or `{"error": …}`. Raises ValueError when the stream was cut."""


@dataclass(frozen=True, slots=True)
class _Sent:
    data: bytes = field(repr=False)  # a traceback may show it, with what the body contains
    extras: Extras | None = field(repr=False)
    streamed: bool
    """True if the request wants a stream."""


class Connection:
    """An endpoint's HTTP for one model; used on one event loop. It does not retry."""

    def __init__(self, name: str, endpoint: Endpoint, options: ModelOptions) -> None:
        self.name = name
        self._endpoint = endpoint
        self._timeout = options.timeout
        self._silence = options.silence
        self._session: aiohttp.ClientSession | None = None
        self._proxy: str | None = None
        self._secrets: tuple[str, ...] = ()
        self._learnt: set[str] = set()

    def __repr__(self) -> str:
        return f"<Connection of {self.name} to {self._endpoint.public}>"

    async def post(
        self,
        path: str,
        body: Mapping[str, Any],
        read: Callable[[Any, Timing], T],
        gather: Callable[[], Gathered] | None = None,
    ) -> T:
        """Return what `read` makes of the response's JSON; one that is streamed is put together by `gather` first.

        `read` raises ValueError for a response that is broken. Parts of a completion, or of an error, that repeat a key
        or a password are blotted out. `extra_headers` and `extra_query` in the body go where their names say.

        Raises:
            TransientError: 408, 409, 424, 429, 5xx, no connection, a lost one, a broken or cut response.
            RequestRefused: any other status.
            ModelTimeout: no complete response within the seconds that the options allow, or a stream that fell silent.
        """
        import aiohttp

        session = self._session or self._open()
        extras = None
        if not _ORDINARY.issuperset(body):
            if HEADERS in body or QUERY in body:
                body, extras = extras_of(self.name, body)
                self._learn(extras.secrets)
            self._learn(
                {text for name, value in body.items() if name not in _ORDINARY for text in guarded_texts(value)}
            )
        sent = _Sent(encode(body), extras, streamed=bool(body.get("stream")))
        try:
            made = await self._exchange(session, self._endpoint.at(path), sent, read, gather)
            return cast("T", redacted(made, self._secrets)) if isinstance(made, Completion) else made
        except ModelError as error:
            failure = error
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            failure = lost(self.name, self._endpoint, error, self._proxy, self._timeout)
        failure.message, failure.hint = self._redact(failure.message), self._redact(failure.hint)
        failure.args = (failure.message,)
        # Raised afresh, without the client's own exceptions and frames: those know every header and the whole URL.
        raise failure.with_traceback(None)

    async def aclose(self) -> None:
        """Close the connections; the next request would open new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        import aiohttp

        headers = self._endpoint.headers()
        self._secrets, self._learnt = self._endpoint.secrets(headers), set()
        self._proxy = proxy_for(self.name, self._endpoint)
        if self._proxy:
            self._know(secrets_of_url(self._proxy))
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ssl=trusted(self.name, self._endpoint.base, self._proxy)),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=self._timeout, sock_connect=CONNECT_SECONDS),
            headers=headers,
        )
        return self._session

    def _learn(self, found: AbstractSet[str]) -> None:
        """Take the secrets among a request's parameters for such: an endpoint may repeat them."""
        if not found <= self._learnt:
            self._learnt |= found
            self._know(found)

    def _know(self, secrets: AbstractSet[str]) -> None:
        forms = spellings(secrets | {text.rpartition(" ")[2] for text in secrets} | {unquote(text) for text in secrets})
        self._secrets = tuple(sorted({*self._secrets, *forms}, key=len, reverse=True))

    async def _exchange(
        self,
        session: aiohttp.ClientSession,
        url: str,
        sent: _Sent,
        read: Callable[[Any, Timing], T],
        gather: Callable[[], Gathered] | None,
    ) -> T:
        start = time.perf_counter()
        headers, query = (None, None) if sent.extras is None else (sent.extras.headers, sent.extras.query)
        async with session.post(
            url, data=sent.data, allow_redirects=False, proxy=self._proxy, headers=headers, params=query
        ) as response:
            if response.status >= 300:
                raise await self._refusal(response)
            head = b""
            if gather is not None:
                streams = response.headers.get("Content-Type", "")[:17].lower() == "text/event-stream"
                if not streams and sent.streamed:  # whatever it is called, the first bytes tell
                    head = await response.content.readany()
                    streams = head.removeprefix(BOM_UTF8).lstrip()[:1] not in (b"{", b"[", b"<", b"")
                if streams:
                    made = await self._streamed(response, start, read, gather(), head)
                    return _of_gateway(made, response)
            content = head + await self._read(response)
            return _of_gateway(self._made(content, Timing(latency=time.perf_counter() - start), read), response)

    async def _read(self, response: aiohttp.ClientResponse, limit: int | None = None) -> bytes:
        """Return the body; with a limit, at least that much of it. Raises ModelError when it is too large."""
        pieces, size = [], 0
        while piece := await response.content.readany():
            pieces.append(piece)
            size += len(piece)
            if limit is not None and size >= limit:
                break
            self._check_size(size)
        return b"".join(pieces)

    def _check_size(self, size: int) -> None:
        if size > LARGEST_RESPONSE:
            raise ModelError(
                f"{self.name}: the response is larger than {LARGEST_RESPONSE / 2**20:g} MiB, the most that is read"
            )

    def _made(self, response: bytes | dict[str, Any], timing: Timing, read: Callable[[Any, Timing], T]) -> T:
        try:
            body = decode_json(response) if isinstance(response, bytes) else response
            error = error_in(body)
            if error is None:
                return read(body, timing)
            failure = error_inside(self.name, self._redact(json.dumps(error)))
        except ValueError as problem:
            shown = self._redact(response[:4096].decode("utf-8", "replace")) if isinstance(response, bytes) else ""
            failure = self._broken(problem, shown)
        raise failure

    async def _streamed(
        self,
        response: aiohttp.ClientResponse,
        start: float,
        read: Callable[[Any, Timing], T],
        gathered: Gathered,
        head: bytes,
    ) -> T:
        parser = EventParser()
        first, size = None, 0
        try:
            while not gathered.done and (piece := head or await self._next_piece(response, begun=gathered.begun)):
                head = b""
                arrival = time.perf_counter()
                size += len(piece)
                self._check_size(size)
                _take(gathered, parser.feed(piece))
                if first is None and gathered.begun:
                    first = arrival - start
            timing = Timing(latency=time.perf_counter() - start, ttft=first)
            body = gathered.body()
        except ValueError as error:
            failure = self._broken(error)
        else:
            await _read_to_end(response)
            return self._made(body, timing, read)
        raise failure

    async def _next_piece(self, response: aiohttp.ClientResponse, *, begun: bool) -> bytes:
        """Return what comes next in a stream; until it has begun, only the time for the whole request counts."""
        if not begun:
            return await response.content.readany()
        complaint = f"{self.name}: the stream brought nothing for {self._silence:g} seconds"
        return await within(self._silence, response.content.readany(), complaint)

    async def _refusal(self, response: aiohttp.ClientResponse) -> ModelError:
        text = self._redact((await self._read(response, _LARGEST_FAILURE)).decode("utf-8", "replace"))
        endpoint = self._endpoint
        if response.status < 400:
            place = one_line(self._redact(response.headers.get("Location", "")).partition("?")[0], 200)
            return RequestRefused(
                f"{self.name}: {endpoint.public} redirects (HTTP {response.status} to {place!r})",
                status=response.status,
                hint=f"redirects are not followed; name the final URL with {endpoint.named_by}",
            )
        return refusal(self.name, response.status, endpoint.public, text, response.headers, key=endpoint.key)

    def _broken(self, problem: ValueError, shown: str = "") -> TransientError:
        excerpt = one_line(shown, 120)
        return TransientError(f"{self.name}: {problem}" + (f" ({excerpt})" if excerpt else ""))

    def _redact(self, text: str) -> str:
        return redact(text, self._secrets)


def encode(body: Mapping[str, Any]) -> bytes:
    """Return `body` as JSON; what orjson refuses (lone surrogates, other mappings) is made plain first."""
    import orjson

    try:
        return orjson.dumps(body)
    except TypeError:
        return json.dumps(plain(body)).encode()


def _of_gateway(made: T, response: aiohttp.ClientResponse) -> T:
    """Return `made`; a completion of the model that a gateway fell back to says so. Source: LiteLLM's headers."""
    if isinstance(made, Completion) and response.headers.get(FALLBACKS, "0") not in ("0", ""):
        return cast("T", replace(made, model=f"{made.model} {FALLBACK}".lstrip()))
    return made


def _take(gathered: Gathered, events: Iterable[tuple[bytes, bytes]]) -> None:
    """Gather events up to the end of the stream; what comes after it in the same bytes belongs to nothing."""
    for event, data in events:
        if not gathered.done:
            gathered.add(event, data)


async def _read_to_end(response: aiohttp.ClientResponse) -> None:
    """Take the last bytes of a stream whose end was announced, so that its connection can be used again."""
    import aiohttp

    if not response.content.at_eof():
        try:
            await asyncio.wait_for(response.content.readany(), _LAST_BYTES_SECONDS)
        except (aiohttp.ClientError, asyncio.TimeoutError):
            pass  # the response is complete; only the connection is lost
