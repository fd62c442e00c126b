"""Scorers: how a completion is scored."""

from pytest_evalscope.scorers.answers import choice, exact, includes, number
from pytest_evalscope.scorers.entities import entities
from pytest_evalscope.scorers.expressions import math
from pytest_evalscope.scorers.judging import judge, judged, rubric
from pytest_evalscope.scorers.labels import label
from pytest_evalscope.scorers.likelihood import likeliest, surprisal, true_mass
from pytest_evalscope.scorers.programs import code
from pytest_evalscope.scorers.spans import spans
from pytest_evalscope.scorers.translation import bleu, chrf, translation
from pytest_evalscope.scorers.verification import require_math_verify

__all__ = [
    "bleu",
    "choice",
    "chrf",
    "code",
    "entities",
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
    "surprisal",
    "translation",
    "true_mass",
]
