"""The samples of a finished run as rows: for a spreadsheet, a data frame or another program."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import orjson

from pytest_evalscope.errors import MissingExtra, UnknownName, UsageError
from pytest_evalscope.folder.jobs import JobManifest
from pytest_evalscope.folder.recorded import Recorded, open_run
from pytest_evalscope.folder.samples import read_samples
from pytest_evalscope.types.encode import to_json
from pytest_evalscope.types.sample import target_text

if TYPE_CHECKING:
    import pandas as pd

    from pytest_evalscope.types import Record

FORMATS = ("csv", "parquet", "jsonl")
_TEXTS_BEFORE = ("model", "benchmark", "subset", "sample_id")
_TEXTS = ("answer", "target", "prompt", "completion", "reasoning", "finish_reason", "explanation", "error", "group")
_COUNTS = ("prompt_tokens", "completion_tokens", "attempts")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins so may be a formula to a spreadsheet."""
_BATCH = 1000


def samples_frame(run: Path | str, benchmarks: Iterable[str] = ()) -> pd.DataFrame:
    """Return the samples of a run folder as a data frame of pandas, a row each; see `export` for its columns.

    Raises:
        UsageError: No run folder, a benchmark that it has no samples of, or pandas is not installed.
        DataError: A damaged file.
    """
    try:
        import pandas as pd
    except ImportError:
        raise MissingExtra("samples_frame", "pandas", "pip install 'pytest-evalscope[datasets]'") from None
    recorded = open_run(Path(run))
    jobs = _jobs(recorded, benchmarks)
    return pd.DataFrame(_rows(recorded, jobs), columns=_columns(jobs))


def export(run: Path | str, file: IO[bytes], kind: str, benchmarks: Iterable[str] = ()) -> int:
    """Write the samples of a run folder into `file`, and return how many; they are read one after the other.

    `csv` and `parquet` have a column for each value of a scorer (`value.accuracy`; empty where a benchmark has none of
    that name), the prompt as JSON and the text of the completion. `jsonl` has records whole. In `csv` a text that a
    spreadsheet could take for a formula begins with an apostrophe.

    Raises:
        UsageError: No run folder, another format, a benchmark that it has no samples of, or pyarrow is not installed.
        DataError: A damaged file.
    """
    require_format(kind)
    recorded = open_run(Path(run))
    jobs = _jobs(recorded, benchmarks)
    if kind == "jsonl":
        return _write_jsonl(file, _records(recorded, jobs))
    write = _write_csv if kind == "csv" else _write_parquet
    return write(file, _columns(jobs), _rows(recorded, jobs))


def require_format(name: str) -> None:
    """Raise UsageError for a format that is no file's."""
    if name == "dataframe":
        raise UsageError(
            "--format: a data frame is a value of Python and no file ('dataframe'); accepted: " + ", ".join(FORMATS),
            hint="in Python: from pytest_evalscope.api import samples_frame; samples_frame(RUN)",
        )
    if name not in FORMATS:
        raise UnknownName("--format", name, FORMATS)


def _jobs(recorded: Recorded, benchmarks: Iterable[str]) -> list[JobManifest]:
    jobs = list(recorded.jobs())
    known, wanted = {job.benchmark for job in jobs}, dict.fromkeys(benchmarks)
    for name in wanted:
        if name not in known:
            raise UnknownName(f"benchmark of {recorded}", name, known)
    return [job for job in jobs if not wanted or job.benchmark in wanted]


def _records(recorded: Recorded, jobs: Iterable[JobManifest]) -> Iterator[Record]:
    for job in jobs:
        yield from read_samples(recorded.folder, job.key)


def _columns(jobs: Iterable[JobManifest]) -> list[str]:
    values = dict.fromkeys(f"value.{name}" for job in jobs for name in job.values)
    return [*_TEXTS_BEFORE, "repeat", "outcome", *values, *_TEXTS, *_COUNTS, "seconds"]


def _rows(recorded: Recorded, jobs: Iterable[JobManifest]) -> Iterator[dict[str, Any]]:
    return map(_row, _records(recorded, jobs))


def _row(record: Record) -> dict[str, Any]:
    made = record.completion
    usage = None if made is None else made.usage
    return {
        **{name: getattr(record, name) for name in (*_TEXTS_BEFORE, "repeat", "outcome")},
        **{f"value.{name}": float(value) for name, value in record.values.items()},
        "answer": record.answer,
        "target": target_text(record.target, " or "),
        "prompt": to_json(list(record.messages)).decode() if record.messages else None,
        "completion": None if made is None else made.text,
        "reasoning": None if made is None else made.reasoning or None,
        "finish_reason": None if made is None else made.finish_reason,
        "explanation": record.explanation,
        "error": record.error,
        "group": record.group,
        "prompt_tokens": None if usage is None else usage.prompt_tokens,
        "completion_tokens": None if usage is None else usage.completion_tokens,
        "attempts": record.attempts,
        "seconds": record.seconds,
    }


def _write_csv(file: IO[bytes], columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> int:
    text = TextIOWrapper(file, "utf-8", newline="")
    writer = csv.DictWriter(text, columns, extrasaction="ignore")
    writer.writerow({name: _cell(name) for name in columns})
    count = 0
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in row.items()})
        count += 1
    text.detach()  # flushes, and leaves the file open for whoever opened it
    return count


def _cell(value: object) -> object:
    """Return a text that a spreadsheet takes for no formula: an apostrophe before it, as OWASP says; numbers as is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _write_jsonl(file: IO[bytes], records: Iterable[Record]) -> int:
    count = 0
    for record in records:
        fields = {name: getattr(record, name) for name in record.__slots__}
        file.write(to_json(fields, orjson.OPT_APPEND_NEWLINE))
        count += 1
    return count


def _write_parquet(file: IO[bytes], columns: Sequence[str], rows: Iterator[Mapping[str, Any]]) -> int:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise MissingExtra("--format=parquet", "pyarrow", "pip install 'pytest-evalscope[datasets]'") from None
    kinds = {"repeat": pa.int64(), "seconds": pa.float64(), **dict.fromkeys(_COUNTS, pa.int64())}
    schema = pa.schema(
        [(name, pa.float64() if name.startswith("value.") else kinds.get(name, pa.string())) for name in columns]
    )
    count = 0
    with parquet.ParquetWriter(file, schema) as writer:
        while batch := list(islice(rows, _BATCH)):
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))
            count += len(batch)
    return count
