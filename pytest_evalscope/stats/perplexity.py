"""Perplexity: how many equally likely words, bytes or tokens a model chooses among, on average."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from pytest_evalscope.stats.means import made_by, ratio
from pytest_evalscope.types import Columns, Estimate, Metric


def perplexities() -> Mapping[str, Metric]:
    """Return the metrics of texts, from the values `nats`, `tokens`, `words` and `bytes` of each.

    - `byte_probability`: exp(-Σ nats / Σ bytes), the geometric mean of the probability of a byte, in [0, 1]. It is the
      only one of which more is better, as gates and indexes take it to be, and so comes first.
    - `bits_per_byte`: Σ nats / Σ bytes / ln 2.
    - `byte_perplexity`, `word_perplexity`, `token_perplexity`: exp(Σ nats / Σ units). The last depends on the
      tokenizer, so models compare by the others.

    All are over all texts together, as in the LM Evaluation Harness. Standard errors are those of the ratio, by the
    delta method, and intervals those of the ratio, transformed. They raise what `ratio` raises.
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
    """E to the power of `nats`; what no float holds is the largest that one holds."""
    return math.exp(min(nats, 709.0))


def _of(unit: str, form: Callable[[float], float]) -> Metric:
    nats_per_unit = ratio("nats", unit)

    def metric(columns: Columns) -> Estimate:
        nats = nats_per_unit(columns)
        value = form(nats.value)
        ends = sorted((form(nats.low), form(nats.high)))
        # How fast the form rises there, from a step so small that it is straight.
        slope = abs(form(nats.value + 1e-6) - form(nats.value - 1e-6)) / 2e-6
        return replace(nats, value=value, stderr=slope * nats.stderr, low=min(value, ends[0]), high=max(value, ends[1]))

    return metric
