"""Telling what a model thought aloud from what it answered."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping

from pytest_evalscope.models.reasoning_channels import split_channels, unmargined, unwrapped
from pytest_evalscope.text.patterns import pattern

_ANGLED = (
    r"<(?:/?(?:(?:seed:|longcat_)?think|thinking|thought|reasoning)>|\|channel>thought|channel\|>"
    r"|\|(?:(?:begin|end)_of_thought|(?:start|end)_thinking|inner_(?:prefix|suffix))\|>)"
)
_TAG = pattern(_ANGLED, re.IGNORECASE)
ANY_TAG = pattern(rf"{_ANGLED}|(?-i:\[/?THINK\])|◁/?think▷", re.IGNORECASE)
"""The same and those in other brackets: what may begin in several ways is searched for eight times as long.

In square brackets only capitals are a tag: `[think]` is what people write.
"""
_PAIRS = (
    *((f"<{name}>", f"</{name}>") for name in ("think", "thinking", "thought", "reasoning")),
    ("<seed:think>", "</seed:think>"),  # Seed-OSS
    ("<longcat_think>", "</longcat_think>"),
    ("[think]", "[/think]"),  # Magistral
    ("◁think▷", "◁/think▷"),  # Kimi-VL
    ("<|begin_of_thought|>", "<|end_of_thought|>"),  # Sky-T1, OpenThinker
    ("<|start_thinking|>", "<|end_thinking|>"),  # Cohere
    ("<|inner_prefix|>", "<|inner_suffix|>"),  # Apertus
    ("<|channel>thought", "<channel|>"),  # Gemma 4
)
"""Tags in lower case, of the families that the reasoning parsers of vLLM and SGLang know."""
_UNSEEN = "\u200b\u200c\u200d\u2060\ufeff"
"""Characters of no width: spaces, joiners, the byte order mark."""
_INK = pattern(rf"[^\s{_UNSEEN}]")
_FENCE = pattern(r"(?:^|(?<=[>\]▷]))[ \t]*(?:`{3,}[^`\n]*|~{3,}.*)$", re.MULTILINE)
"""The line that begins or ends a block of code; behind a tag too, where an answer may begin with one."""
_INDENT = 4
"""Blanks at the beginning of a line that make it one of code."""
_SENTENCE_ENDS = frozenset(".!?…。！？")
_QUOTES = frozenset("\"'`“‘«「『([{*")
Tags = Mapping[str, tuple[bool, str]]
"""Tag in lower case → whether it closes a thought, and the name that it shares with the one that opens it."""
KNOWN_TAGS: Tags = {
    tag: (closing, pair[0]) for pair in _PAIRS for closing, tag in zip((False, True), pair, strict=True)
}


def split_reasoning(text: str) -> tuple[str, str]:
    """Return `(reasoning, answer)` of a completion with reasoning in tags such as `<think>`, or in channels of its own.

    - Blocks at the start of the text or of a line, one or several, are reasoning; what is before them is answer.
    - A closing tag without its opening one ends a thought that the prompt template began: everything before the
      last such tag is reasoning.
    - An opening tag there that is never closed is a thought cut short: the rest is reasoning. Behind a thought, one
      that follows a sentence or a word is too.
    - Text without tags, tags within a line, and tags in blocks of code stay as they are.

    Takes time linear in the length of `text`.
    """
    tokens = "<|" in text
    begun = tokens or text.startswith(("analysis", "Here"))
    if begun and (found := split_channels(text)) is not None:
        return found
    others = "◁" in text or "THINK]" in text
    if not others and "<" not in text:
        return "", text
    reasoning, answer = split_at(text, ANY_TAG if others else _TAG, KNOWN_TAGS)
    if tokens or (reasoning and answer.startswith("<response>")):
        answer = unwrapped(answer)
    return reasoning, answer


def split_at(text: str, pattern: re.Pattern[str], tags: Tags) -> tuple[str, str]:
    """Do the same with the tags that `pattern` finds, which `tags` has in lower case."""
    pieces: list[tuple[bool, str]] = []  # with whether each is a thought
    answered = 0  # pieces before the last tag that closes what the prompt template began: thoughts all
    begin = 0  # where the piece begins that is read now
    ink = _first_ink(text, begin)
    opened = ""  # the name of the tag whose thought is open
    inner: dict[str, list[re.Match[str]]] = {}  # tags opened within the answer
    fences = [found.start() for found in _FENCE.finditer(text)] if "```" in text or "~~~" in text else []
    for tag in pattern.finditer(text):
        closing, name = tags[tag[0].lower()]
        if opened:
            if not closing or name != opened:
                continue
        elif not closing:
            start = tag.start()
            if start == ink or (_begins_line(text, start) and not _fenced(fences, begin, start)):
                if start != ink:
                    pieces.append((False, text[begin:start]))
                opened, begin = name, tag.end()
            else:
                inner.setdefault(name, []).append(tag)
            continue
        elif inner.get(name):
            inner[name].pop()
            continue
        pieces.append((True, text[begin : tag.start()]))
        answered, opened = answered if opened else len(pieces), ""
        begin = tag.end()
        ink = _first_ink(text, begin)
        inner.clear()
    if opened:
        pieces.append((True, text[begin:]))
    elif not pieces:
        return "", text
    else:
        unclosed = (tag for open_tags in inner.values() for tag in open_tags if _follows(text, tag.start()))
        cut = min(unclosed, key=re.Match.start, default=None)
        pieces.append((False, text[begin : cut.start() if cut else None]))
        pieces.append((True, text[cut.end() :] if cut else ""))
    thoughts = [piece.strip() for number, (thought, piece) in enumerate(pieces) if thought or number < answered]
    answers = [piece for thought, piece in pieces[answered:] if not thought]
    return "\n".join(filter(None, thoughts)), unmargined("".join(answers))


def _first_ink(text: str, begin: int) -> int:
    found = _INK.search(text, begin)
    return found.start() if found else len(text)


def _begins_line(text: str, start: int) -> bool:
    return text[max(0, start - _INDENT) : start].rstrip(f" \t{_UNSEEN}").endswith("\n")


def _fenced(fences: list[int], begin: int, start: int) -> bool:
    """Return whether a block of code that began at `begin` or later is open at `start`."""
    return (bisect_left(fences, start) - bisect_left(fences, begin)) % 2 == 1


def _follows(text: str, start: int) -> bool:
    """Return whether a tag goes on where a word or a sentence ended, as none does that a sentence is about."""
    before = text[max(0, start - _INDENT) : start]
    said = before.rstrip()
    return said[-1:] in _SENTENCE_ENDS if said != before else before[-1:] not in _QUOTES
