"""Instructions whose following a program can verify (IFEval, arXiv:2311.07911)."""

from pytest_evalscope.scorers.instructions.conversation import TURNS, turn_instructions
from pytest_evalscope.scorers.instructions.multilingual import MULTILINGUAL, check_multilingual
from pytest_evalscope.scorers.instructions.scorer import instructions
from pytest_evalscope.scorers.instructions.table import INSTRUCTIONS, Check, check_instructions, follows

__all__ = [
    "INSTRUCTIONS",
    "MULTILINGUAL",
    "TURNS",
    "Check",
    "check_instructions",
    "check_multilingual",
    "follows",
    "instructions",
    "turn_instructions",
]
