"""Work that must be done in time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from pytest_evalscope.errors import ModelTimeout

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
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    if late:
        raise ModelTimeout(complaint)
    return task.result()
