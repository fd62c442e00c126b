"""Evaluating from Python: our own way, and EvalScope's."""

from pytest_evalscope.api.evaluation import Interrupted, evaluate, problems
from pytest_evalscope.api.merge import merge
from pytest_evalscope.api.rescore import rescore
from pytest_evalscope.api.start import run_task
from pytest_evalscope.api.task import TaskConfig

__all__ = ["Interrupted", "TaskConfig", "evaluate", "merge", "problems", "rescore", "run_task"]
