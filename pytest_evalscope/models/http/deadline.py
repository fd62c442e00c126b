"""Work that must be done in time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from pytest_evalscope.errors import ModelTimeout
from pytest_evalscope.types.calls import give_up

T = TypeVar("T")


async def within(seconds: float, work: Awaitable[T], complaint: str) -> T:
    """Return what `work` returns; after so many seconds it is cancelled.

    Unlike with `asyncio.wait_for`, a timeout that `work` itself raises stays what it is.

    Raises:
        ModelTimeout: with the words of `complaint`, when the time is over.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=seconds)
        late = not task.done()
    finally:
        left = await give_up(task)
    if late:
        raise ModelTimeout(f"{complaint}; it goes on at {left}, although it was cancelled" if left else complaint)
    return task.result()
