"""Bounds on what is asked of a model: at once, and in all."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_evalscope.errors import ModelError
from pytest_evalscope.types import Completion, Model, Request


def bounded(model: Model, most: int, requests: int | None = None) -> Model:
    """Return `model` with at most `most` requests in flight; the others wait in the order in which they came.

    After `requests` of them, if a number is given, each further one is a ModelError.
    """
    return _Bounded(model, asyncio.Semaphore(most), requests)


@dataclass(slots=True)
class _Bounded:
    model: Model
    room: asyncio.Semaphore
    left: int | None

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def identity(self) -> Mapping[str, Any]:
        return self.model.identity

    async def generate(self, request: Request) -> Completion:
        async with self.room:
            if self.left is not None:
                if self.left <= 0:
                    raise ModelError("request limit: as many as allowed were asked (--eval-judge-max-requests)")
                self.left -= 1
            return await self.model.generate(request)

    async def aclose(self) -> None:
        await self.model.aclose()
