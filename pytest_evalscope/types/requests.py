"""Requests to a model: one type for each kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_evalscope.types.sample import Messages

RAW = "raw"
"""The role of a message that is alone and is no chat: its text is read as it is, without a template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """Messages to continue. Each field here and below is part of what determines the completion."""

    messages: Messages
    params: Mapping[str, Any] = field(default_factory=dict)
    """Sampling parameters in OpenAI's names: temperature, max_tokens, top_p, stop, seed, logprobs, top_logprobs …"""
    tools: tuple[Mapping[str, Any], ...] = ()
    """Tool definitions in the OpenAI form."""
    repeat: int = 0
    """Number of this repeat of the sample, from 0; repeats never share a cached completion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likelihood:
    """Texts whose log-probability after the messages is wanted: `Completion.likelihoods` has one entry for each."""

    messages: Messages
    continuations: tuple[str, ...]
    """After a raw prompt without text, a continuation begins a text, and may be longer than the model's context."""
    params: Mapping[str, Any] = field(default_factory=dict)
    """Only those parameters that shape the prompt or the HTTP request: `SHAPING`."""
    repeat: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Embed:
    """Texts to embed: `Completion.embeddings` has a vector for each."""

    texts: tuple[str, ...]
    params: Mapping[str, Any] = field(default_factory=dict)
    """`dimensions`, and whatever else the endpoint takes."""
    repeat: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerank:
    """Documents to score by their relevance to a query: `Completion.relevance` has a score for each."""

    query: str
    documents: tuple[str, ...]
    params: Mapping[str, Any] = field(default_factory=dict)
    repeat: int = 0


Request = Chat | Likelihood | Embed | Rerank

EVERY_REQUEST: frozenset[type] = frozenset({Chat, Likelihood, Embed, Rerank})
"""All kinds of request."""

SHAPING = ("chat_template_kwargs", "extra_body", "extra_headers", "extra_query")
"""Generation parameters that mean something where nothing is generated."""


def prompt_of(request: Request) -> Messages:
    """Return the messages of a request; () for one that has none."""
    return request.messages if isinstance(request, (Chat, Likelihood)) else ()


def texts_of(request: Request) -> tuple[str, ...]:
    """Return the texts of a request besides its messages."""
    match request:
        case Chat():
            return ()
        case Likelihood():
            return request.continuations
        case Embed():
            return request.texts
        case Rerank():
            return (request.query, *request.documents)


def raw(text: str) -> Messages:
    """Return `text` as a prompt that is read as it is, without a chat template."""
    return ({"role": RAW, "content": text},)


def raw_text(messages: Messages) -> str | None:
    """Return the text of a raw prompt; None for a chat."""
    if len(messages) == 1 and messages[0].get("role") == RAW:
        return str(messages[0].get("content") or "")
    return None
