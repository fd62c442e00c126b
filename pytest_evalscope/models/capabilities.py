"""What a model can do: the kinds of request, in words, and the refusal of one that it does not answer."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_evalscope.errors import RequestRefused
from pytest_evalscope.types import Chat, Embed, Likelihood, Request, Rerank, raw_text

ABILITIES: Mapping[type, str] = {
    Chat: "reply to messages",
    Likelihood: "give log-probabilities of texts",
    Embed: "embed texts",
    Rerank: "score documents by their relevance to a query",
}
"""Kind of request → what a model does that answers it."""

MODELS_THAT_CAN: Mapping[type, str] = {
    Chat: "models of every provider, and functions of messages",
    Likelihood: "hf/, gguf/, smollm2 and endpoints with /v1/completions and echo (openai/, azure/)",
    Embed: "openai/ and azure/",
    Rerank: "openai/ endpoints with /rerank, and functions of query and documents (python/)",
}
"""Kind of request → the models that answer it; those for tests are left out."""


def refused(name: str, request: Request) -> RequestRefused:
    """Return the error for a kind of request that the model of this name does not answer."""
    kind = type(request)
    return RequestRefused(f"{name}: cannot {ABILITIES[kind]}; models that can: {MODELS_THAT_CAN[kind]}")


def chat_of(name: str, request: Request) -> Chat:
    """Return the request of a model that replies to chats alone. Raises RequestRefused for any other."""
    if not isinstance(request, Chat):
        raise refused(name, request)
    if raw_text(request.messages) is not None:
        raise RequestRefused(f"{name}: does not go on with a plain prompt; hf/ models do")
    return request


def check_count(name: str, request: Chat) -> None:
    """Raise RequestRefused for a request that wants several completions: one is read, all would be paid for."""
    count = request.params.get("n")
    if count not in (None, 1):
        raise RequestRefused(
            f"{name}: n does not fit ({count!r}); accepted: 1, a request has one completion",
            hint="--eval-repeats sends every sample several times, and keeps and scores each completion",
        )
