"""Telling ids apart, in little memory: a data set may have millions."""

from __future__ import annotations

import hashlib
from array import array

FIRST_SIZE = 1024


class Ids:
    """The ids given so far, as hashes of 64 bits in a table with linear probing: 12 to 24 bytes for each.

    Two ids of a million share a hash with a probability of 3e-8; the second would then count as a repetition.
    """

    def __init__(self) -> None:
        self._table = array("Q", bytes(8 * FIRST_SIZE))
        self._used = 0
        self._repeated: dict[int, int] = {}

    def times(self, text: str) -> int:
        """Return how often `text` was given before."""
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        key = int.from_bytes(digest, "big") or 1  # 0 is a free place
        place = self._place(key)
        if self._table[place]:
            self._repeated[key] = self._repeated.get(key, 0) + 1
            return self._repeated[key]
        self._table[place] = key
        self._used += 1
        if 3 * self._used > 2 * len(self._table):
            self._double()
        return 0

    def _place(self, key: int) -> int:
        """Return where `key` is, or the free place where it belongs."""
        table, last = self._table, len(self._table) - 1
        place = key & last
        while table[place] and table[place] != key:
            place = (place + 1) & last
        return place

    def _double(self) -> None:
        keys = self._table
        self._table = array("Q", bytes(16 * len(keys)))
        for key in keys:
            if key:
                self._table[self._place(key)] = key
