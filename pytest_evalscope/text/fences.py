"""Code blocks of Markdown, as CommonMark has them and as models write them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Literal, NamedTuple

from pytest_evalscope.text.patterns import pattern

FENCE, TILDES = "```", "~~~"
MOST = 4096
"""Lines with a fence that are looked at."""
_CONTAINERS = pattern(r"[ \t]*((?:>[ \t]?)*)([ \t]*(?:(?:[-*+•]|\d{1,9}[.)])[ \t]+)*)")
"""Text that may be before a fence on its line: signs of quotes, blanks and signs of lists."""
_INFO = pattern(r"\{[^}]*\}$|[A-Za-z][\w+#.-]*(?:$|[:,={]\S*$|[ \t]+(?:\S+=|\{|\d).*$)")
"""A text behind a fence that names a language, and is no sentence."""
_LANGUAGE = pattern(r"(?<![\w#:-])(?:language-)?([^\W\d][\w+#-]*(?:\.\w+)*)")
_COMMENT = pattern(r"\s*(?:#|//|/?\*|--|;|%)|.*\s(?:#|//)\s")
_ABOVE = pattern(r"(?:[ \t]*(?:#(?!include)[^\n]*)?\r?\n)*")
_CODE = pattern(
    r"(?:[ \t]{2,}[A-Za-z_@]|@\w|#include\b|//|/\*|[\w.]+\(|\w+(?:, ?\w+)* ?=[^=]|"
    r"(?:async|class|const|def|fn|for|from|function|if|import|let|local|public|return|static|try|use|using|var|while|with)\b)"
)
"""The beginning of code, behind blank lines and comments."""
_QUOTED = pattern(r'"""|\'\'\'|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|#[^\n]*')
_TRIPLE = ('"""', "'''")
_INDENT = 4
"""Blanks before a fence, more than before the one that opened the block, that make it a part of the block."""


class Block(NamedTuple):
    """A fenced block."""

    language: str
    """The language that the opening fence names, in lower case; empty without one."""
    text: str
    """Its lines without the fences, the indentation of the opening one, and the signs of a quote around it."""


class _Fence(NamedTuple):
    """A line with a fence."""

    begin: int
    end: int
    """Place of its line break, or the end of the text."""
    before: str
    mark: str
    rest: str
    """The text behind the fence, without blanks at its end."""


@dataclass(slots=True)
class _Open:
    """A block that is read now."""

    mark: str
    language: str
    begin: int
    quotes: int
    indent: str
    weak: int | None = None
    """Beginning of the first line that ends the block if no better one does: its fence is too short or too far in."""


def code_blocks(text: str, languages: Collection[str]) -> list[str]:
    """Return the blocks of `text` in one of the languages, else those that name none; ones with content, if there are.

    The languages are in lower case; `python3.11`, `Python` and `main.py` are named as `python` and `py` are.
    """
    blocks = fenced_blocks(text)
    own = [block.text for block in blocks if _bare(block.language) in languages]
    none = [block.text for block in blocks if not block.language]
    filled = ([block for block in found if block.strip()] for found in (own, none))
    return next(filter(None, filled), own or none)


def _bare(language: str) -> str:
    return language.rstrip("0123456789.-").rpartition(".")[2] if language else ""


def fenced_blocks(text: str) -> list[Block]:
    """Return the fenced blocks of `text` in order, in time linear in its length; [] without any.

    As in CommonMark, in quotes and lists too, and besides:

    - a fence opens a block behind other words (``Here it is: ```python``) and ends one behind its last line;
    - a fence with a language ends a block whose closing fence was forgotten, and one with a sentence behind it too;
    - within a triple-quoted string, and behind the sign of a comment, it is a part of the block;
    - a block whose closing fence is missing (a completion that was cut off) ends with the text; one whose opening
      fence is missing (the prompt ended with it) begins with it, if the text begins like code.
    """
    if not any(fence[0] in text and fence in text for fence in (FENCE, TILDES)):  # one sign is far quicker found
        return []
    if plain := _plain(text):
        return plain
    fences, strings = list(islice(_fences(text), MOST)), _Strings(text)
    blocks = _unopened(text, fences, strings)
    opened: _Open | None = None
    ended = -2  # where a line ended that has a closing fence behind code
    for fence in fences[len(blocks) :]:
        if opened is None:
            if ended + 1 == fence.begin and not fence.before.strip() and not fence.rest:
                continue  # the same end, on a line of its own
            opened = _opening(fence)
            strings.begin(fence.end)
            continue
        role = "" if strings.hold(fence.begin) else _role(fence, opened)
        if role == "may end":
            opened.weak = fence.begin if opened.weak is None else opened.weak
        elif role:
            end = _end(fence) if role == "ends" else fence.begin if opened.weak is None else opened.weak
            blocks.append(_block(text, opened, end))
            opened = _opening(fence) if role == "begins" else None
            ended = fence.end if fence.before.strip(" \t>") else -2
            strings.begin(fence.end)
    if opened is not None and (opened.language or opened.mark[0] == "`"):
        last = _block(text, opened, len(text) if opened.weak is None else opened.weak)
        blocks += [last] if last.language or last.text.strip() else []
    return blocks


def _plain(text: str) -> list[Block] | None:
    """Return the one block of a text that has two fences of three backquotes, on lines without anything unusual."""
    begin = text.find(FENCE)
    body, end = text.find("\n", begin) + 1, text.find(FENCE, begin + len(FENCE))
    if not begin < body <= end or text.find(FENCE, end + len(FENCE)) >= 0 or "~" in text:
        return None
    after = text.find("\n", end)
    info, rest = text[begin + len(FENCE) : body].strip(), text[end + len(FENCE) : after if after >= 0 else None]
    usual = (not info or info.isalpha()) and not rest.strip() and text[end - 1] == "\n"
    if usual and (begin == 0 or (text[begin - 1] == "\n" and not _is_code(text))):
        return [Block(info.lower(), text[body:end])]
    return None


def _fences(text: str) -> Iterator[_Fence]:
    end = 0
    for place in merge(*(_places(text, fence) for fence in (FENCE, TILDES) if fence in text)):
        if place < end:
            continue
        begin = text.rfind("\n", end, place) + 1 or end
        end = text.find("\n", place)
        end = len(text) if end < 0 else end
        if fence := _fence(text[begin:end].rstrip(), begin, end, place - begin):
            yield fence


def _fence(line: str, begin: int, end: int, place: int) -> _Fence | None:
    """Return the fence of a line with three of its signs at `place`; None where they are part of other text."""
    if line.endswith((FENCE, TILDES)):
        before = line.rstrip(line[-1])
        return _Fence(begin, end, before, line[len(before) :], "")
    before, sign = line[:place], line[place]
    rest = line[place:].lstrip(sign)
    if (sign if sign == "`" else TILDES) in rest or (before.strip() and not _INFO.match(rest.strip())):
        return None
    return _Fence(begin, end, before, line[place : len(line) - len(rest)], rest)


def _places(text: str, fence: str) -> Iterator[int]:
    place = text.find(fence)
    while place >= 0:
        yield place
        place = text.find(fence, place + len(fence))


def _unopened(text: str, fences: list[_Fence], strings: _Strings) -> list[Block]:
    """Return the block that the first fence ends, if the text begins like code and none of the fences opens it.

    That is so where the fences before the first one with a language are odd in number. Fences in strings and
    comments of such code are left out.
    """
    if not _is_code(text):
        return []
    fences[:] = [fence for fence in fences if not strings.hold(fence.begin) and not _COMMENT.match(fence.before)]
    bare = next((number for number, fence in enumerate(fences) if fence.rest), len(fences))
    return [Block("", text[: _end(fences[0])])] if bare % 2 else []


def _is_code(text: str) -> bool:
    above = _ABOVE.match(text)
    return above is not None and _CODE.match(text, above.end()) is not None


def _end(fence: _Fence) -> int:
    """Return where the block ends that a fence closes."""
    return fence.begin + len(fence.before) if fence.before.strip(" \t>") else fence.begin


def _opening(fence: _Fence) -> _Open | None:
    """Return the block that a line opens outside of another one, if it does."""
    info, before = fence.rest.strip(), fence.before
    place = _CONTAINERS.fullmatch(before)
    if place is None:
        # Within a line it opens one with a language, or behind a colon or a blank.
        if FENCE in before or (not info and before[-1] not in " \t:*"):
            return None
        quotes, indent = 0, ""
    elif info and fence.mark[0] == "~" and not _INFO.match(info):
        return None  # what points at a place in the line above
    else:
        quotes, indent = place[1].count(">"), re.sub(r"\S", " ", place[2] if place[1] else before)
    named = _LANGUAGE.search(info)
    return _Open(fence.mark, named[1].lower() if named else "", fence.end + 1, quotes, indent)


def _role(fence: _Fence, opened: _Open) -> Literal["ends", "may end", "begins", ""]:
    """Return what a line does to the open block."""
    if fence.mark[0] != opened.mark[0]:
        return ""
    long = len(fence.mark) >= len(opened.mark)
    if fence.before.strip(" \t>" if opened.quotes else None):
        return "ends" if long and not fence.rest and not _COMMENT.match(fence.before) else ""
    if fence.rest:
        return "" if not long else "begins" if _INFO.match(fence.rest) else "ends"
    deep = len(fence.before) >= len(opened.indent) + opened.quotes * 2 + _INDENT
    return "ends" if long and not deep else "may end"


def _block(text: str, opened: _Open, end: int) -> Block:
    body = text[opened.begin : end]
    if opened.quotes or opened.indent:
        body = _moved(body.split("\n"), opened.indent, opened.quotes)
    return Block(opened.language, body)


def _moved(lines: list[str], indent: str, quotes: int) -> str:
    """Return lines without the signs of a quote and the indentation of the fence, where their first line has them."""
    first = next((line for line in lines if line.strip()), "")
    if quotes and first.lstrip().startswith(">"):
        for _ in range(min(quotes, _INDENT)):
            lines = [line.lstrip(" ")[1:].removeprefix(" ") if line.lstrip(" ")[:1] == ">" else line for line in lines]
        first = next((line for line in lines if line.strip()), "")
    blanks = _blanks(first)
    width = min(len(indent), blanks)
    return "\n".join(line[min(width, _blanks(line)) :] for line in lines)


def _blanks(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


class _Strings:
    """Triple-quoted strings of a program, found from a place on as far as needed."""

    def __init__(self, text: str) -> None:
        """Begin at the text's beginning."""
        self._text = text
        self._place, self._end = 0, -1
        self._left = {quotes for quotes in _TRIPLE if quotes in text}

    def begin(self, place: int) -> None:
        """Begin anew behind all places so far: no string is open at `place`, which ends a line."""
        self._place, self._end = place, -1

    def hold(self, place: int) -> bool:
        """Return whether a string that ends later is open at `place`, which is behind all places so far."""
        while self._left and self._place < place:
            found = _QUOTED.search(self._text, self._place, place)
            self._place = found.end() if found else place
            if found and found[0] in self._left:
                end = self._text.find(found[0], self._place)
                if end < 0:
                    self._left.discard(found[0])
                else:
                    self._place = self._end = end + len(found[0])
        return place < self._end
