"""Bounds on the requests that a model gets: at once, and in all."""

from __future__ import annotations

import asyncio

from pytest_evalscope.errors import ModelError
from pytest_evalscope.models.wrapped import wrapped
from pytest_evalscope.types import Completion, Model, Request


def bounded(model: Model, most: int, requests: int | None = None) -> Model:
    """Return `model` with at most `most` requests in flight; the others wait in the order in which they came.

    After `requests` of them, if a number is given, each further one is a ModelError.
    """
    room = asyncio.Semaphore(most)
    left = requests

    async def send(request: Request) -> Completion:
        nonlocal left
        async with room:
            if left is not None:
                if left <= 0:
                    raise ModelError("request limit: as many requests as allowed were sent (--eval-judge-max-requests)")
                left -= 1
            return await model.send(request)

    return wrapped(model, send, kind="bounded")
