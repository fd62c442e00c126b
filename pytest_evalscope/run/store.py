"""The run folder: what was asked, what came back and how it was marked, a line per record.

outputs/<UTC time>-<6 hex>/
    configs/run.json
    logs/
    predictions/<model>/<benchmark>/<subset>.jsonl     the reply, and the prompt that was sent
    reviews/<model>/<benchmark>/<subset>.jsonl         the marks
    judgements/<model>/<benchmark>/<subset>.jsonl      what judges were sent and replied, where there are any
    reports/
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from shutil import rmtree
from typing import IO, Any, Literal

import orjson

from pytest_evalscope.errors import DataError, StorageError, UsageError
from pytest_evalscope.run.exchanges import written
from pytest_evalscope.run.marking import Marked
from pytest_evalscope.run.plan import Job
from pytest_evalscope.types import OUTCOMES, Record
from pytest_evalscope.types.encode import to_json
from pytest_evalscope.types.names import folder_name

SCHEMA = 1
Kind = Literal["predictions", "reviews", "judgements"]


class RunFolder:
    """The paths of one run. Several processes may hold the same folder; no two write the same file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def create(self) -> None:
        """Make the folders. Raises UsageError where that is not allowed."""
        try:
            for part in ("configs", "logs", "predictions", "reviews", "reports"):
                (self.path / part).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"--eval-work-dir: the run folder cannot be made ({self.path}: {error.strerror})",
                hint="name a folder that may be written",
            ) from error

    def begin_anew(self) -> None:
        """Forget what an earlier run in this folder asked and spent; its records are written over as they come."""
        for part in ("jobs", "indexes"):
            rmtree(self.path / "configs" / part, ignore_errors=True)
        for path in (self.path / "logs").glob("spent.sqlite*"):
            path.unlink(missing_ok=True)

    def file(self, kind: Kind, model: str, benchmark: str, subset: str) -> Path:
        """Return the path of one subset's file."""
        return self.path / kind / folder_name(model) / folder_name(benchmark) / f"{folder_name(subset)}.jsonl"

    def write_json(self, name: str, content: Mapping[str, Any]) -> None:
        """Write `content` under the run folder, whole or not at all. Raises StorageError."""
        target = self.path / name
        partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
        try:
            partial.write_bytes(to_json(content, orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
            partial.replace(target)
        except OSError as error:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
            raise self.failure(error) from error

    def failure(self, error: OSError) -> StorageError:
        """Return the error for a file of this folder that could not be written."""
        return StorageError(
            f"run folder: cannot be written ({self.path}: {error.strerror or error})",
            hint="replies are in the reply cache: make room or choose another folder with --eval-work-dir, "
            "and the same command goes on from there",
        )

    def point_latest(self) -> None:
        """Make `latest` beside the folder point at it, where the system allows links."""
        link = self.path.parent / "latest"
        fresh = link.with_name(f"latest.{os.getpid()}")
        # No link is no loss: the path of the run is printed as well.
        with suppress(OSError):
            fresh.symlink_to(self.path.name, target_is_directory=True)
            if sys.platform == "win32" and link.is_symlink():
                link.unlink()  # Windows puts nothing in the place of a link to a folder
            fresh.replace(link)
        with suppress(OSError):
            fresh.unlink(missing_ok=True)  # where a folder of the user's is called `latest`


def refuse_one_file(keys: Iterable[tuple[str, str, str]]) -> None:
    """Raise UsageError where two jobs would write one file: macOS and Windows hold `A` and `a` for one name."""
    if not sys.platform.startswith(("darwin", "win")):
        return
    seen: dict[str, tuple[str, str, str]] = {}
    for key in sorted(keys):
        first = seen.setdefault("/".join(map(folder_name, key)).casefold(), key)
        if first != key:
            raise UsageError(
                f"run folder: {'/'.join(first)} and {'/'.join(key)} would be one file here, where upper and lower case "
                "are the same; each needs a name of its own"
            )


class RecordWriter:
    """Writes the records of the jobs that this process runs; used from the engine's thread alone."""

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder
        self._open: dict[tuple[str, str, str], tuple[IO[bytes], ...]] = {}

    def write(self, marked: Marked) -> None:
        """Append one record to its two files; `flush` or `finish` brings it to the disk. Raises StorageError."""
        try:
            self._write(marked)
        except OSError as error:
            raise self._folder.failure(error) from error

    def _write(self, marked: Marked) -> None:
        key = marked.unit.job.key
        predictions, reviews, *judgements = self._open.get(key) or self._begin(marked.unit.job)
        record = marked.record
        predictions.write(
            to_json(
                {
                    "sample_id": record.sample_id,
                    "repeat": record.repeat,
                    "messages": marked.messages,
                    "completion": record.completion,
                    "error": record.error,
                },
                orjson.OPT_APPEND_NEWLINE,
            )
        )
        reviews.write(to_json(_review(record), orjson.OPT_APPEND_NEWLINE))
        if marked.exchanges:
            line = {"sample_id": record.sample_id, "repeat": record.repeat, "exchanges": written(marked.exchanges)}
            judgements[0].write(to_json(line, orjson.OPT_APPEND_NEWLINE))

    def finish(self, job: Job) -> None:
        """Close the files of a job that is done. Raises StorageError."""
        with ExitStack() as files:
            for file in self._open.pop(job.key, ()):
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

    def _begin(self, job: Job) -> tuple[IO[bytes], ...]:
        kinds: list[Kind] = ["predictions", "reviews"]
        if "judge" in job.benchmark.needs:
            kinds.append("judgements")
        paths = [self._folder.file(kind, *job.key) for kind in kinds]
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
        # "wb": a worker that takes over from a dead one starts the subset's files anew; the replies are in the cache.
        files: tuple[IO[bytes], ...] = tuple(path.open("wb") for path in paths)
        self._open[job.key] = files
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
