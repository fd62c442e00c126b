"""Pairwise battles between models, and the leaderboards that they make."""

from pytest_evalscope.arenas.leaderboard import Arena, board_of, boards
from pytest_evalscope.arenas.runs import Finished, entrants_of
from pytest_evalscope.arenas.schedule import Entrant, Field, Schedule, fight, pairs_of, require_arena_judges

__all__ = [
    "Arena",
    "Entrant",
    "Field",
    "Finished",
    "Schedule",
    "board_of",
    "boards",
    "entrants_of",
    "fight",
    "pairs_of",
    "require_arena_judges",
]
