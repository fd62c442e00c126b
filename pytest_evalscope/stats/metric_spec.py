"""Metrics as data: a description from which a metric can be rebuilt."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

from pytest_evalscope.types import Metric


def described(metric: Metric) -> list[Any] | None:
    """Return the metric's maker and its arguments, as JSON types; None for a function of the user's own."""
    made: list[Any] | None = getattr(metric, "made_by", None)
    return made


def values_read(metric: Metric) -> tuple[str, ...]:
    """Return the names of the scorer's values that a metric is made of; () for a function of the user's own."""
    return values_in(described(metric) or ())


def values_in(description: Sequence[Any]) -> tuple[str, ...]:
    """Return the names of the scorer's values in a description by `described`; () where it names none."""
    return tuple(dict.fromkeys(_values_in(description)))


def _values_in(description: Sequence[Any]) -> Iterator[str]:
    match description:
        case ["clipped", inner]:
            yield from _values_in(inner)
        case ["mean" | "ratio" | "f1" | "harmonic" | "mean_ratio" | "pass_at_k" | "pass_hat_k" | "vote_at_k", *given]:
            for each in given:
                yield from [each] if isinstance(each, str) else each if isinstance(each, list) else ()


def metric_of(
    description: Sequence[Any] | None, further: Mapping[str, Callable[..., Metric]] = MappingProxyType({})
) -> Metric | None:
    """Return the metric of a description by `described`; None without one. `further` adds makers to ours."""
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
