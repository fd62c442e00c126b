"""Asking for continuations one by one: a model that sends a request of its own for each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pytest_evalscope.types import Completion, Model, Request, Usage


def separate(model: Model) -> Model:
    """Return `model`, asked for one continuation at a time, all of a request at once.

    Around a model that is limited and retries: every one of them has its place and its attempts, and a failure costs
    only one of them another.
    """
    return _Separate(model)


@dataclass(frozen=True, slots=True)
class _Separate:
    model: Model

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def identity(self) -> Mapping[str, Any]:
        return self.model.identity

    async def generate(self, request: Request) -> Completion:
        if len(request.continuations) < 2:
            return await self.model.generate(request)
        asking = [
            asyncio.ensure_future(self.model.generate(replace(request, continuations=(text,))))
            for text in request.continuations
        ]
        try:
            replies = await asyncio.gather(*asking)
        finally:
            for task in asking:
                task.cancel()
        return replace(
            replies[0],
            likelihoods=tuple(one for reply in replies for one in reply.likelihoods),
            usage=Usage(prompt_tokens=sum(reply.usage.prompt_tokens for reply in replies)),
            attempts=sum(reply.attempts for reply in replies),
        )

    async def aclose(self) -> None:
        await self.model.aclose()
