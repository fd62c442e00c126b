r"""The boxes of a completion that together are its answer: `\boxed{3}`, or `\boxed{3} \text{ and } \boxed{5}`."""

from __future__ import annotations

import re

from pytest_evalscope.text.answers.notation import JOINS
from pytest_evalscope.text.patterns import pattern

_BOX = pattern(r"\\(?:boxed|fbox)\s{0,4}(?:\{|(?=[\w-]))")
_LONGEST = 1000
"""Characters of an answer that are kept; what is longer is no answer that a set of problems has."""
_MOST = 64
"""Boxes that are looked at, the last ones; a text full of them must cost no more than its length."""
_APART = 80
"""Characters between two boxes that may belong together."""
_WORDS = "|".join(sorted((*map(re.escape, JOINS), "also", "respectively"), key=len, reverse=True))
_JOINT = pattern(
    r"(?:[\s$,;.&~、，；*+{}|]|\\[()\[\],;:!& \\]|\\(?:q?quad|lor|vee|land|wedge|newline)(?![a-z])|\[[0-9]{1,2}pt\]"
    r"|\\(?:text[a-z]{0,2}|mbox|mathrm)(?=\{)|\n[-•] |\n?[0-9]\. "
    r"|(?:for )?part \(?[a-z0-9]\)?(?![a-z0-9])|(?<=\s)[a-z]{3,12}s,? (?=and )"
    rf"|(?<![a-zA-Z])(?:{_WORDS})(?![a-zA-Z])|\\\Z|[a-zA-Z](?:_\{{?\w{{1,4}}\}}?|\([0-9a-z]\))?\s?=)*"
)
# With a space behind it at the beginning of a line it is a bullet.
_MINUS = pattern(r"(?:(?:\A|\n)[-−–](?! )|[^\w\s)}\]][ \t]{0,2}[-−–]) ?(?:\{|\\left)?$")


def boxed(text: str) -> tuple[str, int]:
    """Return the content of the last closed box, with those of its neighbours before it ("3, 5"), and where it ends.

    Nothing and 0 without one. Neighbours have nothing between them but what makes a list: commas, "and", the
    delimiters of formulas, `y =`.
    """
    if "boxed" not in text and "fbox" not in text:
        return "", 0
    found: list[str] = []
    end = 0  # where the box before this one ended
    for opening in list(_BOX.finditer(text))[-_MOST:]:
        start = opening.end()
        braced = opening[0].endswith("{")
        stop = _closing(text, start) if braced else start + 1  # as in TeX
        if stop is None or opening.start() < end:
            continue  # never closed, or within a box
        content = text[start:stop].strip().strip("*`")
        if not content:
            continue
        content = _signed(text, opening.start(), content)
        together = found and is_joint(text[end : opening.start()])
        found = [*found, content] if together else [content]
        end = stop + braced
    return ", ".join(dict.fromkeys(found)), end


def is_joint(between: str) -> bool:
    """Return whether what is between two formulas makes one list of them."""
    return len(between) <= _APART and _JOINT.fullmatch(between) is not None


def _signed(text: str, start: int, content: str) -> str:
    """Return the content of a box with the minus before the box, if that subtracts it from nothing."""
    if not _MINUS.search(text, max(start - 8, 0), start):
        return content
    return f"-{content}" if content.isalnum() or content.startswith("\\frac") else f"-({content})"


def _closing(text: str, start: int) -> int | None:
    """Return where the brace closes that opened before `start`; None when it does not within reach."""
    end = text.find("}", start, start + _LONGEST + 1)
    if end < 0 or "{" not in text[start:end]:
        return end if end >= 0 else None
    depth = 1
    for place, char in enumerate(text[start : start + _LONGEST + 1], start):
        depth += (char == "{") - (char == "}")
        if not depth:
            return place
    return None
