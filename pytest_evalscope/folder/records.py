"""The records of a run folder, a line each: writing them as samples end, and reading them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import orjson

from pytest_evalscope.errors import DataError
from pytest_evalscope.folder.paths import Kind, RunFolder
from pytest_evalscope.types import OUTCOMES, Message, Record
from pytest_evalscope.types.encode import to_json
from pytest_evalscope.types.names import JobKey

if TYPE_CHECKING:
    from pytest_evalscope.folder.judge_log import Exchange


class RecordWriter:
    """Writes the records of the jobs that this process runs; used from the engine's thread alone."""

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder
        self._open: dict[JobKey, tuple[IO[bytes], ...]] = {}

    def write(
        self, record: Record, messages: Sequence[Message], exchanges: Sequence[Exchange] = (), *, judged: bool = False
    ) -> None:
        """Append one record to its files; `flush` or `finish` brings it to the disk. Raises StorageError.

        `messages` is the prompt that was sent. `judged` tells whether judges score this subset, which then has a file
        of the `exchanges` with them.
        """
        try:
            self._write(record, messages, exchanges, judged=judged)
        except OSError as error:
            raise self._folder.failure(error) from error

    def _write(
        self, record: Record, messages: Sequence[Message], exchanges: Sequence[Exchange], *, judged: bool
    ) -> None:
        key = (record.model, record.benchmark, record.subset)
        predictions, reviews, *judgements = self._open.get(key) or self._begin(key, judged=judged)
        predictions.write(
            to_json(
                {
                    "sample_id": record.sample_id,
                    "repeat": record.repeat,
                    "messages": messages,
                    "completion": record.completion,
                    "error": record.error,
                },
                orjson.OPT_APPEND_NEWLINE,
            )
        )
        reviews.write(to_json(_review(record), orjson.OPT_APPEND_NEWLINE))
        if exchanges:
            from pytest_evalscope.folder.judge_log import written

            line = {"sample_id": record.sample_id, "repeat": record.repeat, "exchanges": written(exchanges)}
            judgements[0].write(to_json(line, orjson.OPT_APPEND_NEWLINE))

    def finish(self, key: JobKey) -> None:
        """Close the files of a job (model, benchmark, subset) that is done. Raises StorageError."""
        with ExitStack() as files:
            for file in self._open.pop(key, ()):
                files.callback(self._close, file)

    def flush(self) -> None:
        """Hand everything written so far to the operating system; what it does not take is tried again later."""
        for pair in self._open.values():
            for file in pair:
                with suppress(OSError):
                    file.flush()

    def close(self) -> None:
        """Close every file; of jobs that were cut off, the last records may be lost, but not their replies."""
        while self._open:
            for file in self._open.popitem()[1]:
                with suppress(OSError):
                    file.close()

    def _close(self, file: IO[bytes]) -> None:
        try:
            file.close()
        except OSError as error:
            raise self._folder.failure(error) from error

    def _begin(self, key: JobKey, *, judged: bool) -> tuple[IO[bytes], ...]:
        kinds: list[Kind] = ["predictions", "reviews"]
        if judged:
            kinds.append("judgements")
        paths = [self._folder.file(kind, *key) for kind in kinds]
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
        # "wb": a worker that takes over from a dead one starts the subset's files anew; the replies are in the cache.
        files: tuple[IO[bytes], ...] = tuple(path.open("wb") for path in paths)
        self._open[key] = files
        return files


def _review(record: Record) -> dict[str, Any]:
    return {
        "sample_id": record.sample_id,
        "repeat": record.repeat,
        "outcome": record.outcome,
        "values": record.values,
        "answer": record.answer,
        "target": record.target,
        "explanation": record.explanation,
        "error": record.error,
        "group": record.group,
        "attempts": record.attempts,
        "seconds": round(record.seconds, 6),
        **({"verdicts": record.verdicts} if record.verdicts else {}),
    }


def read_records(folder: RunFolder, model: str, benchmark: str, subset: str) -> Iterator[Record]:
    """Yield the records of one subset as they were marked, without the replies; nothing when none was written.

    A torn last line (the process was killed while writing) is left out. Raises DataError for any other broken line.
    """
    path = folder.file("reviews", model, benchmark, subset)
    return _records(path, model, benchmark, subset)


def read_reviews(run: Path) -> Iterator[tuple[Mapping[str, str], Record]]:
    """Yield every record of a run folder, with the parts of the path of its file: model, benchmark and subset.

    These are what `folder_name` makes of the names, which the record then goes by. Raises as `read_records`.
    """
    for path in sorted((run / "reviews").glob("*/*/*.jsonl")):
        model, benchmark, subset = path.parts[-3], path.parts[-2], path.stem
        place = {"model": model, "benchmark": benchmark, "subset": subset}
        for record in _records(path, model, benchmark, subset):
            yield place, record


def _records(path: Path, model: str, benchmark: str, subset: str) -> Iterator[Record]:
    for _, fields in read_lines(path):
        try:
            yield record_of(fields, model, benchmark, subset)
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(f"{path}: not a record ({error})") from error


def record_of(fields: Mapping[str, Any], model: str, benchmark: str, subset: str) -> Record:
    """Return the record that a line of reviews spells.

    Raises ValueError, KeyError or TypeError for a line that spells none.
    """
    target, verdicts = fields["target"], dict(fields.get("verdicts", {}))
    made = {
        **fields,
        "target": tuple(target) if isinstance(target, list) else target,
        "verdicts": {judge: tuple(said) for judge, said in verdicts.items()},
    }
    record = Record(benchmark=benchmark, subset=subset, model=model, **made)
    if record.outcome not in OUTCOMES:
        raise ValueError(f"outcome {record.outcome!r}; accepted: {', '.join(OUTCOMES)}")
    texts = (record.sample_id, record.explanation, record.error, record.group, record.answer or "")
    listed = record.target if isinstance(record.target, tuple) else (record.target,)
    if not all(isinstance(text, str) for text in (*texts, *listed)):
        raise TypeError("a text is none")
    if not isinstance(record.values, dict):
        raise TypeError("its values are no object")
    numbers = (record.repeat, record.attempts, record.seconds, *record.values.values())
    if not all(isinstance(number, (int, float)) for number in numbers):
        raise TypeError("a number is none")
    return record


def read_lines(path: Path) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Yield the lines of a file of records, as they stand and read; nothing where there is no file.

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
            except (ValueError, KeyError, TypeError) as error:
                if not line.endswith(b"\n"):
                    return
                raise DataError(f"{path}:{number}: not a record ({error})") from error
            yield line, fields
