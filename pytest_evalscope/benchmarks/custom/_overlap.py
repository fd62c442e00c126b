"""Overlap of a completion with a reference: ROUGE and BLEU of one completion."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pytest_evalscope.types import Completion, Context, Sample, Score

_HAN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+")
_STATISTICS = ("recall", "precision", "f1")
METRICS = (
    *(f"rouge_{kind}_{statistic}" for kind in ("1", "2", "l") for statistic in _STATISTICS),
    *(f"bleu_{n}" for n in (1, 2, 3, 4)),
)


def tokens(text: str) -> list[str]:
    """Return the words of `text` in lower case, without punctuation; every Chinese or kana character is one."""
    return _TOKEN.findall(text.lower())


def rouge(reply: Sequence[str], reference: Sequence[str]) -> dict[str, float]:
    """Return recall, precision and F1 of ROUGE-1, ROUGE-2 and ROUGE-L, in [0, 1]; 0 where a side has no n-gram.

    Source: C.-Y. Lin, ROUGE: A Package for Automatic Evaluation of Summaries, ACL 2004; without stemming.
    """
    values: dict[str, float] = {}
    for n in (1, 2):
        ours, theirs = _ngrams(reply, n), _ngrams(reference, n)
        values.update(_statistics(str(n), (ours & theirs).total(), ours.total(), theirs.total()))
    values.update(_statistics("l", common_subsequence(reply, reference), len(reply), len(reference)))
    return values


def bleu(reply: Sequence[str], reference: Sequence[str]) -> dict[str, float]:
    """Return the clipped precision of 1- to 4-grams, each times the brevity penalty, in [0, 1].

    Source: K. Papineni et al., BLEU, ACL 2002; the n-gram orders apart, as EvalScope reports them; not smoothed.
    """
    penalty = 0.0 if not reply else min(1.0, math.exp(1 - len(reference) / len(reply)))
    values = {}
    for n in (1, 2, 3, 4):
        ours = _ngrams(reply, n)
        shared = (ours & _ngrams(reference, n)).total()
        values[f"bleu_{n}"] = penalty * shared / ours.total() if shared else 0.0
    return values


def common_subsequence(left: Sequence[str], right: Sequence[str]) -> int:
    """Return the length of the longest common subsequence.

    One bit per token of `left`, one step per token of `right`. Source: H. Hyyrö, Bit-parallel LCS-length computation
    revisited, AWOCA 2004.
    """
    places: dict[str, int] = {}
    for place, token in enumerate(left):
        places[token] = places.get(token, 0) | 1 << place
    full = (1 << len(left)) - 1
    row = full
    for token in right:
        hits = row & places.get(token, 0)
        row = (row + hits | row - hits) & full
    return len(left) - row.bit_count()


@dataclass(frozen=True, slots=True)
class overlap:  # noqa: N801 - it is called like a function in a benchmark's slots
    """ROUGE and BLEU against the target; of several targets, the one with the greatest ROUGE-L recall counts."""

    metrics: tuple[str, ...] = METRICS

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the score of one completion. An empty completion is no answer."""
        words = tokens(completion.text)
        targets = sample.targets
        scores = [{**rouge(words, target), **bleu(words, target)} for target in map(tokens, targets)]
        best = max(scores, key=lambda values: values["rouge_l_recall"])
        return Score(values=best, answer=completion.text.strip() or None)


def _ngrams(words: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(words[start:] for start in range(n)), strict=False))


def _statistics(kind: str, shared: int, ours: int, theirs: int) -> dict[str, float]:
    recall = shared / theirs if theirs else 0.0
    precision = shared / ours if ours else 0.0
    f1 = 2 * shared / (ours + theirs) if shared else 0.0
    return dict(zip((f"rouge_{kind}_{name}" for name in _STATISTICS), (recall, precision, f1), strict=True))
