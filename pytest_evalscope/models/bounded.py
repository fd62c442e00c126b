"""A bound on what is asked of a model at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_evalscope.types import Completion, Model, Request


def bounded(model: Model, most: int) -> Model:
    """Return `model` with at most `most` requests in flight; the others wait in the order in which they came."""
    return _Bounded(model, asyncio.Semaphore(most))


@dataclass(frozen=True, slots=True)
class _Bounded:
    model: Model
    room: asyncio.Semaphore

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def identity(self) -> Mapping[str, Any]:
        return self.model.identity

    async def generate(self, request: Request) -> Completion:
        async with self.room:
            return await self.model.generate(request)

    async def aclose(self) -> None:
        await self.model.aclose()
