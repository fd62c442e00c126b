"""A completion without what has no part in its answer."""

import pytest

from pytest_evalscope.scorers.programs import without_thoughts
from pytest_evalscope.text.answers.clean import narrow, without_open_box


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (r"a \boxed{b", "a "),
        (r"a \boxed{\frac{1}{2}", "a "),
        (r"a \boxed{b} \boxed{c", r"a \boxed{b} "),
        (r"a \boxed{b}", r"a \boxed{b}"),
        (r"a \boxed b", r"a \boxed b"),
        (r"{ \boxed{b}", r"{ \boxed{b}"),
        (r"\boxed{", ""),
        ("{", "{"),
    ],
)
def test_a_box_that_the_text_ends_in_is_left_out(text, kept):
    assert without_open_box(text) == kept


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Ａｚ０９！～｟", "Az09!~｟"),
        ("٪", "٪"),
        ("，、。", "，、。"),
        ("\u3000−【】٫٬", " -[].,"),
        ("½¼¾⅓⅔", "½¼¾⅓⅔"),
        ("٠٩۰۹०९০৯੦੯૦૯୦୯౦౯೦೯൦൯๐๙໐໙༠༩၀၉០៩᠐᠙", "09" * 16),
        ("größer", "größer"),
        ("plain", "plain"),
    ],
)
def test_wide_forms_and_digits_of_any_script_become_plain(text, form):
    assert narrow(text) == form


@pytest.mark.parametrize("token", ["<|im_end|>", "</s>\n", "<end_of_turn>", "<｜end▁of▁sentence｜>", "<|eot_id|></s>"])
def test_tokens_of_a_chat_are_left_out_of_code(token):
    code = "def f(x):\n    return x | 1\n"
    assert without_thoughts(code + token) == code
    assert without_thoughts(f"{token}{code}#>") == f"{token}{code}#>"
