"""Calling functions that others wrote: async on the event loop, sync in a thread; a failure is a value."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

Outcome = tuple[Any, BaseException | None]
"""Pair of what a function returned and None; or of None and what it raised."""


def is_async(function: object) -> bool:
    """Return whether calling `function` gives a coroutine, as far as its definition says."""
    while isinstance(function, partial):
        function = function.func
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(type(function).__call__)


async def attempted(function: Callable[..., Any], /, *args: Any, **named: Any) -> Outcome:
    """Call `function` and return what came of it; an awaitable that it returns is awaited.

    A sync function runs in a daemon thread: whoever gives up on it leaves the thread behind. `sys.exit()` and pytest's
    own outcomes are failures like any other; only a cancellation and a Ctrl-C are raised.
    """
    import asyncio  # here: pytest loads this module's room, and asyncio costs more than all of it

    call = partial(function, *args, **named)
    try:
        if is_async(function):
            return await call(), None
        result, failure = await in_thread(call)
        if failure is None and inspect.isawaitable(result):
            result = await result
    except (asyncio.CancelledError, KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001  # sys.exit() and pytest.skip() in it must not end the run
        return None, error
    return result, failure


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
