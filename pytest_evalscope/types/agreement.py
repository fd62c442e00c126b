"""Agreement of a panel's judges on one subset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pytest_evalscope.types.estimate import no_truth_value

Statistic = Literal["cohen_kappa", "krippendorff_alpha"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Agreement of a panel's verdicts, over all items that every one of its judges judged."""

    statistic: Statistic
    """Cohen's kappa of two judges' labels; Krippendorff's alpha of more, and of ratings."""
    value: float | None
    """1 in full agreement, 0 by chance; None where all verdicts are the same, which tells agreement not from chance."""
    judges: int
    items: int
    """Number of items that all of them judged."""
    same: float
    """The share of items on which all of them said the same, in [0, 1]."""

    __bool__ = no_truth_value("an agreement", "a comparison, such as scores.agreement.same >= 0.8")
