"""Models that note what passes through them: the last prompt of a sample, and the exchanges with its judges."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_evalscope.errors import ModelError
from pytest_evalscope.types import Completion, Message, Model, Request, clean

if TYPE_CHECKING:
    from pytest_evalscope.folder.judge_log import Exchange


@dataclass(frozen=True, slots=True)
class Overheard:
    """A judge whose exchanges are noted; made for each sample."""

    model: Model
    heard: list[Exchange]

    @property
    def name(self) -> str:
        """The judge's own name."""
        return self.model.name

    @property
    def identity(self) -> Mapping[str, Any]:
        """The judge's own identity."""
        return self.model.identity

    async def generate(self, request: Request) -> Completion:
        """Ask the judge. Raises ModelError."""
        try:
            completion = await self.model.generate(request)
        except ModelError as error:
            problem = clean(" ".join(error.message.split()))[:500]
            self._note(request, None, problem)
            raise
        self._note(request, completion)
        return completion

    def _note(self, request: Request, completion: Completion | None, error: str = "") -> None:
        from pytest_evalscope.folder.judge_log import Exchange  # few runs have judges

        self.heard.append(Exchange(judge=self.name, request=request, completion=completion, error=error))

    async def aclose(self) -> None:
        """Leave the judge open: it is the run's."""


SEEN: ContextVar[list[tuple[Message, ...]] | None] = ContextVar("SEEN", default=None)
"""Where the last prompt of the sample at hand is kept; each task of the engine has its own, shared by its threads."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A model that keeps the last prompt that it was asked in `SEEN`, for the run folder. One serves a whole job."""

    model: Model

    @property
    def name(self) -> str:
        """The model's own name."""
        return self.model.name

    @property
    def identity(self) -> Mapping[str, Any]:
        """The model's own identity."""
        return self.model.identity

    async def generate(self, request: Request) -> Completion:
        """Return the model's completion. Raises ModelError."""
        seen = SEEN.get()
        if seen is not None:
            seen[:] = (request.messages,)
        return await self.model.generate(request)

    async def aclose(self) -> None:
        """Close the model."""
        await self.model.aclose()
