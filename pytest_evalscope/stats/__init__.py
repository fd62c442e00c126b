"""Statistics: metrics with their uncertainty. Pure functions; neither numpy nor scipy is needed."""

from pytest_evalscope.stats.agreement import cohen_kappa, krippendorff_alpha
from pytest_evalscope.stats.intervals import detectable
from pytest_evalscope.stats.means import mean, ratio
from pytest_evalscope.stats.perplexity import perplexities
from pytest_evalscope.stats.pooling import macro, pool, weighted
from pytest_evalscope.stats.quantiles import normal_quantile, t_quantile
from pytest_evalscope.stats.repeats import pass_at_k, pass_hat_k

__all__ = [
    "cohen_kappa",
    "detectable",
    "krippendorff_alpha",
    "macro",
    "mean",
    "normal_quantile",
    "pass_at_k",
    "pass_hat_k",
    "perplexities",
    "pool",
    "ratio",
    "t_quantile",
    "weighted",
]
