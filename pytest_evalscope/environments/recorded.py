"""The environment of a recorded sample: its verdict, and nothing that could act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_evalscope.errors import ScorerError
from pytest_evalscope.types import Execution, Tool


@dataclass(frozen=True, slots=True)
class Recorded:
    """A session that is over: scorers find its verdict as it was."""

    judged: Mapping[str, Any]

    @property
    def tools(self) -> tuple[Tool, ...]:
        """None: nothing can act."""
        return ()

    async def verdict(self) -> Mapping[str, Any]:
        """Return the recorded verdict."""
        return self.judged

    async def snapshot(self) -> None:
        """Return nothing: states are in the trajectory."""

    async def aclose(self) -> None:
        """Do nothing: nothing is open."""

    async def exec(self, command: str | Sequence[str], *, stdin: str = "", seconds: float | None = None) -> Execution:
        """Refuse. Raises ScorerError."""
        raise _gone()

    async def read(self, path: str) -> bytes:
        """Refuse. Raises ScorerError."""
        raise _gone()

    async def write(self, path: str, data: bytes | str) -> None:
        """Refuse. Raises ScorerError."""
        raise _gone()


def _gone() -> ScorerError:
    return ScorerError(
        "environment: of a recorded run only its verdict is left, no machine",
        hint="return in the verdict what the scorer reads, or run again with --eval-cache=replay",
    )
