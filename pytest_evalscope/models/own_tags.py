"""Reasoning in tags of a user's own, which no family of models has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pytest_evalscope.errors import RequestRefused
from pytest_evalscope.models.reasoning import split_at
from pytest_evalscope.models.wrapped import wrapped
from pytest_evalscope.types import Chat, Completion, Model, Request

TAGS = "reasoning_tags"
"""Generation parameter: the tags of a user's own around reasoning, `["<plan>", "</plan>"]`; never sent."""


def splitting(model: Model, params: Mapping[str, Any]) -> Model:
    """Return `model` with reasoning in the tags that `params` name split off; the tags are no part of a request.

    Around the cache: other tags need no other completions.
    """
    tags = params[TAGS]
    if tags is None:
        return model

    async def send(request: Request) -> Completion:
        if not isinstance(request, Chat):
            return await model.send(request)
        rest = {name: value for name, value in request.params.items() if name != TAGS}
        return without_tagged(await model.send(replace(request, params=rest)), tags)

    return wrapped(model, send, kind="splitting")


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
