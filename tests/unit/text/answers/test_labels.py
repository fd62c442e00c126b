"""Yes, no and maybe in many writings and languages."""

import pytest

from pytest_evalscope.text import read_label


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("Yes", "yes"), ("yes it does", "yes"), ("Yes it does.", "yes"), ("No it does not", "no"),
        ("**Answer: Yes**", "yes"), ("Answer: **No**, since", "no"), ("The final answer is: MAYBE", "maybe"),
        ("maybe", "maybe"), ("Maybe, more data are needed.", "maybe"),
        ("Based on the abstract, the answer is no.", "no"), ("Based on the abstract, yes.", "yes"),
        ("The answer would be yes", "yes"), ("Final answer: no (not yes)", "no"),
        ("The answer is probably yes.", "yes"), ("I think the answer is yes, but no trial shows it.", "yes"),
        ("yes/no", None), ("Yes and no.", None), ("Yes or no", None), ("Both yes and no", None),
        ("neither yes nor no", None), ("It could be yes or no.", None), ("Answer: yes/no", None),
        ("The answer is neither yes nor no.", None), ("I cannot answer yes or no.", None),
        ("There is no answer.", None), ("I have no idea.", None), ("The study is not conclusive.", None),
        ("Unknown", None), ("{\"label\": \"no\"}", "no"), ("{\"answer\": true}", None),
        ("<answer>YES</answer>", "yes"), ("\\boxed{no}", "no"), ("$\\boxed{\\text{Yes}}$", "yes"),
        ("Answer:\n\nNo", "no"), ("## Final Answer\n**Yes**", "yes"), ("'no'", "no"), ("Conclusion: yes", "yes"),
        ("So the answer to the question is no.", "no"), ("It was seen in many. So, yes.", "yes"),
        ("The verdict is YES", "yes"), ("No other arm differed. YES", "yes"), ("Noting that, YES.", "yes"),
        ("Is it? No. Answer: yes", "yes"), ("The answer is not no but yes.", "yes"),
        ("It isn't yes. It is no.", "no"), ("Antwort: Ja, weil es so ist.", "yes"), ("Oui", "yes"), ("Sí.", "yes"),
        ("sì", "yes"), ("Sim", "yes"), ("Não.", "no"), ("Да.", "yes"), ("Нет", "no"), ("نعم", "yes"), ("لا", "no"),
        ("हाँ", "yes"), ("はい", "yes"), ("いいえ", "no"), ("네", "yes"), ("아니요", "no"), ("是的", "yes"),
        ("不", "no"), ("不对。", "no"), ("对", "yes"), ("答案是否。", "no"),
        ("答案是不是", "no"), ("答案是不是。", "no"), ("正确答案：不是", "no"),
        ("答案是不对。", "no"), ("答案：是的", "yes"), ("ใช่", "yes"),
        ("ไม่ใช่", "no"), ("Ya.", "yes"), ("Tidak.", "no"), ("Ndiyo", "yes"), ("Hapana", "no"), ("Có", "yes"),
        ("Không.", "no"), ("అవును", "yes"), ("হ্যাঁ", "yes"), ("না", "no"), ("La respuesta es no.", "no"),
        ("La réponse est oui.", "yes"), ("Die Antwort ist nein.", "no"), ("Ответ: нет", "no"),
        ("정답은 예입니다.", "yes"), ("答えははいです。", "yes"), ("The coin is heads up. Yes.", "yes"),
        ("The coin is still heads up, so the answer is YES!", "yes"), ("ANSWER: YES\nWait.\nANSWER: NO", "no"),
        ("ANSWER: nothing", None), ("NO evidence was found, so yes", "yes"), ("NO evidence", None),
        ("There is NO evidence against it. Yes.", "yes"), ("I say NO to that.", "no"), ("Yes ✅", "yes"),
        ("Yes (no change).", "yes"), ("No, wait: yes.", "yes"), ("It's a yes.", "yes"), ("Not no, but yes.", "yes"),
        ("Not yes, not no, but maybe.", "maybe"), ("Yes? No.", "no"),
    ],
)  # fmt: skip
def test_the_label_that_a_reply_gives(reply, said):
    assert read_label(reply, ("yes", "no", "maybe")).answer == said


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("答案是不是", "不是"),
        ("正确答案是不是。", "不是"),
        ("答案为不是", "不是"),
        ("答案：是", "是"),
        ("答案是是", "是"),
        ("不是。", "不是"),
    ],
)
def test_labels_that_are_words_of_another_language(reply, said):
    assert read_label(reply, ("是", "不是")).answer == said


def test_a_label_says_how_it_was_found():
    assert (
        read_label("ANSWER: yes or no", ("yes", "no")).how
        == 'several labels are left open (structured, behind "ANSWER:")'
    )
    assert read_label("The answer is unclear.", ("yes", "no")).how == 'no label is stated (stated, behind "answer is")'
    assert read_label("yes", ("yes", "no")).how == "alone, the whole completion"
