"""Reading rows from files, one at a time."""

from __future__ import annotations

import csv
import gzip
import zlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import orjson

from pytest_evalscope.errors import DataError, MissingExtra
from pytest_evalscope.types import Row


class Located(dict[str, Any]):
    """A row of a file, which says where it stands there."""

    __slots__ = ("place",)

    def __init__(self, row: Row, place: str) -> None:
        super().__init__(row)
        self.place = place


def read_file(path: Path) -> Iterator[Row]:
    """Yield the rows of `path`, read according to its suffix. Raises DataError naming file and line.

    Each is a `Located`: whoever cannot use it can say which line it is. Values are what the format has: those of .csv
    and .tsv are all text.
    """
    for suffix, read in _READERS.items():
        if path.name.endswith(suffix):
            return read(path)
    raise DataError(f"{path}: unknown kind of data file; known are {', '.join(SUFFIXES)}")


def json_lines(lines: Iterable[bytes], name: str) -> Iterator[Row]:
    """Yield one object per line; blank lines are skipped. Raises DataError naming `name` and the line."""
    for number, line in enumerate(lines, start=1):
        if number == 1:
            line = line.removeprefix(BOM_UTF8)
        if not line.strip():
            continue
        place = f"{name}, line {number}"
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise DataError(f"{place}: not JSON ({error})") from None
        if not isinstance(row, dict):
            raise DataError(f"{place}: not a JSON object ({type(row).__name__}); a line holds one row")
        yield Located(row, place)


def _jsonl(path: Path) -> Iterator[Row]:
    with path.open("rb") as lines:
        yield from json_lines(lines, str(path))


def _jsonl_gz(path: Path) -> Iterator[Row]:
    with gzip.open(path, "rb") as lines:
        try:
            yield from json_lines(lines, str(path))
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise DataError(f"{path}: damaged gzip file ({error})") from None


def _table(delimiter: str) -> Callable[[Path], Iterator[Row]]:
    def read(path: Path) -> Iterator[Row]:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            table = csv.DictReader(lines, delimiter=delimiter, strict=True)
            try:
                for row in table:
                    if None in row or None in row.values():
                        raise DataError(
                            f"{path}, line {table.line_num}: not as many values as the first line has columns "
                            f"({len(table.fieldnames or ())})"
                        )
                    yield Located(row, f"{path}, line {table.line_num}")
            except (csv.Error, UnicodeDecodeError) as error:
                raise DataError(f"{path}, line {table.line_num + 1}: not a row ({error})") from None

    return read


def _parquet(path: Path) -> Iterator[Row]:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        raise MissingExtra(str(path), "pyarrow", "pip install 'pytest-evalscope[datasets]'") from None
    try:
        with parquet.ParquetFile(path) as file:
            batches = file.iter_batches(batch_size=1024)
            for number, row in enumerate(chain.from_iterable(batch.to_pylist() for batch in batches), start=1):
                yield Located(row, f"{path}, row {number}")
    except ArrowException as error:
        raise DataError(f"{path}: damaged parquet file ({error})") from None


_READERS: dict[str, Callable[[Path], Iterator[Row]]] = {
    ".jsonl": _jsonl,
    ".jsonl.gz": _jsonl_gz,
    ".csv": _table(","),
    ".tsv": _table("\t"),
    ".parquet": _parquet,
}
SUFFIXES = tuple(_READERS)
"""The kinds of data file that are read, by the end of their name."""
