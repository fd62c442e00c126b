"""How a reply is marked."""

from pytest_evalscope.scorers.answers import choice, exact, includes, number
from pytest_evalscope.scorers.expressions import math

__all__ = ["choice", "exact", "includes", "math", "number"]
