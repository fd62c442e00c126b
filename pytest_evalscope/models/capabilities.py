"""Capabilities of a model: the kinds of request, in words, and the refusal of one that it does not answer."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING

from pytest_evalscope.errors import RequestRefused, UsageError
from pytest_evalscope.types import Chat, Embed, Likelihood, Messages, Model, Request, Rerank, has_parts, raw_text

if TYPE_CHECKING:
    from pytest_evalscope.media import Kind

ABILITIES: Mapping[type, str] = {
    Chat: "answer messages",
    Likelihood: "give log-probabilities of texts",
    Embed: "embed texts",
    Rerank: "score documents by their relevance to a query",
}
"""Kind of request → the ability of a model that answers it."""

MODELS_THAT_CAN: Mapping[type, str] = {
    Chat: "models of every provider, and functions of messages",
    Likelihood: "hf/, gguf/, smollm2 and endpoints with /v1/completions and echo (openai/, azure/)",
    Embed: "openai/ and azure/",
    Rerank: "openai/ endpoints with /rerank, and functions of query and documents (python/)",
}
"""Kind of request → the models that answer it; those for tests are left out."""


NONE: frozenset[Kind] = frozenset()
MODELS_THAT_TAKE = (
    "models that take pictures: openai/, azure/, anthropic/, responses/, functions of messages (python/), and a model "
    "of your own that says so in `media`"
)


def refused(name: str, request: Request) -> RequestRefused:
    """Return the error for a kind of request that the model of this name does not answer."""
    kind = type(request)
    return RequestRefused(f"{name}: cannot {ABILITIES[kind]}; models that can: {MODELS_THAT_CAN[kind]}")


def media_of_model(model: Model) -> frozenset[Kind]:
    """Return the kinds of media that a model takes, which its attribute `media` says; none where it says nothing."""
    found: frozenset[Kind] = frozenset(getattr(model, "media", ()))
    return found


def check_declared(name: str, model: Model) -> None:
    """Raise UsageError, in the name of the model, where what it says of itself has not the form of it.

    That is `identity`, a mapping; `can`, a set of kinds of request; and `media`, where it has one, of kinds of media.
    """
    identity: object = model.identity
    can: object = model.can
    if not isinstance(identity, Mapping):
        raise UsageError(
            f"{name}: identity is no mapping ({_given(identity)}); accepted: a dict, {{}} to cache nothing"
        )
    if not isinstance(can, Set) or any(kind not in ABILITIES for kind in can):
        kinds = ", ".join(kind.__name__ for kind in ABILITIES)
        raise UsageError(f"{name}: can is no set of kinds of request ({_given(can)}); accepted: a frozenset of {kinds}")
    check_kinds_of_media(name, model)


def check_kinds_of_media(name: str, model: object) -> None:
    """Raise UsageError, in the name of the model, where its attribute `media` is there and no set of kinds of media."""
    from pytest_evalscope.types.media import KINDS

    media: object = getattr(model, "media", ())
    if not isinstance(media, (Set, list, tuple)) or any(kind not in KINDS for kind in media):
        raise UsageError(
            f"{name}: media is no set of kinds of media ({_given(media)}); accepted: a frozenset of "
            f"{', '.join(KINDS)}, or no such attribute"
        )


def _given(value: object) -> str:
    if callable(value) and not isinstance(value, type):
        return f"a {type(value).__name__}, which is not called"
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def check_media(name: str, messages: Messages, takes: frozenset[Kind] = NONE) -> None:
    """Raise RequestRefused, in the name of the model, for a picture, sound or video of a kind that it does not take."""
    if not has_parts(messages):
        return
    from pytest_evalscope.types.parts import every_part, kind_of_part

    for message in messages:
        for part in every_part(message.get("content")):
            kind = kind_of_part(part)
            if kind is not None and kind not in takes:
                raise not_taken(name, kind, takes)


def not_taken(name: str, kind: Kind, takes: frozenset[Kind]) -> RequestRefused:
    """Return the error for a kind of media that the model of this name does not take."""
    from pytest_evalscope.types.media import KINDS

    accepted = ", ".join(["text", *(one for one in KINDS if one in takes)])
    return RequestRefused(f"{name}: takes no {kind}; accepted: {accepted}", hint=MODELS_THAT_TAKE)


def chat_of(name: str, request: Request, takes: frozenset[Kind] = NONE) -> Chat:
    """Return the request of a model that answers chats alone, of text and the kinds of media that it takes.

    Raises RequestRefused for any other.
    """
    if not isinstance(request, Chat):
        raise refused(name, request)
    check_media(name, request.messages, takes)
    if raw_text(request.messages) is not None:
        raise RequestRefused(f"{name}: does not continue a plain prompt; accepted: messages, or an hf/ model")
    return request


def check_count(name: str, request: Chat) -> None:
    """Raise RequestRefused for a request that wants several completions: one is read, all would be paid for."""
    count = request.params.get("n")
    if count not in (None, 1):
        raise RequestRefused(
            f"{name}: n does not fit ({count!r}); accepted: 1, a request has one completion",
            hint="--eval-repeats sends every sample several times, and keeps and scores each completion",
        )
