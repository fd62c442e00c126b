"""Models that note what passes through them: a sample's first and last prompt, and the exchanges with its judges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_evalscope.errors import ModelError
from pytest_evalscope.models.wrapped import wrapped
from pytest_evalscope.types import Completion, Message, Model, Request, clean, prompt_of

if TYPE_CHECKING:
    from pytest_evalscope.folder.judge_log import Exchange


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


def witnessed(model: Model, seen: list[tuple[Message, ...]]) -> Model:
    """Return `model`, its first and its last prompt put into `seen`, for the run folder; made for each sample."""

    async def send(request: Request) -> Completion:
        seen[1:] = (prompt_of(request),)
        return await model.send(request)

    return wrapped(model, send, kind="witnessed")


async def _leave_open() -> None:
    """Leave the judge open: it is the run's."""
