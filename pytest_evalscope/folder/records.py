"""The records of a run folder, a line each: writing them as samples end, and reading them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import orjson

from pytest_evalscope.errors import DataError, StorageError
from pytest_evalscope.folder.paths import Kind, RunFolder
from pytest_evalscope.types import OUTCOMES, Completion, Message, Record, has_parts
from pytest_evalscope.types.encode import to_json
from pytest_evalscope.types.names import JobKey
from pytest_evalscope.types.sample import is_texts

if TYPE_CHECKING:
    from pytest_evalscope.folder.judge_log import Exchange
    from pytest_evalscope.folder.prompts import PromptsWritten


class RecordWriter:
    """Writes the records of the jobs that this process runs; used from the engine's thread alone."""

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder
        self._open: dict[JobKey, tuple[IO[bytes], ...]] = {}
        self._prompts: dict[JobKey, PromptsWritten] = {}
        self._closed = False

    def write(
        self,
        record: Record,
        messages: Sequence[Message],
        exchanges: Sequence[Exchange] = (),
        *,
        judged: bool = False,
        repeats: int = 1,
    ) -> None:
        """Append one record to its files; `flush` or `finish` brings it to the disk. Raises StorageError.

        `messages` is the prompt that was sent; of the `repeats` of a sample the first that comes has it for all with
        the same prompt. `judged` tells whether judges score this subset, which then has a file of the `exchanges`
        with them.
        """
        try:
            self._write(record, self._stored(messages), exchanges, judged=judged, repeats=repeats)
        except OSError as error:
            raise self._folder.failure(error) from error

    def _write(
        self,
        record: Record,
        messages: Sequence[Message],
        exchanges: Sequence[Exchange],
        *,
        judged: bool,
        repeats: int,
    ) -> None:
        key = (record.model, record.benchmark, record.subset)
        predictions, reviews, *judgements = self._open.get(key) or self._begin(key, judged=judged)
        prompt = self._prompt(record, messages, repeats)
        predictions.write(
            to_json(
                {
                    "sample_id": record.sample_id,
                    "repeat": record.repeat,
                    **prompt,
                    "completion": self._completion(record),
                    "error": record.error,
                    **({"resized": record.resized} if record.resized else {}),
                },
                orjson.OPT_APPEND_NEWLINE,
            )
        )
        reviews.write(to_json(_review(record), orjson.OPT_APPEND_NEWLINE))
        if exchanges:
            from pytest_evalscope.folder.judge_log import written

            line = {"sample_id": record.sample_id, "repeat": record.repeat, "exchanges": written(exchanges)}
            judgements[0].write(to_json(line, orjson.OPT_APPEND_NEWLINE))

    def _prompt(self, record: Record, messages: Sequence[Message], repeats: int) -> dict[str, Any]:
        """Return the fields of a prediction for its prompt, which the repeats of a sample have once."""
        if repeats < 2:
            return {"messages": messages}
        from pytest_evalscope.folder.prompts import PromptsWritten

        key = (record.model, record.benchmark, record.subset)
        written = self._prompts.setdefault(key, PromptsWritten())
        return written.fields(record.sample_id, record.repeat, messages, repeats)

    def _stored(self, messages: Sequence[Message]) -> Sequence[Message]:
        """Return messages as a record has them, with their media kept in the folder."""
        if not has_parts(messages):
            return messages
        from pytest_evalscope.folder.media import stored

        return stored(self._folder, messages)

    def _completion(self, record: Record) -> Completion | None:
        """Return the completion with references in the place of what its trajectory shows."""
        made = record.completion
        if made is None or not made.trajectory:
            return made
        return replace(made, trajectory=tuple(self._stored(made.trajectory)))

    def finish(self, key: JobKey) -> None:
        """Close the files of a job (model, benchmark, subset) that is done. Raises StorageError."""
        self._prompts.pop(key, None)
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
        """Close every file; of jobs that were cut off, the last records may be lost, but not their completions.

        From then on nothing is written: an engine that was left behind must not begin a file anew.
        """
        self._closed = True
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
        if self._closed:
            raise StorageError("records: the run has been closed")
        kinds: list[Kind] = ["predictions", "reviews"]
        if judged:
            kinds.append("judgements")
        paths = [self._folder.file(kind, *key) for kind in kinds]
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
        # "wb": a worker that takes over from a dead one starts the subset's files anew; completions are in the cache.
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
        **({"environment": record.environment} if record.environment else {}),
    }


def read_records(folder: RunFolder, model: str, benchmark: str, subset: str) -> Iterator[Record]:
    """Yield the records of one subset as they were scored, without the completions; nothing when none was written.

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
    from pytest_evalscope.folder.lines import read_lines

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
        "target": tuple(target) if is_texts(target) else target,
        "verdicts": {judge: tuple(said) for judge, said in verdicts.items()},
    }
    record = Record(benchmark=benchmark, subset=subset, model=model, **made)
    if record.outcome not in OUTCOMES:
        raise ValueError(f"outcome {record.outcome!r}; accepted: {', '.join(OUTCOMES)}")
    texts = (record.sample_id, record.explanation, record.error, record.group, record.answer or "")
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a text is none")
    if not isinstance(record.values, dict):
        raise TypeError("its values are no object")
    numbers = (record.repeat, record.attempts, record.seconds, *record.values.values())
    if not all(isinstance(number, (int, float)) for number in numbers):
        raise TypeError("a number is none")
    return record
