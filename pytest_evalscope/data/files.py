"""Rows read from files, one at a time."""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from json import JSONDecodeError, JSONDecoder
from pathlib import Path
from typing import Any

import orjson

from pytest_evalscope.errors import DataError, MissingExtra
from pytest_evalscope.types import Row

_BETWEEN = re.compile(r"[\s,]*")
_PART = 1 << 20
"""Characters, or bytes, that are read at a time."""


class Located(dict[str, Any]):
    """A row of a file with its place there, and the folder of the files that it may name."""

    __slots__ = ("folder", "place")

    def __init__(self, row: Row, place: str, folder: Path | None = None) -> None:
        super().__init__(row)
        self.place = place
        self.folder = folder


def read_file(path: Path) -> Iterator[Row]:
    """Yield the rows of `path`, read according to its suffix. Raises DataError naming file and line.

    Each is a `Located`, so that an error in it can name its line. Values are what the format has: those of .csv
    and .tsv are all text.
    """
    for suffix, read in _READERS.items():
        if path.name.endswith(suffix):
            return read(path)
    raise DataError(f"{path}: unknown kind of data file; accepted: {', '.join(SUFFIXES)}")


def json_lines(lines: Iterable[bytes], name: str, folder: Path | None = None) -> Iterator[Row]:
    """Yield one object per line of a file in `folder`; blank lines are skipped.

    Raises DataError naming `name` and the line.
    """
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
        yield Located(row, place, folder)


def _jsonl(path: Path) -> Iterator[Row]:
    with path.open("rb") as lines:
        yield from json_lines(lines, str(path), path.parent)


def _jsonl_gz(path: Path) -> Iterator[Row]:
    with gzip.open(path, "rb") as lines:
        try:
            yield from json_lines(lines, str(path), path.parent)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise DataError(f"{path}: damaged gzip file ({error})") from None


def _json(path: Path) -> Iterator[Row]:
    """Yield the objects of a JSON array, or JSON lines, one at a time: such a file may be larger than memory."""
    with path.open("rb") as lines:
        begins = lines.read(_PART).removeprefix(BOM_UTF8).lstrip()[:1]
        lines.seek(0)
        # An array may be one long line; of lines, the first is read to know them.
        if begins == b"{" and _is_object(next(line for line in lines if line.strip())):
            lines.seek(0)
            yield from json_lines(lines, str(path), path.parent)
            return
    try:
        with path.open(encoding="utf-8-sig") as file:
            first = file.read(1)
            while first.isspace():
                first = file.read(1)
            if first != "[":
                raise DataError(f"{path}: neither a JSON array of objects nor JSON lines (it begins with {first!r})")
            try:
                for number, row in enumerate(_objects(file.read), start=1):
                    if not isinstance(row, dict):
                        raise DataError(f"{path}: not a JSON array of objects ({type(row).__name__} in it)")
                    yield Located(row, f"{path}, object {number}", path.parent)
            except JSONDecodeError as error:
                raise DataError(f"{path}: not a JSON array of objects ({error.msg})") from None
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not in UTF-8 ({error})") from None


def _is_object(line: bytes) -> bool:
    """Return whether a line is a JSON object: the first of a file with JSON lines is."""
    try:
        return isinstance(orjson.loads(line.removeprefix(BOM_UTF8)), dict)
    except orjson.JSONDecodeError:
        return False


def _objects(read: Callable[[int], str]) -> Iterator[Any]:
    """Yield the values of a JSON array of which the `[` has been read. Raises JSONDecodeError."""
    decode, buffered, place = JSONDecoder().raw_decode, "", 0
    while buffered[place : place + 1] != "]":
        try:
            row, place = decode(buffered, place)
        except JSONDecodeError:
            # As much again as is buffered: an object that is read in parts costs no more than twice its length.
            more = read(max(_PART, len(buffered) - place))
            if not more:
                raise
            buffered, place = buffered[place:] + more, 0
        else:
            yield row
        place = _BETWEEN.match(buffered, place).end()  # type: ignore[union-attr]  # it matches nothing, too


def read_text(path: Path) -> str:
    """Return the text of a file in UTF-8; one whose name ends in .gz is unpacked. Raises DataError."""
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        return content.decode("utf-8-sig")
    except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError) as error:
        raise DataError(f"{path}: not a text in UTF-8 ({error})") from None


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
                    yield Located(row, f"{path}, line {table.line_num}", path.parent)
            except csv.Error as error:  # the line number is still that of the row before
                raise DataError(f"{path}, line {table.line_num + 1}: not a row ({error})") from None
            except UnicodeDecodeError as error:  # read in parts: of which line is not known
                raise DataError(f"{path}: not in UTF-8 ({error})") from None

    return read


def _parquet(path: Path) -> Iterator[Row]:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        raise MissingExtra(str(path), "pyarrow", "pip install 'pytest-evalscope[datasets]'") from None
    try:
        with parquet.ParquetFile(path) as file:
            groups = (file.metadata.row_group(number) for number in range(file.num_row_groups))
            size = sum(group.total_byte_size for group in groups)
            # Rows may be megabytes long: as many at a time as make about sixteen.
            rows = min(1024, 16 * _PART * file.metadata.num_rows // (size + 1) + 1)
            batches = file.iter_batches(batch_size=rows)
            for number, row in enumerate(chain.from_iterable(batch.to_pylist() for batch in batches), start=1):
                yield Located(row, f"{path}, row {number}", path.parent)
    except ArrowException as error:
        raise DataError(f"{path}: damaged parquet file ({error})") from None


_READERS: dict[str, Callable[[Path], Iterator[Row]]] = {
    ".jsonl": _jsonl,
    ".jsonl.gz": _jsonl_gz,
    ".csv": _table(","),
    ".tsv": _table("\t"),
    ".parquet": _parquet,
    ".json": _json,
}
SUFFIXES = tuple(suffix for suffix in _READERS if suffix != ".json")
"""Suffixes of data files; a .json file beside them is seldom one."""
