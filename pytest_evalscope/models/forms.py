"""What of a request a model can do."""

from __future__ import annotations

from pytest_evalscope.errors import RequestRefused
from pytest_evalscope.types import Request


def check_chat(name: str, request: Request) -> None:
    """Raise RequestRefused for a request that wants something else than a reply, of a model that only gives those."""
    if request.texts:
        raise RequestRefused(f"{name}: embeds no texts; models that do: openai/ and azure/")


def check_count(name: str, request: Request) -> None:
    """Raise RequestRefused for a request that wants several replies: one is read, the others would be paid for."""
    count = request.params.get("n")
    if count not in (None, 1):
        raise RequestRefused(
            f"{name}: n does not fit ({count!r}); accepted: 1, a request has one reply",
            hint="--eval-repeats asks every sample several times, and keeps and marks each reply",
        )
