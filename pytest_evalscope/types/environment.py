"""The seam for environments: a world in which an agent acts on one sample, and which says how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from pytest_evalscope.types.sample import Sample
from pytest_evalscope.types.tools import Tool

if TYPE_CHECKING:
    from pytest_evalscope.types.execution import Execution


class Session(Protocol):
    """The world of one sample. Used on the engine's event loop, by one solver and then its scorer.

    Whatever it raises, a failure of a tool aside, ends the sample with the outcome `environment_error`.
    """

    @property
    def tools(self) -> tuple[Tool, ...]:
        """Tools that a model may call in it."""

    async def verdict(self) -> Mapping[str, Any] | None:
        """Return how the world is judged now, as JSON: `{"success": true, "reward": 0.5}`; None for no judgement.

        It may be called more than once, and changes nothing.
        """

    async def snapshot(self) -> Any:
        """Return the state as JSON, for the record: small, or a hash where it is large."""

    async def aclose(self) -> None:
        """Release its resources; called once, however the sample ended."""


@runtime_checkable
class Machine(Session, Protocol):
    """A session with files and a shell. A path is relative to its folder and never leads out of it."""

    async def exec(self, command: str | Sequence[str], *, stdin: str = "", seconds: float | None = None) -> Execution:
        """Run a command to its end or to a limit: a text by the shell, a sequence as it is.

        Raises EnvironmentFailed when the machine could not run it at all; the command itself may fail as it likes.
        """

    async def read(self, path: str) -> bytes:
        """Return the content of a file. Raises ValueError for a path that leads out, OSError for none that is there."""

    async def write(self, path: str, data: bytes | str) -> None:
        """Make or replace a file, with the folders above it. Raises ValueError as `read` does, or for too much."""


class Environment(Protocol):
    """Makes a session for each sample.

    One whose `needs` names `sandbox` also has `in_sandbox(sandbox) -> Environment`, which receives the run's own first.
    """

    async def start(self, sample: Sample, seed: int) -> Session:
        """Return a fresh session; equal arguments make equal ones. `seed` differs between the repeats of a sample.

        A start that raises or is cancelled leaves nothing behind.
        """
