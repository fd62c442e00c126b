"""Data sets of a mixed set, sampled from a benchmark or stored in a file; rows have `sample` and `row`."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.collections.format import Record, checked, intact
from pytest_evalscope.collections.mixed import with_rows
from pytest_evalscope.data import Part, Source
from pytest_evalscope.errors import DataError
from pytest_evalscope.types import Row, Sample
from pytest_evalscope.types.media import KINDS
from pytest_evalscope.types.sample import is_texts


def rank(seed: int, dataset: str, subset: str, sample_id: str) -> int:
    """Return the rank by which a sample is chosen: 64 bits of a hash, the same on every machine."""
    content = "\0".join((str(seed), dataset, subset, sample_id)).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "big")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """Some samples of a benchmark, by their places in its data: 8 bytes each, and no text."""

    benchmark: Benchmark = field(compare=False)
    places: Mapping[str, array[int]] = field(hash=False)
    """Subset → places in the order of the data, rising; subsets without any are left out."""
    ranks: Mapping[str, array[int]] = field(hash=False)
    """Subset → the rank of each, by which a change of the data is noticed."""
    seed: int
    dataset: str

    @property
    def subsets(self) -> tuple[str, ...]:
        """The subsets that have samples here."""
        return tuple(self.places)

    def size(self, subset: str) -> int:
        """Return how many samples of the subset were chosen."""
        return len(self.places[subset])

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the chosen samples. Raises DataError when the data has changed since they were chosen."""
        if part == "few_shot":
            yield from ({"sample": shot} for shot in self.benchmark.shots(subset, source, spare=1))
            return
        wanted = zip(self.places[subset], self.ranks[subset], strict=True)
        place, expected = next(wanted)
        for number, (row, sample) in enumerate(with_rows(self.benchmark, subset, source)):
            if number == place:
                if rank(self.seed, self.dataset, subset, sample.id) != expected:
                    break
                yield {"sample": sample, "row": row}
                following = next(wanted, None)
                if following is None:
                    return
                place, expected = following
        raise DataError(
            f"{self.dataset}/{subset}: the data changed since it was sampled (row {place}); sample it again"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Records of a mixed set's file, by the offsets of their lines: 8 bytes each, and no text."""

    path: Path
    benchmark: Benchmark = field(compare=False)
    """The benchmark, which few-shot examples come from; those are not stored."""
    offsets: Mapping[str, array[int]] = field(hash=False)
    """Subset → the offsets of its records' lines."""
    lines: Mapping[str, array[int]] = field(hash=False)
    """Subset → the numbers of these lines, for messages."""

    @property
    def subsets(self) -> tuple[str, ...]:
        """The subsets that have records."""
        return tuple(sorted(self.offsets))

    def size(self, subset: str) -> int:
        """Return the number of records of the subset."""
        return len(self.offsets[subset])

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the stored samples. Raises DataError naming the line of one that cannot be used."""
        if part == "few_shot":
            yield from ({"sample": shot} for shot in self.benchmark.shots(subset, source, spare=1))
            return
        with self.path.open("rb") as file:
            for offset, number in zip(self.offsets[subset], self.lines[subset], strict=True):
                file.seek(offset)
                line, where = file.readline(), f"mixed set {self.path}, line {number}"
                record = checked(line, where=where)
                if not intact(line, record):
                    raise DataError(f"{where}: the file changed while it was in use")
                row = record.prompt.metadata or {}
                sample = sample_of(record, where=where)
                yield {"sample": sample if record.sample else _with_references(sample, self.benchmark, row), "row": row}


def sample_of(record: Record, *, where: str) -> Sample:
    """Return the sample of a record: ours unchanged, EvalScope's with its ready prompt as the input."""
    prompt, ours = record.prompt, record.sample
    question = ours.input if ours and ours.input is not None else prompt.input
    if not isinstance(question, str):
        question = question if ours else [_message(item, where=where) for item in question]
    try:
        return _sample(record, question)
    except DataError as error:  # a picture that is none, say
        raise DataError(f"{where}: {error.message}") from error


def _sample(record: Record, question: str | list[dict[str, Any]]) -> Sample:
    from pytest_evalscope.collections.attachments import attached  # with the forms of media, which files need

    prompt, ours = record.prompt, record.sample
    # Of a file of EvalScope's no target is null; in ours null is one, of a sample that a scorer of one's own reads.
    target = "" if prompt.target is None and ours is None else prompt.target
    return Sample(
        id=ours.id if ours else "",
        input=question if isinstance(question, str) else tuple(question),
        target=tuple(target) if is_texts(target) else target,
        choices=tuple(prompt.choices or ()),
        language=ours.language if ours else "",
        group=ours.group if ours else "",
        media=attached(ours.media) if ours else (),
        tools=tuple(ours.tools) if ours else (),
        metadata=(ours.metadata if ours else prompt.metadata) or {},
    )


def _with_references(sample: Sample, benchmark: Benchmark, row: Row) -> Sample:
    """Return a sample of EvalScope's with what our benchmark needs to score it, where EvalScope kept the whole row.

    It does so for the benchmarks whose scoring needs more than target and choices (IFEval, say).
    """
    try:
        made = benchmark.sample(row)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):  # not a row
        return sample
    return replace(
        sample,
        metadata=made.metadata,
        group=made.group,
        target=made.target if sample.target in ("", ()) else sample.target,
    )


def _message(written: Mapping[str, Any], *, where: str) -> dict[str, Any]:
    """Return one message in the OpenAI form; what EvalScope keeps beside role and content is not for the model."""
    role, content = written.get("role"), written.get("content")
    if role not in ("system", "user", "assistant") or written.get("tool_calls"):
        raise DataError(
            f"{where}: a message cannot be sent (role {role!r}); accepted: system, user and assistant texts"
        )
    if isinstance(content, str):
        return {"role": role, "content": content}
    if not isinstance(content, list):
        raise DataError(f"{where}: a message has no content ({type(content).__name__})")
    return {"role": role, "content": [_content(part, where=where) for part in content]}


def _content(part: Any, *, where: str) -> Mapping[str, Any]:
    kind = part.get("type") if isinstance(part, Mapping) else None
    if kind in KINDS and isinstance(part.get(kind), str):  # EvalScope's form
        return {"type": f"{kind}_url", f"{kind}_url": {"url": part[kind]}}
    if kind in ("text", "image_url") and part.get(kind):
        return {"type": kind, kind: part[kind]}
    raise DataError(f"{where}: a part of a message cannot be sent ({kind}); accepted: text and media")
