"""How a reply is marked."""

from pytest_evalscope.scorers.answers import choice, exact, includes, number
from pytest_evalscope.scorers.judging import judge

__all__ = ["choice", "exact", "includes", "judge", "number"]
