"""Joining run folders: the records of several, each once, as if one run had written them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pytest_evalscope.errors import DataError, UsageError
from pytest_evalscope.folder.jobs import JobManifest, write_job_manifest
from pytest_evalscope.folder.lines import Lines, read_lines, with_messages
from pytest_evalscope.folder.media import find, keep, references
from pytest_evalscope.folder.paths import Kind, RunFolder
from pytest_evalscope.folder.prompts import OF
from pytest_evalscope.folder.recorded import Recorded
from pytest_evalscope.folder.records import read_records, record_of
from pytest_evalscope.run.aggregate import Tally
from pytest_evalscope.run.job_manifests import counting_job
from pytest_evalscope.types import UNSCORED, Declared, Record, Scores
from pytest_evalscope.types.encode import to_json
from pytest_evalscope.types.names import JobKey

Unit = tuple[str, int]
"""A sample's id, and the number of its repeat."""

_COMPARED = {
    "version": "version of the benchmark",
    "data_hash": "data",
    "whole": "number of samples",
    "limit": "--eval-limit",
    "shuffle": "--eval-shuffle",
    "repeats": "number of repeats",
    "seed": "--eval-seed",
    "params": "generation parameters",
    "prompt": "prompt",
    "values": "scorer",
    "metrics": "metrics",
    "primary_metric": "primary metric",
}
_ADDRESS = "endpoint"
"""The part of an identity that shards may differ in: each may use another server of the same model."""


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a job that one run has."""

    run: Recorded
    manifest: JobManifest


def parts_of(runs: Iterable[Recorded]) -> dict[JobKey, list[Part]]:
    """Return the parts of each job, in the order of the runs; an arena's battles are left out.

    Raises UsageError for parts that do not fit together, and for records that are missing.
    """
    made: dict[JobKey, list[Part]] = {}
    for run in runs:
        for manifest in run.jobs():
            made.setdefault(manifest.key, []).append(Part(run, manifest))
    if not made:
        raise UsageError("merge: none of these runs has a job of a model")
    for parts in made.values():
        _refuse_differences(parts)
    _refuse_gaps(made, sorted({part.manifest.shard for parts in made.values() for part in parts} - {""}))
    return made


def join(parts: Sequence[Part], target: RunFolder, tally: Tally) -> None:
    """Write a job's records into `target`, each once, and count them."""
    first = parts[0].manifest
    manifest = replace(
        first,
        shard="",
        planned=first.whole,
        declared=declared_of(parts),
        seconds=sum(part.manifest.seconds for part in parts),
    )
    write_job_manifest(target, manifest)
    chosen = _chosen(parts)
    numbers: dict[str, int] = {}
    kinds: tuple[Kind, ...] = ("reviews", "predictions", "judgements")
    for kind in kinds:
        if not any(part.run.folder.file(kind, *manifest.key).exists() for part in parts):
            continue
        path = target.file(kind, *manifest.key)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            for part, line, fields in _kept(parts, chosen, kind):
                file.write(line if line.endswith(b"\n") else line + b"\n")
                if kind == "reviews":
                    number = numbers.setdefault(fields["sample_id"], len(numbers))
                    tally.add(_record(fields, manifest), number)
                elif kind == "predictions":
                    prompt, completion = _tokens(fields, manifest)
                    _copy_media(part.run.folder, target, fields)
                    tally.prompt_tokens += prompt
                    tally.completion_tokens += completion
                    tally.answered_by[_answered_by(fields)] += 1
                    tally.resized += 0 if fields["repeat"] else _resized(fields)
    tally.planned, tally.whole, tally.data_hash = manifest.planned, manifest.whole, manifest.data_hash


def declared_of(parts: Sequence[Part]) -> Declared:
    """Return what the tests of several runs declared of a job: that of the first which knows; its test, too."""
    known = [part.manifest.declared for part in parts if part.manifest.declared is not None]
    if not known:
        return Declared()
    named = next((one for one in known if one.test), known[0])
    return replace(known[0], test=named.test, location=named.location)


def _record(fields: Mapping[str, Any], manifest: JobManifest) -> Record:
    try:
        record = record_of(fields, *manifest.key)
        for name in manifest.values:
            _ = record.values[name]
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{_named(manifest)}: a line of its reviews is not a record ({error})") from error
    return record


def _tokens(fields: Mapping[str, Any], manifest: JobManifest) -> tuple[int, int]:
    """Return the tokens of a line, prompt and completion; 0 and 0 for one without a completion."""
    try:
        usage = {} if fields["completion"] is None else fields["completion"]["usage"]
        return int(usage.get("prompt_tokens", 0)), int(usage.get("completion_tokens", 0))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{_named(manifest)}: a line of its predictions is not a completion ({error})") from error


def _answered_by(fields: Mapping[str, Any]) -> str:
    """Return the model that a completion is from, as the endpoint called it; "" for none."""
    return str((fields["completion"] or {}).get("model", ""))


def _resized(fields: Mapping[str, Any]) -> int:
    count = fields.get("resized", 0)
    return count if isinstance(count, int) else 0


def recorded_scores(folder: RunFolder, manifest: JobManifest) -> Scores | None:
    """Return the scores of a job's records as they are; None where they are not computed."""
    try:
        tally = Tally(counting_job(manifest))
        numbers: dict[str, int] = {}
        for _, fields in read_lines(folder.file("reviews", *manifest.key)):
            record = _record(fields, manifest)
            tally.add(record, numbers.setdefault(record.sample_id, len(numbers)))
        return tally.scores()
    except DataError:
        return None


def _chosen(parts: Sequence[Part]) -> dict[Unit, int]:
    """Return for each record the number of the run that it is taken from: the first that has a score for it.

    A score without its completion (of a process that was killed, the two files end apart) is no record.
    """
    scored: dict[Unit, bool] = {}
    chosen: dict[Unit, int] = {}
    for number, part in enumerate(parts):
        predictions = part.run.folder.file("predictions", *part.manifest.key)
        completed = {(fields["sample_id"], fields["repeat"]) for _, fields in read_lines(predictions)}
        for record in read_records(part.run.folder, *part.manifest.key):
            unit, good = (record.sample_id, record.repeat), record.outcome not in UNSCORED
            if unit in completed and (unit not in chosen or (good and not scored[unit])):
                chosen[unit], scored[unit] = number, good
    return chosen


def _kept(
    parts: Sequence[Part], chosen: Mapping[Unit, int], kind: Kind
) -> Iterator[tuple[Part, bytes, dict[str, Any]]]:
    """Yield the lines of the chosen records, raw and read.

    A line that refers to the messages of one that is not chosen has them itself.
    """
    written: set[Unit] = set()
    for number, part in enumerate(parts):
        path = part.run.folder.file(kind, *part.manifest.key)
        lines: Lines | None = None
        for line, fields in read_lines(path):
            unit = (fields["sample_id"], fields["repeat"])
            if chosen.get(unit) == number and unit not in written:
                written.add(unit)
                if OF in fields and chosen.get((unit[0], fields[OF])) != number:
                    lines = lines or Lines(path)
                    fields = with_messages(fields, lines)
                    line = to_json(fields)
                yield part, line, fields


def _copy_media(source: RunFolder, target: RunFolder, fields: Mapping[str, Any]) -> None:
    completion = fields.get("completion")
    trajectory = completion.get("trajectory") if isinstance(completion, Mapping) else None
    for named in (*references(fields.get("messages")), *references(trajectory)):
        media = find(source, named)
        if media is not None:
            keep(target, media)


def _refuse_differences(parts: Sequence[Part]) -> None:
    first = parts[0]
    for part in parts[1:]:
        for name, word in _COMPARED.items():
            _refuse_difference(first, part, word, getattr(first.manifest, name), getattr(part.manifest, name))
        identities = (one.manifest.identity for one in (first, part))
        named = [{key: value for key, value in each.items() if key != _ADDRESS} for each in identities]
        _refuse_difference(first, part, "model", *named)
        if "judge" in first.manifest.needs:
            _refuse_difference(first, part, "judge", *(_option(one.run, "judge") for one in (first, part)))


def _refuse_difference(first: Part, second: Part, word: str, one: object, other: object) -> None:
    if one != other:
        raise UsageError(
            f"merge: {_named(first.manifest)}: not the same {word} ({_short(one)} in {first.run}, {_short(other)} in "
            f"{second.run}); accepted: runs of one plan"
        )


def _refuse_gaps(jobs: Mapping[JobKey, Sequence[Part]], shards: Sequence[str]) -> None:
    """Raise UsageError when a record is missing; it names the missing shards, or the runs that were cut off."""
    gaps = []
    for parts in jobs.values():
        whole, count = parts[0].manifest.whole, len(_chosen(parts))
        if count != whole:
            gaps.append((f"{_named(parts[0].manifest)}: {_why(parts)}", f"{count} of {whole} records are there"))
    if gaps:
        (why, count_of), more = gaps[0], len(gaps) - 1
        others = f", other incomplete jobs: {more}" if more else ""
        raise UsageError(
            f"merge: {why} ({count_of}{others})",
            hint=f"shards that were given: {', '.join(shards) or 'none'}; a shard that was cut off is run again with "
            "the same command, which requests only what is missing",
        )


def _why(parts: Sequence[Part]) -> str:
    given = [part.manifest.part for part in parts]
    counts = {0 if shard is None else shard.count for shard in given}
    if len(counts) == 1 and 0 not in counts:
        count = counts.pop()
        missing = sorted(set(range(1, count + 1)) - {shard.index for shard in given if shard is not None})
        if missing:
            return f"shard {', '.join(f'{index}/{count}' for index in missing)} is missing"
    cut = [str(part.run) for part in parts if part.run.manifest.get("status") != "complete"]
    return f"{' and '.join(cut)} was cut off" if cut else "records are missing"


def _named(manifest: JobManifest) -> str:
    return f"{manifest.benchmark}/{manifest.subset} of {manifest.model}"


def _option(run: Recorded, name: str) -> object:
    return run.options.get(name)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
