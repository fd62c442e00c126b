"""Properties of a gate's result, as name and text, for JUnit: pytest's own and the run folder's."""

from __future__ import annotations

from pytest_evalscope.types import Result


def properties_of(result: Result) -> list[tuple[str, str]]:
    """Return the numbers of a gate's result, under stable names such as `evalscope.accuracy.value`."""
    made: list[tuple[str, object]] = [
        ("benchmark", result.benchmark),
        ("subset", result.subset),
        ("model", result.model),
        ("planned", result.planned),
        ("weight", result.weight),
    ]
    for name, estimate in result.metrics.items():
        made += [
            (f"{name}.value", round(estimate.value, 6)),
            (f"{name}.low", round(estimate.low, 6)),
            (f"{name}.high", round(estimate.high, 6)),
            (f"{name}.stderr", round(estimate.stderr, 6)),
            (f"{name}.n", estimate.n),
        ]
    made += [(f"{name}.threshold", value) for name, value in result.thresholds.items()]
    made += [(f"outcome.{name}", count) for name, count in result.outcomes.items()]
    return [(f"evalscope.{name}", str(value)) for name, value in made]
