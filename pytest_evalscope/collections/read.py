"""Mixed sets read from files, ours and EvalScope's, with every check that a file from elsewhere needs."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.benchmarks.options import lookup
from pytest_evalscope.collections.datasets import Stored
from pytest_evalscope.collections.format import Provenance, Record, checked, intact
from pytest_evalscope.collections.leaf import Leaf, as_rendered, filed, tagged
from pytest_evalscope.collections.mixed import MixedSet
from pytest_evalscope.collections.schema import exact
from pytest_evalscope.data import Source, default_source
from pytest_evalscope.errors import DataError, DataNotFound

Key = tuple[Any, ...]
"""Key that the records of one leaf share: the leaf's number; in a file of EvalScope's, all its fields of the leaf."""


@dataclass(slots=True)
class Found:
    """The records of one leaf: their places in the file, and the fields of the first, without its texts."""

    first: Record
    line: int
    offsets: dict[str, array[int]] = field(default_factory=dict)
    lines: dict[str, array[int]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """The number of records."""
        return sum(map(len, self.offsets.values()))

    @property
    def subsets(self) -> tuple[str, ...]:
        """The subsets that have records."""
        return tuple(sorted(self.offsets))


def load_mixed(
    path: str | Path,
    *,
    benchmarks: Sequence[Benchmark] = (),
    dataset_args: Mapping[str, Mapping[str, Any]] | None = None,
    source: Source | None = None,
) -> MixedSet:
    """Read a mixed set: a `.jsonl` file, or a folder with `test.jsonl` in it, as EvalScope reads it.

    The file is read once, line by line, and every record is checked; what stays in memory are the places of the
    lines. Records of EvalScope's are sent unchanged (their prompts are rendered) and scored by our benchmark of that
    name; ours are rendered anew, with the args of their leaf.

    Args:
        path: The file or folder.
        benchmarks: Benchmarks of the user's own, which take precedence over those of the catalogue.
        dataset_args: Benchmark → args, for a file of EvalScope's, which does not carry them; as `DatasetInfo.args`.
        source: The source of few-shot examples when the set is iterated; None: the mirror that EVALSCOPE_DATA_DIR
            names, else the hub.

    Raises:
        DataNotFound: The file does not exist.
        DataError: Naming the line: no JSON, a field that is missing or of a wrong type, a weight that is not finite or
            not above 0, a repeated index, a record that was changed; or records are missing.
        UsageError: Naming the line: an unknown benchmark, or args that it does not take.
    """
    file = file_of(path)
    where = f"mixed set {file}"
    found, provenance = scan(file, where)
    leaves: list[Leaf]
    drawn: dict[str, Any] = {}
    remarks: tuple[str, ...] = ()
    if provenance is None:
        name = name_of(found, file)
        leaves = list(_theirs(file, found, benchmarks, dataset_args or {}, where))
    else:
        name = provenance.name
        leaves = list(_ours(file, found, provenance, benchmarks, where))
        drawn = provenance.drawn
        remarks = (*provenance.remarks, *_changes(provenance, leaves))
    return MixedSet(
        name=name, leaves=filed(leaves, name), drawn=drawn, remarks=remarks, source=source or default_source()
    )


def file_of(path: str | Path) -> Path:
    """Return the file of a mixed set, in a folder `test.jsonl`. Raises DataNotFound."""
    file = Path(path).expanduser()
    file = file / "test.jsonl" if file.is_dir() else file
    if not file.is_file():
        raise DataNotFound(f"mixed set not found: {file}; accepted: a .jsonl file or a folder with test.jsonl")
    return file


def name_of(found: Mapping[Key, Found], file: Path) -> str:
    """Return the name of a set without provenance: that of its root group, else the file's."""
    return next((one.first.categories[0] for one in found.values() if one.first.categories), file.stem)


def scan(file: Path, where: str) -> tuple[dict[Key, Found], Provenance | None]:
    """Read the file once and check every record; no benchmark is looked up. Raises DataError about `where`.

    Returns the records by leaf, and the provenance of a file of ours.
    """
    found: dict[Key, Found] = {}
    provenance: Provenance | None = None
    indexes: set[int] = set()
    for line, offset, record in _records(file, where):
        if record.index in indexes:
            raise DataError(f"{where}, line {line}: repeated index ({record.index})")
        indexes.add(record.index)
        if record.provenance is not None:
            if provenance is not None:
                raise DataError(f"{where}, line {line}: a second provenance; two mixed sets cannot share a file")
            provenance = record.provenance
        one = found.setdefault(_key(record), Found(_without_texts(record), line))
        one.offsets.setdefault(record.subset_name, array("Q")).append(offset)
        one.lines.setdefault(record.subset_name, array("Q")).append(line)
    if not found:
        raise DataError(f"{where}: the file holds no records")
    _check_leaves(found, provenance, where)
    return found, provenance


def _records(file: Path, where: str) -> Iterator[tuple[int, int, Record]]:
    offset = 0
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            start, offset = offset, offset + len(line)
            if number == 1 and line.startswith(b"\xef\xbb\xbf"):
                start, line = 3, line[3:]
            if not line.strip():
                continue
            record = checked(line, where=f"{where}, line {number}")
            if not intact(line, record):
                raise DataError(
                    f"{where}, line {number}: the record was changed since it was written (its hash differs)",
                    hint="sample the set again; without the keys leaf, sample, hash and provenance it is not checked",
                )
            yield number, start, record


def _key(record: Record) -> Key:
    if record.leaf is not None:
        return (record.leaf,)
    return (
        *(record.dataset_name, tuple(record.categories), record.task_type, tuple(record.tags)),
        record.weight,  # two leaves of one benchmark differ in the weight of each of their samples
    )


def _without_texts(record: Record) -> Record:
    return replace(record, prompt=replace(record.prompt, input="", choices=None, metadata=None), sample=None)


def _check_leaves(found: dict[Key, Found], provenance: Provenance | None, where: str) -> None:
    """Check the records against the provenance: every chosen sample must be in the file, and nothing else."""
    entries = provenance.leaves if provenance else []
    for key, one in found.items():
        if key[0] not in range(len(entries)) and (entries or one.first.leaf is not None):
            raise DataError(
                f"{where}, line {one.line}: the record belongs to no leaf of the provenance ({one.first.leaf}); "
                f"{f'accepted: 0 to {len(entries) - 1}' if entries else 'the record that carried it is missing'}"
            )
    for number, entry in enumerate(entries):
        count = found[number,].count if (number,) in found else 0
        if count != entry.count:
            raise DataError(f"{where}: records of {entry.name} are missing or too many ({count} of {entry.count})")
    if entries and sum((entry.exact_share for entry in entries), Fraction()) != 1:
        raise DataError(f"{where}: the shares of the provenance do not sum to 1")


def _theirs(
    file: Path,
    found: dict[Key, Found],
    benchmarks: Sequence[Benchmark],
    dataset_args: Mapping[str, Mapping[str, Any]],
    where: str,
) -> Iterator[Leaf]:
    total = sum((exact(one.first.weight) * one.count for one in found.values()), Fraction())
    for one in found.values():
        record = one.first
        args = dataset_args.get(record.dataset_name, {})
        benchmark = lookup(record.dataset_name, args, benchmarks, where=f"{where}, line {one.line}", stored=True)
        yield Leaf(
            dataset=record.dataset_name,
            share=exact(record.weight) * one.count / total,
            benchmark=_with_records(file, as_rendered(replace(benchmark, subset_tags={})), one),
            subsets=one.subsets,
            task_type=record.task_type,
            tags=tuple(record.tags),
            categories=tuple(record.categories),
            version=benchmark.version,
            rendered=True,
        )


def _ours(
    file: Path, found: dict[Key, Found], provenance: Provenance, benchmarks: Sequence[Benchmark], where: str
) -> Iterator[Leaf]:
    for number, entry in enumerate(provenance.leaves):
        one = found[number,]
        # The records themselves name the subsets; the data that the args pick them from need not be on this machine.
        args = {key: value for key, value in entry.args.items() if key not in ("subset_list", "subsets")}
        found_here = lookup(entry.dataset, args, benchmarks, where=f"{where}, line {one.line}", stored=True)
        benchmark = tagged(found_here, entry.tags)
        yield Leaf(
            dataset=entry.dataset,
            share=entry.exact_share,
            benchmark=_with_records(file, as_rendered(benchmark) if entry.rendered else benchmark, one),
            subsets=one.subsets,
            task_type=entry.task_type,
            tags=tuple(entry.tags),
            categories=tuple(entry.categories),
            args=entry.args,
            version=entry.version,
            rendered=entry.rendered,
        )


def _with_records(file: Path, benchmark: Benchmark, one: Found) -> Benchmark:
    return replace(benchmark, data=Stored(path=file, benchmark=benchmark, offsets=one.offsets, lines=one.lines))


def _changes(provenance: Provenance, leaves: Sequence[Leaf]) -> Iterator[str]:
    for entry, leaf in zip(provenance.leaves, leaves, strict=True):
        if entry.version != leaf.benchmark.version:
            yield (
                f"{entry.name}: the set was sampled from version {entry.version} of the benchmark, this is version "
                f"{leaf.benchmark.version}; results of the two do not compare"
            )
