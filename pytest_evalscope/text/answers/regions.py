"""The places of a completion that may hold its answer, and the search through them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from pytest_evalscope.text.answers.statements import extract_text, narrow

Stage = Literal["structured", "stated", "alone"]


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a completion, without the words and the markup that introduce it."""

    text: str
    stage: Stage
    """`structured`: a JSON key, a tag, a box, a heading, a marker such as `ANSWER:`; `stated`: a sentence that gives
    the answer; `alone`: what is left where nothing gives one."""
    where: str
    """Its place, to read: `the key "answer"`, `behind "The answer is"`."""
    language: str = ""
    """Code of the language whose rules for numbers hold in it; empty where nothing tells."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Outcome of a region that states an answer which is not one of those that are possible: it ends the search."""

    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The answer found in a completion, and how."""

    answer: str | None
    """None where the completion gives none."""
    how: str = ""
    """The stage and the place, or why it gives none: the explanation of the score."""


def find(text: str, read: Callable[[Region], str | Refused | None], language: str = "") -> Reading:
    """Return the answer of the first region in which `read` finds one."""
    for region in regions(text, language):
        found = read(region)
        if isinstance(found, Refused):
            return Reading(None, f"{found.why} ({region.stage}, {region.where})")
        if found:
            return Reading(found, f"{region.stage}, {region.where}")
    return Reading(None)


def regions(text: str, language: str = "") -> Iterator[Region]:
    """Yield the places of `text` that may hold its answer, the most binding first, the whole text last.

    `language` is the code of the language that the question is in; markers of every language are found anyway.
    """
    clean = narrow(text)
    stated = extract_text(clean)
    if stated:
        yield Region(stated, "stated", "its last statement", language)
    yield Region(clean, "alone", "the whole completion", language)
