"""BLEU and chrF of a corpus are sacreBLEU's, and their errors those of the jackknife and of the bootstrap."""

import math
import random
import statistics
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_evalscope.scorers import bleu, chrf, translation
from pytest_evalscope.types import Columns, Completion, Sample

WORDS = ["der", "Regen", "fällt", "leise", "auf", "das", "Dach", ".", ",", "3,5", "re\u0301", "雨"]
segments = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)
corpora = st.lists(st.tuples(segments, segments.filter(bool)), min_size=1, max_size=6)
METRICS = {"bleu": bleu(), "chrf": chrf()}
NOBODY: Any = None


@pytest.fixture(scope="module")
def sacrebleu():
    """The package of the reference; the tests that need it are skipped without."""
    return pytest.importorskip("sacrebleu", reason="sacrebleu is not installed (the extra `translation` brings it)")


def columns(pairs, scorer=None, clusters=None):
    scorer = scorer or translation()
    rows = [scorer(Sample(input="?", target=target), Completion(text=text), NOBODY).values for text, target in pairs]
    values = {name: [row[name] for row in rows] for name in scorer.metrics}
    return Columns(values=values, clusters=clusters or range(len(rows)), samples=range(len(rows)))


@given(corpora)
@settings(max_examples=60)
def test_both_are_the_numbers_of_the_reference(sacrebleu, pairs):
    check(sacrebleu, pairs)


def test_both_are_the_numbers_of_the_reference_on_longer_texts(sacrebleu):
    check(sacrebleu, corpus(40, seed=1))


def corpus(size, seed):
    chance = random.Random(seed)
    pairs = []
    for _ in range(size):
        target = [chance.choice(WORDS) for _ in range(chance.randint(5, 30))]
        text = [chance.choice(WORDS) if chance.random() < 0.2 else word for word in target]
        pairs.append((" ".join(text), " ".join(target)))
    return pairs


def check(sacrebleu, pairs):
    texts, targets = [text.strip() for text, _ in pairs], [target for _, target in pairs]
    found = columns(pairs)
    for name, reference in (("bleu", sacrebleu.BLEU()), ("chrf", sacrebleu.CHRF())):
        value = METRICS[name](found).value
        assert 100 * value == pytest.approx(reference.corpus_score(texts, [targets]).score, abs=1e-6)


def test_chinese_is_cut_by_the_character(sacrebleu):
    scorer = translation(tokenizers={"en-zh_cn": "zh"})
    sample = Sample(input="?", target="书在桌子上。", subset="en-zh_cn")
    assert scorer(sample, Completion(text="书在椅子上。"), NOBODY).values["right_words_1"] == 5
    assert scorer.failed(sample)["reference_words"] == 6


def test_the_error_is_that_of_the_bootstrap():
    pairs = corpus(60, seed=2)
    found = columns(pairs)
    chance = random.Random(3)
    for metric in METRICS.values():
        drawn = []
        for _ in range(200):
            rows = [chance.randrange(60) for _ in range(60)]
            values = {name: [column[row] for row in rows] for name, column in found.values.items()}
            drawn.append(metric(Columns(values=values, clusters=range(60), samples=range(60))).value)
        assert metric(found).stderr == pytest.approx(statistics.stdev(drawn), rel=0.2)


def test_segments_of_one_document_are_one_unit():
    pairs = corpus(20, seed=4)
    alone, together = columns(pairs), columns(pairs * 2, clusters=[*range(20)] * 2)
    for metric in METRICS.values():
        assert metric(together).value == pytest.approx(metric(alone).value)
        assert metric(together).stderr == pytest.approx(metric(alone).stderr)


@pytest.mark.parametrize("text", ["", "雪"])
def test_nothing_right_is_0_with_an_interval_of_a_width(text):
    for metric in METRICS.values():
        estimate = metric(columns([(text, "der Regen fällt leise")] * 5))
        assert (estimate.value, estimate.low) == (0.0, 0.0)
        assert 0 < estimate.high < 1
        assert math.isfinite(estimate.stderr)


def test_a_perfect_translation_is_1():
    target = "der Regen fällt leise auf das Dach"
    for metric in METRICS.values():
        estimate = metric(columns([(target, target)] * 5))
        assert estimate.value == pytest.approx(1)
        assert estimate.low < 1
