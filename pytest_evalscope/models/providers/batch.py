"""`openai-batch/<model>`: OpenAI's Batch API, at half the price and within a day instead of at once.

Requests that are sent at the same time become one batch. What is under way is written down, so a run that was cut off
finds its batches again and pays for none twice.
"""

from __future__ import annotations

import asyncio
import copy
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pytest_evalscope.errors import ModelError, ModelTimeout, RequestRefused, TransientError
from pytest_evalscope.models.capabilities import chat_of, check_count
from pytest_evalscope.models.http.endpoint import Endpoint
from pytest_evalscope.models.http.extras import EXTRAS, extras_in
from pytest_evalscope.models.http.media_parts import HOSTED, built
from pytest_evalscope.models.http.redact import redacted
from pytest_evalscope.models.local.engine import read_args
from pytest_evalscope.models.middleware.retrying import retrying
from pytest_evalscope.models.options import ModelOptions
from pytest_evalscope.models.providers.batch_client import BatchClient
from pytest_evalscope.models.providers.batch_lines import completion_in, lines_in, request_line
from pytest_evalscope.models.providers.batch_store import Ticket, Tickets
from pytest_evalscope.models.providers.openai import chat_body, openai_endpoint
from pytest_evalscope.types import Chat, Completion, Model, Request
from pytest_evalscope.types.encode import to_json
from pytest_evalscope.types.trajectory import without_reasoning

POLL = 30
"""Seconds between two looks at a batch, unless the arguments say."""
QUIET = 2.0
"""Seconds without a further request after which those that wait are sent as a batch."""
MOST_REQUESTS, MOST_BYTES = 50_000, 150 * 2**20
"""The largest batch; the endpoint's own bounds are 50,000 requests and 200 MB."""
_FORGOTTEN = 1.0  # seconds after its last completion was taken: by then the completion cache has it
_RUNNING = ("validating", "in_progress", "finalizing", "cancelling")
_FULL = "token_limit_exceeded"

_LOG = logging.getLogger(__name__)


def open_batch(model: str, options: ModelOptions) -> Model:
    """Return `openai-batch/<model>`; endpoint, key and errors are those of `open_openai`.

    Model argument: `poll`, the seconds between two looks at a batch (30).

    Raises UsageError as `open_openai` does, MissingExtra where the package `openai` is missing.
    """
    name = f"openai-batch/{model}"
    args = {"poll": POLL, **read_args(name, options.args, {"poll": int})}
    client = BatchClient(name, openai_endpoint(name, options), options)
    return retrying(BatchModel(name, model=model, client=client, options=options, poll=args["poll"]), options)


@dataclass(eq=False, slots=True)
class _Group:
    """Requests on their way into one batch."""

    ticket: asyncio.Future[Ticket]
    lines: dict[str, bytes] = field(default_factory=dict)
    size: int = 0


class BatchModel:
    """A model that gets its requests in batches; used on one event loop."""

    def __init__(self, name: str, *, model: str, client: BatchClient, options: ModelOptions, poll: float) -> None:
        self.name = name
        self.can: frozenset[type] = frozenset({Chat})
        self.media = HOSTED
        endpoint: Endpoint = client.endpoint
        # That of `openai/<model>`: the completions are the same, so either finds those of the other in the cache.
        self.identity: Mapping[str, Any] = {"endpoint": endpoint.public, "model": model}
        self._model = model
        self._client = client
        self._poll = poll
        self._patience = options.attempts
        self._most = min(options.concurrency, MOST_REQUESTS)
        self._tickets = Tickets(options.keep, to_json(self.identity))
        self._group: _Group | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._endings: dict[Ticket, asyncio.Task[dict[str, Any]]] = {}
        self._done: set[Ticket] = set()

    def __repr__(self) -> str:
        return f"<BatchModel {self.name} at {self.identity['endpoint']}>"

    async def send(self, request: Request) -> Completion:
        """Return the completion, once the batch that the request is part of has ended.

        Raises:
            RequestRefused: the endpoint refuses the batch or this request.
            TransientError: it could not be reached, or the batch ended without a response to this request.
        """
        chat = chat_of(self.name, request, self.media)
        check_count(self.name, chat)
        chat = replace(chat, messages=without_reasoning(chat.messages))
        body = await built(chat.messages, lambda: chat_body(self.name, self._model, chat, hosted=True))
        if extras_in(body):
            raise RequestRefused(
                f"{self.name}: a line of a batch has no headers or query of its own ({', '.join(EXTRAS)})"
            )
        body = {name: value for name, value in body.items() if name not in ("stream", "stream_options", *EXTRAS)}
        key = hashlib.blake2b(to_json([body, chat.repeat]), digest_size=16).hexdigest()
        ticket = self._tickets.find(key)
        try:
            if ticket is None:
                ticket = await asyncio.shield(self._join(key, request_line(key, body)))
            lines = await asyncio.shield(self._ending(ticket))
        except ModelError as error:
            # Shared with all that wait for this batch, and each counts its own attempts.
            failure = copy.copy(error)
        else:
            return self._taken(ticket, key, lines)
        raise failure

    async def aclose(self) -> None:
        """Stop waiting; batches go on at the endpoint, and the next run takes their results."""
        tasks = [*self._tasks, *self._endings.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks.clear()
        self._endings.clear()
        self._group = None
        for ticket in tuple(self._done):
            self._forget(ticket)
        await self._client.aclose()

    def _taken(self, ticket: Ticket, key: str, lines: dict[str, Any]) -> Completion:
        line = lines.get(key)
        if self._tickets.take(ticket, key):
            self._done.add(ticket)
            asyncio.get_running_loop().call_later(_FORGOTTEN, self._forget, ticket)
        if line is None:
            raise TransientError(f"{self.name}: the batch {ticket.batch} ended without a response to this request")
        return redacted(completion_in(self.name, self.identity["endpoint"], line), self._client.secrets)

    def _forget(self, ticket: Ticket) -> None:
        self._done.discard(ticket)
        self._endings.pop(ticket, None)
        self._tickets.forget(ticket)

    def _join(self, key: str, line: bytes) -> asyncio.Future[Ticket]:
        """Add a request to the batch that is being gathered; return the future of its ticket."""
        group = self._group
        if group is None:
            group = self._group = _Group(asyncio.get_running_loop().create_future())
            self._start(self._send_when_quiet(group))
        group.size += 0 if key in group.lines else len(line)
        group.lines[key] = line
        if len(group.lines) >= self._most or group.size >= MOST_BYTES:
            self._group = None
            self._start(self._send(group))
        return group.ticket

    def _start(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send_when_quiet(self, group: _Group) -> None:
        count = 0
        while self._group is group and count < len(group.lines):
            count = len(group.lines)
            await asyncio.sleep(QUIET)
        if self._group is group:
            self._group = None
            await self._send(group)

    async def _send(self, group: _Group) -> None:
        """Upload the requests and write that down; only then a batch, which costs, is made of them."""
        try:
            file = await self._client.upload(b"".join(group.lines.values()))
            group.ticket.set_result(self._tickets.add(file, group.lines))
        except (ModelError, OSError) as error:
            failure = error if isinstance(error, ModelError) else ModelError(f"{self.name}: cannot be kept ({error})")
            group.ticket.set_exception(failure)
            group.ticket.exception()  # whoever waited may be gone; nobody needs to learn of that

    def _ending(self, ticket: Ticket) -> asyncio.Task[dict[str, Any]]:
        """Return what waits for a batch's end: one for all of its requests."""
        task = self._endings.get(ticket)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = self._endings[ticket] = asyncio.ensure_future(self._end(ticket))
        return task

    async def _end(self, ticket: Ticket) -> dict[str, Any]:
        """Wait until a batch has ended; return its lines by the requests' keys."""
        if not ticket.batch:
            await self._begin(ticket)
        _LOG.info("%s: waiting for the batch %s of %d requests", self.name, ticket.batch, len(ticket.keys))
        batch = await self._ended(ticket.batch)
        if batch.status == "failed":
            self._tickets.forget(ticket)
            raise self._failed(batch)
        found: dict[str, Any] = {}
        for file in (batch.output_file_id, batch.error_file_id):
            if file:
                found = {**lines_in(await self._client.content(file)), **found}
        return found

    async def _begin(self, ticket: Ticket) -> None:
        """Make a batch of the ticket's file, unless an attempt whose answer was lost has made it already."""
        try:
            made = await self._client.batch_of(ticket.file) if ticket.tried else None
            ticket.tried = True
            batch = made or await self._client.create(ticket.file)
        except RequestRefused:
            self._tickets.forget(ticket)
            raise
        self._tickets.begun(ticket, batch)

    async def _ended(self, name: str) -> Any:
        failures = 0
        while True:
            try:
                batch = await self._client.look(name)
            except (TransientError, ModelTimeout):
                failures += 1
                if failures >= self._patience:
                    raise
            else:
                failures = 0
                if batch.status not in _RUNNING:
                    return batch
            await asyncio.sleep(self._poll)

    def _failed(self, batch: Any) -> ModelError:
        errors = [item for item in getattr(batch.errors, "data", None) or () if item is not None]
        problems = "; ".join(str(item.message) for item in errors[:3]) or "no message"
        message = self._client.shown(f"{self.name}: the batch {batch.id} failed ({problems})")
        if any(item.code == _FULL for item in errors):
            return TransientError(message, status=429, retry_after=60.0)
        return RequestRefused(message)
