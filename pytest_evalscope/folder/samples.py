"""The records of a run folder whole: with the prompt that was sent and the completion that came."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import orjson

from pytest_evalscope.errors import DataError, one_line
from pytest_evalscope.folder.paths import RunFolder
from pytest_evalscope.folder.records import read_records
from pytest_evalscope.types import Record
from pytest_evalscope.types.completion import read_completion
from pytest_evalscope.types.names import JobKey

if TYPE_CHECKING:
    from pytest_evalscope.folder.lines import Lines


def samples_of(folder: RunFolder, key: JobKey) -> tuple[Record, ...]:
    """Return all that `read_samples` yields. Raises DataError."""
    return tuple(read_samples(folder, key))


def read_samples(folder: RunFolder, key: JobKey, wanted: Callable[[Record], bool] | None = None) -> Iterator[Record]:
    """Yield the records of one subset that are `wanted`, with `messages` and `completion` as far as these are there.

    Only the predictions of those that are wanted are read: to look for five of 14,000 samples takes 0.2 seconds.
    Raises DataError for a broken line.
    """
    path = folder.file("predictions", *key)
    with suppress(FileNotFoundError), path.open("rb") as file:
        predictions = _Predictions(path, file)
        for record in read_records(folder, *key):
            line = file.readline()
            if wanted is None or wanted(record):
                yield _whole(folder, record, predictions.of(record, line), path)
        return
    yield from (record for record in read_records(folder, *key) if wanted is None or wanted(record))


def whole_records(folder: RunFolder, key: JobKey, records: Sequence[Record]) -> list[Record]:
    """Return records of one subset with their prompts and completions, as far as these are there. Raises DataError."""
    found = read_units(folder, key, set(map(_unit, records)))
    return [found.get(_unit(one), one) for one in records]


def read_units(folder: RunFolder, key: JobKey, units: Set[tuple[str, int]]) -> dict[tuple[str, int], Record]:
    """Return the records of these samples and repeats of one subset whole, in one pass. Raises DataError."""
    read = read_samples(folder, key, lambda one: _unit(one) in units)
    return {_unit(one): one for one in islice(read, len(units))}


def place_of(folder: RunFolder, key: JobKey, line: int) -> str:
    """Return `file:line` of a record, below the run folder."""
    return f"{folder.file('reviews', *key).relative_to(folder.path).as_posix()}:{line}"


class _Predictions:
    """The predictions of one subset; the line of a record is mostly where the record is among the reviews."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self._path = path
        self._file = file
        self._lines: Lines | None = None

    def of(self, record: Record, line: bytes) -> Mapping[str, Any] | None:
        """Return the prediction of a record, which `line` probably is; None where the file has none."""
        fields: dict[str, Any] | None = None
        with suppress(orjson.JSONDecodeError):
            read = orjson.loads(line)
            fields = read if isinstance(read, dict) else None
        if fields is None or (fields.get("sample_id"), fields.get("repeat")) != _unit(record):
            fields = self._all().find(*_unit(record))
        if fields is None or fields.get("messages") is not None:
            return fields
        from pytest_evalscope.folder.lines import with_messages

        return with_messages(fields, self._all())

    def _all(self) -> Lines:
        from pytest_evalscope.folder.lines import Lines

        self._lines = self._lines or Lines(self._path)
        return self._lines


def _unit(record: Record) -> tuple[str, int]:
    return (record.sample_id, record.repeat)


def _whole(folder: RunFolder, record: Record, fields: Mapping[str, Any] | None, path: Path) -> Record:
    if fields is None:
        return record
    from pytest_evalscope.folder.media import loaded

    try:
        stored = fields["completion"]
        completion = None if stored is None else read_completion(stored)
        return replace(record, messages=tuple(loaded(folder, fields.get("messages") or ())), completion=completion)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        place = f"{path}: sample {record.sample_id}"
        raise DataError(f"{place}: not a prediction, damaged or of a newer version ({one_line(error)})") from error
