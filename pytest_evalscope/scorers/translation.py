"""Translations against one reference: BLEU and chrF of the whole corpus."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pytest_evalscope.errors import MissingExtra
from pytest_evalscope.stats import of_sums
from pytest_evalscope.stats.means import made_by
from pytest_evalscope.types import Completion, Context, Metric, Sample, Score

_WORDS = (1, 2, 3, 4)
_CHARACTERS = (1, 2, 3, 4, 5, 6)
_BLEU = ("words", "reference_words", *(f"{kind}_words_{n}" for kind in ("right", "all") for n in _WORDS))
_CHRF = tuple(f"{kind}_characters_{n}" for kind in ("right", "all", "reference") for n in _CHARACTERS)


def bleu() -> Metric:
    """Return the metric "BLEU of the corpus", in [0, 1]: sacreBLEU's number divided by 100.

    The brevity penalty times the geometric mean of the clipped precisions of 1- to 4-grams (K. Papineni et al., ACL
    2002); a precision of 0 is smoothed exponentially, and without one right word the value is 0. SE by the jackknife
    over segments, or over the documents that they belong to.
    """
    return made_by(of_sums(_BLEU, _bleu), "bleu")


def chrf() -> Metric:
    """Return the metric "chrF2 of the corpus", in [0, 1]: sacreBLEU's number divided by 100.

    F with recall counted twice, of the mean precision and recall of 1- to 6-grams of characters without white space
    (M. Popović, W15-3049). SE as for `bleu`.
    """
    return made_by(of_sums(_CHRF, _chrf), "chrf")


def _bleu(sums: Sequence[float]) -> float:
    length, reference, *counts = sums
    right, all_ = counts[: len(_WORDS)], counts[len(_WORDS) :]
    if not any(right):
        return 0.0
    logarithms: list[float] = []
    smooth = 1.0
    for hits, total in zip(right, all_, strict=True):
        if total <= 0:
            return 0.0  # no segment is long enough for an n-gram of this order
        smooth *= 1 if hits > 0 else 2
        logarithms.append(math.log(hits / total if hits > 0 else 1 / (smooth * total)))
    penalty = 1.0 if length >= reference else math.exp(1 - reference / length)
    return penalty * math.exp(math.fsum(logarithms) / len(_WORDS))


def _chrf(sums: Sequence[float]) -> float:
    orders = len(_CHARACTERS)
    counted = [
        (hits / ours, hits / theirs)
        for hits, ours, theirs in zip(sums[:orders], sums[orders : 2 * orders], sums[2 * orders :], strict=True)
        if ours > 0 and theirs > 0
    ]
    if not counted:
        return 0.0
    precision = math.fsum(one for one, _ in counted) / len(counted)
    recall = math.fsum(other for _, other in counted) / len(counted)
    return 5 * precision * recall / (4 * precision + recall) if precision + recall else 0.0


@dataclass(frozen=True, slots=True)
class translation:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=translation()`
    """Count the n-grams for `bleu()` and `chrf()`: of words and of characters, ours, the target's and shared.

    Words are cut by sacreBLEU (M. Post, arXiv:1804.08771).
    """

    tokenizers: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Subset → sacreBLEU's tokenizer, where that is not `13a`: `zh`, `char` …"""
    metrics: tuple[str, ...] = (*_BLEU, *_CHRF)
    needs: tuple[str, ...] = ("translation",)

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the counts of one translation. Raises MissingExtra without the package sacrebleu."""
        text = completion.text.strip()
        return Score(values=self._counts(sample, text), answer=text or None)

    def failed(self, sample: Sample) -> Mapping[str, float]:
        """Return the counts of a sample without a completion: the target's words are missing."""
        return self._counts(sample, "")

    def _counts(self, sample: Sample, text: str) -> dict[str, float]:
        target = sample.targets[0]
        found = _cutter(self.tokenizers.get(sample.subset, "13a")).sentence_score(text, [target])
        values = dict(zip(_BLEU, map(float, (found.sys_len, found.ref_len, *found.counts, *found.totals)), strict=True))
        return values | dict(zip(_CHRF, map(float, _characters(text, target)), strict=True))


def require_sacrebleu() -> Any:
    """Return the package sacrebleu. Raises MissingExtra."""
    try:
        import sacrebleu
    except ImportError:
        raise MissingExtra("BLEU", "sacrebleu", "pip install 'pytest-evalscope[translation]'") from None
    return sacrebleu


@cache
def _cutter(tokenizer: str) -> Any:
    # The effective order matters for a single segment; counts do not depend on it.
    return require_sacrebleu().BLEU(tokenize=tokenizer, effective_order=True)


def _characters(text: str, target: str) -> list[int]:
    ours, theirs = "".join(text.split()), "".join(target.split())
    pairs = [(_ngrams(ours, n), _ngrams(theirs, n)) for n in _CHARACTERS]
    return [
        *((one & other).total() for one, other in pairs),
        *(one.total() if other else 0 for one, other in pairs),  # as sacreBLEU: of what the target is too short for
        *(other.total() for _, other in pairs),
    ]


def _ngrams(text: str, n: int) -> Counter[str]:
    return Counter(text[start : start + n] for start in range(len(text) - n + 1))
