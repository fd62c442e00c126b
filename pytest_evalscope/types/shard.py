"""A part of every benchmark's samples, for runs that are divided among machines."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from pytest_evalscope.errors import UsageError

_FORM = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class Shard:
    """The `index`th of `count` parts, from 1. Every sample is in exactly one of them.

    Which one depends on the names of benchmark and subset and on the sample's id alone: not on the order of the data,
    the number of workers, or what else is run. Parts are as even as a hash makes them: of 1,000 samples in 8 parts
    each holds some 125, give or take 10.
    """

    index: int
    count: int

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"

    def holds(self, benchmark: str, subset: str, sample_id: str) -> bool:
        """Return whether the sample, with all its repeats, is in this part."""
        name = f"{benchmark}\0{subset}\0{sample_id}".encode("utf-8", "replace")
        return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "big") % self.count == self.index - 1


def shard_of(text: str, where: str) -> Shard | None:
    """Return the shard that `3/8` names; None for empty text and for `1/1`. Raises UsageError."""
    if not text:
        return None
    found = _FORM.fullmatch(text.replace(" ", ""))
    index, count = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= index <= count:
        raise UsageError(f"{where}: not a shard ({text!r}); accepted: I/N with I from 1 to N, such as 3/8")
    return Shard(index, count) if count > 1 else None
