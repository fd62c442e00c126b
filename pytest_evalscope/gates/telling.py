"""The records that tell most about a gate that did not hold."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from pytest_evalscope.text.patterns import pattern
from pytest_evalscope.types import UNSCORED, Record

_MOST_KINDS = 100
_OF_SAMPLE = pattern(r"'[^'\n]{0,200}'|\"[^\"\n]{0,200}\"|\([^()\n]{0,200}\)")
"""Parts of an error that are mostly a sample's own: what is quoted, and what is in brackets."""
_ERROR = 80
"""Characters of an error, without these parts, that make its kind."""


class Ranked(NamedTuple):
    """A record in the order of what it tells; the first is the worst."""

    worth: float
    id_length: int
    sample_id: str
    repeat: int
    line: int
    """The number of its line in the file of records, from 1."""
    record: Record


def ranked(record: Record, line: int, metric: str, reads: Sequence[str] = (), *, rising: bool = False) -> Ranked:
    """Return a record with its place in the order: by its value, and by its id where values are equal.

    `reads` are the values that the metric is made of, and `rising` says that more is worse. Ids and not lines decide,
    for the order of lines is that in which samples ended: two runs would differ. Shorter ids come first, so 9 comes
    before 10.
    """
    value = value_of(record, metric, reads)
    return Ranked(-value if rising else value, len(record.sample_id), record.sample_id, record.repeat, line, record)


def value_of(record: Record, metric: str, reads: Sequence[str] = ()) -> float:
    """Return a record's part in a metric: its value of that name, else the first that the metric reads, or any."""
    for name in (metric, *reads):
        if name in record.values:
            return record.values[name]
    return next(iter(record.values.values()), 0.0)


def most_telling(records: Iterable[Ranked], *, computed: bool, most: int = 3) -> list[Ranked]:
    """Return the records to look at, at most so many: the worst of each kind, then the next worst of any.

    Where the gate was computed a kind is an outcome (a wrong answer, no answer, a truncated completion), and records
    that are as good as the best are left out, unless all are alike. Where it was not, it is an outcome and the
    error without what is the sample's own, and only records without a score are among them. Empty for no records.
    """
    kinds: dict[tuple[str, str], list[Ranked]] = {}
    best = float("-inf")
    for one in records:
        best = max(best, one.worth)
        outcome = one.record.outcome
        if outcome not in UNSCORED and not computed:
            continue
        kind = (outcome, _OF_SAMPLE.sub("", one.record.error[:500])[:_ERROR])
        if kind not in kinds and len(kinds) >= _MOST_KINDS:
            kind = (outcome, "")
        kept = kinds.setdefault(kind, [])
        insort(kept, one, key=_order)
        del kept[most:]
    if computed:
        worse = {kind: [one for one in kept if _is_worse(one, best)] for kind, kept in kinds.items()}
        kinds = worse if any(worse.values()) else kinds
    firsts = sorted((kept[0] for kept in kinds.values() if kept), key=_order)
    others = sorted(chain.from_iterable(kept[1:] for kept in kinds.values()), key=_order)
    return [*firsts, *others][:most]


def _is_worse(one: Ranked, best: float) -> bool:
    return one.worth < best or one.record.outcome in UNSCORED


def _order(one: Ranked) -> tuple[float, int, str, int]:
    return one[:4]
