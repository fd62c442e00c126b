"""Reading rows from files, one at a time."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import orjson

from pytest_evalscope.errors import DataError, MissingExtra
from pytest_evalscope.types import Row

SUFFIXES = (".jsonl", ".jsonl.gz", ".csv", ".tsv", ".parquet")


def read_file(path: Path) -> Iterator[Row]:
    """Yield the rows of `path`, read according to its suffix. Raises DataError naming file and line."""
    for suffix, read in _READERS.items():
        if path.name.endswith(suffix):
            return read(path)
    raise DataError(f"{path}: unknown kind of file; known are {', '.join(_READERS)}")


def json_lines(lines: Iterable[bytes], name: str) -> Iterator[Row]:
    """Yield one object per line; blank lines are skipped. Raises DataError naming `name` and the line."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise DataError(f"{name}, line {number}: not JSON ({error})") from None
        if not isinstance(row, dict):
            raise DataError(f"{name}, line {number}: not an object ({type(row).__name__})")
        yield row


def _jsonl(path: Path) -> Iterator[Row]:
    with path.open("rb") as lines:
        yield from json_lines(lines, str(path))


def _jsonl_gz(path: Path) -> Iterator[Row]:
    with gzip.open(path, "rb") as lines:
        yield from json_lines(lines, str(path))


def _table(delimiter: str) -> Callable[[Path], Iterator[Row]]:
    def read(path: Path) -> Iterator[Row]:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            yield from csv.DictReader(lines, delimiter=delimiter)

    return read


def _parquet(path: Path) -> Iterator[Row]:
    try:
        from pyarrow import parquet
    except ImportError:
        raise MissingExtra(str(path), "pyarrow", "pip install 'pytest-evalscope[datasets]'") from None
    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=1024):
            yield from batch.to_pylist()


_READERS: dict[str, Callable[[Path], Iterator[Row]]] = {
    ".jsonl.gz": _jsonl_gz,
    ".jsonl": _jsonl,
    ".csv": _table(","),
    ".tsv": _table("\t"),
    ".parquet": _parquet,
}
