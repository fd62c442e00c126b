"""Statistics: metrics with their uncertainty. Pure functions; neither numpy nor scipy is needed."""

from pytest_evalscope.stats.means import mean, ratio
from pytest_evalscope.stats.quantiles import normal_quantile, t_quantile

__all__ = ["mean", "normal_quantile", "ratio", "t_quantile"]
