"""The calls of OpenAI's Batch API, through OpenAI's own package."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from importlib.util import find_spec
from itertools import count
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from pytest_evalscope.errors import MissingExtra, ModelError, ModelTimeout, TransientError
from pytest_evalscope.models.http.endpoint import Endpoint
from pytest_evalscope.models.http.errors import one_line, refusal
from pytest_evalscope.models.http.redact import redact
from pytest_evalscope.models.options import ModelOptions
from pytest_evalscope.models.providers.batch_lines import CHAT_ENDPOINT

T = TypeVar("T")

INSTALL = "pip install 'pytest-evalscope[openai]'"
WINDOW = "24h"
"""The time within which the endpoint promises to be done; the only one there is."""
_LISTED = 500
_TALKATIVE = ("httpx", "httpx2", "httpcore", "httpcore2", "openai")
"""Loggers that, below warnings, spell whole URLs and headers, and so may spell a key."""


class BatchClient:
    """An endpoint's batches and files; used on one event loop. It does not retry.

    Every call raises TransientError, RequestRefused or ModelTimeout, as `Connection.post` does.
    """

    def __init__(self, name: str, endpoint: Endpoint, options: ModelOptions) -> None:
        if find_spec("openai") is None:
            raise MissingExtra(name, "openai", INSTALL)
        self.name = name
        self.endpoint = endpoint
        self.secrets: tuple[str, ...] = ()
        self._timeout = options.timeout
        self._client: Any = None

    def __repr__(self) -> str:
        return f"<BatchClient of {self.name} to {self.endpoint.public}>"

    async def upload(self, lines: bytes) -> str:
        """Upload the requests of a batch; return the file's name."""
        file = await self._call(self._open().files.create(file=("requests.jsonl", lines), purpose="batch"))
        return self._name_of(file)

    async def create(self, file: str) -> str:
        """Make a batch of an uploaded file; return its name."""
        making = self._open().batches.create(input_file_id=file, endpoint=CHAT_ENDPOINT, completion_window=WINDOW)
        return self._name_of(await self._call(making))

    async def batch_of(self, file: str) -> str | None:
        """Return the name of the batch that was made of a file, among the newest 500; None without one."""

        async def search() -> str | None:
            listed = count()
            async for batch in self._open().batches.list(limit=100):
                if batch.input_file_id == file:
                    return str(batch.id)
                if next(listed) >= _LISTED:
                    break
            return None

        return await self._call(search())

    async def look(self, name: str) -> Any:
        """Return the state of a batch: `status`, `output_file_id`, `error_file_id`, `errors`."""
        batch = await self._call(self._open().batches.retrieve(name))
        self._name_of(batch)
        return batch

    async def content(self, file: str) -> bytes:
        """Return the content of a result file."""
        found: bytes = (await self._call(self._open().files.content(file))).content
        return found

    async def aclose(self) -> None:
        """Close the connections; the next call would open new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def shown(self, text: str) -> str:
        """Return `text` as one line without secrets."""
        return one_line(redact(text, self.secrets), 500)

    def _open(self) -> Any:
        if self._client is None:
            from openai import AsyncOpenAI, DefaultAsyncHttpxClient

            for name in _TALKATIVE:
                logger = logging.getLogger(name)
                if logger.level == logging.NOTSET:
                    logger.setLevel(logging.WARNING)
            headers = self.endpoint.headers()
            self.secrets = self.endpoint.secrets(headers)
            del headers["Content-Type"]  # a file is uploaded as a form
            parts = urlsplit(self.endpoint.base)
            self._client = AsyncOpenAI(
                api_key="EMPTY",  # the real one is in the headers
                base_url=urlunsplit((parts.scheme, parts.netloc, parts.path, "", "")),
                default_headers=headers,
                default_query=dict(parse_qsl(parts.query)),
                max_retries=0,
                http_client=DefaultAsyncHttpxClient(follow_redirects=False),
                timeout=self._timeout,
            )
        return self._client

    async def _call(self, work: Awaitable[T]) -> T:
        import openai

        try:
            return await work
        except openai.APIStatusError as error:
            text = redact(error.response.text, self.secrets)
            failure: ModelError = refusal(
                self.name, error.status_code, self.endpoint.public, text, error.response.headers
            )
            failure.message = redact(failure.message, self.secrets)
            failure.args = (failure.message,)
        except openai.APITimeoutError:
            failure = ModelTimeout(f"{self.name}: no complete response within {self._timeout:g} seconds")
        except (openai.OpenAIError, ValueError, OSError) as error:
            problem = self.shown(f"{type(error).__name__}: {error}")
            failure = TransientError(f"{self.name}: no response from {self.endpoint.public} ({problem})")
        # Raised afresh: the exceptions of the package know the request with its headers.
        raise failure.with_traceback(None)

    def _name_of(self, made: Any) -> str:
        name = getattr(made, "id", None)
        if not name or not isinstance(name, str):
            raise TransientError(f"{self.name}: the response of {self.endpoint.public} names no file or batch")
        return name
