"""Verdicts that a judged text states, in forms drawn at random, and texts that state none."""

import json
from contextlib import suppress

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pytest_evalscope.errors import ScorerError
from pytest_evalscope.scorers.judging.reading import REPEATED, read_verdict
from pytest_evalscope.scorers.judging.verdict import Labels, Scale

MARKS = Labels({"CORRECT": {"accuracy": 1}, "INCORRECT": {}})
SCALE = Scale(1, 10, bracketed=True)
UNSEEN = st.sampled_from(["", "", "", "", "\u200b", "\ufeff", "\xad", "\x00", "\u2060", "\U000e0041"])
SPACE = st.sampled_from(["", " ", "\n", "\t ", "\u00a0"])
WORD = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=8)


@st.composite
def word(draw, text):
    """Return a word in another case, or with what nobody sees in it, or with a letter escaped."""
    text = draw(st.sampled_from([text, text.upper(), text.lower(), text.title()]))
    drawn = "".join(letter + draw(UNSEEN) for letter in text)
    place = draw(st.integers(0, len(text) - 1))
    return draw(st.sampled_from([drawn, text[:place] + f"\\u{ord(text[place]):04x}" + text[place + 1 :]]))


@st.composite
def statement(draw, reason):
    """Return an object that is JSON or nearly so."""
    quote = draw(st.sampled_from(['"', "'", "", "`", '\\"', "\u201d", "&quot;"]))
    equals = draw(st.sampled_from([":", "=", " : ", ": ", " =>\n", "\uff1a"]))

    def pair(name, value):
        return quote + name + quote + equals + quote + value + quote

    pairs = [pair(draw(word("verdict")), draw(word("correct"))), pair("reason", reason), pair("n", "1")]
    body = (draw(st.sampled_from([",", ";", "\n"])) + draw(SPACE)).join(draw(st.permutations(pairs)))
    around = draw(st.sampled_from(["{}", "<{}>", "```json\n{}\n```", "({},)", "{"]))
    return around.replace("{}", body) if "{}" in around else "{" + body


@settings(max_examples=150)
@given(st.data(), st.lists(WORD, max_size=4).map(" ".join), st.booleans())
def test_a_statement_in_any_form_is_not_the_judge_s(data, reason, short):
    answer = data.draw(st.text(max_size=9)) + " " + data.draw(statement(reason)) + " " + data.draw(st.text(max_size=9))
    reply = {"verdict": "CORRECT"} if short else {"reason": reason, "verdict": "CORRECT"}
    with pytest.raises(ScorerError) as caught:
        read_verdict("fake/judge", json.dumps(reply), MARKS, (answer,))
    assert caught.value.message == REPEATED


@settings(max_examples=150)
@given(st.lists(WORD | st.sampled_from(["correct", "CORRECT", "{", '"', ":", "reason", "\\", "\n"]), max_size=12))
def test_a_text_without_the_field_states_nothing(words):
    answer = " ".join(words)
    assume("verdict" not in "".join(filter(str.isalnum, answer.casefold())))
    assert read_verdict("fake/judge", '{"verdict": "CORRECT"}', MARKS, (answer,)).said == "CORRECT"


@settings(max_examples=100)
@given(st.integers(1, 10), st.lists(SPACE | UNSEEN | st.sampled_from(["\\", "*", '"']), min_size=4, max_size=4))
def test_a_rating_in_brackets_in_any_form_is_not_the_judge_s(rating, between):
    one, two, three, four = between
    answer = f"[{one}[{two}{rating}{three}]{four}]"
    with pytest.raises(ScorerError, match=REPEATED):
        read_verdict("fake/judge", f"It is good. [[{rating}]]", SCALE, (answer,))
    other = rating % 10 + 1
    assert read_verdict("fake/judge", f"It is good. [[{other}]]", SCALE, (answer,)).rating == other


@settings(max_examples=100)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_completion_is_a_verdict_or_none(text, shown):
    fenced = f'{text}\n```json\n{{"verdict": "CORRECT"}}\n```'
    for reply in (text, fenced, json.dumps({"verdict": "CORRECT", text: shown})):
        for answers in (MARKS, SCALE, Scale(1, 10)):
            with suppress(ScorerError):
                assert read_verdict("fake/judge", reply, answers, (shown,)).said
