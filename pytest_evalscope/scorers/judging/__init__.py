"""Scorers by judges, which are other models."""

from typing import TYPE_CHECKING

from pytest_evalscope.lazy import import_on_use

if TYPE_CHECKING:
    from pytest_evalscope.scorers.judging.criteria import CORRECTNESS_ZH, PREFERENCE, QUALITY, SAME_ANSWER
    from pytest_evalscope.scorers.judging.dialogue import turn_ratings
    from pytest_evalscope.scorers.judging.options import HINT, NO_JUDGE, STRATEGIES, Strategy
    from pytest_evalscope.scorers.judging.pair import Comparison, Winner, compare, pair_messages
    from pytest_evalscope.scorers.judging.rubric import Item, items_of, rubric
    from pytest_evalscope.scorers.judging.scorer import judge
    from pytest_evalscope.scorers.judging.strategy import judged
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

if not TYPE_CHECKING:  # a type checker sees the imports above
    __getattr__ = import_on_use(
        __name__,
        {
            "scorers.judging.criteria": ("CORRECTNESS_ZH", "PREFERENCE", "QUALITY", "SAME_ANSWER"),
            "scorers.judging.dialogue": ("turn_ratings",),
            "scorers.judging.options": ("HINT", "NO_JUDGE", "STRATEGIES", "Strategy"),
            "scorers.judging.pair": ("Comparison", "Winner", "compare", "pair_messages"),
            "scorers.judging.rubric": ("Item", "items_of", "rubric"),
            "scorers.judging.scorer": ("judge",),
            "scorers.judging.strategy": ("judged",),
            "scorers.judging.versus": ("versus",),
        },
    )
