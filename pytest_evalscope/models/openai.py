"""Any OpenAI-compatible chat endpoint, by the shortest way: one aiohttp session, orjson, plain dicts."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from pytest_evalscope.errors import ModelError, ModelTimeout, RequestRefused, TransientError, UsageError
from pytest_evalscope.models.deadline import within
from pytest_evalscope.models.endpoint import OPENAI_URL, Endpoint, endpoint_at, openai_headers
from pytest_evalscope.models.failures import error_inside, one_line, refusal
from pytest_evalscope.models.limiting import limited
from pytest_evalscope.models.options import ModelOptions
from pytest_evalscope.models.reply import completion_of, decode_json
from pytest_evalscope.models.retrying import retrying
from pytest_evalscope.models.sse import EventParser, StreamedReply
from pytest_evalscope.types import Completion, Model, Request, Timing, plain

if TYPE_CHECKING:
    import aiohttp

CONNECT_SECONDS = 30.0
"""Seconds allowed for opening a connection; a host that is up answers in a fraction of one."""
LARGEST_REPLY = 64 * 2**20
"""Bytes of the largest reply that is read."""
_LARGEST_FAILURE = 64 * 2**10
_LAST_BYTES_SECONDS = 0.5


def open_openai(
    model: str, options: ModelOptions, *, headers: Callable[[], Mapping[str, str]] = openai_headers
) -> Model:
    """Return `openai/<model>`, limited and retrying; its endpoint is the options', the environment's, or OpenAI's own.

    `headers` gives those that hold the key, at the time they are needed; without it the environment does.

    Raises UsageError for a URL that is none, a key that cannot be sent, and a missing key where one is needed.
    """
    source = "--eval-api-url" if options.api_url else "OPENAI_BASE_URL"
    url = options.api_url or os.environ.get("OPENAI_BASE_URL") or OPENAI_URL
    endpoint = endpoint_at(url, source=source, environment=headers)
    host = urlsplit(endpoint.url).hostname or ""
    needs_key = not options.replayed and (host == "openai.com" or host.endswith(".openai.com"))
    if needs_key and "Authorization" not in endpoint.headers():
        raise UsageError(
            f"openai/{model}: {host} needs a key, and OPENAI_API_KEY is not set",
            hint="set OPENAI_API_KEY, or name another endpoint with --eval-api-url or OPENAI_BASE_URL; "
            "--eval-cache=replay needs none",
        )
    asked = OpenAIModel(f"openai/{model}", model=model, endpoint=endpoint, options=options)
    seed = os.getpid()  # workers that pause in step would come back in step
    return retrying(limited(asked, options, seed=seed), options, seed=seed)


class OpenAIModel:
    """A model behind an OpenAI-compatible chat endpoint; used on one event loop. It does not retry."""

    def __init__(self, name: str, *, model: str, endpoint: Endpoint, options: ModelOptions) -> None:
        self.name = name
        self.identity: Mapping[str, Any] = {"endpoint": endpoint.public, "model": model}
        self._model = model
        self._endpoint = endpoint
        self._timeout = options.timeout
        self._silence = options.silence
        self._session: aiohttp.ClientSession | None = None
        self._proxy: str | None = None
        self._secrets: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<OpenAIModel {self.name} at {self._endpoint.public}>"

    async def generate(self, request: Request) -> Completion:
        """Return the reply; with `stream` among the parameters it is streamed, and the time to the first token known.

        `extra_body` among the parameters is merged into the body, as the client library of OpenAI does.

        Raises:
            TransientError: 408, 409, 429, 5xx, no connection, a lost one, a broken or cut reply.
            RequestRefused: any other status.
            ModelTimeout: no whole reply within the seconds that the options allow, or a stream that fell silent.
        """
        import aiohttp

        session = self._session or self._open()
        data = encode(self._body(request))
        try:
            return await self._exchange(session, data)
        except ModelError as error:
            failure = error
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            failure = self._lost(error)
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
        self._secrets = self._endpoint.secrets(headers)
        self._proxy = _proxy_for(self._endpoint)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=self._timeout, sock_connect=CONNECT_SECONDS),
            headers=headers,
        )
        return self._session

    def _body(self, request: Request) -> dict[str, Any]:
        body = {**request.params, "model": self._model, "messages": request.messages}
        if request.tools:
            body["tools"] = request.tools
        if body.get("stream"):
            body.setdefault("stream_options", {"include_usage": True})
        if "extra_body" in body:
            body.update(body.pop("extra_body") or {})
        return body

    async def _exchange(self, session: aiohttp.ClientSession, data: bytes) -> Completion:
        start = time.perf_counter()
        async with session.post(self._endpoint.url, data=data, allow_redirects=False, proxy=self._proxy) as response:
            if response.status >= 300:
                raise await self._refusal(response)
            if response.headers.get("Content-Type", "").startswith("text/event-stream"):
                return await self._streamed(response, start)
            content = await self._read(response)
            return self._completion(content, Timing(latency=time.perf_counter() - start))

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
        if size > LARGEST_REPLY:
            raise ModelError(
                f"{self.name}: the reply is larger than {LARGEST_REPLY / 2**20:g} MiB, the most that is read"
            )

    def _completion(self, reply: bytes | dict[str, Any], timing: Timing) -> Completion:
        try:
            body = decode_json(reply) if isinstance(reply, bytes) else reply
            if not (isinstance(body, dict) and body.get("error")):
                return completion_of(body, timing)
            failure = error_inside(self.name, self._redact(json.dumps(body["error"])))
        except ValueError as error:
            shown = self._redact(reply[:4096].decode("utf-8", "replace")) if isinstance(reply, bytes) else ""
            failure = self._broken(error, shown)
        raise failure

    async def _streamed(self, response: aiohttp.ClientResponse, start: float) -> Completion:
        parser, reply = EventParser(), StreamedReply()
        first, size = None, 0
        try:
            while not reply.done and (piece := await self._next_piece(response, begun=reply.begun)):
                arrival = time.perf_counter()
                size += len(piece)
                self._check_size(size)
                for event, data in parser.feed(piece):
                    reply.add(event, data)
                if first is None and reply.begun:
                    first = arrival - start
            timing = Timing(latency=time.perf_counter() - start, ttft=first)
            body = reply.body()
        except ValueError as error:
            failure = self._broken(error)
        else:
            await _read_to_end(response)
            return self._completion(body, timing)
        raise failure

    async def _next_piece(self, response: aiohttp.ClientResponse, *, begun: bool) -> bytes:
        """Return what comes next in a stream; until it has begun, only the time for the whole request counts."""
        if not begun:
            return await response.content.readany()
        complaint = f"{self.name}: the stream brought nothing for {self._silence:g} seconds"
        return await within(self._silence, response.content.readany(), complaint)

    async def _refusal(self, response: aiohttp.ClientResponse) -> ModelError:
        text = self._redact((await self._read(response, _LARGEST_FAILURE)).decode("utf-8", "replace"))
        if response.status < 400:
            place = one_line(self._redact(response.headers.get("Location", "")).partition("?")[0], 200)
            return RequestRefused(
                f"{self.name}: {self._endpoint.public} redirects (HTTP {response.status} to {place!r})",
                status=response.status,
                hint="redirects are not followed; name the final URL with --eval-api-url or OPENAI_BASE_URL",
            )
        return refusal(self.name, response.status, self._endpoint.public, text, response.headers)

    def _broken(self, problem: ValueError, shown: str = "") -> TransientError:
        excerpt = one_line(shown, 120)
        return TransientError(f"{self.name}: {problem}" + (f" ({excerpt})" if excerpt else ""))

    def _lost(self, error: BaseException) -> ModelError:
        """The error for a request that got no whole reply over the network."""
        import aiohttp

        if isinstance(error, asyncio.TimeoutError) and not isinstance(error, aiohttp.ConnectionTimeoutError):
            return ModelTimeout(f"{self.name}: no whole reply within {self._timeout:g} seconds")
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
                hint="is the server up, and the URL right? --eval-api-url or OPENAI_BASE_URL names it",
            )
        return TransientError(f"{self.name}: the connection to {place} broke ({shown})")

    def _redact(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


def encode(body: Mapping[str, Any]) -> bytes:
    """Return `body` as JSON; what orjson refuses (lone surrogates, other mappings) is made plain first."""
    import orjson

    try:
        return orjson.dumps(body)
    except TypeError:
        return json.dumps(plain(body)).encode()


async def _read_to_end(response: aiohttp.ClientResponse) -> None:
    """Take the last bytes of a stream whose end mark has come, so that its connection can be used again."""
    import aiohttp

    if not response.content.at_eof():
        try:
            await asyncio.wait_for(response.content.readany(), _LAST_BYTES_SECONDS)
        except (aiohttp.ClientError, asyncio.TimeoutError):
            pass  # the reply is whole; only the connection is lost


def _proxy_for(endpoint: Endpoint) -> str | None:
    """The proxy that the environment names, looked up once: the client's own look-up costs 0.35 ms a request."""
    parts = urlsplit(endpoint.url)
    if endpoint.loopback or proxy_bypass(parts.hostname or ""):
        return None
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if proxy and "://" not in proxy:
        proxy = f"http://{proxy}"
    return proxy or None
