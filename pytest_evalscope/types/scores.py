"""Value of the fixture `scores`: the estimates of one model on one subset."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

from pytest_evalscope.errors import UnknownName
from pytest_evalscope.types.estimate import (
    Decision,
    Estimate,
    Policy,
    Question,
    Threshold,
    no_truth_value,
    of_several,
    reaches,
    shown,
)
from pytest_evalscope.types.record import OUTCOMES, UNSCORED, Record

if TYPE_CHECKING:
    from pytest_evalscope.types.agreement import Agreement

__tracebackhide__ = True  # pytest shows the line of the test, and none of ours


class Metrics(dict[str, Estimate]):
    """Metric → Estimate, without a truth value: it would be true whatever was measured."""

    __slots__ = ("read",)

    def __init__(self, metrics: Mapping[str, Estimate] = MappingProxyType({})) -> None:
        super().__init__(metrics)
        self.read: set[str] = set()
        """The names that were looked up: reports show these metrics."""

    def __getitem__(self, metric: str) -> Estimate:
        found = super().__getitem__(metric)
        self.read.add(metric)
        return found

    __bool__ = no_truth_value("scores.metrics", "scores.accuracy >= 0.5, or len(scores.metrics) > 0")


def _no_samples() -> Sequence[Record]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Scores:
    """Metric → Estimate, with the counts of every outcome. `scores.accuracy` is `scores.metrics["accuracy"]`."""

    benchmark: str
    subset: str
    model: str
    primary_metric: str
    metrics: Mapping[str, Estimate]
    """It has no truth value."""
    outcomes: Mapping[str, int]
    """Outcome → number of planned samples that ended in it; every sample is in exactly one."""
    planned: int
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    """From the first sample taken up to the last score."""
    requests: int = 0
    """Requests sent; completions from the cache need none."""
    data_hash: str = ""
    """Hash over the samples that were run, in order: equal hashes, equal data."""
    judges: tuple[str, ...] = ()
    """The models whose verdicts are in the scores; () where a rule scored everything."""
    agreement: Agreement | None = None
    """Agreement of the judges that scored the completions; None without a panel."""
    resized: int = 0
    """Pictures of samples that were made smaller before they were sent, to be within the limits; repeats count once."""
    answered_by: Mapping[str, int] = field(default_factory=dict)
    """Names by which the endpoint called the model → completions, where these are several or none is the requested."""
    own_examples: int = 0
    """Samples that were among the few-shot examples, and left out of their own."""
    unreadable: int = 0
    """Entries of the completion cache that could not be read, and so were not used."""
    load_samples: Callable[[], Sequence[Record]] = field(default=_no_samples, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "metrics", Metrics(self.metrics))

    def __repr__(self) -> str:
        measured = ", ".join(map(str, self.metrics.values()))
        return f"<scores of {self.model} on {self.benchmark}/{self.subset}: {measured}>"

    def __getattr__(self, name: str) -> Estimate:
        # Reached only when there is no field of this name. Dunder look-ups (copy, pickle) must fail plainly.
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self.metrics[name]
        except KeyError:
            raise AttributeError(str(UnknownName(f"metric of {self.benchmark}", name, self.metrics))) from None

    def __getitem__(self, metric: str) -> Estimate:
        try:
            return self.metrics[metric]
        except KeyError:
            raise UnknownName(f"metric of {self.benchmark}", metric, self.metrics) from None

    def __contains__(self, metric: object) -> bool:
        return metric in self.metrics

    def __iter__(self) -> NoReturn:
        # Without it Python would look for the metric 0; and all(scores) must not be true for their names.
        raise TypeError("scores are not iterable; write scores.metrics, scores.metrics.values() or scores.samples")

    @property
    def primary(self) -> Estimate:
        """The estimate of the primary metric."""
        return self.metrics[self.primary_metric]

    @property
    def unscored(self) -> int:
        """Number of planned samples without a score because model, scorer or time failed them."""
        return sum(self.outcomes.get(name, 0) for name in OUTCOMES if name in UNSCORED)

    @property
    def samples(self) -> Sequence[Record]:
        """The records behind the numbers, read from the run folder at each call."""
        return self.load_samples()

    @property
    def meets(self) -> Meets:
        """The function `meets(threshold)`; without being called it has no truth value."""
        return Meets(self)

    @property
    def at_least(self) -> Question:
        """The function `at_least(threshold)`: whether the intervals of all metrics that it names reach it.

        A bare number is for the primary metric. See `Estimate.at_least`.
        """

        def answer(bound: Any, policy: Policy | None) -> Decision:
            names = tuple(bound.values) if isinstance(bound, Threshold) else (self.primary_metric,)
            return of_several([self[name].at_least(bound) for name in names], policy)

        return Question("scores.at_least", answer)

    __bool__ = no_truth_value("scores", "scores.accuracy >= 0.5 or scores.meets(threshold)")


def asserted(scores: Scores) -> tuple[str, ...]:
    """Return the names of the metrics that were looked up."""
    read = scores.metrics.read if isinstance(scores.metrics, Metrics) else ()
    return tuple(name for name in scores.metrics if name in read)


class Below(int):
    """The answer no of `scores.meets(threshold)`: 0, which as text tells what is below its threshold."""

    _told: str

    def __new__(cls, told: str) -> Below:
        """Make the answer from a sentence."""
        made = super().__new__(cls, 0)
        made._told = told
        return made

    def __repr__(self) -> str:
        return self._told


class Meets:
    """The question whether scores reach a threshold: `scores.meets(threshold)`."""

    __slots__ = ("_scores",)

    def __init__(self, scores: Scores) -> None:
        self._scores = scores

    def __call__(self, threshold: Threshold | float) -> bool | Below:
        """Return whether every metric named by the threshold (a bare number: the primary metric) reaches it."""
        scores = self._scores
        least = threshold.values if isinstance(threshold, Threshold) else {scores.primary_metric: threshold}
        below = (
            f"{scores[metric].beside(bound)} is below {shown(bound)}"
            for metric, bound in least.items()
            if not reaches(scores[metric].value, bound)
        )
        told = "; ".join(below)
        return Below(told) if told else True

    def __repr__(self) -> str:
        return f"{self._scores!r}.meets"

    __bool__ = no_truth_value("scores.meets, which is not called here,", "scores.meets(threshold)")
