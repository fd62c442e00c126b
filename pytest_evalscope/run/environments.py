"""The environments of samples: started before the solver, their verdict read after it, closed in every outcome."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any, TypeVar

from pytest_evalscope.errors import EnvironmentFailed, described, from_outside
from pytest_evalscope.types import Context, Environment, Sample, Session, plain
from pytest_evalscope.types.calls import attempted

T = TypeVar("T")
CLOSE = 30.0
"""Seconds that a session may take to close, before the run goes on without it."""
_LOG = logging.getLogger(__name__)


class Stay:
    """One sample's time in an environment; made by `begin_stay`, on one event loop."""

    def __init__(self, environment: Environment, leave: Callable[[Stay], None]) -> None:
        self.seconds: dict[str, float] = {}
        """Duration of `start` and `close`."""
        self._environment = environment
        self._leave = leave
        self._session: Session | None = None
        self._closing: asyncio.Future[None] | None = None

    async def start(self, sample: Sample, context: Context) -> Session:
        """Start the session, within the run's sandbox where the environment needs that. Raises EnvironmentFailed."""
        bind = getattr(self._environment, "in_sandbox", None)
        environment: Environment = self._environment if bind is None else bind(context.sandbox)
        begun = perf_counter()
        self._session = await _safely("start", environment.start, sample, context.seed + context.repeat)
        self.seconds["start"] = round(perf_counter() - begun, 6)
        return self._session

    @property
    def session(self) -> Session | None:
        """The session; None when it did not start."""
        return self._session

    async def verdict(self) -> dict[str, Any] | None:
        """Return the verdict as JSON. Raises EnvironmentFailed, for one of another form too."""
        assert self._session is not None
        found = await _safely("verdict", self._session.verdict)
        made = None if found is None else plain(found)
        if made is not None and not isinstance(made, dict):
            raise EnvironmentFailed(
                f"environment: its verdict is no mapping ({type(found).__name__}); accepted: a mapping, or None"
            )
        return made

    async def close(self) -> None:
        """Close the session once; errors are logged, for the score does not depend on it.

        It is closed to the end even if whoever awaits that is cancelled.
        """
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        begun = perf_counter()
        try:
            if self._session is not None:
                _, failure = await asyncio.wait_for(attempted(self._session.aclose), CLOSE)
                if failure is not None:
                    raise failure
                self.seconds["close"] = round(perf_counter() - begun, 6)
        except BaseException as error:  # a user's own environment may raise anything
            if from_outside(error):
                raise
            _LOG.warning("environment: a session was not closed (%s)", described(error))
        finally:
            self._leave(self)


def begin_stay(environment: Environment, open_stays: set[Stay]) -> Stay:
    """Return a stay that has not started; it is among `open_stays` until it is closed."""
    stay = Stay(environment, open_stays.discard)
    open_stays.add(stay)
    return stay


async def _safely(what: str, work: Callable[..., Awaitable[T]], *args: Any) -> T:
    """Return what a function of the environment's does. Raises EnvironmentFailed for whatever it raises."""
    made, failure = await attempted(work, *args)
    if failure is None:
        result: T = made
        return result
    if isinstance(failure, EnvironmentFailed):
        raise failure
    raise EnvironmentFailed(f"environment: {what} failed ({described(failure)})") from failure
