"""What is asked: a sample of a benchmark, and the request that a model receives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_evalscope.types.tools import Tool

Message = Mapping[str, Any]
"""One chat message in the OpenAI form: `{"role": "user", "content": "…"}`."""

Messages = tuple[Message, ...]

RAW = "raw"
"""The role of a message that is alone and is no chat: its text is read as it stands, without a template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One question of a benchmark."""

    id: str = ""
    """Stable: from the data, or (left empty) a hash of the content that the loader fills in; never a row number."""
    input: str | Messages
    """The question, as text or as chat messages."""
    target: str | tuple[str, ...] = ""
    """The right answer; several when any of them is right."""
    choices: tuple[str, ...] = ()
    """The options of a multiple-choice question, in order; the target is then the label of one (`"B"`)."""
    digest: str = ""
    """A hash over what is asked and what is right; the loader fills it in."""
    subset: str = ""
    """The subset it belongs to; the loader fills it in."""
    group: str = ""
    """Samples of one group are one cluster for the statistics (questions about one passage, say)."""
    tools: tuple[Mapping[str, Any] | Tool, ...] = ()
    """Tools that the model may call: definitions in OpenAI's form, or tools that `agent()` can run."""
    media: tuple[Mapping[str, Any], ...] = ()
    """Images, audio and video that go with the input."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """Anything a solver or scorer of this benchmark needs besides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Everything that determines a model's reply, the model itself aside."""

    messages: Messages
    params: Mapping[str, Any] = field(default_factory=dict)
    """Sampling parameters in OpenAI's names: temperature, max_tokens, top_p, stop, seed, logprobs, top_logprobs …"""
    tools: tuple[Mapping[str, Any], ...] = ()
    texts: tuple[str, ...] = ()
    """Texts to embed, instead of a reply: `Completion.embeddings` holds a vector for each."""
    continuations: tuple[str, ...] = ()
    """Texts whose log-probability after the prompt is wanted, instead of a reply: `Completion.likelihoods` holds them.

    After a raw prompt without text, a continuation begins a text, and may be longer than what the model reads at once.
    """
    repeat: int = 0
    """Which of the repeats of the sample this is; repeats never share a cached reply."""


def raw(text: str) -> Messages:
    """Return `text` as a prompt that is read as it stands, without a chat template."""
    return ({"role": RAW, "content": text},)


def raw_text(messages: Messages) -> str | None:
    """Return the text of a raw prompt; None for a chat."""
    if len(messages) == 1 and messages[0].get("role") == RAW:
        return str(messages[0].get("content") or "")
    return None
