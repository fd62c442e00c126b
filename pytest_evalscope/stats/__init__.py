"""Statistics: metrics with their uncertainty. Pure functions; neither numpy nor scipy is needed."""

from pytest_evalscope.stats.agreement import cohen_kappa, krippendorff_alpha
from pytest_evalscope.stats.distributions import normal_quantile, t_quantile
from pytest_evalscope.stats.harmonic import f1, harmonic
from pytest_evalscope.stats.intervals import detectable
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
    "detectable",
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
