"""Scorers: how a completion is scored."""

from typing import TYPE_CHECKING

from pytest_evalscope.lazy import import_on_use

if TYPE_CHECKING:
    from pytest_evalscope.scorers.answers import choice
    from pytest_evalscope.scorers.entities import entities
    from pytest_evalscope.scorers.environment import environment_verdict
    from pytest_evalscope.scorers.expressions import math
    from pytest_evalscope.scorers.judging import judge, judged, rubric
    from pytest_evalscope.scorers.labels import label
    from pytest_evalscope.scorers.likelihood import likeliest, surprisal, true_mass
    from pytest_evalscope.scorers.numbers import number
    from pytest_evalscope.scorers.programs import code
    from pytest_evalscope.scorers.spans import spans
    from pytest_evalscope.scorers.structured import structured
    from pytest_evalscope.scorers.translation import bleu, chrf, translation
    from pytest_evalscope.scorers.verification import require_math_verify
    from pytest_evalscope.scorers.words import exact, includes

__all__ = [
    "bleu",
    "choice",
    "chrf",
    "code",
    "entities",
    "environment_verdict",
    "exact",
    "includes",
    "judge",
    "judged",
    "label",
    "likeliest",
    "math",
    "number",
    "require_math_verify",
    "rubric",
    "spans",
    "structured",
    "surprisal",
    "translation",
    "true_mass",
]

if not TYPE_CHECKING:  # a type checker sees the imports above
    __getattr__ = import_on_use(
        __name__,
        {
            "scorers.answers": ("choice",),
            "scorers.numbers": ("number",),
            "scorers.entities": ("entities",),
            "scorers.environment": ("environment_verdict",),
            "scorers.expressions": ("math",),
            "scorers.judging": ("judge", "judged", "rubric"),
            "scorers.labels": ("label",),
            "scorers.likelihood": ("likeliest", "surprisal", "true_mass"),
            "scorers.programs": ("code",),
            "scorers.spans": ("spans",),
            "scorers.structured": ("structured",),
            "scorers.translation": ("bleu", "chrf", "translation"),
            "scorers.verification": ("require_math_verify",),
            "scorers.words": ("exact", "includes"),
        },
    )
