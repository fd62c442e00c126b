"""Requests of a scorer to its judges and their responses, kept per sample for the run folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_evalscope.models.prompt import content_text
from pytest_evalscope.types import Completion, Request, prompt_of

LONGEST_TEXT = 20_000
"""Characters of one message or completion that are kept."""
LONGEST_SAMPLE = 400_000
"""Characters that are kept for one sample, all its exchanges together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request to a judge and what came back."""

    judge: str
    request: Request
    completion: Completion | None
    error: str = ""
    """The reason why no response came, in one line."""


def written(exchanges: Sequence[Exchange]) -> list[dict[str, Any]]:
    """Return exchanges as JSON types, texts cut where they are too long, each with the number of what is missing."""
    left = LONGEST_SAMPLE

    def kept(text: str) -> str:
        nonlocal left
        most = max(0, min(LONGEST_TEXT, left))
        left -= min(len(text), most)
        return text if len(text) <= most else f"{text[:most]}… [{len(text) - most} more characters]"

    return [
        {
            "judge": exchange.judge,
            "params": _shown(exchange.request.params),
            "messages": [
                {"role": message.get("role"), "content": kept(content_text(message.get("content")))}
                for message in prompt_of(exchange.request)
            ],
            "reply": None if exchange.completion is None else kept(exchange.completion.text),
            "finish_reason": "" if exchange.completion is None else exchange.completion.finish_reason,
            "cached": exchange.completion is not None and exchange.completion.cached,
            "error": exchange.error,
        }
        for exchange in exchanges
    ]


def _shown(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return generation parameters without secrets; only texts and what contains some may be any."""
    if all(value is None or isinstance(value, (int, float)) for value in params.values()):
        return params
    from pytest_evalscope.text.secrets import public

    shown: Mapping[str, Any] = public(params)
    return shown
