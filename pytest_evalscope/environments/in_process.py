"""An environment that is a Python object: fast, hermetic, and the same every time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_evalscope.environments.state import shown
from pytest_evalscope.errors import UsageError
from pytest_evalscope.types import Sample, Session, Tool, plain
from pytest_evalscope.types.calls import attempted
from pytest_evalscope.types.tools import bound, state_tool

MakeState = Callable[[Sample, int], Any]
"""Sample and seed → a fresh state, which shares nothing with another; sync or async."""
Verdict = Callable[[Any, Sample], Any]
"""State and sample → how it ended, as a mapping, or None; sync or async."""
Snapshot = Callable[[Any], Any]
"""State → what the record shows of it, as JSON; sync or async."""


@dataclass(frozen=True, slots=True)
class in_process:  # noqa: N801 - it is called like a function in a benchmark's slots: `environment=in_process(…)`
    """Make a state for each sample, with tools that act on it.

    Each of `tools` is a function whose first parameter is the state, or a method named on the state's class
    (`Shop.buy`); the other parameters are the model's, as for `tool()`. A `Tool` has no such parameter and is used as
    it is. Sync functions run in a thread, one after the other. Without `snapshot`, the record has the state's
    attributes, as far as they are plain values or within Python's own collections, mappings and dataclasses; anything
    else in it is never gone through, and is its text.

    Raises UsageError for tools as `tool()` does, and for two of one name.
    """

    make_state: MakeState
    tools: Sequence[Callable[..., Any] | Tool]
    verdict: Verdict | None = None
    snapshot: Snapshot | None = None
    _acting: tuple[tuple[Tool, bool], ...] = field(init=False, repr=False)
    """Each tool, and whether the state is to be filled in."""

    def __post_init__(self) -> None:
        made = [(each, False) if isinstance(each, Tool) else (state_tool(each), True) for each in self.tools]
        names = [each.name for each, _ in made]
        if len(set(names)) < len(names):
            raise UsageError(f"in_process: two tools have one name ({', '.join(names)}); accepted: a name for each")
        object.__setattr__(self, "_acting", tuple(made))

    async def start(self, sample: Sample, seed: int) -> Session:
        """Return a session around a fresh state. Raises whatever `make_state` does."""
        state = await _called(self.make_state, sample, seed)
        tools = tuple(bound(each, state) if acts else each for each, acts in self._acting)
        return _Session(self, sample, state, tools)


@dataclass(frozen=True, slots=True, eq=False)
class _Session:
    environment: in_process
    sample: Sample
    state: Any
    tools: tuple[Tool, ...]

    async def verdict(self) -> Mapping[str, Any] | None:
        judge = self.environment.verdict
        found: Mapping[str, Any] | None = None if judge is None else await _called(judge, self.state, self.sample)
        return found

    async def snapshot(self) -> Any:
        show = self.environment.snapshot
        return shown(self.state) if show is None else plain(await _called(show, self.state))

    async def aclose(self) -> None:
        """Do nothing: a session in this process has nothing to release."""


async def _called(function: Callable[..., Any], *args: Any) -> Any:
    result, failure = await attempted(function, *args)
    if failure is None:
        return result
    if isinstance(failure, Exception) and not isinstance(failure, StopIteration):
        raise failure
    # As they are, sys.exit() and pytest.skip() would end the engine; a coroutine makes another error of StopIteration.
    raise RuntimeError(f"{type(failure).__name__}: {failure}".removesuffix(": ")) from failure
