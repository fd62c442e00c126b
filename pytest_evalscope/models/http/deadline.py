"""Work that must be done in time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from pytest_evalscope.errors import EvalscopeError, ModelTimeout
from pytest_evalscope.types.calls import give_up, waits_at

T = TypeVar("T")


async def within(
    seconds: float,
    work: Awaitable[T],
    complaint: str,
    *,
    error: Callable[[str], EvalscopeError] = ModelTimeout,
    located: bool = False,
) -> T:
    """Return what `work` returns; after so many seconds it is cancelled.

    Unlike with `asyncio.wait_for`, a timeout that `work` itself raises stays what it is.

    Raises:
        ModelTimeout, or `error`: with the words of `complaint`, when the time is over; file and line of the user's code
            that waited follow them if that is `located`.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=seconds)
        late = not task.done()
        place = waits_at(task) if late and located else ""
    finally:
        left = await give_up(task)
    if late:
        waited = f"; it waited at {place}" if place else ""
        raise error(f"{complaint}; it goes on at {left}, although it was cancelled" if left else complaint + waited)
    return task.result()
