"""Metrics as data: how one was made, so that it can be made again where only its description is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

from pytest_evalscope.types import Metric


def described(metric: Metric) -> list[Any] | None:
    """Return the metric's maker and its arguments, as JSON types; None for a function of the user's own."""
    made: list[Any] | None = getattr(metric, "made_by", None)
    return made


def metric_of(
    description: Sequence[Any] | None, further: Mapping[str, Callable[..., Metric]] = MappingProxyType({})
) -> Metric | None:
    """Return the metric that `described` told of; None where it could not. `further` are makers besides ours."""
    if not description or description[0] not in {**_makers(), **further}:
        return None
    return {**_makers(), **further}[description[0]](*description[1:])


@cache
def _makers() -> Mapping[str, Callable[..., Metric]]:
    from pytest_evalscope.stats.harmonic import f1, harmonic
    from pytest_evalscope.stats.means import clipped, mean, ratio
    from pytest_evalscope.stats.perplexity import perplexities
    from pytest_evalscope.stats.ratios import mean_ratio
    from pytest_evalscope.stats.repeats import pass_at_k, pass_hat_k, vote_at_k

    return {
        "mean": mean,
        "ratio": lambda top, bottom, empty=None: ratio(top, bottom, empty=empty),
        "clipped": lambda inner: clipped(_makers()[inner[0]](*inner[1:])),
        "f1": f1,
        "harmonic": lambda one, other: harmonic(tuple(one), tuple(other)),
        "mean_ratio": lambda *pairs: mean_ratio(*map(tuple, pairs)),
        "perplexity": lambda name: perplexities()[name],
        "pass_at_k": pass_at_k,
        "pass_hat_k": pass_hat_k,
        "vote_at_k": vote_at_k,
    }
