"""Perplexity: how many equally likely words, bytes or tokens a model chooses among, on average."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace

from pytest_evalscope.stats.means import made_by, ratio_of
from pytest_evalscope.types import Columns, Estimate, Metric


def perplexities() -> Mapping[str, Metric]:
    """Return the metrics of texts, from the values `nats`, `tokens`, `words` and `bytes` of each.

    - `byte_probability`: exp(-Σ nats / Σ bytes), the geometric mean of the probability of a byte, in [0, 1]. It is the
      only one of which more is better, as gates and indexes take it to be, and so comes first.
    - `bits_per_byte`: Σ nats / Σ bytes / ln 2.
    - `byte_perplexity`, `word_perplexity`, `token_perplexity`: exp(Σ nats / Σ units). The last depends on the
      tokenizer, so models compare by the others.

    All are over all texts together, as in the LM Evaluation Harness. Standard errors are those of the ratio, by the
    delta method. Intervals are Student's on the logarithm of the ratio, transformed, so they lie where the metric may:
    nats are above 0, probabilities in [0, 1], perplexities at least 1. They raise what `ratio` raises.
    """
    made = {
        "byte_probability": _of("bytes", lambda nats: math.exp(-nats)),
        "bits_per_byte": _of("bytes", lambda nats: nats / math.log(2)),
        "byte_perplexity": _of("bytes", _exp),
        "word_perplexity": _of("words", _exp),
        "token_perplexity": _of("tokens", _exp),
    }
    return {name: made_by(metric, "perplexity", name) for name, metric in made.items()}


def _exp(nats: float) -> float:
    """Return e to the power of `nats`, at most the largest number that a float can be."""
    return math.exp(min(nats, 709.0))


def _around(nats: Estimate) -> tuple[float, float]:
    """Return the ends of the interval of a ratio that is as wide, to each side, on the scale of its logarithm."""
    factor = _exp(max(nats.high - nats.value, nats.value - nats.low) / nats.value)
    return nats.value / factor, min(nats.value * factor, sys.float_info.max)


def _of(unit: str, form: Callable[[float], float]) -> Metric:
    def metric(columns: Columns) -> Estimate:
        nats = ratio_of(columns, "nats", unit, share=False)
        value = form(nats.value)
        low, high = (0.0, nats.high) if nats.value <= 0 else _around(nats)
        ends = sorted((form(low), form(high)))
        # How fast the form rises there, from a step so small that it is straight.
        slope = abs(form(nats.value + 1e-6) - form(nats.value - 1e-6)) / 2e-6
        return replace(nats, value=value, stderr=slope * nats.stderr, low=min(value, ends[0]), high=max(value, ends[1]))

    return metric
