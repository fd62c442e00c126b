"""The words that a reply states as its answer."""

import pytest

from pytest_evalscope.text import extract_text


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ("ANSWER: Marie Curie", "Marie Curie"),
        ("She won it twice.\n\n**Answer:** “Marie Curie”\nI hope this helps.", "Marie Curie"),
        ("ANSWER: Rome\n\nWait.\n\nANSWER: Paris", "Paris"),
        ("ANSWER:\nParis", "Paris"),
        ("The answer is 14 May 1796.", "14 May 1796."),
        (r"So \boxed{\text{Paris}}", "Paris"),
        ("答案：巴黎", "巴黎"),
        ("Answer: ", None),
        ("Paris, I think.", None),
        ("", None),
    ],
)
def test_the_last_statement_counts(reply, words):
    assert extract_text(reply) == words
