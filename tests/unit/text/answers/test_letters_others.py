"""Letters beside others: clauses about these, exceptions, mere possibilities, texts of options with letters in them."""

import pytest

from pytest_evalscope.text import read_choice


@pytest.mark.parametrize(
    ("reply", "chosen"),
    [
        ("The answer is B, A and D differ.", "B"), ("The answer is D, C and A differ.", "D"),
        ("The answer is B; A, C and D are cities elsewhere.", "B"),
        ("The answers are A and C; B and D are wrong.", "A,C"),
        ("The answers are A, C and D in this case.", "A,C,D"), ("A, C and D are correct.", "A,C,D"),
        ("The answer is A, C and D.", "A,C,D"), ("答案是B，A和D不同。", "B"),
        ("答案是A，C和D。", "A,C,D"),
        ("B对", "B"), ("选项B正确", "B"), ("A错，B对，C错，D错。", "B"), ("B选项符合题意", "B"),
        ("B对于此题错误", None),
        ("Possibly B, possibly D; I cannot decide", None), ("Maybe B, maybe C.", None),
        ("Could be B. Could be C.", None),
        ("可能是B，也可能是D。", None), ("B? C? I have no idea.", None), ("A? No. C? No. B!", "B"),
        ("Perhaps B.", "B"),
        ("Perhaps A, perhaps C. In the end I choose D.", "D"), ("Both B and C seem plausible.", None),
        ("Everything but B is possible.", None), ("A is incorrect and so is B.", None),
        ("If x > 3 the answer would be A, otherwise B.", None), ("Let's look at option B first. It says", None),
        ("I believe the answer to this question is B, given that A is old.", "B"), ("So I'll go for B.", "B"),
        ("Only A satisfies the condition.", "A"), ("I'd go with A here.", "A"),
        ("The answer is A while B is new.", "A"),
        ("Đáp án là A và C.", "A,C"), ("Jawabannya adalah A dan C.", "A,C"), ("Answers:\nA\nC", "A,C"),
        ("A. Rome – no.\nB. Bern – yes.\nC. Oslo – no.\n\nSo B.", "B"),
        ("The answer is B, and C and D are in Italy.", "B"), ("B and C are both wrong.", None),
        ("B, C and D are wrong.", None), ("I think B might be wrong.", None), ("Is B right? No.", None),
        ("B.\n\nExplanation:\nA. Rome is old.\nC. Oslo is cold.", "B"),
    ],
)  # fmt: skip
def test_the_letter_that_is_chosen_beside_others(reply, chosen):
    assert read_choice(reply, "ABCD").answer == chosen


@pytest.mark.parametrize(
    ("texts", "reply", "chosen"),
    [
        (("I only", "II only", "I and II", "Neither I nor II"), "B) II only", "B"),
        (("World War I", "Cold War", "World War II", "Peace"), "C) World War II", "C"),
        (("(I) only", "(I, II)", "(II, III)", "(I, II) and (I, III) only"), "(D) (I, II) and (I, III) only", "D"),
    ],
)
def test_a_text_of_an_option_that_holds_the_text_of_another(texts, reply, chosen):
    assert read_choice(reply, "ABCD", texts).answer == chosen
