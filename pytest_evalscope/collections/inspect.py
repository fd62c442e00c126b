"""Contents of a mixed set's file, read without any of its benchmarks: to show it, and to publish it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from tabulate import tabulate

from pytest_evalscope.benchmarks import load, names
from pytest_evalscope.collections.format import Entry
from pytest_evalscope.collections.read import Found, file_of, name_of, scan
from pytest_evalscope.collections.schema import exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """The records of one leaf."""

    name: str
    dataset: str
    """The benchmark's name."""
    version: str = ""
    """The version of the benchmark that they were sampled from; a file of EvalScope's does not name it."""
    share: Fraction
    """The share of the index, in (0, 1]."""
    subsets: Mapping[str, int]
    """Subset → its records."""
    task_type: str
    tags: tuple[str, ...]
    categories: tuple[str, ...]
    args: Mapping[str, Any] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """The number of records."""
        return sum(self.subsets.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """A mixed set's file after every check that needs no benchmark. `str()` gives a readable table."""

    path: Path
    name: str
    portions: tuple[Portion, ...]
    drawn: Mapping[str, Any]
    """Options by which it was sampled: `sampler`, `seed`, `count`, `normalize`, `collection`. Empty for EvalScope's."""
    remarks: tuple[str, ...] = ()
    """Remarks of its sampling."""
    changes: tuple[str, ...] = ()
    """Differences between the benchmarks here and those that it was sampled from."""

    @property
    def count(self) -> int:
        """The number of records."""
        return sum(portion.count for portion in self.portions)

    def __str__(self) -> str:
        rows = [
            [portion.name, f"{float(portion.share):.4f}", portion.count, len(portion.subsets), ", ".join(portion.tags)]
            for portion in self.portions
        ]
        table = tabulate(rows, headers=["leaf", "share", "samples", "subsets", "tags"], disable_numparse=True)
        return "\n".join([f"{self.name}: {self.count} samples", table, *self.remarks, *self.changes])


def contents_of(path: str | Path, *, where: str = "") -> Contents:
    """Return the contents of a mixed set: a `.jsonl` file, or a folder with `test.jsonl` in it.

    Args:
        path: The file or folder.
        where: The subject of error messages; empty: `mixed set PATH`.

    Raises:
        DataNotFound: The file does not exist.
        DataError: As `load_mixed` does; unknown benchmarks are no error here.
    """
    file = file_of(path)
    found, provenance = scan(file, where or f"mixed set {file}")
    if provenance is None:
        portions = list(_theirs(list(found.values())))
        return Contents(
            path=file,
            name=name_of(found, file),
            portions=tuple(portions),
            drawn={},
            changes=tuple(_changes(portions)),
        )
    portions = [_ours(entry, found[number,]) for number, entry in enumerate(provenance.leaves)]
    return Contents(
        path=file,
        name=provenance.name,
        portions=tuple(portions),
        drawn=provenance.drawn,
        remarks=tuple(provenance.remarks),
        changes=tuple(_changes(portions)),
    )


def _ours(entry: Entry, one: Found) -> Portion:
    return Portion(
        name=entry.name,
        dataset=entry.dataset,
        version=entry.version,
        share=entry.exact_share,
        subsets=_counts(one),
        task_type=entry.task_type,
        tags=tuple(entry.tags),
        categories=tuple(entry.categories),
        args=entry.args,
    )


def _theirs(found: list[Found]) -> Iterator[Portion]:
    total = sum((exact(one.first.weight) * one.count for one in found), Fraction())
    for one in found:
        record = one.first
        yield Portion(
            name="/".join((*record.categories, record.dataset_name)),
            dataset=record.dataset_name,
            share=exact(record.weight) * one.count / total,
            subsets=_counts(one),
            task_type=record.task_type,
            tags=tuple(record.tags),
            categories=tuple(record.categories),
        )


def _counts(one: Found) -> dict[str, int]:
    return {subset: len(one.offsets[subset]) for subset in one.subsets}


def _changes(portions: list[Portion]) -> Iterator[str]:
    known = names()
    for portion in portions:
        if portion.dataset not in known:
            yield f"{portion.name}: no benchmark of this name is known here ({portion.dataset})"
        elif portion.version and (here := load(portion.dataset).version) != portion.version:
            yield (
                f"{portion.name}: sampled from version {portion.version} of the benchmark, this is version {here}; "
                "results of the two do not compare"
            )
