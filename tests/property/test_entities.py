"""Entities as the CoNLL script and `seqeval` count them, on drawn texts and on real ones."""

import random
from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_evalscope.benchmarks import load
from pytest_evalscope.data import Hub, Rows, Source
from pytest_evalscope.text import bio_spans, entity_spans, tag_entities
from pytest_evalscope.types import Columns, Completion, Context

KINDS = ("location", "person")
words = st.text("ab.,<>é漢", min_size=1, max_size=3)
tags = st.sampled_from(["O", *(f"{prefix}-{kind}" for prefix in "BI" for kind in KINDS)])
texts = st.lists(st.tuples(words, tags), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def reference():
    """The package of the reference; the tests that need it are skipped without."""
    return pytest.importorskip("seqeval.metrics", reason="seqeval is not installed (the extra `dev` brings it)")


def unzip(pairs):
    tokens, labels = zip(*pairs, strict=True)
    return list(tokens), list(labels)


@given(texts)
def test_what_is_written_with_tags_is_read_again(pairs):
    tokens, labels = unzip(pairs)
    spans = bio_spans(labels)
    if not any("<" in token and ">" in "".join(tokens) for token in tokens):
        assert entity_spans(f"<response>{tag_entities(tokens, spans)}</response>", tokens, KINDS) == spans


@given(texts, st.text("ab <>/personlcatiué漢\n", max_size=60))
def test_any_reply_gives_entities_within_the_text(pairs, reply):
    tokens, labels = unzip(pairs)
    for text in (reply, reply + tag_entities(tokens, bio_spans(labels)), tag_entities(tokens, bio_spans(labels))[:20]):
        for _, start, end in entity_spans(text, tokens, KINDS):
            assert start == end < 0 or 0 <= start < end <= len(tokens)


@given(st.lists(st.tuples(texts, st.lists(tags, min_size=12, max_size=12)), min_size=1, max_size=5))
def test_counts_give_the_numbers_of_the_reference(reference, drawn):
    expected = [unzip(pairs)[1] for pairs, _ in drawn]
    guessed = [labels[: len(pairs)] for pairs, labels in drawn]
    rows = [{"tokens": ["w"] * len(labels), "ner_tags": labels} for labels in expected]
    replies = [tag_entities(["w"] * len(labels), bio_spans(labels)) for labels in guessed]
    check(reference, rows, replies, expected, guessed)


def test_counts_give_the_numbers_of_the_reference_on_real_rows(reference, hub_dir):
    source = Source(data_dir=hub_dir, offline=True)
    rows = list(Hub("leondz/wnut_17", config="wnut_17").read("wnut_17", source=source))
    kinds = sorted({tag[2:] for row in rows for tag in row["ner_tags"]} - {""})
    chance = random.Random(0)

    def changed(tag):
        return chance.choice(["O", f"B-{chance.choice(kinds)}"]) if chance.random() < 0.2 else tag

    guessed = [[changed(tag) for tag in row["ner_tags"]] for row in rows]
    names = {kind: kind.replace("-", "_") for kind in kinds}
    replies = []
    for row, labels in zip(rows, guessed, strict=True):
        spans = [(names[kind], start, end) for kind, start, end in bio_spans(labels)]
        replies.append(f"<response>{tag_entities(row['tokens'], spans)}</response>")
    check(reference, rows, replies, [row["ner_tags"] for row in rows], guessed, "wnut2017")


def check(reference, rows, replies, expected, guessed, name="conll2003"):
    benchmark = replace(load(name), data=Rows(rows))
    samples = list(benchmark.samples("default", Source()))
    context = Context(model=cast("Any", None))
    marks: list[Any] = [
        benchmark.score(sample, Completion(text=reply), context) for sample, reply in zip(samples, replies, strict=True)
    ]
    values = {key: [mark.values[key] for mark in marks] for key in benchmark.score.metrics}
    columns = Columns(values=values, clusters=range(len(rows)), samples=range(len(rows)))
    ours = [benchmark.metrics[metric](columns).value for metric in ("precision", "recall", "f1")]
    judge: Any = reference
    measures = (judge.precision_score, judge.recall_score, judge.f1_score)
    assert ours == pytest.approx([measure(expected, guessed, zero_division=0) for measure in measures])
