"""What of a request a model can do."""

from __future__ import annotations

from pytest_evalscope.errors import RequestRefused
from pytest_evalscope.types import Request, raw_text


def check_texts(name: str, request: Request) -> None:
    """Raise RequestRefused for texts to embed, of a model that embeds none."""
    if request.texts:
        raise RequestRefused(f"{name}: embeds no texts; models that do: openai/ and azure/")


def check_chat(name: str, request: Request) -> None:
    """Raise RequestRefused for what is no chat, of a model that replies to chats alone."""
    check_texts(name, request)
    if request.continuations:
        raise RequestRefused(
            f"{name}: gives no log-probabilities of texts; hf/, gguf/, smollm2 and endpoints with /v1/completions and "
            "echo do"
        )
    if raw_text(request.messages) is not None:
        raise RequestRefused(f"{name}: does not go on with a plain prompt; hf/ models do")


def check_count(name: str, request: Request) -> None:
    """Raise RequestRefused for a request that wants several replies: one is read, the others would be paid for."""
    count = request.params.get("n")
    if count not in (None, 1):
        raise RequestRefused(
            f"{name}: n does not fit ({count!r}); accepted: 1, a request has one reply",
            hint="--eval-repeats asks every sample several times, and keeps and marks each reply",
        )
