"""The words that a reply states as its answer."""

import pytest

from pytest_evalscope.text import extract_text
from pytest_evalscope.text.answers.earlier import box, narrow, statements, without_open_box


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
        ("The answer is Rome\nANSWER: ", "Rome"),
        ("ANSWER: \n\n**\nParis\nor not", "Paris"),
        ("ANSWER: “ ’Paris’ ”", "Paris"),
        ("ANSWER: Ｐａｒｉｓ", "Paris"),
        ("ANSWER: X", "X"),
        # ties
        ("answer Paris", None),
        ("The answer, Paris", None),
        ("ANSWER = Paris", "Paris"),
        ("answer: is Paris", "Paris"),
        ("answer is: is: Paris", "is: Paris"),
        ("answer is island", "island"),
        ("the option is Paris", "Paris"),
        ("The choice is Paris", "Paris"),
        ("#### Paris", "Paris"),
        ("答え：巴黎", "巴黎"),
        ("正解は巴黎", "巴黎"),
        ("答案为：巴黎", "巴黎"),
        ("答案為巴黎", "巴黎"),
        ("La respuesta es París", "París"),
        ("La réponse est Paris", "Paris"),
        ("Die Antwort lautet Paris", "Paris"),
        ("Die Antwort ist Paris", "Paris"),
        ("A resposta é Paris", "Paris"),
        ("Ответ: Париж", "Париж"),
        # what stands before the words
        ("ANSWER: approximately 5", "5"),
        ("ANSWER: about ≈ 5", "5"),
        ("ANSWER: choice letter x", "x"),
        ("ANSWER: optional", "optional"),
        ("答案：选项甲", "甲"),
        (r"ANSWER: \(\operatorname{Paris}", "Paris"),
        (r"ANSWER: \mathrm {Paris}", "Paris"),
        (r"ANSWER: \$5", "5"),
        # braces
        ("ANSWER: {Paris}", "{Paris}"),
        ("ANSWER: Paris}", "Paris"),
        (r"ANSWER: \text{Paris} or so}", "Paris} or so"),
        (r"\boxed{}", None),
        (r"\boxed Paris", None),
        (r"ANSWER: a \fbox{b}", "b"),
        ("Answer: ", None),
        ("Paris, I think.", None),
        ("", None),
    ],
)
def test_the_last_statement_counts(reply, words):
    assert extract_text(reply) == words


def test_statements_come_last_first_each_up_to_two_hundred_characters():
    assert list(statements("#### a\nANSWER: b\n\\boxed{c} d")) == ["c", "b\n\\boxed{c} d", "a\nANSWER: b\n\\boxed{c} d"]
    assert list(statements(f"ANSWER: {'x' * 300}")) == ["x" * 200]
    assert list(statements(f"####{'x' * 300}")) == ["x" * 200]


def test_of_many_statements_the_last_ones_are_looked_at():
    found = list(statements("".join(f"#### {n}\n" for n in range(70))))
    assert [statement.partition("\n")[0] for statement in found] == [str(n) for n in range(69, 5, -1)]


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("{a} b", "a"),
        ("  {a{b}{c{}}} d", "a{b}{c{}}"),
        ("{}", ""),
        ("{a", "a"),
        ("a{b}", ""),
        ("", ""),
        ("{" + "x" * 198 + "} y", "x" * 198),
        ("{" + "x" * 200 + "} y", "x" * 199),
    ],
)
def test_what_stands_in_braces(text, content):
    assert box(text, 0) == box("12345" + text, 5) == content


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
        ("½¼¾⅓⅔", " 1/2 1/4 3/4 1/3 2/3"),
        ("٠٩۰۹०९০৯੦੯૦૯୦୯౦౯೦೯൦൯๐๙໐໙༠༩၀၉០៩᠐᠙", "09" * 16),
        ("größer", "größer"),
        ("plain", "plain"),
    ],
)
def test_wide_forms_and_digits_of_any_script_become_plain(text, form):
    assert narrow(text) == form
