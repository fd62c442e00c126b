"""Reading rows from files, one at a time."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import orjson

from pytest_evalscope.errors import DataError, MissingExtra
from pytest_evalscope.types import Row


def read_file(path: Path) -> Iterator[Row]:
    """Yield the rows of `path`, read according to its suffix. Raises DataError naming file and line.

    Values are what the format has: those of .csv and .tsv are all text.
    """
    for suffix, read in _READERS.items():
        if path.name.endswith(suffix):
            return read(path)
    raise DataError(f"{path}: unknown kind of data file; known are {', '.join(SUFFIXES)}")


def json_lines(lines: Iterable[bytes], name: str) -> Iterator[Row]:
    """Yield one object per line; blank lines are skipped. Raises DataError naming `name` and the line."""
    for number, line in enumerate(lines, start=1):
        if line.isspace():
            continue
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise DataError(f"{name}, line {number}: not JSON ({error})") from None
        if not isinstance(row, dict):
            raise DataError(f"{name}, line {number}: not a JSON object ({type(row).__name__}); a line holds one row")
        yield row


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
                    yield row
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
            for batch in file.iter_batches(batch_size=1024):
                yield from batch.to_pylist()
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
