"""A file of records in a run folder, line by line or by sample and repeat."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from pytest_evalscope.errors import DataError
from pytest_evalscope.folder.prompts import OF


def read_lines(path: Path) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Yield the lines of a file of records, raw and read; nothing where there is no file.

    Each names its sample and repeat. A torn last line is left out. Raises DataError for any other broken line.
    """
    if not path.exists():
        return
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                fields = orjson.loads(line)
                if not isinstance(fields, dict):
                    raise TypeError("no object")
                if type(fields["sample_id"]) is not str or type(fields["repeat"]) is not int:
                    raise TypeError("it names no sample and repeat")
                if type(fields.get(OF, 0)) is not int:
                    raise TypeError(f"{OF} names no repeat")
            except (ValueError, KeyError, TypeError) as error:
                if not line.endswith(b"\n"):
                    return
                raise DataError(f"{path}:{number}: not a record ({error})") from error
            yield line, fields


class Lines:
    """A file of records, found by sample and repeat; of each line only the place is kept in memory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._places: dict[tuple[str, int], int] = {}
        place = 0
        for line, fields in read_lines(path):
            self._places[fields["sample_id"], fields["repeat"]] = place
            place += len(line)

    def find(self, sample_id: str, repeat: int) -> dict[str, Any] | None:
        """Return one line, read anew; None where the file has none."""
        place = self._places.get((sample_id, repeat))
        if place is None:
            return None
        with self.path.open("rb") as file:
            file.seek(place)
            made: dict[str, Any] = orjson.loads(file.readline())
        return made


def with_messages(fields: dict[str, Any], lines: Lines) -> dict[str, Any]:
    """Return a line of predictions with the messages that it refers to; `lines` are those of its file.

    Raises DataError where these are not there.
    """
    if OF not in fields:
        return fields
    sample_id, repeat = fields["sample_id"], fields[OF]
    found = lines.find(sample_id, repeat)
    if found is None or not isinstance(found.get("messages"), list):
        raise DataError(f"{lines.path}: sample {sample_id} refers to messages that are not there (repeat {repeat!r})")
    return {**{name: value for name, value in fields.items() if name != OF}, "messages": found["messages"]}
