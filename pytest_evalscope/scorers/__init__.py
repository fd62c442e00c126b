"""How a reply is marked."""

from pytest_evalscope.scorers.answers import choice, exact, includes, number
from pytest_evalscope.scorers.expressions import math
from pytest_evalscope.scorers.verification import require_math_verify

__all__ = ["choice", "exact", "includes", "math", "number", "require_math_verify"]
