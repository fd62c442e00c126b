"""The shortest way to an endpoint over HTTP: one aiohttp session, orjson, plain dicts."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from pytest_evalscope.errors import ModelError, ModelTimeout, RequestRefused, TransientError
from pytest_evalscope.models.http.chat_completion import decode_json
from pytest_evalscope.models.http.deadline import within
from pytest_evalscope.models.http.endpoint import Endpoint
from pytest_evalscope.models.http.errors import error_inside, one_line, refusal
from pytest_evalscope.models.http.redact import redact, redacted, spellings
from pytest_evalscope.models.http.sse import EventParser
from pytest_evalscope.models.options import ModelOptions
from pytest_evalscope.text.secrets import guarded_texts, secrets_of_url
from pytest_evalscope.types import Completion, Timing, plain

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
_LARGEST_FAILURE = 64 * 2**10
_LAST_BYTES_SECONDS = 0.5

T = TypeVar("T")


class Gathered(Protocol):
    """The events of a stream on their way to what the same response would be in one piece."""

    begun: bool
    """True once a token has come."""
    done: bool
    """True once the end of the stream was announced, or an error came instead."""

    def add(self, event: bytes, data: bytes) -> None:
        """Take one event. Raises ValueError when its data is no JSON object."""

    def body(self) -> dict[str, Any]:
        """Return the whole response, or `{"error": …}`. Raises ValueError when the stream was cut."""


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
        or a password are blotted out.

        Raises:
            TransientError: 408, 409, 429, 5xx, no connection, a lost one, a broken or cut response.
            RequestRefused: any other status.
            ModelTimeout: no complete response within the seconds that the options allow, or a stream that fell silent.
        """
        import aiohttp

        session = self._session or self._open()
        if not _ORDINARY.issuperset(body):
            self._learn(body)
        try:
            made = await self._exchange(session, self._endpoint.at(path), encode(body), read, gather)
            return cast("T", redacted(made, self._secrets)) if isinstance(made, Completion) else made
        except ModelError as error:
            failure = error
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            failure = self._lost(error)
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
        self._proxy = proxy_for(self._endpoint)
        if self._proxy:
            self._know(secrets_of_url(self._proxy))
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=self._timeout, sock_connect=CONNECT_SECONDS),
            headers=headers,
        )
        return self._session

    def _learn(self, body: Mapping[str, Any]) -> None:
        """Take the secrets among a request's parameters for such: an endpoint may repeat them."""
        found = {text for name, value in body.items() if name not in _ORDINARY for text in guarded_texts(value)}
        if not found <= self._learnt:
            self._learnt |= found
            self._know(found)

    def _know(self, secrets: set[str]) -> None:
        forms = spellings(secrets | {text.rpartition(" ")[2] for text in secrets} | {unquote(text) for text in secrets})
        self._secrets = tuple(sorted({*self._secrets, *forms}, key=len, reverse=True))

    async def _exchange(
        self,
        session: aiohttp.ClientSession,
        url: str,
        data: bytes,
        read: Callable[[Any, Timing], T],
        gather: Callable[[], Gathered] | None,
    ) -> T:
        start = time.perf_counter()
        async with session.post(url, data=data, allow_redirects=False, proxy=self._proxy) as response:
            if response.status >= 300:
                raise await self._refusal(response)
            if gather is not None and response.headers.get("Content-Type", "").startswith("text/event-stream"):
                return await self._streamed(response, start, read, gather())
            content = await self._read(response)
            return self._made(content, Timing(latency=time.perf_counter() - start), read)

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
            if not (isinstance(body, dict) and body.get("error")):
                return read(body, timing)
            failure = error_inside(self.name, self._redact(json.dumps(body["error"])))
        except ValueError as error:
            shown = self._redact(response[:4096].decode("utf-8", "replace")) if isinstance(response, bytes) else ""
            failure = self._broken(error, shown)
        raise failure

    async def _streamed(
        self, response: aiohttp.ClientResponse, start: float, read: Callable[[Any, Timing], T], gathered: Gathered
    ) -> T:
        parser = EventParser()
        first, size = None, 0
        try:
            while not gathered.done and (piece := await self._next_piece(response, begun=gathered.begun)):
                arrival = time.perf_counter()
                size += len(piece)
                self._check_size(size)
                for event, data in parser.feed(piece):
                    gathered.add(event, data)
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

    def _lost(self, error: BaseException) -> ModelError:
        """Return the error for a request that got no complete response over the network."""
        import aiohttp

        if isinstance(error, asyncio.TimeoutError) and not isinstance(error, aiohttp.ConnectionTimeoutError):
            return ModelTimeout(f"{self.name}: no complete response within {self._timeout:g} seconds")
        reason = getattr(error, "strerror", None) or (
            "" if isinstance(error, aiohttp.ClientResponseError) else str(error)
        )
        shown = f"{type(error).__name__}: {one_line(self._redact(reason))}".removesuffix(": ")
        place = self._endpoint.public
        if isinstance(error, aiohttp.ClientConnectorCertificateError):
            return RequestRefused(
                f"{self.name}: the certificate of {place} is not trusted ({shown})",
                hint="SSL_CERT_FILE may name the authorities to trust",
            )
        if isinstance(error, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)):
            return TransientError(
                f"{self.name}: no connection to {place} ({shown})",
                hint=f"is the server up, and the URL right? {self._endpoint.named_by} names it",
            )
        return TransientError(f"{self.name}: the connection to {place} broke ({shown})")

    def _redact(self, text: str) -> str:
        return redact(text, self._secrets)


def encode(body: Mapping[str, Any]) -> bytes:
    """Return `body` as JSON; what orjson refuses (lone surrogates, other mappings) is made plain first."""
    import orjson

    try:
        return orjson.dumps(body)
    except TypeError:
        return json.dumps(plain(body)).encode()


async def _read_to_end(response: aiohttp.ClientResponse) -> None:
    """Take the last bytes of a stream whose end was announced, so that its connection can be used again."""
    import aiohttp

    if not response.content.at_eof():
        try:
            await asyncio.wait_for(response.content.readany(), _LAST_BYTES_SECONDS)
        except (aiohttp.ClientError, asyncio.TimeoutError):
            pass  # the response is complete; only the connection is lost


def proxy_for(endpoint: Endpoint) -> str | None:
    """Return the proxy that the environment names, looked up once: the client's own look-up costs 0.35 ms a request."""
    parts = urlsplit(endpoint.base)
    if endpoint.loopback or proxy_bypass(parts.hostname or ""):
        return None
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if proxy and "://" not in proxy:
        proxy = f"http://{proxy}"
    return proxy or None
