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
        ("答案：选项B。", "B"),
        ("正确答案是选项 B，不是 C。", "B"),
        ("ANSWER: B, B", "B"),
        ("答案：ACD", "A,C,D"),
        ("ANSWER: AB, D", "A,B,D"),
        ("ANSWER: DAD", None),
        ("ANSWER: DNA", None),
        ("ANSWER: A, B, A, C", "A,B,C"),
        ("ANSWER: AA, B", "B"),
        ("ANSWER: A, E", None),
        ("ANSWER: E, A", None),
        ("ANSWER: (b) and (c)", "B,C"),
        ("ANSWER: [a dog", None),
        ("ANSWER: a* dog", "A"),
        ("ANSWER: a dog, so C", "C"),
        ("ANSWER: D or A dog", "D"),
        ("ANSWER: D or A", None),
        ("ANSWER: D or A is", None),
        ("ANSWER: D or B dog", None),
        ("ANSWER: A B", "A,B"),
        ("ANSWER: A; B", "A,B"),
        ("不选择 B，选 C", "C"),
        ("选**B**", "B"),
        ("选E，选A", "A"),
        ("选A，选E", None),
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
        ("A) one B) two", "A"),
        ("A) one (B) two C) three", "A"),
        ("A) one B) two C) three", "C"),
        ("A) x\nB) y\nso D", "D"),
        ("B. yes\nX. no", "B"),
        ("(C", "C"),
        # the last letter that stands alone
        ("A) x\nD yes\nB) y", "D"),
        ("A.x B) y", "A"),
        ("x\nC\ny", "C"),
        ("so A\nB's", "A"),
        ("so A\nthe 'B'", "A"),
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
        ("If we look at (B), it says that it is the best plan ever.", None),
        (LISTED, None),
        ("a b c d", None),
    ],
)
def test_the_option_a_reply_chooses(text, chosen):
    assert extract_choice(text, FOUR) == chosen


@pytest.mark.parametrize(
    "word", ["is", "was", "because", "since", "as", "and", "or", "seems", "would", "fits", "best", "IS"]
)
def test_a_letter_before_a_predicate_is_a_label_and_no_word(word):
    assert extract_choice(f"so A {word} it", FOUR) == "A"
    assert extract_choice(f"so I {word} it", "GHI") == "I"


def test_a_letter_before_another_word_is_an_article_or_a_pronoun():
    assert extract_choice("so A dog", FOUR) is None
    assert extract_choice("so I say", "GHI") is None
    assert extract_choice("so B dog", FOUR) == "B"
    assert extract_choice("A dog is here. I am too", ("A", "I")) is None


def test_sixty_four_labels_named_together_are_looked_at():
    labels = [label_of(index) for index in range(26)]
    assert extract_choice(f"选{'A，B，' * 31}A，B，C", labels) == "A,B"
    assert extract_choice(f"选{'A，B，' * 30}A，B，C", labels) == "A,B,C"


def test_only_labels_of_the_sample_count():
    assert extract_choice("ANSWER: D. Or B?", ("A", "B")) is None
    assert extract_choice("so E, or rather F; hence B", ("A", "B")) == "B"
    assert extract_choice("I say H", "ABCDEFGHIJ") == "H"
    assert extract_choice("I say so", "ABCDEFGHIJ") is None
    many = [label_of(index) for index in range(30)]
    assert [extract_choice(f"ANSWER: {label}", many) for label in ("2", "(3)", "2, 4", "5")] == ["2", "3", "2,4", None]


def test_labels_go_on_with_numbers():
    assert [label_of(index) for index in (0, 25, 26, 27)] == ["A", "Z", "1", "2"]
