"""The verdicts of IFEval: every instruction type, strict and loose, and what a sample without a reply keeps."""

import sys
from typing import Any, cast

import pytest

from pytest_evalscope.benchmarks import load
from pytest_evalscope.data import Rows, Source
from pytest_evalscope.errors import DataError, MissingExtra, ScorerError
from pytest_evalscope.scorers.instructions import INSTRUCTIONS, follows, instructions, wording
from pytest_evalscope.types import Completion, Sample

AT_LEAST, LESS_THAN = "at least", "less than"
ENGLISH = "The children walked along the river and looked at the birds in the trees."
Case = tuple[str, dict[str, Any], list[str], list[str]]
VERDICTS: list[Case] = [
    ("change_case:capital_word_frequency", {"capital_frequency": 2, "capital_relation": AT_LEAST},
     ["This is VERY GOOD", "DON'T do that", "we CANNOT", "WELL-KNOWN AND small"], ["GOOD", "Very Good", "12 34 !!"]),
    ("change_case:capital_word_frequency", {"capital_frequency": 2, "capital_relation": LESS_THAN},
     ["I am", "none", "WELL-KNOWN"], ["I AM", "IT'S"]),
    ("change_case:english_capital", {}, [ENGLISH.upper()], [ENGLISH, "DER HUND UND DIE KATZE SIND IM GARTEN"]),
    ("change_case:english_lowercase", {}, [ENGLISH.lower()], [ENGLISH, "der hund und die katze sind im garten"]),
    ("combination:repeat_prompt", {"prompt_to_repeat": " Say hi. "},
     ["say HI. Hello!", "\n Say hi."], ["Hello", "Say"]),
    ("combination:two_responses", {}, ["a\n******\nb", "******a******b******"],
     ["a", "a******a", "a******b******c", "a************b", "a***b"]),
    ("detectable_content:number_placeholders", {"num_placeholders": 2},
     ["[a] [b]", "[[a] x []", "[]\n[]", "] [a][b]", "[]]a[]"],
     ["[a]", "[a\n] [b]", "[ [ [", "[] ] ]", "[]]", "]]["]),
    ("detectable_content:postscript", {"postscript_marker": "P.S."},
     ["x\nP.S. y", "p. s. y", "up.s."], ["PS y", "P.S y"]),
    ("detectable_content:postscript", {"postscript_marker": "P.P.S"}, ["P.P.S", "p. p. s"], ["P.S."]),
    ("detectable_content:postscript", {"postscript_marker": "N.B. (1)"}, ["x n.b. (1) y"], ["N-B- (1)", "nb"]),
    ("detectable_format:constrained_response", {}, ["My answer is no.", "So: My answer is maybe. Yes."],
     ["my answer is no.", "No."]),
    ("detectable_format:json_format", {}, ['{"a": 1}', "```json\n[1]\n```", "```JSON\n2```", " 42 ", '```\n"x"\n```'],
     ["a", "Sure: {}", "```python\n1\n```", "{'a': 1}", "[" * 100_000, "9" * 5_000]),
    ("detectable_format:multiple_sections", {"section_spliter": "Section ", "num_sections": 2},
     ["Section 1 a Section 2 b", "Section1 Section\n2 Section 3"], ["Section 1", "SECTION 1 SECTION 2", "Section A B"]),
    ("detectable_format:number_bullet_lists", {"num_bullets": 2},
     ["* a\n* b", "- a\n  - b", "*a\n-", "\n\n * a\n\n\t- b", "* a\n** no\n* b", "*\n* a\n-"],
     ["* a", "* a\n* b\n- c", "** a\n** b", "a\n---\n- b\n- c"]),
    ("detectable_format:number_highlighted_sections", {"num_highlights": 2},
     ["*a* *b*", "**a** *b*", "*a* and *b c*", "*X* *X*"], ["*a*", "**a**", "* *  **", "*a\n* *b\n*", "none"]),
    ("detectable_format:title", {}, ["<<a>>", "x <<my title>> y", "<<<a>>>", "<< >> a >>", "none\n<<a>>"],
     ["<<>>", "<< >>", "<< >>a", "<<a\n>>", ">>a<<", "<a>", "a>>", "<<" * 50_000]),
    ("keywords:existence", {"keywords": ["cat", "a+b"]}, ["Concatenate A+B", "CAT a+b"], ["cat", "cat aab"]),
    ("keywords:forbidden_words", {"forbidden_words": ["cat", "dog"]},
     ["concatenate dogs", "fine"], ["a CAT.", "dog-eat"]),
    ("keywords:frequency", {"keyword": " cat ", "frequency": 2, "relation": AT_LEAST},
     ["Cat concat"], ["cat", "c a t"]),
    ("keywords:frequency", {"keyword": "cat", "frequency": 2, "relation": LESS_THAN}, ["cat", "none"], ["cat cat"]),
    ("keywords:letter_frequency", {"letter": "Q", "let_frequency": 2, "let_relation": AT_LEAST}, ["q Q"], ["q", "x"]),
    ("keywords:letter_frequency", {"letter": "#", "let_frequency": 2, "let_relation": LESS_THAN}, ["#a", "a"], ["# #"]),
    ("language:response_language", {"language": "de"}, ["Der Hund und die Katze sind im Garten.", "123"], [ENGLISH]),
    ("length_constraints:nth_paragraph_first_word", {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "Tea"},
     ["a\n\ntea b", "a\n\n\"Tea's\" good", "a\n\n'tea, b", "a\n\ntea.", "a\n\n'\"tea?", "a\n\nTEA!", "\n\ntea\n\nb"],
     ["tea\n\na", "a\n\n\"'tea", "a\ntea", "a\n\ntea\n\nb", "a\n\nteas", "a\n\n\n\ntea"]),
    ("length_constraints:nth_paragraph_first_word", {"num_paragraphs": 1, "nth_paragraph": 2, "first_word": "a"},
     [], ["a"]),
    ("length_constraints:nth_paragraph_first_word", {"num_paragraphs": 2, "nth_paragraph": 0, "first_word": "a"},
     [], ["a\n\na", "b\n\na"]),
    ("length_constraints:nth_paragraph_first_word", {"num_paragraphs": 2, "nth_paragraph": 1, "first_word": "a"},
     ["a\n\nb"], ["b\n\na"]),
    ("length_constraints:number_paragraphs", {"num_paragraphs": 2}, ["a\n***\nb", "***a***b***", "a *** b"],
     ["a", "a\n\nb", "a***b***c", "a******b"]),
    ("length_constraints:number_paragraphs", {"num_paragraphs": 1}, ["a", "***a"], ["a***b"]),
    ("length_constraints:number_sentences", {"num_sentences": 2, "relation": AT_LEAST},
     ["It rains. We stay.", "What? No."], ["Rain."]),
    ("length_constraints:number_sentences", {"num_sentences": 2, "relation": LESS_THAN},
     ["Mr. Smith came."], ["Oh! Him."]),
    ("length_constraints:number_words", {"num_words": 3, "relation": AT_LEAST},
     ["don't go", "a-b c", "一 二 三"], ["a b"]),
    ("length_constraints:number_words", {"num_words": 3, "relation": LESS_THAN}, ["a b", "snake_case x"], ["a b c"]),
    ("punctuation:no_comma", {}, ["a b", "一，二"], ["a, b"]),
    ("startend:end_checker", {"end_phrase": " The end. "}, ["x THE END.", 'x the end."'], ["the end", "the end. x"]),
    ("startend:quotation", {}, ['"a"', ' "a" b"\n', '""'], ['"', "'a'", "“a”", '"a" b']),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "arguments", "reply", "verdict"),
    [
        (name, arguments, reply, verdict)
        for name, arguments, followed, missed in VERDICTS
        for verdict, replies in ((True, followed), (False, missed))
        for reply in replies
    ],
)
def test_verdict(name, arguments, reply, verdict):
    assert follows(reply, name, arguments) is verdict


def test_every_type_has_verdicts_here():
    assert {name for name, *_ in VERDICTS} == set(INSTRUCTIONS)
    assert len(INSTRUCTIONS) == 25


@pytest.mark.parametrize("name", sorted(INSTRUCTIONS))
@pytest.mark.parametrize("reply", ["", " \n\t"])
def test_a_blank_reply_follows_nothing(name, reply):
    arguments = next(arguments for known, arguments, *_ in VERDICTS if known == name)
    assert follows(reply, name, arguments) is False


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("punctuation:no_coma", {}, "did you mean punctuation:no_comma"),
        ("punctuation:no_comma", {"n": 1}, "arguments do not fit"),
        ("length_constraints:number_words", {"num_words": 3, "relation": "exactly"}, "known: 'at least', 'less than'"),
        ("length_constraints:number_words", {"num_words": "3", "relation": AT_LEAST}, "arguments do not fit"),
        ("keywords:frequency", {"keyword": None, "frequency": 1, "relation": AT_LEAST}, "arguments do not fit"),
    ],
)
def test_a_malformed_instruction_is_an_error_and_no_verdict(name, arguments, message):
    with pytest.raises(ScorerError, match=f"^instruction.*{message}"):
        follows("a reply", name, arguments)


def test_an_argument_that_does_not_fit_is_told_with_the_reason():
    arguments = {"num_words": 3, "relation": "exactly"}
    with pytest.raises(ScorerError) as caught:
        follows("a reply", "length_constraints:number_words", arguments)
    assert caught.value.message == (
        f"instruction length_constraints:number_words: its arguments do not fit ({arguments}): "
        "unknown relation 'exactly'; known: 'at least', 'less than'"
    )
    wanted = {"num_paragraphs": 1, "nth_paragraph": 1, "first_word": "TeX"}
    assert follows("TeX, a program", "length_constraints:nth_paragraph_first_word", wanted)


@pytest.fixture
def no_langdetect(monkeypatch):
    monkeypatch.setitem(sys.modules, "langdetect", None)
    wording.language_detector.cache_clear()


INSTALL = r"pip install 'pytest-evalscope\[ifeval\]'"


def test_without_langdetect_the_error_names_the_extra(no_langdetect):
    with pytest.raises(MissingExtra, match=INSTALL):
        follows("word", "language:response_language", {"language": "en"})


def test_without_langdetect_a_row_that_needs_it_is_refused_when_it_is_read(no_langdetect):
    with pytest.raises(MissingExtra, match=INSTALL):
        read({"instruction_id_list": ["change_case:english_capital"], "kwargs": [{}]})
    assert read({"instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]})


def test_a_language_is_detected_alike_every_time():
    short = "hola no se"
    assert len({follows(short, "language:response_language", {"language": "es"}) for _ in range(20)}) == 1


def sample(*wanted):
    return Sample(input="?", metadata={"instructions": wanted})


def marked(reply, *wanted):
    return instructions()(sample(*wanted), Completion(text=reply), cast("Any", None))  # the scorer asks no model


NO_COMMA: tuple[str, dict[str, Any]] = ("punctuation:no_comma", {})
QUOTED: tuple[str, dict[str, Any]] = ("startend:quotation", {})
BULLETS = ("detectable_format:number_bullet_lists", {"num_bullets": 1})


@pytest.mark.parametrize(
    "reply",
    [
        'Sure, here:\n"a"',
        '"a"\nThat, I hope, helps.',
        'Sure, here:\n"a"\nBye, bye.',
        '*"a"*',
        'Sure, here:\n**"a"**',
        '**"a"**\nBye, bye.',
        'Sure, here:\n**"a"**\nBye, bye.',
        'Sure, here:\n\n"a\nb"\n\nBye, bye.',
    ],
)
def test_loosely_first_and_last_line_and_stars_may_go(reply):
    score = marked(reply, QUOTED)
    assert (score.values["followed_strict"], score.values["followed_loose"]) == (0, 1)
    assert score.explanation == "not followed: startend:quotation (loosely followed)"


def test_each_instruction_may_take_another_loose_form():
    score = marked('Sure, here:\n"a"\n* b', QUOTED, BULLETS)
    assert score.values["followed_strict"] == 1
    assert score.values["prompt_level_loose"] == 1
    score = marked('Sure:\n"* a"', QUOTED, NO_COMMA)
    assert score.values["prompt_level_strict"] == 0
    assert score.values["prompt_level_loose"] == 1


def test_values_answer_and_explanation_of_a_reply():
    score = marked("a, b", NO_COMMA, BULLETS, ("startend:end_checker", {"end_phrase": "b"}))
    assert score.values == {
        "prompt_level_strict": 0,
        "prompt_level_loose": 0,
        "instructions": 3,
        "followed_strict": 1,
        "followed_loose": 1,
    }
    assert score.answer == "1/3 instructions"
    assert score.explanation == (
        "not followed: punctuation:no_comma; detectable_format:number_bullet_lists [num_bullets=1]"
    )
    assert set(score.values) == set(instructions().metrics)


def test_an_empty_reply_has_no_answer_and_a_full_one_no_complaint():
    assert marked(" ", NO_COMMA).answer is None
    assert marked("a", NO_COMMA).explanation == ""


def test_a_sample_without_a_reply_keeps_its_instructions_in_the_denominator():
    failed = instructions().failed(sample(NO_COMMA, QUOTED))
    assert failed["instructions"] == 2
    assert sum(failed.values()) == 2


def read(row):
    benchmark = load("ifeval")
    data = Rows([{"key": 7, "prompt": "p", **row}])
    return list(type(benchmark)(name="x", data=data, sample=benchmark.sample, score=benchmark.score).samples(
        "default", Source(offline=True)
    ))  # fmt: skip


def test_a_row_gives_each_instruction_its_own_arguments():
    (made,) = read({
        "instruction_id_list": ["punctuation:no_comma", "length_constraints:number_words"],
        "kwargs": [{"num_words": None, "relation": None}, {"num_words": 0, "relation": AT_LEAST}],
    })  # fmt: skip
    assert made.id == "7"
    assert made.metadata["instructions"] == (
        ("punctuation:no_comma", {}),
        ("length_constraints:number_words", {"num_words": 0, "relation": AT_LEAST}),
    )


@pytest.mark.parametrize(
    "row",
    [
        {"instruction_id_list": ["no:such"], "kwargs": [{}]},
        {"instruction_id_list": ["punctuation:no_comma"], "kwargs": []},
        {"instruction_id_list": ["punctuation:no_comma"]},
    ],
)
def test_a_row_that_cannot_be_marked_is_refused_before_any_model_is_asked(row):
    with pytest.raises(DataError, match="row 0 does not fit"):
        read(row)


def test_the_published_rows_can_all_be_marked(hub_dir):
    benchmark = load("ifeval")
    samples = list(benchmark.samples("default", Source(data_dir=hub_dir, offline=True)))
    assert len(samples) >= 540
    wanted = [item for sample in samples for item in sample.metadata["instructions"]]
    assert {name for name, _ in wanted} == set(INSTRUCTIONS)
    for name, arguments in wanted:
        assert follows("A short reply.", name, arguments) in (True, False)
