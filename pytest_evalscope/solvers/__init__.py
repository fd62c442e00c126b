"""Solvers: how a completion is obtained."""

from typing import TYPE_CHECKING

from pytest_evalscope.lazy import import_on_use

if TYPE_CHECKING:
    from pytest_evalscope.solvers.agent import agent
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
    "agent",
    "chat",
    "likelihood",
    "multiple_choice",
    "perplexity",
    "turns",
]

if not TYPE_CHECKING:  # a type checker sees the imports above
    __getattr__ = import_on_use(
        __name__,
        {
            "solvers.agent": ("agent",),
            "solvers.chat": ("chat",),
            "solvers.likelihood": ("BY_LETTER", "BY_TEXT", "likelihood", "perplexity"),
            "solvers.multiple_choice": (
                "CHINESE_SEVERAL_STEP_BY_STEP",
                "CHINESE_STEP_BY_STEP",
                "DIRECT",
                "STEP_BY_STEP",
                "multiple_choice",
            ),
            "solvers.turns": ("turns",),
        },
    )
