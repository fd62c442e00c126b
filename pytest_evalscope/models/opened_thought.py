"""A thought that the prompt itself opens, as the chat templates of models that always reason do."""

from __future__ import annotations

import re

from pytest_evalscope.models.prompt import content_text
from pytest_evalscope.models.reasoning import ANY_TAG, KNOWN_TAGS, split_reasoning
from pytest_evalscope.types import Messages

_LAST_TAG = re.compile(rf"({ANY_TAG.pattern})\s*\Z", ANY_TAG.flags)
_CHANNEL = re.compile(r"<\|channel\|>\s*\w{1,50}[^<]{0,100}<\|message\|>\s*\Z")
_TAIL = 200
"""Characters in which the last tag of a prompt is searched for."""


def opened_by(prompt: str, messages: Messages) -> str:
    """Return the tag, or the header of a channel, that `prompt` ends within; "" for a prompt that opens no thought.

    That is one at the prompt's end, one in what the chat template writes after the last of `messages`, or one that
    begins an assistant's message which is to be continued. Put before a completion, the tag makes it whole.
    """
    tail = prompt[-_TAIL:]
    if header := _CHANNEL.search(tail):
        return header[0]
    if last := _LAST_TAG.search(tail):
        return _opening(last[1])
    said = content_text(messages[-1].get("content")) if messages else ""
    if not said.strip():
        return ""
    if messages[-1].get("role") == "assistant":
        answer = split_reasoning(said)[1]
        tags = [tag[0] for tag in ANY_TAG.finditer(said)]
        return _opening(tags[-1]) if tags and not answer else ""
    before, _, written = prompt.rpartition(said.strip())
    tags = [tag[0] for tag in ANY_TAG.finditer(written)] if before else []
    return _opening(tags[-1]) if tags else ""


def may_open(template: str) -> bool:
    """Return whether a chat template has a tag or a channel in it, so that its prompts may open a thought."""
    return "<|channel|>" in template or ANY_TAG.search(template) is not None


def made_whole(opening: str, text: str) -> str:
    """Return a completion with the tag that its prompt opened, unless the model wrote it again."""
    return text if text.lstrip().lower().startswith(opening.strip().lower()) else opening + text


def _opening(tag: str) -> str:
    return "" if KNOWN_TAGS[tag.lower()][0] else tag
