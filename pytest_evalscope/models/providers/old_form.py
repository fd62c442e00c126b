"""Models of the form before 0.2, with `generate` for every kind of request; goes with 0.3."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_evalscope.media import Kind
from pytest_evalscope.models.capabilities import media_of_model, refused
from pytest_evalscope.types import Chat, Completion, Embed, Likelihood, Messages, Model, Request, Rerank, prompt_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OldRequest:
    """A request of before 0.2: four kinds in one, distinguished by the fields that are empty."""

    messages: Messages
    params: Mapping[str, Any] = field(default_factory=dict)
    tools: tuple[Mapping[str, Any], ...] = ()
    texts: tuple[str, ...] = ()
    continuations: tuple[str, ...] = ()
    repeat: int = 0


def model_of_old_form(name: str, value: Any) -> Model:
    """Return a Model of an object with `name`, `identity`, `generate` and `aclose`; its use is a DeprecationWarning."""
    warnings.warn(
        f"{name}: models with `generate` are deprecated and go with pytest-evalscope 0.3; accepted then: `can`, the "
        "kinds of request that it answers, and `send(request)`",
        DeprecationWarning,
        stacklevel=3,
    )
    return _OldForm(value)


class _OldForm:
    can: frozenset[type] = frozenset({Chat, Likelihood, Embed})
    """Kinds of request before 0.2; which of them the object answers is unknown."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __repr__(self) -> str:
        return f"<model {self.name}>"

    @property
    def name(self) -> str:
        name: str = self._value.name
        return name

    @property
    def identity(self) -> Mapping[str, Any]:
        identity: Mapping[str, Any] = self._value.identity
        return identity

    @property
    def media(self) -> frozenset[Kind]:
        return media_of_model(self._value)

    async def send(self, request: Request) -> Completion:
        if isinstance(request, Rerank):
            raise refused(self.name, request)
        completion: Completion = await self._value.generate(
            OldRequest(
                messages=prompt_of(request),
                params=request.params,
                tools=request.tools if isinstance(request, Chat) else (),
                texts=request.texts if isinstance(request, Embed) else (),
                continuations=request.continuations if isinstance(request, Likelihood) else (),
                repeat=request.repeat,
            )
        )
        return completion

    async def aclose(self) -> None:
        await self._value.aclose()
