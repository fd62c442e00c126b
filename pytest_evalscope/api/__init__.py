"""Evaluating from Python: `evaluate`, and what is made of finished run folders."""

from pytest_evalscope.api.evaluation import Interrupted, evaluate, problems
from pytest_evalscope.api.merge import merge
from pytest_evalscope.api.rescore import rescore

__all__ = ["Interrupted", "evaluate", "merge", "problems", "rescore"]
