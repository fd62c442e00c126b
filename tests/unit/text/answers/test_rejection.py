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
