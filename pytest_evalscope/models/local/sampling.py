"""Choice of the next token: the parameters of a request as the engines inside this process read them."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import orjson

from pytest_evalscope.errors import RequestRefused, UnknownName
from pytest_evalscope.types import Chat, Likelihood, plain

DEFAULT_MAX_TOKENS = 512
"""Tokens that a local model may generate when the request does not say; a small model need not find an end."""
MOST_ALTERNATIVES = 20
"""The largest `top_logprobs`; OpenAI's own bound."""

_ACCEPTED = (
    "max_tokens",
    "max_completion_tokens",
    "temperature",
    "top_p",
    "top_k",
    "seed",
    "stop",
    "logprobs",
    "top_logprobs",
    "chat_template_kwargs",
)
_WITHOUT_EFFECT = {"n": 1, "frequency_penalty": 0, "presence_penalty": 0, "stream": False}
"""Parameters that are accepted at the value where they mean nothing."""


KNOWN = (*_ACCEPTED, *_WITHOUT_EFFECT)
"""Names of the parameters that the engines inside this process read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """The sampling parameters of one request. Without any it is greedy."""

    max_tokens: int = DEFAULT_MAX_TOKENS
    temperature: float = 0.0
    """0: the likeliest token, always."""
    top_p: float = 1.0
    """Only the likeliest tokens that reach this mass together are sampled from."""
    top_k: int = 0
    """Only so many of the likeliest tokens are sampled from; 0: all."""
    seed: int = 0
    stop: tuple[str, ...] = ()
    """Strings that end the completion; they are not part of it."""
    logprobs: bool = False
    top_logprobs: int = 0
    template: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Variables of the chat template besides the messages."""


def read_sampling(model: str, request: Chat | Likelihood) -> Sampling:
    """Return the sampling parameters of `request`; a parameter of None counts as not given.

    Raises RequestRefused for a parameter or value that the engine does not know, in the name of `model`.
    """
    params = {name: value for name, value in request.params.items() if value is not None}
    for name, value in params.items():
        if name in _WITHOUT_EFFECT:
            if value != _WITHOUT_EFFECT[name]:
                raise _refusal(model, name, value, f"{_WITHOUT_EFFECT[name]!r} (it has no effect here)")
        elif name not in _ACCEPTED:
            raise RequestRefused(UnknownName(f"{model}: generation parameter", name, _ACCEPTED).message)
    top_k = _number(model, params, "top_k", 0, int, -1)
    most = "max_completion_tokens" if "max_completion_tokens" in params else "max_tokens"
    return Sampling(
        max_tokens=_number(model, params, most, DEFAULT_MAX_TOKENS, int, 1),
        temperature=_number(model, params, "temperature", 0.0, float, 0),
        top_p=_number(model, params, "top_p", 1.0, float, 0, 1),
        top_k=max(0, top_k),  # -1 is another common spelling of "all"
        seed=sampling_seed(request),
        stop=_stop(model, params.get("stop", ())),
        logprobs=bool(params.get("logprobs", False)),
        top_logprobs=_number(model, params, "top_logprobs", 0, int, 0, MOST_ALTERNATIVES),
        template=_template(model, params.get("chat_template_kwargs", {})),
    )


def sampling_seed(request: Chat | Likelihood) -> int:
    """Return the seed of a request's draws, in [0, 2**32).

    It depends on the request's own seed, its repeat and its messages: a run is repeatable, repeats differ, and the
    draws of different samples are independent, as the statistics take them to be.
    """
    content = orjson.dumps(plain([request.params.get("seed") or 0, request.repeat, request.messages]))
    return int.from_bytes(hashlib.blake2b(content, digest_size=4).digest(), "big")


def _number(
    model: str, params: Mapping[str, Any], name: str, default: Any, kind: type, low: float, high: float = math.inf
) -> Any:
    value = params.get(name, default)
    fits = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not fits or not low <= value <= high or kind(value) != value:
        upper = "" if high == math.inf else f" and at most {high}"
        raise _refusal(model, name, value, f"{'an integer' if kind is int else 'a number'} of at least {low}{upper}")
    return kind(value)


def _stop(model: str, value: Any) -> tuple[str, ...]:
    strings = (value,) if isinstance(value, str) else value
    if not isinstance(strings, (list, tuple)) or not all(isinstance(item, str) and item for item in strings):
        raise _refusal(model, "stop", value, "a string, or a list of strings, none empty")
    return tuple(strings)


def _template(model: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _refusal(model, "chat_template_kwargs", value, "an object")
    return value


def _refusal(model: str, name: str, value: Any, accepted: str) -> RequestRefused:
    return RequestRefused(f"{model}: {name} does not fit ({plain(value)!r}); accepted: {accepted}")
