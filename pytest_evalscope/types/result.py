"""One subset's result with its gate: what travels from a worker to the reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pytest_evalscope.types.estimate import Estimate
from pytest_evalscope.types.plain import plain

if TYPE_CHECKING:
    from pytest_evalscope.types.agreement import Agreement
    from pytest_evalscope.types.shown import FailingSamples

GateOutcome = Literal["passed", "failed", "error", "none", "inconclusive", "xfailed", "skipped"]
"""`none`: a measurement that no assertion compared with anything. `inconclusive`: its test passed, but an interval does
not tell whether a bound is reached. `xfailed`: a gate that did not hold, as its test
expects; it counts like any other. `skipped`: a test was skipped after its measurement, which then counts nowhere."""
SEVERITY: dict[GateOutcome, int] = {
    "skipped": 0, "none": 1, "passed": 2, "inconclusive": 3, "xfailed": 4, "failed": 5, "error": 6,
}  # fmt: skip
"""Rank of an outcome: of several about one thing the one of the highest rank counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """Facts that a test declares about its results."""

    weight: float = 1.0
    """The weight of the benchmark in the index of the run."""
    task_type: str | None = None
    """The group in the index; None for the benchmark's own."""
    tags: tuple[str, ...] | None = None
    """The tags in the index; None for the benchmark's own."""
    test: str = ""
    """The node id of the test."""
    location: str = ""
    """`path:line` of the test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Estimates of one model on one subset, and the verdict of the test on them."""

    benchmark: str
    version: str
    model: str
    subset: str
    primary_metric: str
    metrics: Mapping[str, Estimate]
    planned: int
    outcomes: Mapping[str, int]
    expected: int | None = None
    """Rows that the benchmark's card promises for this subset; fewer planned (without a limit) is worth a remark."""
    title: str = ""
    task_type: str = ""
    tags: tuple[str, ...] = ()
    axes: tuple[str, ...] = ()
    """The scorer's values that a heat map of the primary metric has across and down; empty without one."""
    weight: float = 1.0
    """The weight of the benchmark in the index of this run."""
    thresholds: Mapping[str, float] = field(default_factory=dict)
    asserted: tuple[str, ...] = ()
    """The metrics that the test looked at, whether or not one has a threshold."""
    verdict: GateOutcome = "none"
    message: str = ""
    """Reason why the gate failed or could not be computed."""
    nodeid: str = ""
    location: str = ""
    """`path:line` of the test."""
    seconds: float = 0.0
    requests: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
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
    complete: bool = True
    """False when the run ended before every planned sample had its record."""
    failing: FailingSamples | None = None
    """The most telling samples, where the gate failed or was not computed and there are some."""

    @property
    def primary(self) -> Estimate | None:
        """The primary metric's estimate; None when nothing was measured."""
        return self.metrics.get(self.primary_metric)

    @property
    def properties(self) -> list[tuple[str, str]]:
        """The numbers of a gate for JUnit, under stable names such as `evalscope.accuracy.value`, as text."""
        made: list[tuple[str, object]] = [
            ("benchmark", self.benchmark),
            ("subset", self.subset),
            ("model", self.model),
            ("planned", self.planned),
            ("weight", self.weight),
            ("verdict", self.verdict),
        ]
        for name, estimate in self.metrics.items():
            made += [
                (f"{name}.value", round(estimate.value, 6)),
                (f"{name}.low", round(estimate.low, 6)),
                (f"{name}.high", round(estimate.high, 6)),
                (f"{name}.stderr", round(estimate.stderr, 6)),
                (f"{name}.n", estimate.n),
            ]
            if estimate.detectable is not None:
                made.append((f"{name}.detectable", round(estimate.detectable, 6)))
        made += [(f"{name}.threshold", value) for name, value in self.thresholds.items()]
        made += [(f"outcome.{name}", count) for name, count in self.outcomes.items()]
        return [(f"evalscope.{name}", str(value)) for name, value in made]

    def to_plain(self) -> dict[str, Any]:
        """Return the result as JSON types; `from_plain` reads it back."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        fields["metrics"] = {name: estimate_to_plain(item) for name, item in self.metrics.items()}
        made: dict[str, Any] = plain(fields)
        return made

    @classmethod
    def from_plain(cls, fields: Mapping[str, Any]) -> Result:
        """Return the result that `to_plain` wrote."""
        made = {**fields, "axes": tuple(fields.get("axes", ()))}
        made["metrics"] = {name: Estimate(metric=name, **item) for name, item in fields["metrics"].items()}
        made["tags"] = tuple(fields["tags"])
        made["asserted"] = tuple(fields.get("asserted", ()))
        made["judges"] = tuple(fields.get("judges", ()))
        if fields.get("agreement") is not None:
            from pytest_evalscope.types.agreement import Agreement

            made["agreement"] = Agreement(**fields["agreement"])
        if fields.get("failing") is not None:
            from pytest_evalscope.types.shown import FailingSamples

            made["failing"] = FailingSamples.from_plain(fields["failing"])
        return cls(**made)


def counted(results: Iterable[Result]) -> list[Result]:
    """Return the results that tables and indexes are made of: those of skipped tests are not."""
    return [result for result in results if result.verdict != "skipped"]


def estimate_to_plain(estimate: Estimate) -> dict[str, float | int]:
    """Return the numbers of an estimate: value, stderr, low, high and n."""
    return {
        "value": estimate.value,
        "stderr": estimate.stderr,
        "low": estimate.low,
        "high": estimate.high,
        "n": estimate.n,
    }
