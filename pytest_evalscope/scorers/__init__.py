"""How a reply is marked."""

from pytest_evalscope.scorers.answers import choice, exact, includes, number

__all__ = ["choice", "exact", "includes", "number"]
