"""Telling what a model thought aloud from what it answered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

_ANGLED = (
    r"<(?:/?(?:(?:seed:|longcat_)?think|thinking|thought|reasoning)>|\|channel>thought|channel\|>"
    r"|\|(?:(?:begin|end)_of_thought|(?:start|end)_thinking|inner_(?:prefix|suffix))\|>)"
)
_TAG = re.compile(_ANGLED, re.IGNORECASE)
ANY_TAG = re.compile(rf"{_ANGLED}|(?-i:\[/?THINK\])|◁/?think▷", re.IGNORECASE)
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
_BEGINS = frozenset({"", "<", "[", "◁"})
"""Characters that a tag begins with."""
_INK = re.compile(r"\S")
Tags = Mapping[str, tuple[bool, str]]
"""Tag in lower case → whether it closes a thought, and the name that it shares with the one that opens it."""
KNOWN_TAGS: Tags = {
    tag: (closing, pair[0]) for pair in _PAIRS for closing, tag in zip((False, True), pair, strict=True)
}


def split_reasoning(text: str) -> tuple[str, str]:
    """Return `(reasoning, answer)` of a completion with reasoning in tags such as `<think>`, or in channels of its own.

    - Blocks at the start of the text, one or several, are reasoning.
    - A closing tag without its opening one ends a thought that the prompt template began: everything before the
      last such tag is reasoning.
    - An opening tag that is never closed is a thought cut short: the answer is empty.
    - Text without tags, and pairs of tags after the answer has begun, stay as they are.

    Takes time linear in the length of `text`.
    """
    tokens = "<|" in text
    if tokens or text.startswith(("analysis", "Here")):
        from pytest_evalscope.models.reasoning_channels import split_channels

        if (found := split_channels(text)) is not None:
            return found
    if text[:64].lstrip()[:1] not in _BEGINS and not (
        "</" in text or tokens or "|>" in text or "[/" in text or "◁/" in text
    ):
        return "", text  # most completions: no tag begins them, and none closes
    reasoning, answer = split_at(text, ANY_TAG if "◁" in text or "THINK]" in text else _TAG, KNOWN_TAGS)
    if tokens or (reasoning and answer.startswith("<response>")):
        from pytest_evalscope.models.reasoning_channels import unwrapped

        answer = unwrapped(answer)
    return reasoning, answer


def split_at(text: str, pattern: re.Pattern[str], tags: Tags) -> tuple[str, str]:
    """Do the same with the tags that `pattern` finds, which `tags` has in lower case."""
    thoughts: list[str] = []
    begin = 0  # where the answer begins, as far as is known
    ink = _first_ink(text, begin)
    opened = ""  # the name of the leading tag that is open
    inner: Counter[str] = Counter()  # tags opened within the answer
    for tag in pattern.finditer(text):
        closing, name = tags[tag[0].lower()]
        if opened:
            if not closing or name != opened:
                continue
            opened = ""
        elif not closing:
            if tag.start() == ink:
                opened, begin = name, tag.end()
            else:
                inner[name] += 1
            continue
        elif inner[name]:
            inner[name] -= 1
            continue
        thoughts.append(text[begin : tag.start()])
        begin = tag.end()
        ink = _first_ink(text, begin)
        inner.clear()
    if opened:
        thoughts.append(text[begin:])
        begin = len(text)
    if not begin:
        return "", text
    return "\n".join(filter(None, map(str.strip, thoughts))), text[begin:].lstrip()


def _first_ink(text: str, begin: int) -> int:
    found = _INK.search(text, begin)
    return found.start() if found else len(text)
