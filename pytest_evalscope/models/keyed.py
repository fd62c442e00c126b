"""Models that are opened with a key of their own, in the place of the one that their provider's variable holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pytest_evalscope.errors import UsageError
from pytest_evalscope.models.http.endpoint import endpoint_at, openai_headers, variable
from pytest_evalscope.models.options import ModelOptions
from pytest_evalscope.models.providers.anthropic import anthropic_headers, open_anthropic
from pytest_evalscope.models.providers.openai import open_openai
from pytest_evalscope.models.providers.responses import open_responses
from pytest_evalscope.types import Model

Key = Callable[[], str]
"""Gives a key at the time when it is sent, so that no object contains it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keyed:
    open: Callable[..., Model]
    headers: Callable[..., dict[str, str]]
    variable: str
    """The variable whose place the key takes."""


_KEYED = {
    "openai": _Keyed(open=open_openai, headers=openai_headers, variable="OPENAI_API_KEY"),
    "responses": _Keyed(open=open_responses, headers=openai_headers, variable="OPENAI_API_KEY"),
    "anthropic": _Keyed(open=open_anthropic, headers=anthropic_headers, variable="ANTHROPIC_API_KEY"),
}
LISTED = "openai/, responses/ and anthropic/"


def takes_key(name: str) -> bool:
    """Return whether a model (`provider/model`) may have a URL and a key of its own."""
    return name.partition("/")[0] in _KEYED


def open_keyed(name: str, options: ModelOptions, key: Key | None, *, where: str) -> Model:
    """Return a model at the URL of its options, with a key of its own; None: with its provider's.

    `where` names in messages what the URL was given by. Raises UsageError as `resolve` does.
    """
    provider, _, model = name.partition("/")
    keyed = _KEYED[provider]
    if options.api_url:
        endpoint_at(options.api_url, source=where)
    headers = keyed.headers if key is None else headers_with(key, keyed.headers, keyed.variable)
    if provider == "anthropic":  # a URL among the options is one of OpenAI's protocols
        return keyed.open(model, options, headers=headers, url=options.api_url)
    return keyed.open(model, options, headers=headers)


def checked_key(key: str, where: str) -> str:
    """Return a key that an HTTP header may carry. Raises UsageError, which does not show it."""
    if not (key.isascii() and key.isprintable()):
        raise UsageError(f"{where}: contains characters that no HTTP header may carry; accepted: printable ASCII")
    return key


def headers_with(key: Key, make: Callable[..., dict[str, str]], name: str) -> Callable[[], Mapping[str, str]]:
    """Return what makes the headers of requests, `key` in the place of the variable `name`."""
    return lambda: make(lambda wanted: key() if wanted == name else variable(wanted))
