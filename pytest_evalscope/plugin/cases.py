"""Items of an eval, and their state while they run, whatever their kind."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pytest_evalscope.run import Job, Settings
from pytest_evalscope.types import Decision, GateOutcome

if TYPE_CHECKING:
    from pytest_evalscope.api.failing import Behind
    from pytest_evalscope.types.shown import FailingSamples


class Ended(Protocol):
    """The end of an item, for its report."""

    @property
    def outcome(self) -> GateOutcome:
        """The outcome of its gate."""

    @property
    def message(self) -> str:
        """The reason of its failure, in one line."""

    @property
    def nodeid(self) -> str:
        """Its node id."""

    @property
    def location(self) -> str:
        """`path:line` of the test."""

    @property
    def failing(self) -> FailingSamples | None:
        """The samples behind its gate, where that did not hold."""


class Measured(Protocol):
    """The state of an item while it runs."""

    @property
    def kind(self) -> str:
        """The name of the kind's module, which reads what `to_plain` gives."""

    @property
    def begun(self) -> bool:
        """True if something was recorded."""

    def unmet(self, decided: Collection[tuple[str, float]]) -> Decision | None:
        """Return the answer to the declared thresholds; None when all are reached.

        `decided` are those that the test has decided by interval itself, metric and least value.
        """

    def behind(self, compared: tuple[str, bool] | None) -> Sequence[Behind]:
        """Return the subsets whose samples are behind its gate, those to look at first; () without any.

        `compared` is the metric of the comparison that failed, and whether it was wanted to be low.
        """

    def to_plain(self, ended: Ended) -> dict[str, Any]:
        """Return what the kind's `collect` reads, as JSON types."""

    def properties(self, ended: Ended) -> Sequence[tuple[str, str | float]]:
        """Return the user properties of the item's report."""


class Case(Protocol):
    """One item, known when it is collected, without reading any data."""

    @property
    def id(self) -> str:
        """The part of the node id in brackets."""

    @property
    def label(self) -> str:
        """The name for people."""

    @property
    def model(self) -> str:
        """The model under test; empty where there are several."""

    @property
    def own_model(self) -> bool:
        """True if the model is opened by its name, and not given by a user's fixture."""

    @property
    def opened(self) -> Sequence[str]:
        """The names that its models are opened by; an empty one where none is named."""

    @property
    def marker(self) -> Mapping[str, str]:
        """The arguments of the marker `evalscope`."""

    @property
    def jobs(self) -> Sequence[Job]:
        """The jobs that are known by now; they may be requested ahead of the item."""

    def names(self) -> tuple[Sequence[str], Sequence[str], bool]:
        """Return the names that thresholds may have for it, the benchmarks whose options it reads, and whether it also
        reads the options of benchmarks that only its data name.
        """

    def shares_requests_with(self, _: Path) -> Collection[str] | None:
        """Return the benchmarks whose tests may request the same samples of the same model; None for all of them.

        The path is that of the test's folder.
        """

    def measure(self) -> Measured:
        """Return the state of the item before anything is measured."""

    def require(self, settings: Settings) -> None:
        """Raise UsageError, before anything is requested, for options that keep the item from a result."""
