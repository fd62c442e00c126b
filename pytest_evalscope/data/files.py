"""Rows read from files, one at a time."""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from json import JSONDecodeError, JSONDecoder
from pathlib import Path
from typing import IO, Any, Protocol, TypeVar

import orjson

from pytest_evalscope.errors import DataError, MissingExtra
from pytest_evalscope.types import Row
from pytest_evalscope.types.plain import RepeatedKey, repeated_key, without_repeats

Text = TypeVar("Text", str, bytes, covariant=True)
_BETWEEN = re.compile(r"[\s,]*")
_LONGEST = 128 << 20
"""Characters, or bytes, of the longest row: what is longer is no file of rows, and would fill the memory."""
_PART = 1 << 20
"""Characters, or bytes, that are read at a time."""


class Lines(Protocol[Text]):
    """A file that is read by lines."""

    def readline(self, size: int, /) -> Text:
        """Return a line, or as much of it; nothing at the end."""


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
    raise DataError(f"{path}: unknown kind of data file; accepted: {', '.join(_READERS)}")


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a file that must have some, as `read_file` does. Raises DataError for one without any."""
    rows = read_file(path)
    first = next(rows, None)
    if first is None:
        raise DataError(f"{path}: it has no rows; accepted: a file with at least one")
    yield first
    yield from rows


def json_lines(lines: Iterable[bytes], name: str, folder: Path | None = None) -> Iterator[Row]:
    """Yield one object per line of a file in `folder`; blank lines are skipped.

    Raises DataError naming `name` and the line: no JSON, no object, a key that it has twice.
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
        if twice := repeated_key(line, row):
            raise _repeated(place, twice)
        yield Located(row, place, folder)


def _repeated(place: str, key: str) -> DataError:
    return DataError(
        f"{place}: an object has the key {key!r} twice; accepted: each key once",
        hint="readers keep the last of the two values: remove the other one",
    )


def bounded(file: Lines[Text], name: str) -> Iterator[Text]:
    """Yield the lines of a file. Raises DataError, naming `name` and the line, for one that would fill the memory."""
    number = 0
    while line := file.readline(_LONGEST + 1):
        number += 1
        if len(line) > _LONGEST:
            raise _too_long(f"{name}, line {number}")
        yield line


def _too_long(place: str) -> DataError:
    return DataError(f"{place}: longer than {_LONGEST >> 20} MiB; accepted: shorter rows, each on a line of its own")


def _jsonl(path: Path) -> Iterator[Row]:
    with path.open("rb") as file:
        yield from json_lines(bounded(file, str(path)), str(path), path.parent)


def _jsonl_gz(path: Path) -> Iterator[Row]:
    with gzip.open(path, "rb") as file:
        try:
            yield from json_lines(bounded(file, str(path)), str(path), path.parent)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise DataError(f"{path}: damaged gzip file ({error})") from None


def _json(path: Path) -> Iterator[Row]:
    """Yield the objects of a JSON array, or JSON lines, one at a time: such a file may be larger than memory."""
    with path.open("rb") as file:
        lines = bounded(file, str(path))
        begins = file.read(_PART).removeprefix(BOM_UTF8).lstrip()[:1]
        file.seek(0)
        # An array may be one long line; of lines, the first is read to know them.
        if begins == b"{" and _is_object(next(line for line in lines if line.strip())):
            file.seek(0)
            yield from json_lines(bounded(file, str(path)), str(path), path.parent)
            return
    try:
        with path.open(encoding="utf-8-sig") as text:
            _begin_array(text, path)
            for number, row in enumerate(_objects(text.read, path), start=1):
                if not isinstance(row, dict):
                    raise DataError(f"{path}: not a JSON array of objects ({type(row).__name__} in it)")
                yield Located(row, f"{path}, object {number}", path.parent)
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not in UTF-8 ({error})") from None


def _begin_array(file: IO[str], path: Path) -> None:
    first = file.read(1)
    while first.isspace():
        first = file.read(1)
    if first != "[":
        raise DataError(f"{path}: neither a JSON array of objects nor JSON lines (it begins with {first!r})")


def _is_object(line: bytes) -> bool:
    """Return whether a line is a JSON object: the first of a file with JSON lines is."""
    try:
        return isinstance(orjson.loads(line.removeprefix(BOM_UTF8)), dict)
    except orjson.JSONDecodeError:
        return False


def _objects(read: Callable[[int], str], path: Path) -> Iterator[Any]:
    """Yield the values of a JSON array of which the `[` has been read. Raises DataError."""
    decode, buffered, place, number = JSONDecoder(object_pairs_hook=without_repeats).raw_decode, "", 0, 1
    while buffered[place : place + 1] != "]":
        where = f"{path}, object {number}"
        try:
            row, place = decode(buffered, place)
        except JSONDecodeError as error:
            if len(buffered) - place > _LONGEST:
                raise _too_long(where) from None
            # As much again as is buffered: an object that is read in parts costs no more than twice its length.
            more = read(max(_PART, len(buffered) - place))
            if not more:
                raise DataError(f"{path}: not a JSON array of objects ({error.msg})") from None
            buffered, place = buffered[place:] + more, 0
        except RepeatedKey as error:
            raise _repeated(where, str(error)) from None
        except RecursionError:
            raise DataError(f"{where}: nested too deeply; accepted: at most some hundred levels") from None
        else:
            yield row
            number += 1
        place = _BETWEEN.match(buffered, place).end()  # type: ignore[union-attr]  # it matches nothing, too


def read_text(path: Path) -> str:
    """Return the text of a file in UTF-8; one whose name ends in .gz is unpacked. Raises DataError."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            content = file.read(_LONGEST + 1)
        if len(content) > _LONGEST:
            raise DataError(f"{path}: longer than {_LONGEST >> 20} MiB; accepted: shorter texts")
        return content.decode("utf-8-sig")
    except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError) as error:
        raise DataError(f"{path}: not a text in UTF-8 ({error})") from None


def _table(delimiter: str) -> Callable[[Path], Iterator[Row]]:
    def read(path: Path) -> Iterator[Row]:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            # A text of a row may well be longer than the parser's 128 KiB; the bound is the process's own.
            csv.field_size_limit(max(csv.field_size_limit(), _LONGEST))
            try:
                parted = bounded(lines, str(path))
                first = next(parted, "")
                _refuse_other_signs(first.rstrip("\r\n"), delimiter, f"{path}, line 1")
                table = csv.DictReader(chain([first], parted), delimiter=delimiter, strict=True)
                _refuse_twins(table.fieldnames or (), f"{path}, line 1")
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


def _refuse_twins(names: Sequence[str], place: str) -> None:
    twice = next((name for number, name in enumerate(names) if name in names[:number]), None)
    if twice is not None:
        raise DataError(
            f"{place}: two columns have the name {twice!r}; accepted: a name for each",
            hint="of two values under one name only the last would be read: rename or remove one",
        )


def _refuse_other_signs(names: str, delimiter: str, place: str) -> None:
    """Raise DataError where the names of columns are separated by another sign than the file's suffix says."""
    wanted = "commas" if delimiter == "," else "tabs"
    for sign in () if delimiter in names else ",;\t|":
        parts = names.split(sign)
        if len(parts) > 1 and all(part.strip(" \"'").isidentifier() for part in parts):
            raise DataError(
                f"{place}: one column ({names!r}); accepted: values separated by {wanted}",
                hint=f"they are separated by {sign!r} here: write the file with {wanted}, or as .jsonl",
            )


def _parquet(path: Path) -> Iterator[Row]:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        raise MissingExtra(str(path), "pyarrow", "pip install 'pytest-evalscope[datasets]'") from None
    try:
        with parquet.ParquetFile(path) as file:
            _refuse_twins(file.schema_arrow.names, str(path))
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
