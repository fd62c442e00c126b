"""Which option a reply chooses."""

import pytest

from pytest_evalscope.text import extract_choice, label_of

FOUR = ("A", "B", "C", "D")
LISTED = "A) the Sun\nB) the Moon\nC) Mars\nD) provitamin A."


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        # stated
        ("ANSWER: B", "B"),
        ("answer: b", "B"),
        ("**ANSWER: [B]**", "B"),
        ("**Answer:** (B) Paris", "B"),
        ("ANSWER:\n\nB", "B"),
        ("ANSWER: Option B", "B"),
        ("ANSWER: Ｂ", "B"),
        ("ANSWER: B\nExplanation: the DNA of A", "B"),
        ("ANSWER: B, not C", "B"),
        ("ANSWER: $\\boxed{\\text{C}}$", "C"),
        ("so \\boxed{C} and not A", "C"),
        ("\\boxed{C", "C"),
        ("ANSWER: [LETTER]\n\nANSWER: B", "B"),
        ("ANSWER: A\nWait.\nANSWER: B", "B"),
        ("The answer is B because A is too narrow.", "B"),
        ("The answer is (c).", "C"),
        ("The answer is: 'D'", "D"),
        ("The correct option is B because A is wrong", "B"),
        ("The correct answer is:\nC) Mars", "C"),
        ("答案：B", "B"),
        ("正确答案是（B），不是C。", "B"),
        ("答案：【B】", "B"),
        # two at once
        ("ANSWER: A and B", "A,B"),
        ("ANSWER: (A, C)", "A,C"),
        ("ANSWER: A/B", "A,B"),
        ("答案：A、C", "A,C"),
        ("答案：A和C", "A,C"),
        ("氧气支持燃烧，所以选B。", "B"),
        ("故选AC。", "A,C"),
        ("所以选A,C。", "A,C"),
        ("B有错，不选B，应选择 D 项。", "D"),
        ("应选C，不应选A", "C"),
        ("选项B说的是氧气。", None),
        ("我选 DNA", None),
        ("答案：B选项。", "B"),
        ("ANSWER: B, B", "B"),
        ("答案：ACD", "A,C,D"),
        ("ANSWER: AB, D", "A,B,D"),
        ("ANSWER: DAD", None),
        ("ANSWER: DNA", None),
        # opening with a label
        ("B", "B"),
        ("B.", "B"),
        ("(B)", "B"),
        ("**B) Paris**", "B"),
        ("A) Vitamin D", "A"),
        ("A. Vitamin D.", "A"),
        ("B because A is wrong", "B"),
        ("A is right, D is not", "A"),
        ("A) Eye color\n\nThe answer is D) Color blindness.", "D"),
        # the last letter that stands alone
        ("I think it's B.", "B"),
        ("A) no\nB) yes\nSo C", "C"),
        ("A) no. B) no. C) yes", "C"),
        ("<b>C</b>", "C"),
        ('{"choice": "C"}', "C"),
        ("It takes a B-cell, so D", "D"),
        ("A dog runs. So D is right", "D"),
        ("The answer is a dog, hence C", "C"),
        ("Die richtige Lösung: C", "C"),
        # none
        ("", None),
        ("ANSWER: E", None),
        ("ANSWER: because", None),
        ("A language model cannot answer", None),
        ("I'm sorry, but I can't help with that.", None),
        ("DNA and RNA", None),
        (LISTED, None),
        ("a b c d", None),
    ],
)
def test_the_option_a_reply_chooses(text, chosen):
    assert extract_choice(text, FOUR) == chosen


def test_only_labels_of_the_sample_count():
    assert extract_choice("ANSWER: D. Or B?", ("A", "B")) == "B"
    assert extract_choice("I say H", "ABCDEFGHIJ") == "H"
    assert extract_choice("I say so", "ABCDEFGHIJ") is None
    assert extract_choice("ANSWER: 2", [label_of(index) for index in range(30)]) == "2"


def test_labels_go_on_with_numbers():
    assert [label_of(index) for index in (0, 25, 26, 27)] == ["A", "Z", "1", "2"]
