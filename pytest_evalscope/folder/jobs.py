"""The manifest of each job: enough to count its records again, join them with those of others, and re-score them.

`configs/jobs/<model>/<benchmark>/<subset>.json`, written by the process that runs the job, once its data has been read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from pytest_evalscope.errors import DataError, one_line
from pytest_evalscope.folder.paths import RunFolder
from pytest_evalscope.types import Declared, plain
from pytest_evalscope.types.names import JobKey, folder_name

if TYPE_CHECKING:
    from pytest_evalscope.types.shard import Shard

SCHEMA = 2
"""2 adds `declared` and `seconds`, which schema 1 has in the reports alone."""
FOLDER = "configs/jobs"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobManifest:
    """One job as its run folder describes it."""

    model: str
    benchmark: str
    subset: str
    version: str
    title: str
    task_type: str
    tags: tuple[str, ...]
    needs: tuple[str, ...]
    values: tuple[str, ...]
    """The keys of every score."""
    metrics: Mapping[str, Any]
    """Metric → how it is made of the values; null for a function of the user's own."""
    primary_metric: str
    identity: Mapping[str, Any]
    """The model's."""
    params: Mapping[str, Any]
    prompt: str
    """A hash of the solver's settings: template, few-shot examples."""
    limit: int | float | None
    repeats: int
    seed: int
    shard: str
    """`3/8`; empty for all samples."""
    planned: int
    """Records of this shard."""
    whole: int
    """Records of all shards together."""
    expected: int | None
    """Records of all shards together, as the benchmark's card has it."""
    data_hash: str
    """Over the samples of all shards, in order."""
    axes: tuple[str, ...] = ()
    """The values that a heat map has across and down."""
    solve: str = ""
    """The kind of the solver; empty for a function of the user's own."""
    derived: bool = False
    """True if its samples are made of other jobs' completions."""
    shuffle: int | None = None
    """The seed by which the samples were shuffled before the limit; null for the data's own order."""
    declared: Declared | None = None
    """The declarations of its test; None where schema 1 has them in the reports alone."""
    seconds: float = 0.0
    """From the first sample to the last score; 0 while the job runs."""

    @property
    def key(self) -> JobKey:
        """The name of the job in files and reports: model, benchmark and subset."""
        return (self.model, self.benchmark, self.subset)

    @property
    def part(self) -> Shard | None:
        """The shard; None for all samples."""
        from pytest_evalscope.types.shard import shard_of

        return shard_of(self.shard, "shard")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The part of a job's manifest that says which records it has: read without pydantic, which takes a while."""

    model: str
    benchmark: str
    subset: str
    primary_metric: str
    metrics: Mapping[str, Any]
    """Metric → how it is made of the values; null for a function of the user's own."""

    @property
    def key(self) -> JobKey:
        """The name of the job in files and reports: model, benchmark and subset."""
        return (self.model, self.benchmark, self.subset)


def read_outlines(folder: RunFolder) -> Iterator[Outline]:
    """Yield the outline of every job that a model answered, in the order of their paths.

    Raises DataError for a broken file.
    """
    for path in sorted((folder.path / FOLDER).glob("*/*/*.json")):
        try:
            read = orjson.loads(path.read_bytes())
            made = Outline(**{item.name: read[item.name] for item in fields(Outline)})
            if not all(isinstance(text, str) for text in (*made.key, made.primary_metric)):
                raise TypeError("a name is no text")
            if not isinstance(made.metrics, dict):
                raise TypeError("its metrics are no object")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DataError(f"{path}: not the manifest of a job ({one_line(error)})") from error
        if not read.get("derived"):
            yield made


def write_job_manifest(folder: RunFolder, manifest: JobManifest) -> None:
    """Write a job's manifest into the run folder."""
    path = _path(manifest.key)
    (folder.path / path).parent.mkdir(parents=True, exist_ok=True)
    folder.write_json(
        path, {"schema": SCHEMA, **plain({item.name: getattr(manifest, item.name) for item in fields(manifest)})}
    )


def read_job_manifests(folder: RunFolder) -> Iterator[JobManifest]:
    """Yield the manifest of every job, in the order of their paths. Raises DataError for a broken file."""
    for path in sorted((folder.path / FOLDER).glob("*/*/*.json")):
        yield _read(folder, path)


def find_job_manifest(folder: RunFolder, key: JobKey) -> JobManifest | None:
    """Return the manifest of one job; None where the folder knows of none. Raises DataError for a broken file."""
    path = folder.path / _path(key)
    return _read(folder, path) if path.is_file() else None


def _path(key: JobKey) -> str:
    model, benchmark, subset = map(folder_name, key)
    return f"{FOLDER}/{model}/{benchmark}/{subset}.json"


def _read(folder: RunFolder, path: Path) -> JobManifest:
    from pydantic import ValidationError

    try:
        made: JobManifest = _form().validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise DataError(f"{path}: not the manifest of a job ({' '.join(str(error).split())[:300]})") from error
    if made.declared is not None:
        return made
    from pytest_evalscope.folder.schema_1 import declared_of

    declared, seconds = declared_of(folder, made.key)
    return replace(made, declared=declared, seconds=seconds)


@cache
def _form() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(JobManifest)
