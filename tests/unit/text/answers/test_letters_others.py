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
    ("reply", "chosen"),
    [
        # what is possible only
        ("Both D and A seem plausible", None), ("B and C are both possible", None), ("It could be A or maybe D", None),
        ("Both D and A could be right", None), ("D and A seem equally good", None), ("Both C and A make sense", None),
        ("B is possible. C is possible too.", None), ("Les réponses A et D semblent possibles", None),
        ("A und D sind beide möglich", None), ("A y D son posibles", None), ("A和D都有可能", None),
        ("A and D are plausible. I choose D.", "D"), ("Both D and A are correct", "D,A"),
        # what is doubted, or holds on a condition
        ("I don't think it is B.", None), ("I don't think B is correct.", None), ("I doubt it is B", None),
        ("I don't think the answer is B.", None), ("It has never been B", None), ("If B is correct, then C", "C"),
        ("Because B is valid", "B"), ("because B is right", "B"), ("Because B is bigger than C", None),
        ("Because B is invalid", None), ("I'm not sure, but B.", "B"), ("Ich glaube nicht, dass es B ist.", None),
        # a word between that rejects the second
        ("réponse est C non A", "C"), ("Réponse : C non A", "C"), ("respuesta es C no A", "C"), ("C not A", "C"),
        ("risposta è C non A", "C"), ("A resposta é C não A", "C"), ("Antwort ist C nicht A", "C"), ("B不是 A", "B"),
        ("B不是A", "B"), ("B而不是A。", "B"), ("答案是B不是A", "B"), ("A不是正确答案", None),
        ("B不是正确选项，应选A", "A"),
    ],
)  # fmt: skip
def test_letters_that_are_possible_doubted_or_rejected_by_a_word_between(reply, chosen):
    assert read_choice(reply, "ABCD").answer == chosen


@pytest.mark.parametrize(
    ("reply", "chosen"),
    [
        ("B. Wait, that's wrong. It should be C.", "C"), ("B? No, C.", "C"), ("B. No, wait. C.", "C"),
        ("B. Hmm, actually it's C.", "C"), ("B. Sorry, I meant C.", "C"), ("B. On second thought, C.", "C"),
        ("B. I made a mistake; C is correct.", "C"), ("B! No, it's C", "C"), ("B, no, C", "C"), ("B — no, C.", "C"),
        ("B. Wait, let me check. It is C.", "C"), ("B. Actually, C. No, sorry, D.", "D"),
        ("The answer is B. Wait, no. It should be C.", "C"), ("ANSWER: B\n\nWait, that is wrong. It is C.", "C"),
        ("The answer is B, wait, C.", "C"), ("Die Antwort ist B. Moment, das ist falsch. Es ist C.", "C"),
        ("La réponse est B. Pardon, C.", "C"), ("答案是B。不对，应该是C。", "C"), ("答案是B。等等，应该是C。", "C"),
        ("B. Actually, this can be verified", "B"), ("B. Actually, C is too hot.", "B"), ("B. Actually, yes.", "B"),
        ("The answer is B. Actually C is bigger.", "B"), ("B. Wait, let me check. Yes, B.", "B"),
        ("ANSWER: B\nA) That's wrong. C) That's wrong. D) Too hot.", "B"), ("B. Hmm, C? No.", "B"),
        ("B. Wait, A and C are wrong.", "B"), ("B. No other option fits. C and D are red.", "B"),
        ("B. Wait, that's wrong. E.", "B"),
    ],
)  # fmt: skip
def test_a_letter_that_is_corrected(reply, chosen):
    assert read_choice(reply, "ABCD").answer == chosen


@pytest.mark.parametrize(
    ("reply", "chosen"),
    [
        *((f"The answers are:\n{listed}", "A,C") for listed in (
            "- A\n- C", "\n- A\n- C", "* A\n* C", "• A\n• C", "+ A\n+ C", "1. A\n2. C", "(1) A\n(2) C",
            "- **A**\n- **C**",
            "- A\n\n- C", "- Option A\n- Option C", "- A) one\n- C) three", "- A (one)\n- C (three)",
            "- A: one\n- C: three",
            "(A)\n(C)", "- A\n- C\n\nB is wrong.")),
        ("Correct answers:\n* A\n* C", "A,C"), ("The following are correct:\n- A\n- C", "A,C"), ("- A\n- C", "A,C"),
        ("答案是：\n- A\n- C", "A,C"), ("Selected options:\n- A. one\n- C. three", "A,C"), ("A\nC", "A,C"),
        ("- A\n- B\n- C\n- D", "A,B,C,D"), ("B\n\nWrong options:\n- A\n- C", "B"),
        ("ANSWER: B\n\n- A is hot\n- C is cold", "B"), ("ANSWER: B\n1. A is wrong\n2. C is wrong", "B"),
        ("The answers are:\n- A\n- E", None), ("The answers are:\n- A or B\n- C", None),
    ],
)  # fmt: skip
def test_a_list_of_letters(reply, chosen):
    assert read_choice(reply, "ABCD", ("one", "two", "three", "four")).answer == chosen


@pytest.mark.parametrize(
    ("reply", "chosen"),
    [
        *((f'{{"{key}": "B"}}', "B") for key in ("result", "final_result", "solution", "response", "selected_option")),
        ('{"reasoning": "not C", "result": "B", "unlike": "D"}', "B"), ('{"result": "A", "answer": "B"}', "B"),
        ('{"steps": [{"result": "A"}, {"result": "C"}], "answer": "B"}', "B"),
        ('{"step": 1, "result": "A"}\nSo the answer is B.', "B"), ('{"result": "B", "output": "C", "next": "D"}', "D"),
    ],
)  # fmt: skip
def test_a_key_that_is_the_only_one_to_hold_an_answer(reply, chosen):
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
