"""Immutable values that every room shares."""

from typing import TYPE_CHECKING

from pytest_evalscope.lazy import import_on_use

if TYPE_CHECKING:
    from pytest_evalscope.types.agreement import Agreement
    from pytest_evalscope.types.columns import Columns, Metric
    from pytest_evalscope.types.completion import Completion, ContinuationLogprob, Timing, TokenLogprob, Usage
    from pytest_evalscope.types.environment import Environment, Machine, Session
    from pytest_evalscope.types.estimate import POLICIES, Decision, Estimate, InconclusiveWarning, Policy, Threshold
    from pytest_evalscope.types.execution import Execution, Limits, Program
    from pytest_evalscope.types.index import LEVELS, IndexLevel, IndexReport, IndexRow, LevelName
    from pytest_evalscope.types.leaderboard import Leaderboard, Orders, Standing
    from pytest_evalscope.types.media import Media
    from pytest_evalscope.types.parts import media_in, media_of, media_part, text_part, with_media
    from pytest_evalscope.types.plain import clean, plain
    from pytest_evalscope.types.ports import Context, MakeSample, Model, Row, Sandbox, Scorer, Solver
    from pytest_evalscope.types.record import OUTCOMES, UNSCORED, Outcome, Record, Score
    from pytest_evalscope.types.requests import (
        EVERY_REQUEST,
        RAW,
        Chat,
        Embed,
        Likelihood,
        Request,
        Rerank,
        prompt_of,
        raw,
        raw_text,
        texts_of,
    )
    from pytest_evalscope.types.result import Declared, GateOutcome, Result, estimate_to_plain
    from pytest_evalscope.types.sample import Message, Messages, Sample, has_parts
    from pytest_evalscope.types.scores import Scores
    from pytest_evalscope.types.spending import Spending, Spent
    from pytest_evalscope.types.summary import RunSummary
    from pytest_evalscope.types.tools import Tool, definitions, tool

__all__ = [
    "EVERY_REQUEST",
    "LEVELS",
    "OUTCOMES",
    "POLICIES",
    "RAW",
    "UNSCORED",
    "Agreement",
    "Chat",
    "Columns",
    "Completion",
    "Context",
    "ContinuationLogprob",
    "Decision",
    "Declared",
    "Embed",
    "Environment",
    "Estimate",
    "Execution",
    "GateOutcome",
    "InconclusiveWarning",
    "IndexLevel",
    "IndexReport",
    "IndexRow",
    "Leaderboard",
    "LevelName",
    "Likelihood",
    "Limits",
    "Machine",
    "MakeSample",
    "Media",
    "Message",
    "Messages",
    "Metric",
    "Model",
    "Orders",
    "Outcome",
    "Policy",
    "Program",
    "Record",
    "Request",
    "Rerank",
    "Result",
    "Row",
    "RunSummary",
    "Sample",
    "Sandbox",
    "Score",
    "Scorer",
    "Scores",
    "Session",
    "Solver",
    "Spending",
    "Spent",
    "Standing",
    "Threshold",
    "Timing",
    "TokenLogprob",
    "Tool",
    "Usage",
    "clean",
    "definitions",
    "estimate_to_plain",
    "has_parts",
    "media_in",
    "media_of",
    "media_part",
    "plain",
    "prompt_of",
    "raw",
    "raw_text",
    "text_part",
    "texts_of",
    "tool",
    "with_media",
]

if not TYPE_CHECKING:  # a type checker sees the imports above
    __getattr__ = import_on_use(
        __name__,
        {
            "types.agreement": ("Agreement",),
            "types.columns": (
                "Columns",
                "Metric",
            ),
            "types.completion": (
                "Completion",
                "ContinuationLogprob",
                "Timing",
                "TokenLogprob",
                "Usage",
            ),
            "types.environment": (
                "Environment",
                "Machine",
                "Session",
            ),
            "types.estimate": (
                "POLICIES",
                "Decision",
                "Estimate",
                "InconclusiveWarning",
                "Policy",
                "Threshold",
            ),
            "types.execution": (
                "Execution",
                "Limits",
                "Program",
            ),
            "types.index": (
                "LEVELS",
                "IndexLevel",
                "IndexReport",
                "IndexRow",
                "LevelName",
            ),
            "types.leaderboard": (
                "Leaderboard",
                "Orders",
                "Standing",
            ),
            "types.media": ("Media",),
            "types.parts": ("media_in", "media_of", "media_part", "text_part", "with_media"),
            "types.plain": (
                "clean",
                "plain",
            ),
            "types.ports": (
                "Context",
                "MakeSample",
                "Model",
                "Row",
                "Sandbox",
                "Scorer",
                "Solver",
            ),
            "types.record": (
                "OUTCOMES",
                "UNSCORED",
                "Outcome",
                "Record",
                "Score",
            ),
            "types.requests": (
                "EVERY_REQUEST",
                "RAW",
                "Chat",
                "Embed",
                "Likelihood",
                "Request",
                "Rerank",
                "prompt_of",
                "raw",
                "raw_text",
                "texts_of",
            ),
            "types.result": (
                "Declared",
                "GateOutcome",
                "Result",
                "estimate_to_plain",
            ),
            "types.sample": (
                "has_parts",
                "Message",
                "Messages",
                "Sample",
            ),
            "types.scores": ("Scores",),
            "types.spending": (
                "Spending",
                "Spent",
            ),
            "types.summary": ("RunSummary",),
            "types.tools": (
                "Tool",
                "definitions",
                "tool",
            ),
        },
    )
