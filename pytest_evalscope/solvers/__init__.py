"""How a reply is obtained."""

from pytest_evalscope.solvers.chat import chat
from pytest_evalscope.solvers.multiple_choice import DIRECT, STEP_BY_STEP, multiple_choice

__all__ = ["DIRECT", "STEP_BY_STEP", "chat", "multiple_choice"]
