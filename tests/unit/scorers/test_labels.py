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
        ("YES. Or NO?", 0, None),
        ("YES? It seems so.\n\nAnswer: no", 1, "no"),
        ("**no**", 1, "no"),
        ("`no`.\n", 1, "no"),
        ("'no'!", 1, "no"),
        ("xno", 0, None),
        ("no, because the arms were alike.", 1, "no"),
        ("NO. The arms differ. Yes would need more data.", 1, "no"),
        ("No. Yes would need more.", 1, "no"),
        ("YES. No patient died.", 0, "yes"),
        ("No patient died.", 0, None),
        ("The arms were alike, so no.", 1, "no"),
        ("The arms were alike.\n\nNo", 1, "no"),
        ("I would say no.", 1, "no"),
        ("The arms were alike. NO is not certain; NO.", 1, "no"),
        ('{"answer": "No", "reason": "not yes"}', 1, "no"),
        ("<answer>no</answer>", 1, "no"),
        (r"\boxed{\text{no}}", 1, "no"),
        ("### Answer\nno", 1, "no"),
        ("The answer is no, not yes.", 1, "no"),
        ("Not yes. The answer is no.", 1, "no"),
        ("The answer is not no.", 0, None),
        ("Answer: yes or no", 0, None),
        ("It is either yes or no.", 0, None),
        ("Answer: unclear. YES would need more.", 0, None),
        ("Answer: Both arms were alike.\nNO", 1, "no"),
        ("答案：否", 1, "no"),
        ("答案：是", 0, "yes"),
        ("不是的。", 1, "no"),
        ("Nein, keineswegs.", 1, "no"),
        ("Réponse : non", 1, "no"),
        ("いいえ、違います。", 1, "no"),
        ("아니요.", 1, "no"),
        ("", 0, None),
    ],
)
def test_a_label(reply, accuracy, answer):
    score = mark(reply)
    assert (score.values, score.answer) == ({"accuracy": accuracy}, answer)


def test_words_of_other_languages_count_for_yes_and_no_only():
    sample = Sample(id="s", input="?", target="no")
    assert label(("no", "unknown"))(sample, Completion(text="nein"), CONTEXT).answer is None


def test_a_label_of_several_words_is_found_before_one_within_it():
    sample = Sample(id="s", input="?", target="not entailed")
    score = label(("entailed", "not entailed"))(sample, Completion(text="Answer: not entailed."), CONTEXT)
    assert score.answer == "not entailed"


def test_a_target_that_is_no_label_is_an_error_and_no_mark():
    with pytest.raises(
        ScorerError, match=r"^label: the target is not one of the labels \('YES'\); accepted: yes,no,maybe"
    ):
        mark("yes", "YES")


def test_a_sample_without_a_reply_counts_zero():
    assert failed_values(VERDICT, Sample(input="?")) == {"accuracy": 0.0}
