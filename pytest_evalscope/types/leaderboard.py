"""Results of battles between models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pytest_evalscope.errors import UnknownName
from pytest_evalscope.types.estimate import Estimate, no_truth_value

__tracebackhide__ = True  # pytest shows the line of the test, and none of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One model's place on a leaderboard."""

    model: str
    rating: Estimate | None
    """On Elo's scale, the baseline's being 1000; None when no battle with a verdict connects it with the baseline."""
    win_rate: Estimate | None
    """The mean score against the baseline in [0, 1], a tie counting one half; None for the baseline, and without a
    verdict against it."""
    won: int
    tied: int
    lost: int
    unscored: int
    """Battles without a verdict: a completion or a judge failed."""

    __bool__ = no_truth_value("a model's standing", 'a comparison, such as leaderboard["new"].win_rate.low > 0.5')


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """Consistency of the verdicts in the two orders in which each pair of completions is shown."""

    agreed: int
    """Battles in which both orders named the same completion, or a tie."""
    first: int
    """Battles in which each order named the completion that it showed first."""
    second: int
    """Battles in which each order named the completion that it showed second."""
    half: int
    """Battles in which one order named a completion and the other a tie."""

    @property
    def battles(self) -> int:
        """Battles with a verdict in both orders."""
        return self.agreed + self.first + self.second + self.half

    @property
    def consistency(self) -> float | None:
        """The share of battles in which the orders agreed, in [0, 1]; None without a battle."""
        return self.agreed / self.battles if self.battles else None

    __bool__ = no_truth_value("the consistency of verdicts", "leaderboard.orders.consistency >= 0.8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaderboard:
    """The models that fought, the best first: `leaderboard["new"].win_rate.low > 0.5`."""

    name: str
    baseline: str
    standings: tuple[Standing, ...]
    orders: Orders
    battles: int
    """Pairs of completions that judges were to compare, those without a verdict included."""
    parts: Mapping[str, Leaderboard] = field(default_factory=dict)
    """The leaderboards of the subsets, or of the data sets."""

    def __getitem__(self, model: str) -> Standing:
        for standing in self.standings:
            if standing.model == model:
                return standing
        raise UnknownName("model on the leaderboard", model, [standing.model for standing in self.standings])

    def __iter__(self) -> Iterator[Standing]:
        return iter(self.standings)

    def __len__(self) -> int:
        return len(self.standings)

    __bool__ = no_truth_value("a leaderboard", 'a comparison, such as leaderboard["new"].win_rate.low > 0.5')

    @property
    def unscored(self) -> int:
        """Number of battles without a verdict."""
        return self.battles - sum(standing.won for standing in self.standings) - self.tied

    @property
    def tied(self) -> int:
        """Number of battles that ended in a tie."""
        return sum(standing.tied for standing in self.standings) // 2
