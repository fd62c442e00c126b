"""Models that note what passes through them: a sample's first and last prompt, and the exchanges with its judges."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, NamedTuple

from pytest_evalscope.errors import ModelError
from pytest_evalscope.models.wrapped import wrapped
from pytest_evalscope.types import Completion, Message, Model, Request, clean, has_parts, prompt_of

if TYPE_CHECKING:
    from pytest_evalscope.folder.judge_log import Exchange
    from pytest_evalscope.run.fitting import Fitting
    from pytest_evalscope.run.settings import MediaLimits


class Noted(NamedTuple):
    """Notes on the requests of one sample, for its record."""

    prompts: list[tuple[Message, ...]]
    """The first and the last one."""
    smaller: set[str]
    """The hashes of pictures that were made smaller for it."""


AT_HAND: ContextVar[Noted | None] = ContextVar("AT_HAND", default=None)
"""The notes on the sample that a task of the engine solves, shared by its subtasks and threads; None takes none."""


def overheard(judge: Model, heard: list[Exchange]) -> Model:
    """Return `judge`, its exchanges put into `heard`; made for each sample. Closing it leaves the judge open."""

    async def send(request: Request) -> Completion:
        from pytest_evalscope.folder.judge_log import Exchange

        try:
            completion = await judge.send(request)
        except ModelError as error:
            problem = clean(" ".join(error.message.split()))[:500]
            heard.append(Exchange(judge=judge.name, request=request, completion=None, error=problem))
            raise
        heard.append(Exchange(judge=judge.name, request=request, completion=completion))
        return completion

    return wrapped(judge, send, aclose=_leave_open, kind="overheard")


def witnessed(model: Model) -> Model:
    """Return `model`, the prompts that it is sent noted for the sample at hand; one serves a whole job."""

    async def send(request: Request) -> Completion:
        noted = AT_HAND.get()
        if noted is not None:
            noted.prompts[1:] = (prompt_of(request),)
        return await model.send(request)

    return wrapped(model, send, kind="witnessed")


def _of_sample() -> set[str]:
    noted = AT_HAND.get()
    return set() if noted is None else noted.smaller


class MediaDoor:
    """The limits of a run on the pictures, sound and video that its models are sent; used on one event loop."""

    def __init__(self, limits: MediaLimits) -> None:
        self._limits = limits
        self._fitting: Fitting | None = None

    def around(self, model: Model, smaller: set[str] | None = None) -> Model:
        """Return `model`, sent nothing beyond the limits; `smaller` gets the hashes of what was made smaller for it.

        Without `smaller` the notes of the sample at hand get them. The wrapper is before the cache of completions: a
        picture that is made smaller has the hash of its new bytes there and in the run folder.
        """

        async def send(request: Request) -> Completion:
            if has_parts(prompt_of(request)):
                request = await self._opened().fitted(model, request, _of_sample() if smaller is None else smaller)
            return await model.send(request)

        return wrapped(model, send, kind="fitted")

    def _opened(self) -> Fitting:
        if self._fitting is None:
            from pytest_evalscope.run.fitting import Fitting  # nearly all runs are of text

            self._fitting = Fitting(self._limits)
        return self._fitting


async def _leave_open() -> None:
    """Leave the judge open: it is the run's."""
