"""Statistics: metrics with their uncertainty. Pure functions; neither numpy nor scipy is needed."""

from typing import TYPE_CHECKING

from pytest_evalscope.lazy import import_on_use

if TYPE_CHECKING:
    from pytest_evalscope.stats.agreement import cohen_kappa, krippendorff_alpha
    from pytest_evalscope.stats.distributions import normal_quantile, t_quantile
    from pytest_evalscope.stats.harmonic import f1, harmonic
    from pytest_evalscope.stats.jackknife import of_sums
    from pytest_evalscope.stats.means import clipped, mean, ratio
    from pytest_evalscope.stats.metric_spec import described, metric_of, values_read
    from pytest_evalscope.stats.perplexity import perplexities
    from pytest_evalscope.stats.pooling import macro, pool, weighted
    from pytest_evalscope.stats.ratios import mean_ratio
    from pytest_evalscope.stats.repeats import pass_at_k, pass_hat_k, vote_at_k

__all__ = [
    "clipped",
    "cohen_kappa",
    "described",
    "f1",
    "harmonic",
    "krippendorff_alpha",
    "macro",
    "mean",
    "mean_ratio",
    "metric_of",
    "normal_quantile",
    "of_sums",
    "pass_at_k",
    "pass_hat_k",
    "perplexities",
    "pool",
    "ratio",
    "t_quantile",
    "values_read",
    "vote_at_k",
    "weighted",
]

if not TYPE_CHECKING:  # a type checker sees the imports above
    __getattr__ = import_on_use(
        __name__,
        {
            "stats.agreement": ("cohen_kappa", "krippendorff_alpha"),
            "stats.distributions": ("normal_quantile", "t_quantile"),
            "stats.harmonic": ("f1", "harmonic"),
            "stats.jackknife": ("of_sums",),
            "stats.means": ("clipped", "mean", "ratio"),
            "stats.metric_spec": ("described", "metric_of", "values_read"),
            "stats.perplexity": ("perplexities",),
            "stats.pooling": ("macro", "pool", "weighted"),
            "stats.ratios": ("mean_ratio",),
            "stats.repeats": ("pass_at_k", "pass_hat_k", "vote_at_k"),
        },
    )
