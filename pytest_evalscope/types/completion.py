"""Completions of a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pytest_evalscope.types.plain import not_json
from pytest_evalscope.types.sample import Json, Messages

FALLBACK = "(fallback)"
"""End of the name of the model that a gateway sent a request to in the place of the requested one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens as the endpoint counted them; 0 where it did not say."""

    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds of the attempt that succeeded."""

    latency: float = 0.0
    """From the request's first byte to the response's last."""
    ttft: float | None = None
    """Until the first token; None unless the response was streamed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLogprob:
    """One generated token with its log-probability (natural logarithm) and the likeliest alternatives."""

    token: str
    logprob: float
    top: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinuationLogprob:
    """Log-probability of one continuation of a prompt, given by a model."""

    logprob: float
    """The sum over its tokens (natural logarithm), each given the prompt and the tokens before it."""
    tokens: int
    """Number of tokens in the continuation; 0 for an empty one."""
    greedy: bool
    """True when each of them was the likeliest token of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """One completion of a model. All text is free of lone surrogates."""

    text: str
    """The answer, without reasoning."""
    reasoning: str = ""
    """The model's reasoning: kept in the record, never scored."""
    tool_calls: tuple[Mapping[str, Any], ...] = ()
    finish_reason: str = "stop"
    """`stop`, `length`, `content_filter`, `tool_calls`, or the endpoint's own word; of an agent that came to no final
    answer `max_turns` or `budget`."""
    usage: Usage = Usage()
    timing: Timing = Timing()
    logprobs: tuple[TokenLogprob, ...] = ()
    embeddings: tuple[tuple[float, ...], ...] = ()
    """One vector for each of the request's texts, in their order; all of one length."""
    likelihoods: tuple[ContinuationLogprob, ...] = ()
    """One for each of the request's continuations, in their order."""
    relevance: tuple[float, ...] = ()
    """One score for each of the request's documents, in their order; more is more relevant."""
    model: str = ""
    """The model's name as the endpoint gave it."""
    cached: bool = False
    """True when it came from the completion cache."""
    attempts: int = 1
    """Number of requests it took."""
    trajectory: Messages = ()
    """All messages of a conversation or an agent after the prompt: the model's, the results of tools, the user's.

    What belongs to one for the record alone is in its `step`, which is never sent: tokens, seconds, errors, states.
    """
    verdict: Mapping[str, Any] | None = None
    """Verdict of the sample's environment at the end, as JSON; None without an environment or a verdict."""
    context: Json = None
    """Texts, or documents with their sources, that an application retrieved for it, as JSON; None without."""

    @property
    def turns(self) -> tuple[str, ...]:
        """The texts of the model's own messages in `trajectory`, in their order; nothing for a single completion."""
        from pytest_evalscope.types.trajectory import spoken

        return spoken(self.trajectory)


def read_completion(stored: Mapping[str, Any]) -> Completion:
    """Return the completion that was written as JSON, with `cached` set; a field it was written without is empty."""
    usage, timing = Usage(**stored["usage"]), Timing(**stored["timing"])
    fields = {**stored, "usage": usage, "timing": timing, "cached": True}
    turns = fields.pop("turns", ())  # the texts alone, in entries and run folders from before there were trajectories
    for name, read in _LISTS.items():
        found = stored.get(name)
        fields[name] = tuple(map(read, found)) if found else ()
    if turns and not fields["trajectory"]:
        from pytest_evalscope.types.trajectory import said

        fields["trajectory"] = said(map(str, turns))
    return Completion(**fields)


def _token(item: Mapping[str, Any]) -> TokenLogprob:
    return replace(TokenLogprob(**item), top=tuple((token, value) for token, value in item["top"]))


_LISTS: Mapping[str, Callable[[Any], Any]] = {
    "tool_calls": dict,
    "trajectory": dict,
    "logprobs": _token,
    "embeddings": tuple,
    "likelihoods": lambda item: ContinuationLogprob(**item),
    "relevance": float,
}
"""Fields of a completion that are lists in JSON, and the readers of their items."""


def misfit(completion: Completion) -> str:
    """Return what of a completion that others made is not as its fields say, for a message; empty where all is."""
    for name, kind in _KINDS.items():
        value = getattr(completion, name)
        if not isinstance(value, kind):
            return f"{name} is a {type(value).__name__}; accepted: {_WORDS.get(name, 'a text')}"
    if type(completion.usage.prompt_tokens) is not int or type(completion.usage.completion_tokens) is not int:
        return f"usage has tokens that are no integer ({completion.usage}); accepted: {_WORDS['usage']}"
    for name in ("tool_calls", "trajectory"):
        if not all(isinstance(each, Mapping) for each in getattr(completion, name)):
            return f"{name} has an item that is no object; accepted: {_WORDS[name]}"
    for name in ("context", "tool_calls", "verdict"):
        problem = not_json(getattr(completion, name), name)
        if problem:
            return f"{problem}; accepted: JSON"
    return ""


_KINDS: Mapping[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("text", "reasoning", "finish_reason", "model"), str),
    "usage": Usage,
    "timing": Timing,
    "attempts": int,
    "tool_calls": (tuple, list),
    "trajectory": (tuple, list),
}
_WORDS = {
    "usage": "Usage(prompt_tokens=…, completion_tokens=…)",
    "timing": "Timing(latency=…)",
    "attempts": "an integer",
    "tool_calls": "calls in OpenAI's form",
    "trajectory": "messages",
}
