"""Whatever a model replies: every instruction has a verdict, and no character of a sentence is lost."""

from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from pytest_evalscope.scorers.instructions import instructions
from pytest_evalscope.scorers.instructions.sentences import sentences
from pytest_evalscope.types import Completion, Sample

PIECES = st.sampled_from(
    [*".?!*-\"'()[]<>“”#,:; \n\t", "***", "******", "\n\n", "...", "Mr.", "e.g.", "1.", "A.", "I'm", "P.S.", "<<", ">>"]
)
REPLIES = st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=5))).map("".join))
WANTED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("change_case:capital_word_frequency", {"capital_frequency": 2, "capital_relation": "at least"}),
    ("combination:repeat_prompt", {"prompt_to_repeat": "go"}),
    ("combination:two_responses", {}),
    ("detectable_content:number_placeholders", {"num_placeholders": 1}),
    ("detectable_content:postscript", {"postscript_marker": "P.S."}),
    ("detectable_format:constrained_response", {}),
    ("detectable_format:json_format", {}),
    ("detectable_format:multiple_sections", {"section_spliter": "Day", "num_sections": 1}),
    ("detectable_format:number_bullet_lists", {"num_bullets": 1}),
    ("detectable_format:number_highlighted_sections", {"num_highlights": 1}),
    ("detectable_format:title", {}),
    ("keywords:existence", {"keywords": ["a"]}),
    ("keywords:forbidden_words", {"forbidden_words": ["a"]}),
    ("keywords:frequency", {"keyword": "a", "frequency": 1, "relation": "less than"}),
    ("keywords:letter_frequency", {"letter": "a", "let_frequency": 1, "let_relation": "at least"}),
    ("length_constraints:nth_paragraph_first_word", {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "a"}),
    ("length_constraints:number_paragraphs", {"num_paragraphs": 2}),
    ("length_constraints:number_sentences", {"num_sentences": 2, "relation": "at least"}),
    ("length_constraints:number_words", {"num_words": 2, "relation": "less than"}),
    ("punctuation:no_comma", {}),
    ("startend:end_checker", {"end_phrase": "a"}),
    ("startend:quotation", {}),
)
NO_CONTEXT = cast("Any", None)  # the scorer asks no model
SAMPLE = Sample(input="?", metadata={"instructions": WANTED})


@given(REPLIES)
def test_every_reply_is_marked_and_loose_is_never_stricter(reply):
    values = instructions()(SAMPLE, Completion(text=reply), NO_CONTEXT).values
    assert values["instructions"] == len(WANTED)
    assert 0 <= values["followed_strict"] <= values["followed_loose"] <= len(WANTED)
    assert values["prompt_level_strict"] <= values["prompt_level_loose"]


@given(REPLIES)
def test_sentences_hold_all_that_is_no_white_space_in_order(reply):
    made = sentences(reply)
    assert "".join("".join(made).split()) == "".join(reply.split())
    assert all(sentence.strip() for sentence in made)
