"""The reply cache: what was paid for once is not asked for again.

SQLite, one row per reply, keyed by a hash of everything that determines the reply: the model's identity, messages,
tools, parameters and the number of the repeat. A row is committed as soon as its reply is there, so a killed process
loses only what was in flight. Errors, and replies that a content filter cut off, are never stored.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from pytest_evalscope.errors import ModelError, StorageError, UsageError
from pytest_evalscope.models.failures import one_line
from pytest_evalscope.models.prompt import last_user_text
from pytest_evalscope.run.settings import CacheMode
from pytest_evalscope.types import Completion, Model, Request, Timing, TokenLogprob, Usage

SCHEMA = 1
WAIT = 60.0
"""Seconds to wait for another process that is writing."""
QUOTED = 60
"""Characters of a prompt that a message quotes."""


class ReplyCache:
    """The replies on disk; used from one thread, shared between processes."""

    def __init__(self, folder: Path) -> None:
        self.failure: StorageError | None = None
        """Why the file could not be read or written, once that has happened. It is no fault of the request at hand, so
        nothing is raised to whoever sent that: the run looks here, and ends."""
        self.path = folder / f"replies-{SCHEMA}.sqlite"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.path, timeout=WAIT, isolation_level=None, check_same_thread=False)
            _prepare(self._db)
        except (OSError, sqlite3.Error) as error:
            raise UsageError(
                f"reply cache: cannot be opened ({self.path}: {error})",
                hint="choose another folder with --eval-cache-dir, or --eval-cache=off",
            ) from error

    def get(self, key: bytes) -> Completion | None:
        """Return the stored reply, marked as cached; None when there is none."""
        try:
            found = self._db.execute("select reply from replies where key = ?", (key,)).fetchone()
        except sqlite3.Error as error:
            self._fail("read", error)
            return None
        return None if found is None else _read(found[0])

    def put(self, key: bytes, completion: Completion) -> None:
        """Store a reply; it is safe from a kill when this returns and there is no `failure`."""
        try:
            self._db.execute("insert or replace into replies values (?, ?)", (key, orjson.dumps(completion)))
        except sqlite3.Error as error:
            self._fail("written", error)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _fail(self, done: str, error: sqlite3.Error) -> None:
        self.failure = self.failure or StorageError(
            f"reply cache: cannot be {done} ({self.path}: {error})",
            hint="what was stored before is whole: make room or choose another folder with --eval-cache-dir, "
            "and the same command goes on from there",
        )


@dataclass(frozen=True, slots=True)
class CachedModel:
    """A model that looks into the cache first."""

    model: Model
    cache: ReplyCache
    mode: CacheMode
    _prefix: Any
    """The hash over the model's identity, which every key begins with."""

    @property
    def name(self) -> str:
        """The model's own name."""
        return self.model.name

    @property
    def identity(self) -> Any:
        """The model's own identity."""
        return self.model.identity

    def key(self, request: Request) -> bytes:
        """Return 16 bytes that depend on everything that determines the reply."""
        digest = self._prefix.copy()
        digest.update(
            orjson.dumps([request.messages, request.tools, request.params, request.repeat], option=orjson.OPT_SORT_KEYS)
        )
        made: bytes = digest.digest()
        return made

    async def generate(self, request: Request) -> Completion:
        """Return the stored reply, else ask and store. Raises ModelError for a miss under `replay`."""
        key = self.key(request)
        if self.mode != "refresh" and (stored := self.cache.get(key)) is not None:
            return stored
        if self.mode == "replay":
            asked = one_line(last_user_text(request.messages), QUOTED)
            raise ModelError(
                f"reply cache: no reply to this request is recorded ({asked!r}); --eval-cache=replay never asks",
                hint="the same command with --eval-cache=on records it; a reply is found under the very same endpoint, "
                "model, prompt and parameters",
            )
        completion = await self.model.generate(request)
        if completion.finish_reason != "content_filter":
            self.cache.put(key, completion)
        return completion

    async def aclose(self) -> None:
        """Close the model; the cache stays open for others."""
        await self.model.aclose()


def cached(model: Model, cache: ReplyCache, mode: CacheMode) -> Model:
    """Return `model` behind the cache; a model without an identity (a user's own function) is left as it is."""
    if mode == "off" or not model.identity:
        return model
    identity = orjson.dumps([SCHEMA, model.identity], option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return CachedModel(model, cache, mode, hashlib.blake2b(identity, digest_size=16))


def _prepare(db: sqlite3.Connection) -> None:
    """Set up a connection; SQLite does not wait for others while it changes the journal's mode, so this does."""
    give_up = time.monotonic() + WAIT
    while True:
        try:
            db.execute("pragma journal_mode = wal")
            # The operating system keeps what was written even if this process is killed; only a power cut may lose it.
            db.execute("pragma synchronous = off")
            db.execute("create table if not exists replies (key blob primary key, reply blob) without rowid")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise
        time.sleep(0.02)


def _read(stored: bytes) -> Completion:
    fields = orjson.loads(stored)
    fields["usage"] = Usage(**fields["usage"])
    fields["timing"] = Timing(**fields["timing"])
    fields["tool_calls"] = tuple(fields["tool_calls"])
    fields["logprobs"] = tuple(
        replace(TokenLogprob(**item), top=tuple((token, value) for token, value in item["top"]))
        for item in fields["logprobs"]
    )
    return Completion(**{**fields, "cached": True})
