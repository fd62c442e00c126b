"""Solvers: how a completion is obtained."""

from pytest_evalscope.solvers.chat import chat
from pytest_evalscope.solvers.likelihood import BY_LETTER, BY_TEXT, likelihood, perplexity
from pytest_evalscope.solvers.multiple_choice import (
    CHINESE_SEVERAL_STEP_BY_STEP,
    CHINESE_STEP_BY_STEP,
    DIRECT,
    STEP_BY_STEP,
    multiple_choice,
)
from pytest_evalscope.solvers.turns import turns

__all__ = [
    "BY_LETTER",
    "BY_TEXT",
    "CHINESE_SEVERAL_STEP_BY_STEP",
    "CHINESE_STEP_BY_STEP",
    "DIRECT",
    "STEP_BY_STEP",
    "chat",
    "likelihood",
    "multiple_choice",
    "perplexity",
    "turns",
]
