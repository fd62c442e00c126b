"""Blotting out a key wherever an endpoint repeats it, however it spells it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, quote_plus

from pytest_evalscope.errors import BLOT, SHORTEST
from pytest_evalscope.types import Completion

_PERCENT = re.compile("%[0-9A-F]{2}")


def spellings(secrets: Iterable[str]) -> tuple[str, ...]:
    """Return every form in which the secrets may come back, the longest first.

    As they are, percent-encoded, as JSON escapes them, and in base64, alone or behind something else (`name:key`).
    """
    found = {form for secret in secrets if len(secret) >= SHORTEST for form in _spellings(secret)}
    return tuple(sorted((form for form in found if len(form) >= SHORTEST), key=len, reverse=True))


def redact(text: str, forms: Sequence[str]) -> str:
    """Return `text` with every one of `forms` (see `spellings`) blotted out."""
    for form in forms:
        text = text.replace(form, BLOT)
    return text


def redacted(completion: Completion, forms: Sequence[str]) -> Completion:
    """Return `completion` without the secrets of `forms`; log-probabilities that would spell one are left out."""
    if not forms:
        return completion
    changed: dict[str, Any] = {
        name: clean
        for name in ("text", "reasoning", "model", "finish_reason")
        if (clean := redact(text := getattr(completion, name), forms)) != text
    }
    if "text" in changed or "reasoning" in changed:
        changed["logprobs"] = ()
    if (context := _redacted(completion.context, forms)) != completion.context:
        changed["context"] = context
    if completion.tool_calls:
        calls = tuple(_redacted(call, forms) for call in completion.tool_calls)
        if calls != completion.tool_calls:
            changed["tool_calls"] = calls
    return replace(completion, **changed) if changed else completion


def _redacted(value: Any, forms: Sequence[str]) -> Any:
    if isinstance(value, str):
        return redact(value, forms)
    if isinstance(value, dict):
        return {redact(key, forms): _redacted(item, forms) for key, item in value.items()}
    return [_redacted(item, forms) for item in value] if isinstance(value, list) else value


def _spellings(text: str) -> set[str]:
    quoted = {quote(text, safe=""), quote(text), quote_plus(text)}
    quoted |= {_PERCENT.sub(lambda code: code[0].lower(), form) for form in quoted}
    escaped = {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}
    escaped |= {form.replace("/", "\\/") for form in escaped}
    escaped |= {json.dumps(form)[1:-1] for form in escaped}  # JSON within JSON
    return {text, *quoted, *escaped, *_base64(text.encode())}


def _base64(secret: bytes) -> set[str]:
    """Return the whole in base64, and the part of it that stays the same whatever precedes and follows it."""
    forms = {base64.b64encode(secret).decode()}
    for before in range(3):
        coded = base64.b64encode(bytes(before) + secret).decode()
        end = len(coded) - (0, 3, 2)[(before + len(secret)) % 3]
        forms.add(coded[(0, 2, 3)[before] : end])
    return forms | {form.replace("+", "-").replace("/", "_") for form in forms}
