"""Calling functions that others wrote: async on the event loop, sync in a thread; a failure is a value."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from pytest_evalscope.errors import Outcome, from_outside, outcome_of, owner_of, place_of

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")
PATIENCE = 10.0
"""Seconds that others' code may take to end once it is cancelled."""
BRIEF = 1.0
"""The same once some of it did not, on the same event loop: a run is patient once, not with each of its samples."""
DEEPEST = 1000
"""Frames that are looked at, to name the place where something waits."""
_LEFT: WeakKeyDictionary[asyncio.AbstractEventLoop, str] = WeakKeyDictionary()
"""Event loops on which something was left behind, and where that was: file and line of the first, as far as known."""


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


async def give_up(*tasks: asyncio.Future[Any]) -> str:
    """Cancel the tasks that have not ended and wait for their end; one that ignores that is left behind after a while.

    Returns file and line where the first that is left behind was when it did not end, as far as they are known; empty
    when all have ended.
    """
    import asyncio  # as above

    left = {task for task in tasks if not task.done()}
    for task in left:
        task.cancel()
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())  # nobody else looks at it
    if left:
        loop = asyncio.get_running_loop()
        _, left = await asyncio.wait(left, timeout=BRIEF if loop in _LEFT else PATIENCE)
    place = next(filter(None, map(waits_at, left)), "")
    if left:
        _LEFT[loop] = _LEFT.get(loop) or place
        for task in left:
            if isinstance(task, asyncio.Task):
                task._log_destroy_pending = False  # type: ignore[attr-defined]  # the place is reported
    return place


def left_on(loop: asyncio.AbstractEventLoop) -> str:
    """Return file and line of the first code on an event loop that did not end when it was cancelled; "" for none."""
    return _LEFT.get(loop, "")


def waits_at(task: object) -> str:
    """Return file and line of the user's code that a task waits in, through the tasks of ours; empty for none."""
    passed: list[tuple[str, int]] = []
    while task is not None and len(passed) < DEEPEST:
        coroutine: Any = getattr(task, "get_coro", lambda: None)()
        task = None
        while (frame := getattr(coroutine, "cr_frame", None)) is not None and len(passed) < DEEPEST:
            file = frame.f_code.co_filename
            passed.append((file, frame.f_lineno))
            if not owner_of(file):
                task = frame.f_locals.get("task", task)  # the name of it in `within`, in `_awaited` and here
            coroutine = coroutine.cr_await
    return place_of(passed)


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


class DaemonThreads(ThreadPoolExecutor):
    """The threads behind `asyncio.to_thread`: a daemon each, so that nothing waits for one that never ends.

    An event loop accepts no executor of another class.
    """

    def submit(self, function: Callable[..., T], /, *args: Any, **named: Any) -> Future[T]:
        """Call `function` in a thread at once."""
        future: Future[T] = Future()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                made = function(*args, **named)
            except BaseException as error:  # noqa: BLE001  # handed to whoever awaits it
                future.set_exception(error)
            else:
                future.set_result(made)

        threading.Thread(target=work, name="evalscope-call", daemon=True).start()
        return future
