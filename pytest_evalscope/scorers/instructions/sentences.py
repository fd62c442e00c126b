"""English sentences, cut where the reference IFEval checker cuts them.

The reference counts sentences with NLTK's Punkt model for English (Kiss & Strunk, 2006), whose 20,000 learned words
are a download. Here the same decisions are rules and a few lists of words: a full stop ends a sentence unless it
belongs to an abbreviation, an initial, an ellipsis or a number; a question or exclamation mark always ends one.
The model's odd corners are kept, because verdicts must agree: `etc.`, `e.g.`, `P.S.` and the `1.` of a list end a
sentence, and of `Wow!!` at the very end of a text the second exclamation mark is a sentence of its own.
"""

from __future__ import annotations

import re

from pytest_evalscope.scorers.instructions.english import ABBREVIATIONS, AFTER_NUMBERS, OPENERS

_WORD = re.compile(r"\S+")
_BREAKER = r")\";}\]*:@'({\[‘’“”«»?!"
"""Characters that end a word without white space (for use inside a character class)."""
_STOP_INSIDE = re.compile(rf"[.?!](?=[{_BREAKER}])")
_EARLIER_MARK = re.compile(rf"[?!](?=[{_BREAKER}]|\.\.)")
_BREAK = re.compile(rf"[{_BREAKER}]")
_NEXT_TOKEN = re.compile(rf"[^\s{_BREAKER},]+")
_CLOSING_TAIL = re.compile(r"[\"')\]}‘’“”«»]+(?=\s|--|\Z)\s*")
_NUMBER = re.compile(r"-?[.,]?\d[\d,.\-]*\.\Z")
_INITIAL = re.compile(r"[^\W\d]\.\Z")


def sentences(text: str) -> list[str]:
    """Return the sentences of `text` in order, without the white space around them; none for a blank text."""
    return [text[start:end] for start, end in _rejoined(text, _cut(text))]


def _cut(text: str) -> list[tuple[int, int]]:
    """Return start and end of every piece between two sentence breaks."""
    words = list(_WORD.finditer(text))
    pieces: list[tuple[int, int]] = []
    start = words[0].start() if words else 0
    for number, word in enumerate(words):
        following = words[number + 1] if number + 1 < len(words) else None
        stop = _last_stop(word.group(), ends=following is None)
        if stop is None:
            continue
        at_end = following is not None and stop == len(word.group())
        after = following.group() if at_end and following else word.group()[stop:]
        named = number > 0 and _is_name(words[number - 1].group(), text[words[number - 1].end() : word.start()])
        if _is_break(word.group()[:stop], after, named=named):
            end = word.start() + stop
            pieces.append((start, end))
            start = following.start() if at_end and following else end
    if words:
        pieces.append((start, words[-1].end()))
    return pieces


def _last_stop(word: str, *, ends: bool) -> int | None:
    """Return the index after the last character of `word` that could end a sentence; a text's last one cannot."""
    if word[-1] in ".?!" and not ends:
        return len(word)
    stops = [match.end() for match in _STOP_INSIDE.finditer(word)]
    return stops[-1] if stops else None


def _is_name(previous: str, gap: str) -> bool:
    """Return whether an initial after `previous` and the white space `gap` goes on with a name."""
    return previous[0].isupper() and previous[-1].isalpha() and "\n" not in gap


def _is_break(before: str, after: str, *, named: bool) -> bool:
    """Return whether a sentence ends between `before`, a run without white space, and the text `after` it."""
    if before[-1] != "." or _EARLIER_MARK.search(before):
        return True
    match = _NEXT_TOKEN.match(after)
    following = match.group().rstrip(".").lower() if match else ""
    opens = after[0].isupper() and following in OPENERS
    if before.endswith(".."):
        return opens
    token = _BREAK.split(before)[-1].lstrip("`&#,-")
    goes_on = after[0].islower() or after[0] in ";:,.!?"
    if _INITIAL.match(token):
        joined = token[0].lower() in ABBREVIATIONS or (named and after[0].isupper() and not opens)
        return not (joined or goes_on)
    if _NUMBER.match(token):
        return not (goes_on or following in AFTER_NUMBERS)
    word = token[:-1].lower()
    abbreviated = word in ABBREVIATIONS or word.rpartition("-")[2] in ABBREVIATIONS
    return opens or not abbreviated


def _rejoined(text: str, pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give closing quotes and brackets at the head of a piece back to the sentence that they close."""
    found: list[tuple[int, int]] = []
    for start, end in pieces:
        tail = _CLOSING_TAIL.match(text, start, end) if found else None
        if tail:
            found[-1] = (found[-1][0], start + len(tail.group().rstrip()))
            start = tail.end()
        if start < end:
            found.append((start, end))
    return found
