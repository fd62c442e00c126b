"""One of a few words, and no other."""

from typing import Any, cast

import pytest

from pytest_evalscope.errors import ScorerError
from pytest_evalscope.scorers import label
from pytest_evalscope.scorers.functions import failed_values
from pytest_evalscope.types import Completion, Context, Sample

CONTEXT = Context(model=cast("Any", None))
VERDICT = label(("yes", "no", "maybe"))


def mark(reply, target="no"):
    return VERDICT(Sample(id="s", input="?", target=target), Completion(text=reply), CONTEXT)


@pytest.mark.parametrize(
    ("reply", "accuracy", "answer"),
    [
        ("NO", 1, "no"),
        ("no", 1, "no"),
        ("No, it does not.", 1, "no"),
        ("YES", 0, "yes"),
        ("There is no evidence.", 0, None),
        ("NOT at all. NOBODY knows.", 0, None),
        ("YES. Or NO?", 0, "yes,no"),
        ("YES? It seems so.\n\nAnswer: no", 1, "no"),
        ("**no**", 1, "no"),
        ("`no`.\n", 1, "no"),
        ("'no'!", 1, "no"),
        ("xno", 0, None),
        ("", 0, None),
    ],
)
def test_a_label(reply, accuracy, answer):
    score = mark(reply)
    assert (score.values, score.answer) == ({"accuracy": accuracy}, answer)


def test_a_target_that_is_no_label_is_an_error_and_no_mark():
    with pytest.raises(
        ScorerError, match=r"^label: the target is not one of the labels \('YES'\); accepted: yes,no,maybe"
    ):
        mark("yes", "YES")


def test_a_sample_without_a_reply_counts_zero():
    assert failed_values(VERDICT, Sample(input="?")) == {"accuracy": 0.0}
