"""Calling functions that others wrote: async on the event loop, sync in a thread; a failure is a value."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from pytest_evalscope.errors import Outcome, from_outside, outcome_of

if TYPE_CHECKING:
    import asyncio

PATIENCE = 30.0
"""Seconds that others' code may take to end once it is cancelled."""


def is_async(function: object) -> bool:
    """Return whether calling `function` gives a coroutine, as far as its definition says."""
    while isinstance(function, partial):
        function = function.func
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(type(function).__call__)


async def attempted(function: Callable[..., Any], /, *args: Any, **named: Any) -> Outcome:
    """Call `function` and return what came of it; an awaitable that it returns is awaited.

    A sync function runs in a daemon thread: whoever gives up on it leaves the thread behind. Whatever it raises is a
    failure like any other: `sys.exit()`, pytest's own outcomes, a cancellation of its own making. Raised are only a
    real Ctrl-C and the cancellation of the caller.
    """
    call = partial(function, *args, **named)
    if is_async(function):
        made, failure = outcome_of(call)
    else:
        made, failure = await in_thread(call)
    if failure is None and inspect.isawaitable(made):
        return await _awaited(made)
    return made, failure


async def _awaited(work: Awaitable[Any]) -> Outcome:
    """Await in a task of its own, so that a cancellation from within it is not taken for one of the caller."""
    import asyncio  # as above

    async def caught() -> Outcome:
        try:
            return await work, None
        except BaseException as error:  # others' code may raise anything
            if from_outside(error):
                raise
            return None, error

    task = asyncio.ensure_future(caught())
    try:
        await asyncio.wait({task})
    finally:
        await give_up(task)
    return task.result()


async def give_up(task: asyncio.Future[Any]) -> None:
    """Cancel a task that has not ended and wait for its end; one that ignores that is left behind after a while."""
    import asyncio  # as above

    if not task.done():
        task.cancel()
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())  # nobody else looks at it
        await asyncio.wait({task}, timeout=PATIENCE)


async def in_thread(call: Callable[[], Any]) -> Outcome:
    """Call in a daemon thread, which can hold up neither other calls nor the interpreter's end when it hangs."""
    import asyncio  # as above
    import contextvars

    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    outcome: list[Outcome] = []
    context = contextvars.copy_context()

    def work() -> None:
        try:
            outcome.append((context.run(call), None))
        except BaseException as error:  # noqa: BLE001  # returned to whoever awaits the thread
            outcome.append((None, error))
        try:
            loop.call_soon_threadsafe(ended.set)
        except RuntimeError:
            pass  # the loop is closed: nobody waits any more

    threading.Thread(target=work, name="evalscope-call", daemon=True).start()
    await ended.wait()
    return outcome[0]
