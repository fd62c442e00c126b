"""How far the judges of a panel agreed on one subset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Statistic = Literal["cohen_kappa", "krippendorff_alpha"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What the verdicts of a panel have in common, over everything that all of its judges were asked."""

    statistic: Statistic
    """Cohen's kappa of two judges' labels; Krippendorff's alpha of more, and of ratings."""
    value: float | None
    """1 in full agreement, 0 by chance; None where all verdicts are the same, which tells agreement not from chance."""
    judges: int
    items: int
    """How often all of them were asked the same."""
    same: float
    """The share of items on which all of them said the same, in [0, 1]."""
