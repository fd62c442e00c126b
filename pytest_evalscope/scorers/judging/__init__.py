"""Scorers by judges, which are other models."""

from pytest_evalscope.scorers.judging.criteria import CORRECTNESS_ZH, PREFERENCE, QUALITY, SAME_ANSWER
from pytest_evalscope.scorers.judging.dialogue import turn_ratings
from pytest_evalscope.scorers.judging.pair import Comparison, Winner, compare, pair_messages
from pytest_evalscope.scorers.judging.rubric import Item, items_of, rubric
from pytest_evalscope.scorers.judging.scorer import HINT, NO_JUDGE, judge
from pytest_evalscope.scorers.judging.strategy import STRATEGIES, Strategy, judged
from pytest_evalscope.scorers.judging.versus import versus

__all__ = [
    "CORRECTNESS_ZH",
    "HINT",
    "NO_JUDGE",
    "PREFERENCE",
    "QUALITY",
    "SAME_ANSWER",
    "STRATEGIES",
    "Comparison",
    "Item",
    "Strategy",
    "Winner",
    "compare",
    "items_of",
    "judge",
    "judged",
    "pair_messages",
    "rubric",
    "turn_ratings",
    "versus",
]
