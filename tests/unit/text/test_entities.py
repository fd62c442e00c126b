"""Reading the entities that a reply marks."""

import pytest

from pytest_evalscope.text import bio_spans, entity_spans, response_of, tag_entities

TOKENS = ["John", "met", "Ann", ".", "Then", "John", "left", "New", "York", "."]


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ([], []),
        (["O", "B-a", "I-a", "O"], [("a", 1, 3)]),
        (["B-a", "B-a"], [("a", 0, 1), ("a", 1, 2)]),
        (["I-a", "I-b", "I-b"], [("a", 0, 1), ("b", 1, 3)]),
        (["B-a", "I-b"], [("a", 0, 1), ("b", 1, 2)]),
        (["B-creative-work", "I-creative-work"], [("creative-work", 0, 2)]),
        (["B-a", "O", "I-a", "I-a", "O"], [("a", 0, 1), ("a", 2, 4)]),
        (["I-b", "B-b", "I-b", "I-c"], [("b", 0, 1), ("b", 1, 3), ("c", 3, 4)]),
        (["B-", "a", "I-"], []),
    ],
)
def test_bio_tags_mean_entities(tags, spans):
    assert bio_spans(tags) == spans


def test_entities_are_written_with_tags():
    assert tag_entities(["a", "b"], []) == "a b"
    assert tag_entities(TOKENS[:3], [("p", 0, 1), ("q", 1, 3)]) == "<p>John</p> <q>met Ann</q>"


@pytest.mark.parametrize(
    ("reply", "spans"),
    [
        ("John met Ann . Then <p>John</p> left New York .", [("p", 5, 6)]),  # the second of two Johns
        ("John met Ann. Then <p>John</p> left <l>New York</l>.", [("p", 5, 6), ("l", 7, 9)]),
        ("John met <p>Ann .\nThen John left New York .", [("p", 2, 4)]),  # never closed: up to the end of the line
        ("<p>John met <p>Ann</p> .", [("p", 0, 2), ("p", 2, 3)]),
        ("<p>John <q>met</p> Ann", [("p", 0, 2), ("q", 1, 2)]),
        ("<p></p>John met Ann", []),
        ("John met Ann . Then <p>Jo</p>hn left", [("p", 5, 6)]),
        ("John saw <p>Ann</p> . Then John left <l>New York</l> .", [("p", 2, 3), ("l", 7, 9)]),  # one word changed
        ("Entities: <p>Ann</p>, <p>John</p>", [("p", 2, 3), ("p", 5, 6)]),
        ("<P>John</P> met", [("p", 0, 1)]),
        ('<p id="1">John</p> met', [("p", 0, 1)]),
        ("<p id='1' class=x data-y=\"a b\">John</p > met", [("p", 0, 1)]),
        ("<p\n>John</p> met", [("p", 0, 1)]),
        ('```xml\n<p id="1">John</p> met\n```', [("p", 0, 1)]),
        ("Here it is:\n\n<p >John</p> met <p >Ann</p >", [("p", 0, 1), ("p", 2, 3)]),
        ("<p>Jon</p> met Ann", [("p", -1, -1)]),
        ("1 < 2 and 3 > 2, <>, </p>", []),
        ("", []),
        # not in the text, or not as whole tokens between the same ones
        ("<p>Jon</p> <p>Jim</p>", [("p", -1, -1), ("p", -2, -2)]),
        ("<p>Ann</p> <p>Jim</p> <p>Jon</p>", [("p", 2, 3), ("p", -2, -2), ("p", -3, -3)]),
        ("John <p>met Bob</p> . Then John left New York .", [("p", -1, -1)]),
        ("<p>ohn m</p>et", [("p", -1, -1)]),
        ("<p>n</p>", [("p", -1, -1)]),
        # behind the one before, then anywhere, and each once
        ("Entities: <p>John</p>, <p>John</p>, <p>John</p>", [("p", 0, 1), ("p", 5, 6)]),
        ("<p>Then</p> John <p>John</p>", [("p", 4, 5), ("p", 5, 6)]),
        ("John met Ann . Then John left New York . <p>John</p>", [("p", 5, 6)]),
        ("<p>John</p> John met Ann . Then John left New York .", [("p", 0, 1)]),
        # up to the edges of what was changed, and of the text
        ("<p>John met</p> Bob . Then John left <l>New York</l> .", [("p", 0, 2), ("l", 7, 9)]),
        ("John met Bob <p>. Then</p> John left New York .", [("p", 3, 5)]),
        ("<p>John met Ann . Then John left New York .</p>", [("p", 0, 10)]),
        ("John met Ann . Then John left New <l>York .</l>", [("l", 8, 10)]),
        ("<l>York .</l>", [("l", 8, 10)]),
        # half tokens
        ("John <p>metAnn</p> .", [("p", 1, 3)]),
        ("John <p>m</p>et Ann", [("p", 1, 2)]),
        ("Joh<p>n met A</p>nn .", [("p", 0, 3)]),
        # tags that cross, that are never closed, or closed under another name
        ("John met Ann . Then John left <l>New York .", [("l", 7, 10)]),
        ("John met <p>Ann . Then <q>John left</q> New York .", [("p", 2, 5), ("q", 5, 7)]),
        ("<p>John</q> met", [("p", 0, 1)]),
        ("<p>John <q>met</p> Ann</q> .", [("p", 0, 2), ("q", 1, 2)]),
        ("<q><p>John</q></p> met", [("p", 0, 1), ("q", 0, 1)]),
        ("<p>John</p></p> met <q>Ann</q>", [("p", 0, 1), ("q", 2, 3)]),
        ("<p>John\nmet Ann", [("p", 0, 1)]),
        ("<b>John <p>met", [("p", 1, 2)]),
        ("<response><p>John</p></response> <p>Ann</p>", [("p", 0, 1)]),
    ],
)
def test_entities_are_where_the_reply_has_them(reply, spans):
    assert entity_spans(reply, TOKENS, ("p", "q", "l")) == spans


def test_a_tag_of_an_unknown_type_counts_only_when_it_is_closed():
    assert entity_spans("<b>John</b> met <i>Ann", TOKENS, ("p",)) == [("b", 0, 1)]
    assert entity_spans("<b>John</b> met <i>Ann", TOKENS) == [("b", 0, 1), ("i", 2, 3)]
    assert entity_spans("<p>John</p> met <q>Ann</p> .", TOKENS, ("p",)) == [("p", 0, 1), ("q", 2, 3)]
    assert entity_spans("<i>John <p>met</p> Ann", TOKENS, ("p",)) == [("p", 1, 2)]
    assert entity_spans("<p>John <i>met</p> Ann", TOKENS, ("p",)) == [("p", 0, 2)]
    assert entity_spans("<p>John <i>met</p> Ann", TOKENS) == [("p", 0, 2), ("i", 1, 2)]


def test_a_tag_with_nothing_in_it_marks_nothing():
    for reply in ("John met <p>", "John met <p>\nAnn", "John <p></p>met", "John <p> </p>met <p></q>"):
        assert entity_spans(reply, TOKENS) == []


def test_the_last_response_counts():
    assert response_of("a <response>b</response> c <RESPONSE>d</response> e") == "d"
    assert response_of("a <response>b") == "b"
    assert response_of("a") == "a"
    assert response_of("a</response>") == "a"
    assert response_of("</response><response>b</response>") == "b"
    assert response_of("<Response>a<response>b</RESPONSE>c") == "b"


@pytest.mark.parametrize(
    ("reply", "spans"),
    [
        ("<p>a</p>", [("p", 0, 1)]),
        ("a <p>a</p>", [("p", 1, 2)]),
        ("a a <p>a</p> a", [("p", 2, 3)]),
        ("<p>a a</p> a a", [("p", 0, 2)]),
        ("Entities: <p>a</p>, <p>a</p>.", [("p", 0, 1), ("p", 1, 2)]),
    ],
)
def test_the_same_word_again_and_again_is_told_apart_by_its_place(reply, spans):
    assert entity_spans(reply, ["a"] * 3) == spans


def test_behind_the_last_change_an_entity_is_where_it_stands():
    assert entity_spans("y <p>a</p>", ["x", "a", "b", "a"]) == [("p", 3, 4)]
    assert entity_spans("y <p>a</p> c", ["x", "a", "b", "a"]) == [("p", 1, 2)]
    assert entity_spans("y <p>a</p> c", ["x", "a", "b", "a", "c"]) == [("p", 3, 4)]


@pytest.mark.parametrize(
    ("name", "is_tag"), [("a" * 81, True), ("a" * 82, False), ("a-1_b", True), ("1a", False), ("-a", False)]
)
def test_the_name_of_a_tag_is_a_word_that_begins_with_a_letter(name, is_tag):
    assert entity_spans(f"<{name}>x</{name}>", ["x"]) == ([(name, 0, 1)] if is_tag else [])


def test_what_looks_like_a_tag_and_stands_in_the_text_is_text():
    tokens = ["<user>", "met", "<user>", "Ann", "</user>", "in", "Oslo"]
    reply = tag_entities(tokens, [("p", 3, 4), ("l", 6, 7)])
    assert entity_spans(reply, tokens, ("p", "l")) == [("p", 3, 4), ("l", 6, 7)]


@pytest.mark.parametrize("reply", ["<p>" * 30_000, "<p>x" * 20_000, "".join(f"<t{n}>a" for n in range(15_000)) * 2])
def test_a_reply_full_of_tags_is_read_in_one_pass(reply):
    found = entity_spans(reply + "</zz>" * 20_000, TOKENS)
    assert all(start == end < 0 for _, start, end in found)
