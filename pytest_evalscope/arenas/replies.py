"""Completions in a run folder, and the pairs that two models' completions make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_evalscope.errors import DataError
from pytest_evalscope.folder.lines import Lines, read_lines, with_messages
from pytest_evalscope.folder.media import loaded
from pytest_evalscope.folder.prompts import OF
from pytest_evalscope.run import RunFolder, read_records
from pytest_evalscope.types import Completion, Context, Row, Sample, Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One model's recorded completion to one prompt."""

    id: str
    messages: tuple[Mapping[str, Any], ...]
    """The prompt as it was sent."""
    text: str | None
    """The completion's text; None without a completion."""


def read_completions(folder: Path, model: str, benchmark: str, subset: str) -> Iterator[Answered]:
    """Yield the completions of one subset as they were recorded; of repeats the first. A torn last line is left out.

    Raises DataError for a missing file, and for any other broken line.
    """
    path = RunFolder(folder).file("predictions", model, benchmark, subset)
    if not path.is_file():
        raise DataError(f"arena: completions of {model} to {benchmark}/{subset} not found: {path}")
    lines: Lines | None = None
    for _, fields in read_lines(path):
        if fields["repeat"] == 0 and OF in fields:
            lines = lines or Lines(path)
            fields = with_messages(fields, lines)
        try:
            completion = fields["completion"]
            if fields["repeat"] == 0:
                filtered = completion is None or completion["finish_reason"] == "content_filter"
                text = None if filtered else completion["text"]
                if text is not None and not isinstance(text, str):
                    raise TypeError("its text is not a string")
                messages = tuple(loaded(RunFolder(folder), fields["messages"]))
                yield Answered(id=fields["sample_id"], messages=messages, text=text)
        except (KeyError, TypeError) as error:
            raise DataError(f"{path}: not a completion to {fields['sample_id']} ({error})") from error


def read_targets(folder: Path, model: str, benchmark: str, subset: str) -> dict[str, Any]:
    """Return sample → reference answer of one subset. Raises DataError for a broken file."""
    return {record.sample_id: record.target for record in read_records(RunFolder(folder), model, benchmark, subset)}


def paired(first: Iterator[Answered], second: Iterator[Answered], targets: Mapping[str, Any]) -> Iterator[Row]:
    """Yield a row for each prompt that both models were sent, in the order of the prompts' names.

    The order does not depend on which completion came first. Raises DataError where the two were sent different prompts
    under one name: their completions do not compare.
    """
    mine = {answered.id: answered for answered in first}
    theirs = {answered.id: answered for answered in second}
    for name in sorted(mine.keys() & theirs.keys()):
        one, other = mine[name], theirs[name]
        if one.messages and other.messages and one.messages != other.messages:
            raise DataError(
                f"arena: sample {name} had different prompts for the two models; their completions do not compare"
            )
        yield {
            "id": name,
            "input": one.messages or other.messages,
            "target": targets.get(name, ""),
            "first": one.text,
            "second": other.text,
        }


@dataclass(frozen=True, slots=True)
class replied:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=replied()`
    """Score 1 for a completion that is not empty; quality is for the battles to decide."""

    metrics: tuple[str, ...] = ("replied",)

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return 1 for a completion with text."""
        text = completion.text.strip()
        return Score(values={"replied": float(bool(text))}, answer=text or None)
