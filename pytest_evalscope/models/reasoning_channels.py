"""Reasoning in channels and sections of its own (gpt-oss, Granite), tokens around an answer, and a user's own tags."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from pytest_evalscope.errors import RequestRefused
from pytest_evalscope.models.reasoning import split_at
from pytest_evalscope.types import Completion

TAGS = "reasoning_tags"
"""Generation parameter: the tags of a user's own around reasoning, `["<plan>", "</plan>"]`; never sent."""

_HEADER = re.compile(
    r"(?:<\|start\|>[^<>|]{0,200})?<\|channel\|>\s*(\w{1,50})[^<]{0,500}(?:<\|constrain\|>[^<]{0,200})?<\|message\|>"
)
_END = re.compile(r"<\|(?:end|return|call)\|>")
_WRAPPED = (
    ("<|begin_of_solution|>", "<|end_of_solution|>"),
    ("<|START_RESPONSE|>", "<|END_RESPONSE|>"),
    ("<response>", "</response>"),
)
_GRANITE = re.compile(r"(?:Here is|Here's) my thought process:")
_GRANITE_ANSWER = re.compile(r"(?:Here is|Here's) my response:")


def split_channels(text: str) -> tuple[str, str] | None:
    """Return `(reasoning, answer)` of a completion in channels or sections; None for any other.

    gpt-oss writes harmony's channels: `final` is the answer, `analysis` and `commentary` are reasoning. Where a server
    drops the special tokens, their names remain: `analysis…assistantfinal…`. Without a final channel the answer is
    empty: it was cut before.

    Source: OpenAI, "OpenAI harmony response format"; vLLM's parser for Granite 3.2.
    """
    if "<|channel|>" in text:
        return _harmony(text)
    if text.startswith("analysis") and "assistantfinal" in text:
        thought, _, answer = text[len("analysis") :].partition("assistantfinal")
        return thought.strip(), answer.lstrip()
    begun = _GRANITE.match(text)
    ended = _GRANITE_ANSWER.search(text) if begun else None
    if begun and ended:
        return text[begun.end() : ended.start()].strip(), text[ended.end() :].lstrip()
    return None


def _harmony(text: str) -> tuple[str, str] | None:
    headers = list(_HEADER.finditer(text))
    if not headers:
        return None
    before = text[: headers[0].start()].strip()
    if before and not before.endswith("<|end|>"):
        return None  # an answer that writes about channels
    thoughts, answers = [_END.sub("", before).strip()], []
    for number, header in enumerate(headers):
        end = headers[number + 1].start() if number + 1 < len(headers) else len(text)
        said = _END.split(text[header.end() : end], maxsplit=1)[0]
        (answers if header[1] == "final" else thoughts).append(said.strip())
    return "\n".join(filter(None, thoughts)), "\n".join(filter(None, answers))


def unwrapped(answer: str) -> str:
    """Return an answer without the tokens that some families put around it."""
    for opening, closing in _WRAPPED:
        if answer.startswith(opening):
            return answer[len(opening) :].rstrip().removesuffix(closing).strip()
    return answer


def without_tagged(completion: Completion, tags: Any) -> Completion:
    """Return `completion` with what is in a user's own tags among its reasoning. Raises RequestRefused for no tags."""
    pairs = pairs_of(tags)
    known = {
        tag.lower(): (closing, pair[0]) for pair in pairs for closing, tag in zip((False, True), pair, strict=True)
    }
    longest_first = sorted(known, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
    thought, answer = split_at(completion.text, pattern, known)
    if answer == completion.text:
        return completion
    return replace(completion, text=answer, reasoning="\n".join(filter(None, (completion.reasoning, thought))))


def pairs_of(tags: Any) -> list[tuple[str, str]]:
    """Return pairs of an opening and a closing tag: one pair, or a list of them. Raises RequestRefused for others."""
    given = [tags] if isinstance(tags, (list, tuple)) and tags and all(isinstance(tag, str) for tag in tags) else tags
    listed = given if isinstance(given, (list, tuple)) else ()
    pairs = [(pair[0], pair[1]) for pair in listed if _is_pair(pair)]
    if not pairs or len(pairs) != len(listed):
        raise RequestRefused(
            f"generation parameter {TAGS}: does not fit ({tags!r}); accepted: an opening and a closing tag, such as "
            '["<plan>", "</plan>"], or a list of such pairs'
        )
    return pairs


def _is_pair(value: Any) -> bool:
    pair = isinstance(value, (list, tuple)) and len(value) == len(("opening", "closing"))
    return pair and all(isinstance(tag, str) and tag for tag in value)
