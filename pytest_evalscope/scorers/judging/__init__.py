"""Marks that other models give."""

from pytest_evalscope.scorers.judging.criteria import CORRECTNESS_ZH, QUALITY
from pytest_evalscope.scorers.judging.scorer import HINT, NO_JUDGE, judge

__all__ = ["CORRECTNESS_ZH", "HINT", "NO_JUDGE", "QUALITY", "judge"]
