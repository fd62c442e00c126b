"""How a reply is obtained."""

from pytest_evalscope.solvers.chat import chat
from pytest_evalscope.solvers.multiple_choice import multiple_choice

__all__ = ["chat", "multiple_choice"]
