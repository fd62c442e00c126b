"""The corpus of made completions: what it contains, and how verdicts on it are counted."""

import sys
from collections import defaultdict
from importlib import import_module
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[3] / "bench"


@pytest.fixture(scope="module")
def bench():
    sys.path.insert(0, str(BENCH))
    yield import_module("scoring_corpus")
    sys.path.remove(str(BENCH))


@pytest.fixture(scope="module")
def replies(bench):
    return bench.corpus()


def test_every_kind_has_wrong_completions_and_most_have_right_ones(replies):
    kinds = defaultdict(set)
    for reply in replies:
        kinds[reply.kind].add(reply.right)
    only_wrong = {kind for kind, rights in kinds.items() if rights == {False}}
    assert only_wrong == {
        "labels: none", "letters: none of the options (D9, D11)", "mathematics: other values", "numbers: none",
        "texts: other words (D14)",
    }  # fmt: skip
    assert all(False in rights for rights in kinds.values())
    assert len(replies) > 3000
    assert len(replies) == len(set(replies))


def test_no_completion_is_right_and_wrong_for_one_target(replies):
    verdicts = defaultdict(set)
    for reply in replies:
        verdicts[reply.scorer, reply.text, reply.target, reply.choices, reply.language].add(reply.right)
    assert [key for key, found in verdicts.items() if len(found) > 1] == []


def test_no_form_is_left_unfilled(replies):
    assert [reply.text for reply in replies if "@x" in reply.text or "@y" in reply.text] == []


def test_verdicts_are_counted_by_kind(bench, replies):
    first = replies[0]
    other = next(reply for reply in replies if not reply.right and reply.kind == first.kind)
    made = list(bench.rows([first, other, first], [True, True, False], [None, False, True]))
    assert made == [[kind, 3, "33.3", 1, 1, "100.0"] for kind in (first.kind, "all")]


def test_every_scorer_is_run(bench, replies):
    for scorer in bench.SCORERS:
        right = (bench.scored_right(reply) for reply in replies if reply.scorer == scorer and reply.right)
        assert any(right), scorer
