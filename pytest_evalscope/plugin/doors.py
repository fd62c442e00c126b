"""Synchronous doors onto the engine, for ordinary tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pytest_evalscope.run import Run
from pytest_evalscope.types import Completion, Request


class ModelDoor:
    """The model under test, with the run's cache, limits and engine behind it."""

    def __init__(self, run: Run, name: str) -> None:
        self._run = run
        self._model = run.model(name)
        self.name = name

    def __call__(self, prompt: str | Sequence[Mapping[str, Any]], **params: Any) -> str:
        """Return the answer to a prompt or to chat messages. Raises ModelError."""
        return self.generate(prompt, **params).text

    def generate(self, prompt: str | Sequence[Mapping[str, Any]], *, repeat: int = 0, **params: Any) -> Completion:
        """Return the whole completion; `params` are sampling parameters such as temperature. Raises ModelError."""
        return self._run.call(self.agenerate(prompt, repeat=repeat, **params))

    async def agenerate(
        self, prompt: str | Sequence[Mapping[str, Any]], *, repeat: int = 0, **params: Any
    ) -> Completion:
        """Do the same on the engine's own loop."""
        messages = ({"role": "user", "content": prompt},) if isinstance(prompt, str) else tuple(prompt)
        merged = {**params, **self._run.settings.params}
        return await self._model.generate(Request(messages=messages, params=merged, repeat=repeat))

    def __repr__(self) -> str:
        return f"<model {self.name}>"
