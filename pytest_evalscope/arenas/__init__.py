"""Pairwise battles between models, and the leaderboards that they make."""

from pytest_evalscope.arenas.board import Arena, board_of, boards
from pytest_evalscope.arenas.finished import Finished, entrants_of
from pytest_evalscope.arenas.tournament import Entrant, Field, Schedule, fight, pairs_of

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
]
