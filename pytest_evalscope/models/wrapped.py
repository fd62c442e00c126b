"""A model around another one: it states what it does with a request, and has the rest from the model inside."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any

from pytest_evalscope.models.capabilities import media_of_model
from pytest_evalscope.types import Completion, Model, Request

if TYPE_CHECKING:
    from pytest_evalscope.media import Kind

Send = Callable[[Request], Coroutine[Any, Any, Completion]]
"""Returns the completion of a request, most often by way of the model inside. Raises ModelError."""
Close = Callable[[], Coroutine[Any, Any, None]]


def wrapped(
    model: Model,
    send: Send,
    *,
    aclose: Close | None = None,
    kind: str = "wrapped",
    waiting: Callable[[], str] | None = None,
) -> Model:
    """Return `model` with `send` in the place of its own, and `aclose` where closing is another matter too.

    `send` is awaited by the caller itself, so a wrapper costs one coroutine a request. `waiting` says what the requests
    wait for, where the wrapper makes them wait.
    """
    return _Wrapped(model, send, aclose or model.aclose, kind, waiting)


def waiting_of(model: Model) -> str:
    """Return what a model's requests wait for, in words; "" where they wait for nothing but their responses."""
    said = getattr(model, "waiting", None)
    ours = type(model).__module__.startswith(f"{__name__.partition('.')[0]}.")  # a user's may call anything so
    return said() if ours and callable(said) else ""


class _Wrapped:
    __slots__ = ("_kind", "_model", "aclose", "send", "waiting")

    def __init__(self, model: Model, send: Send, aclose: Close, kind: str, waiting: Callable[[], str] | None) -> None:
        self._model = model
        self._kind = kind
        self.waiting = waiting or (lambda: waiting_of(model))
        self.send = send
        self.aclose = aclose

    def __repr__(self) -> str:
        return f"<{self._kind} {self._model!r}>"

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def identity(self) -> Mapping[str, Any]:
        return self._model.identity

    @property
    def can(self) -> frozenset[type]:
        return self._model.can

    @property
    def media(self) -> frozenset[Kind]:
        return media_of_model(self._model)
