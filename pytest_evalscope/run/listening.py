"""Models that note what passes through them: a sample's first and last prompt, and the exchanges with its judges."""

from __future__ import annotations

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


def overheard(judge: Model, heard: list[Exchange]) -> Model:
    """Return `judge`, its exchanges put into `heard`; made for each sample. Closing it leaves the judge open."""
    tuned = getattr(judge, "tuned", None)

    async def send(request: Request) -> Completion:
        from pytest_evalscope.folder.judge_log import Exchange

        request = request if tuned is None else tuned(request)  # it is noted as it is sent
        try:
            completion = await judge.send(request)
        except ModelError as error:
            problem = clean(" ".join(error.message.split()))[:500]
            heard.append(Exchange(judge=judge.name, request=request, completion=None, error=problem))
            raise
        heard.append(Exchange(judge=judge.name, request=request, completion=completion))
        return completion

    return wrapped(judge, send, aclose=_leave_open, kind="overheard")


class MediaDoor:
    """The limits of a run on the pictures, sound and video that its models are sent; used on one event loop."""

    def __init__(self, limits: MediaLimits) -> None:
        self._limits = limits
        self._fitting: Fitting | None = None

    def around(self, model: Model, noted: Noted | None = None) -> Model:
        """Return `model`, sent nothing beyond the limits; for a sample, what it was sent goes into `noted`.

        It is before the cache of completions: a picture that is made smaller has the hash of its new bytes there and
        in the run folder.
        """
        noted = Noted([], set()) if noted is None else noted

        async def send(request: Request) -> Completion:
            prompt = prompt_of(request)
            if has_parts(prompt):
                request = await self._opened().fitted(model, request, noted.smaller)
                prompt = prompt_of(request)
            noted.prompts[1:] = (prompt,)
            return await model.send(request)

        return wrapped(model, send, kind="fitted")

    def _opened(self) -> Fitting:
        if self._fitting is None:
            from pytest_evalscope.run.fitting import Fitting  # nearly all runs are of text

            self._fitting = Fitting(self._limits)
        return self._fitting


async def _leave_open() -> None:
    """Leave the judge open: it is the run's."""
