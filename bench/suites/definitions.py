"""Rules for where two scorers mean different things by right, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.suites.case import Case


@dataclass(frozen=True, slots=True)
class Definition:
    """A class of cases in which theirs and ours differ on purpose."""

    name: str
    why: str
    applies: Callable[[Case, Any], bool]
    """Whether it explains a case, given what ours says of it."""


DEFINITIONS: tuple[Definition, ...] = ()


def explains(case: Case, ours: Any) -> Definition | None:
    """Return the first rule that explains why ours differs; None where it is a fault."""
    return next((each for each in DEFINITIONS if each.applies(case, ours)), None)
