"""Instructions whose following a program can verify (IFEval, arXiv:2311.07911)."""

from pytest_evalscope.scorers.instructions.scorer import instructions
from pytest_evalscope.scorers.instructions.table import INSTRUCTIONS, Check, check_instructions, follows

__all__ = ["INSTRUCTIONS", "Check", "check_instructions", "follows", "instructions"]
