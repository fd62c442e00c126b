"""Immutable values that every room shares."""

from pytest_evalscope.types.agreement import Agreement
from pytest_evalscope.types.columns import Columns, Metric
from pytest_evalscope.types.completion import Completion, Likelihood, Timing, TokenLogprob, Usage
from pytest_evalscope.types.environment import Environment, Machine, Session
from pytest_evalscope.types.estimate import Estimate, Threshold
from pytest_evalscope.types.execution import Execution, Limits, Program
from pytest_evalscope.types.index import LEVELS, IndexLevel, IndexReport, IndexRow, LevelName
from pytest_evalscope.types.leaderboard import Leaderboard, Orders, Standing
from pytest_evalscope.types.plain import clean, plain
from pytest_evalscope.types.ports import Context, MakeSample, Model, Row, Sandbox, Scorer, Solver
from pytest_evalscope.types.record import OUTCOMES, UNSCORED, Outcome, Record, Score
from pytest_evalscope.types.result import GateOutcome, Result, estimate_to_plain
from pytest_evalscope.types.sample import RAW, Message, Messages, Request, Sample, raw, raw_text
from pytest_evalscope.types.scores import Scores
from pytest_evalscope.types.spending import Spending, Spent
from pytest_evalscope.types.summary import RunSummary
from pytest_evalscope.types.tools import Tool, definitions, tool

__all__ = [
    "LEVELS",
    "OUTCOMES",
    "RAW",
    "UNSCORED",
    "Agreement",
    "Columns",
    "Completion",
    "Context",
    "Environment",
    "Estimate",
    "Execution",
    "GateOutcome",
    "IndexLevel",
    "IndexReport",
    "IndexRow",
    "Leaderboard",
    "LevelName",
    "Likelihood",
    "Limits",
    "Machine",
    "MakeSample",
    "Message",
    "Messages",
    "Metric",
    "Model",
    "Orders",
    "Outcome",
    "Program",
    "Record",
    "Request",
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
    "plain",
    "raw",
    "raw_text",
    "tool",
]
