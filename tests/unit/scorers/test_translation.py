"""What BLEU and chrF are made of, count by count; that the numbers are sacreBLEU's is in tests/property."""

import math
import sys
from typing import Any, cast

import pytest

from pytest_evalscope.errors import MissingExtra
from pytest_evalscope.scorers import bleu, chrf, translation
from pytest_evalscope.scorers.translation import require_sacrebleu
from pytest_evalscope.types import Columns, Completion, Sample

NOBODY = cast("Any", None)


def columns(**counts):
    """One segment with these counts; those of a name's n-grams as a tuple."""
    values: dict[str, list[float]] = {}
    for name, found in counts.items():
        if isinstance(found, tuple):
            values |= {f"{name}_{n}": [float(count)] for n, count in enumerate(found, start=1)}
        else:
            values[name] = [float(found)]
    return Columns(values=values, clusters=[0], samples=[0])


def test_ngrams_of_words_and_characters_are_counted():
    pytest.importorskip("sacrebleu", reason="sacrebleu is not installed (the extra `translation` brings it)")
    score = translation()(Sample(input="?", target=("ab cd e", "other")), Completion(text=" ab cd\n"), NOBODY)
    assert score.answer == "ab cd"
    assert dict(score.values) == {
        "words": 2,
        "reference_words": 3,
        **dict(zip([f"right_words_{n}" for n in (1, 2, 3, 4)], (2, 1, 0, 0), strict=True)),
        **dict(zip([f"all_words_{n}" for n in (1, 2, 3, 4)], (2, 1, 0, 0), strict=True)),
        **dict(zip([f"right_characters_{n}" for n in range(1, 7)], (4, 3, 2, 1, 0, 0), strict=True)),
        **dict(zip([f"all_characters_{n}" for n in range(1, 7)], (4, 3, 2, 1, 0, 0), strict=True)),
        **dict(zip([f"reference_characters_{n}" for n in range(1, 7)], (5, 4, 3, 2, 1, 0), strict=True)),
    }
    assert tuple(score.values) == translation().metrics
    failed = translation().failed(Sample(input="?", target="ab cd e"))
    assert {name: count for name, count in failed.items() if count} == {
        "reference_words": 3,
        **{f"reference_characters_{n}": 6 - n for n in range(1, 6)},
    }
    assert translation()(Sample(input="?", target="x"), Completion(text=" "), NOBODY).answer is None


def test_ngrams_that_the_target_is_too_short_for_are_not_held_against_a_reply():
    pytest.importorskip("sacrebleu", reason="sacrebleu is not installed (the extra `translation` brings it)")
    values = translation()(Sample(input="?", target="ab"), Completion(text="abcd"), NOBODY).values
    assert [values[f"all_characters_{n}"] for n in range(1, 7)] == [4, 3, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("words", "reference_words", "right", "all_", "value"),
    [
        (6, 6, (6, 5, 4, 3), (6, 5, 4, 3), 1.0),
        (6, 5, (3, 2, 2, 1), (6, 5, 4, 3), (1 / 2 * 2 / 5 * 1 / 2 * 1 / 3) ** (1 / 4)),
        (6, 9, (6, 5, 4, 3), (6, 5, 4, 3), math.exp(1 - 9 / 6)),
        # The first precision of 0 is taken for half a hit, the second for a quarter.
        (6, 6, (3, 2, 0, 0), (6, 5, 4, 3), (1 / 2 * 2 / 5 * 1 / 8 * 1 / 12) ** (1 / 4)),
        (6, 6, (0, 0, 0, 0), (6, 5, 4, 3), 0.0),
        (3, 3, (3, 2, 1, 0), (3, 2, 1, 0), 0.0),
    ],
)
def test_bleu_is_the_penalty_times_the_geometric_mean_of_precisions(words, reference_words, right, all_, value):
    found = bleu()(columns(words=words, reference_words=reference_words, right_words=right, all_words=all_))
    assert found.value == pytest.approx(value)


@pytest.mark.parametrize(
    ("right", "ours", "theirs", "value"),
    [
        ((4, 3, 2, 1, 0, 0), (4, 3, 2, 1, 0, 0), (4, 3, 2, 1, 0, 0), 1.0),
        # Precision 1/2 and recall 1/4: orders that either text is too short for are left out of both.
        ((2, 1, 0, 0, 0, 0), (4, 2, 0, 1, 0, 0), (8, 4, 3, 0, 0, 0), 5 * (1 / 2) * (1 / 4) / (4 * (1 / 2) + 1 / 4)),
        ((1, 0, 0, 0, 0, 0), (2, 1, 0, 0, 0, 0), (4, 3, 0, 0, 0, 0), 5 * (1 / 4) * (1 / 8) / (4 * (1 / 4) + 1 / 8)),
        ((0, 0, 0, 0, 0, 0), (4, 3, 2, 1, 0, 0), (4, 3, 2, 1, 0, 0), 0.0),
        ((0, 0, 0, 0, 0, 0), (0, 0, 0, 0, 0, 0), (4, 3, 2, 1, 0, 0), 0.0),
    ],
)
def test_chrf_counts_recall_twice(right, ours, theirs, value):
    found = chrf()(columns(right_characters=right, all_characters=ours, reference_characters=theirs))
    assert found.value == pytest.approx(value)


def test_without_sacrebleu_its_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "sacrebleu", None)
    with pytest.raises(MissingExtra) as caught:
        require_sacrebleu()
    assert (caught.value.message, caught.value.hint) == (
        "BLEU: needs the package 'sacrebleu', which is not installed",
        "pip install 'pytest-evalscope[translation]'",
    )
    assert translation().needs == ("translation",)
