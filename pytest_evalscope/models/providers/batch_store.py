"""Store of the batches that are under way, in memory and on disk."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import orjson

from pytest_evalscope.types.names import folder_name

KEPT = 31 * 86400
"""Seconds after which a batch is forgotten: an endpoint keeps its results for 30 days, and a clock may be a day off."""


@dataclass(eq=False, slots=True)
class Ticket:
    """One batch: the file of its requests, their keys, and its own name once it has one."""

    file: str
    keys: set[str]
    """Keys of the requests whose results have not been taken."""
    batch: str = ""
    tried: bool = False
    """True when a batch may have been made of the file without our knowing its name."""
    since: float = 0.0


class Tickets:
    """The tickets of one model at one endpoint; in `folder` where they are to outlive the process.

    Each is a file of its own, so several processes may share the folder.
    """

    def __init__(self, folder: Path | None, identity: bytes) -> None:
        digest = hashlib.blake2b(identity, digest_size=8).hexdigest()
        self._folder = None if folder is None else folder / "batches" / digest
        self._by_key: dict[str, Ticket] = {}
        for path in sorted(self._folder.glob("*.json")) if self._folder is not None else ():
            self._read(path)

    def find(self, key: str) -> Ticket | None:
        """Return the ticket of the batch that a request is part of; None without one."""
        return self._by_key.get(key)

    def add(self, file: str, keys: Iterable[str]) -> Ticket:
        """Return a ticket for the requests in an uploaded file, written down. Raises OSError."""
        ticket = Ticket(file=file, keys=set(keys), since=time.time())
        self._write(ticket)
        self._by_key.update(dict.fromkeys(ticket.keys, ticket))
        return ticket

    def begun(self, ticket: Ticket, batch: str) -> None:
        """Write down the name of the batch that was made. Raises OSError."""
        ticket.batch = batch
        self._write(ticket)

    def take(self, ticket: Ticket, key: str) -> bool:
        """Note that a request has its result, or has to be sent again; return whether it was the batch's last."""
        ticket.keys.discard(key)
        if self._by_key.get(key) is ticket:
            del self._by_key[key]
        return not ticket.keys

    def forget(self, ticket: Ticket) -> None:
        """Drop a ticket; its requests, if any are left, would be sent anew."""
        for key in [key for key in ticket.keys if self._by_key.get(key) is ticket]:
            del self._by_key[key]
        if self._folder is not None:
            self._path(ticket).unlink(missing_ok=True)

    def _path(self, ticket: Ticket) -> Path:
        assert self._folder is not None
        return self._folder / f"{folder_name(ticket.file)}.json"

    def _write(self, ticket: Ticket) -> None:
        if self._folder is None:
            return
        path = self._path(ticket)
        path.parent.mkdir(parents=True, exist_ok=True)
        fields = {"schema": 1, "file": ticket.file, "batch": ticket.batch, "since": ticket.since}
        partial = path.with_name(f"{path.name}.{os.getpid()}")
        partial.write_bytes(orjson.dumps({**fields, "keys": sorted(ticket.keys)}))
        partial.replace(path)

    def _read(self, path: Path) -> None:
        """Take in what an earlier run left; a file that is no ticket is left alone, one that is too old removed."""
        try:
            fields = orjson.loads(path.read_bytes())
            since = float(fields["since"])
            ticket = Ticket(
                file=str(fields["file"]),
                keys=set(map(str, fields["keys"])),
                batch=str(fields["batch"]),
                tried=True,
                since=since,
            )
        except (OSError, ValueError, KeyError, TypeError):
            return
        if time.time() - since > KEPT:
            path.unlink(missing_ok=True)
        else:
            self._by_key.update(dict.fromkeys(ticket.keys, ticket))
