"""EvalScope's names: `TaskConfig` and `run_task` in this package's terms."""

from pytest_evalscope.compat.start import run_task
from pytest_evalscope.compat.task import TaskConfig

__all__ = ["TaskConfig", "run_task"]
