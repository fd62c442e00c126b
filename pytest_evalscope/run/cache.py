"""The cache of completions: a completion that was paid for once is not requested again.

SQLite, one row per completion, keyed by a hash of everything that determines it: the model's identity, messages, tools,
parameters and the number of the repeat. Completions that arrive together are committed together, in the event loop's
next turn: their successors are sent first, and a killed process loses only what was in flight. Errors, and completions
that a content filter cut off, are never stored.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from pytest_evalscope.errors import ModelError, StorageError, UsageError
from pytest_evalscope.models.wrapped import wrapped
from pytest_evalscope.run.settings import CacheMode
from pytest_evalscope.types import (
    Chat,
    Completion,
    Embed,
    Likelihood,
    Messages,
    Model,
    Request,
    Rerank,
    prompt_of,
    texts_of,
)
from pytest_evalscope.types.completion import read_completion
from pytest_evalscope.types.encode import to_json

SCHEMA = 2
# Rows are appended and only the small index is written here and there: a third of the cost of one tree.
TABLES = (
    "create table if not exists replies (key blob not null, reply blob not null)",
    "create unique index if not exists by_key on replies (key)",
)
WAIT = 60.0
"""Seconds to wait for another process that is writing."""
MAPPED = 16 * 2**20
"""Bytes of the file that are mapped into memory, which halves the cost of finding a completion; they count as the
process's own memory, so no more."""
AHEAD = 256
"""Rows that are read at once where completions are requested in about the order in which they were stored, at most."""
AHEAD_BYTES = 2**20
"""Bytes after which no more of them are read; none are read after a row of a sixteenth of that."""
QUOTED = 60
"""Characters of a prompt that a message quotes."""


class CompletionCache:
    """The completions on disk; used from one event loop at a time, shared between processes."""

    def __init__(self, folder: Path) -> None:
        self._pending: dict[bytes, tuple[Completion, bytes]] = {}
        self._ahead: dict[bytes, bytes] = {}
        """Rows that were read and not yet requested."""
        self._end = -AHEAD
        """Number of the last row that was found or read ahead."""
        self.unreadable = 0
        """Entries that could not be read (damaged, or of a newer version), and were requested again."""
        self.failure: StorageError | None = None
        """The reason why the file could not be read or written, once that has happened. The request at hand is not at
        fault, so nothing is raised to its sender: the run looks here, and ends."""
        self.path = folder / f"replies-{SCHEMA}.sqlite"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.path, timeout=WAIT, isolation_level=None, check_same_thread=False)
            prepare(self._db, *TABLES)
            self._db.execute(f"pragma mmap_size = {MAPPED}")
        except (OSError, sqlite3.Error) as error:
            raise UsageError(
                f"completion cache: cannot be opened ({self.path}: {error})",
                hint="choose another folder with --eval-cache-dir, or --eval-cache=off",
            ) from error

    def get(self, key: bytes) -> Completion | None:
        """Return the stored completion, with `cached` set; None without one."""
        if (fresh := self._pending.get(key)) is not None:
            return replace(fresh[0], cached=True)
        try:
            found = self._ahead.pop(key, None) or self._find(key)
        except sqlite3.Error as error:
            self._fail("read", error)
            return None
        return None if found is None else self._read(found)

    def _read(self, found: bytes) -> Completion | None:
        """Return the completion that an entry contains; None for one that cannot be read, which is requested again."""
        try:
            made = read_completion(orjson.loads(found))
            if type(made.text) is str and isinstance(made.usage.prompt_tokens, (int, float)):
                return made
        except (ValueError, KeyError, TypeError, AttributeError):
            pass
        self.unreadable += 1
        return None

    def put(self, key: bytes, completion: Completion) -> None:
        """Store a completion; it is safe from a kill after the event loop's next turn, if `failure` is None then.

        Raises RecursionError for one that is nested without end: it costs its own sample and no other.
        """
        written = to_json(completion)
        if not self._pending:
            asyncio.get_running_loop().call_soon(self._commit)
        self._pending[key] = completion, written

    def close(self) -> None:
        """Store what is pending and close the file."""
        self._commit()
        self._db.close()

    def _find(self, key: bytes) -> bytes | None:
        """Return the completion of a key as JSON. One that follows the last one closely has those after it read too."""
        found = self._db.execute("select rowid, cast(reply as blob) from replies where key = ?", (key,)).fetchone()
        if found is None:
            return None
        row, reply = found
        if 0 < row - self._end <= AHEAD and len(reply) < AHEAD_BYTES // 16:
            self._end = self._read_ahead(row)
        elif abs(row - self._end) > AHEAD:
            self._end = row
        return bytes(reply)

    def _read_ahead(self, row: int) -> int:
        """Keep the rows after `row` and return the number of the last one."""
        if len(self._ahead) > AHEAD:
            self._ahead.clear()
        last, size = row, 0
        rows = self._db.execute(
            "select rowid, key, cast(reply as blob) from replies where rowid > ? limit ?", (row, AHEAD)
        )
        for number, key, reply in rows:
            self._ahead[key] = reply
            last, size = number, size + len(reply)
            if size > AHEAD_BYTES:
                break
        return last

    def _commit(self) -> None:
        rows = [(key, written) for key, (_, written) in self._pending.items()]
        self._pending.clear()
        for key, _ in rows:
            self._ahead.pop(key, None)
        if not rows or self.failure is not None:
            return
        try:
            self._db.execute("begin immediate")
            self._db.executemany("insert or replace into replies values (?, ?)", rows)
            self._db.execute("commit")
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.execute("rollback")
            self._fail("written", error)

    def _fail(self, done: str, error: sqlite3.Error) -> None:
        self.failure = self.failure or StorageError(
            f"completion cache: cannot be {done} ({self.path}: {error})",
            hint="what was stored before is whole: make room or choose another folder with --eval-cache-dir, "
            "and the same command continues from there",
        )


def cached(model: Model, cache: CompletionCache, mode: CacheMode) -> Model:
    """Return `model` behind the cache; a model without an identity (a user's own function) is left as it is.

    A stored completion is returned, else one is requested and stored; under `replay` a miss is a ModelError. What is
    requested already, by another benchmark with the same sample, say, is awaited and not requested again; under
    `refresh` that holds for the whole run. Closing the model leaves the cache open for others.
    """
    if mode == "off" or not model.identity:
        return model
    key_of = keys_for(model)
    flying: dict[bytes, asyncio.Event | None] = {}
    """Requests in flight, each with what those wait for that want the same."""
    refreshed: set[bytes] = set()

    async def send(request: Request) -> Completion:
        key = key_of(request)
        while True:
            if (mode != "refresh" or key in refreshed) and (stored := cache.get(key)) is not None:
                return stored
            if key not in flying:
                break
            ended = flying[key] = flying[key] or asyncio.Event()
            await ended.wait()  # if no completion came of it, the next one requests it
        if mode == "replay":
            raise _missing(request)
        flying[key] = None
        try:
            completion = await model.send(request)
            if completion.finish_reason != "content_filter":
                cache.put(key, completion)
                if mode == "refresh":
                    refreshed.add(key)
        finally:
            if (waiting := flying.pop(key)) is not None:
                waiting.set()
        return completion

    return wrapped(model, send, kind="cached")


def keys_for(model: Model) -> Callable[[Request], bytes]:
    """Return the maker of keys for a model's requests: 16 bytes from everything that determines the completion."""
    identity = orjson.dumps([SCHEMA, model.identity], option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    prefix = hashlib.blake2b(identity, digest_size=16)

    def key_of(request: Request) -> bytes:
        digest = prefix.copy()
        match request:
            case Chat():
                digest.update(_packed(request.messages, request.tools, request.params, request.repeat))
            case Likelihood():
                digest.update(_packed(request.messages, (), request.params, request.repeat))
                digest.update(orjson.dumps(["continuations", request.continuations]))
            case Embed():
                digest.update(_packed((), (), request.params, request.repeat))
                digest.update(orjson.dumps(["texts", request.texts]))
            case Rerank():
                digest.update(_packed((), (), request.params, request.repeat))
                digest.update(orjson.dumps(["rerank", request.query, request.documents]))
        return digest.digest()

    return key_of


def _packed(messages: Messages, tools: Sequence[Mapping[str, Any]], params: Mapping[str, Any], repeat: int) -> bytes:
    return to_json([messages, tools, params, repeat], orjson.OPT_SORT_KEYS)


def _missing(request: Request) -> ModelError:
    from pytest_evalscope.models.http.errors import one_line
    from pytest_evalscope.models.prompt import last_user_text

    texts = texts_of(request)
    given = one_line(last_user_text(prompt_of(request)) or (texts[0] if texts else ""), QUOTED)
    return ModelError(
        f"completion cache: no completion of this request is stored ({given!r}); --eval-cache=replay never sends it",
        hint="the same command with --eval-cache=on stores it; a completion is found under the very same "
        "endpoint, model, prompt and parameters",
    )


def prepare(db: sqlite3.Connection, *tables: str) -> None:
    """Set up a connection to a file that processes share, and make its table.

    SQLite does not wait for others while it changes the journal's mode, so this does.
    """
    give_up = time.monotonic() + WAIT
    while True:
        try:
            db.execute("pragma journal_mode = wal")
            # The operating system keeps what was written even if this process is killed; only a power cut may lose it.
            db.execute("pragma synchronous = off")
            for table in tables:
                db.execute(table)
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise
        time.sleep(0.02)
