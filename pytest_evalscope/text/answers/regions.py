"""The places of a completion that may hold its answer, and the search through them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pytest_evalscope.text.answers.clean import clean
from pytest_evalscope.text.answers.statements import Place, Statement, places, small_letters, statement_at
from pytest_evalscope.text.answers.structures import Part, boxes, keyed, outcome, tagged
from pytest_evalscope.text.patterns import pattern

Stage = Literal["structured", "stated", "alone"]
_BETWEEN = pattern(r"[\s$,;.&]{0,8}(?:and|und|et|y|e|和|、|\\text\{ ?and ?\})?[\s$,;&]{0,8}")
_BEHIND = 200
_AROUND = " \t\r\n*_`\"'“”‘’«»"


class Region(NamedTuple):
    """A part of a completion, without the words and the markup that introduce it."""

    text: str
    stage: Stage
    """`structured`: a JSON key, a tag, a box, a heading, a marker such as `ANSWER:`; `stated`: a sentence that gives
    the answer; `alone`: what is left where nothing gives one."""
    where: str
    """Its place, to read: `the key "answer"`, `behind "The answer is"`."""
    language: str = ""
    """Code of the language whose rules for numbers hold in it; empty where nothing tells."""
    front: bool = False
    """True if the answer is the end of the text: "so B" of "so B is the answer"."""
    rest: str = ""
    """Lines below a statement, up to 400 characters: those of a list may go on there."""
    beside: tuple[str, ...] = ()
    """Boxes right before a box, which only a comma or "and" divides from it."""
    behind: str = ""
    """Text behind a box, up to 200 characters."""


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
    """The stage and the place, or why it has no answer: the explanation of the score."""


def find(text: str, read: Callable[[Region], str | Refused | None], language: str = "") -> Reading:
    """Return the answer of the first region in which `read` finds one."""
    looked_at = []
    for region in regions(text, language):
        found = read(region)
        if isinstance(found, Refused):
            return Reading(None, f"{found.why} ({region.stage}, {region.where})")
        if found:
            return Reading(found, f"{region.stage}, {region.where}")
        looked_at.append(region)
    return Reading(None, f"no answer found: {_why_none(looked_at)}")


def _why_none(looked_at: Sequence[Region]) -> str:
    first, last = looked_at[0], looked_at[-1]
    if first.stage != "alone":
        return f"what is stated is none ({first.stage}, {first.where})"
    return "none is stated, and none stands alone" if last.text.strip() else "there is no text"


def regions(text: str, language: str = "") -> Iterator[Region]:
    """Yield the places of `text` that may hold its answer, the most binding first, the whole text last.

    Keys of JSON and tags come first, then boxes, markers and sentences, the last one first. `language` is the code of
    the language that the question is in; markers of every language are found anyway, and each has the language of
    its own region, English aside, which models state answers in whatever the language of the question.
    """
    text = clean(text)
    for part in keyed(text):
        yield Region(part.content, "structured", f'the key "{part.name}"', language)
    for part in tagged(text):
        yield Region(part.content.strip(_AROUND), "structured", f"the tag <{part.name}>", language)
    low = small_letters(text)
    boxed = [part for part in boxes(text) if part.content]
    found: list[Place | Part] = [*boxed]
    found += places(text, low)
    for place in sorted(found, reverse=True):
        if isinstance(place, Part):
            yield _of_box(text, place, boxed, language)
        elif statement := statement_at(text, low, place):
            yield _of_statement(statement, language)
    if named := outcome(text):
        yield Region(named.content, "structured", f'the key "{named.name}"', language)
    yield Region(text, "alone", "the whole completion", language)


def _of_box(text: str, part: Part, boxed: list[Part], language: str) -> Region:
    before = text[max(part.start - 8, 0) : part.start].rstrip(" $")
    minus = before.endswith("-") and not (before[-2:-1].isalnum() or before[-3:-1].strip(" ")[-1:].isdigit())
    content = f"-{part.content}" if minus else part.content
    return Region(
        content,
        "structured",
        "the last box",
        language,
        beside=tuple(_beside(text, part, boxed)),
        behind=text[part.end : part.end + _BEHIND],
    )


def _beside(text: str, part: Part, boxed: list[Part]) -> Iterator[str]:
    for other in boxed[boxed.index(part) - 1 :: -1] if boxed.index(part) else ():
        if not _BETWEEN.fullmatch(text, other.end, part.start):
            return
        yield other.content
        part = other


def _of_statement(statement: Statement, language: str) -> Region:
    code = statement.language.code
    where = f'{"before" if statement.front else "behind"} "{statement.words}"'
    stage: Stage = "structured" if statement.marked else "stated"
    return Region(statement.text, stage, where, language if code == "en" else code, statement.front, statement.rest)
