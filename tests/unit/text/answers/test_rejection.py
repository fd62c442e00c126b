"""Values that a reply rejects."""

import pytest

from pytest_evalscope.text.answers.rejection import rejected, unknown


@pytest.mark.parametrize(
    "text",
    [
        "not @", "It is 29, not @.", "29 rather than @", "29 instead of (@)", "neither 29 nor @", "It isn't @.",
        "It isn’t **@**",
        "unlike option @, it fits", "@ is wrong", "(@) is false.", "@ fails.", "**@** isn't right", "@ was close",
        "@ cannot hold", "29，不是@。", "@项错误", "不选@", "@ではなく", "@は誤りです", "@가 아니라", "@는 틀렸습니다",
        "nicht @",
        "@ ist falsch", "pas @", "@ est faux.", "@ es incorrecto", "а не @", "@ неверно.", "não @", "@ está errado",
        "non @",
        "@ è sbagliato", "@ خطأ", "@ गलत है", "@ ভুল।", "@ తప్పు.", "@ ผิด", "@ si sahihi", "@ sai.", "bukan @", "@ salah.",
    ],
)  # fmt: skip
def test_a_value_that_the_words_around_it_reject(text):
    start = text.index("@")
    assert rejected(text.replace("@", "33"), start, start + 2)


@pytest.mark.parametrize(
    "text",
    ["@", "It is @.", "@, not 29", "knot @", "not 29 but @", "The answer is @. It is not 29.", "@ is right",
     "@ failsafes", "@ 项", "B, @ and 29", "no problem: @"],
)  # fmt: skip
def test_a_value_that_they_do_not(text):
    start = text.index("@")
    assert not rejected(text.replace("@", "33"), start, start + 2)


@pytest.mark.parametrize(
    "text", ["unknown", "Unknown.", "none of these", "N/A", "?", "未知。", "inconnue", "unbekannt"]
)
def test_words_that_state_no_value(text):
    assert unknown(text)


@pytest.mark.parametrize("text", ["", "5", "nonets", "5?", "Paris, unknown to most"])
def test_words_that_state_one(text):
    assert not unknown(text)


@pytest.mark.parametrize(
    "text",
    ["not Rome or @", "It is not Rome, Bern or @.", "not Rome, @ or Bern", "neither Rome nor @", "everyone but @",
     "all but @", "all of them but @", "any city but @", "every city other than @", "all cities except for @",
     "with the exception of @", "@? No.", "Is it @? No, Bern.", "Is @ the capital? No.", "@ - no.", "@: no.",
     "@ (wrong)", "@ and Rome are wrong.", "@ or Rome would be wrong.", "@ can be ruled out.", "not equal to @",
     "It does not equal @", "It cannot be @.", "don't say @", "Bern, as opposed to @"],
)  # fmt: skip
def test_a_value_that_a_list_a_question_or_an_exception_rejects(text):
    start = text.index("@")
    assert rejected(text, start, start + 1)


@pytest.mark.parametrize(
    "text",
    ["not only @", "not just @", "not merely in @", "no other than @", "nobody but @", "no one other than @",
     "nothing else but @", "It cannot be anything but @", "not Rome or Bern but @", "It's not Rome or Bern, it's @.",
     "Is it Rome? No, @.", "@? No doubt!", "@, no question.", "Everything points to @", "everyone said @, all but one",
     "@ (not Bern)", "si @", "SI @", "@ and Rome is wrong"],
)  # fmt: skip
def test_a_value_that_they_affirm(text):
    start = text.index("@")
    assert not rejected(text, start, start + 1)
