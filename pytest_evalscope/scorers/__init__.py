"""How a reply is marked."""

from pytest_evalscope.scorers.answers import choice, exact, includes, number
from pytest_evalscope.scorers.programs import code

__all__ = ["choice", "code", "exact", "includes", "number"]
