"""Extraction and cleaning hold for any text at all."""

import re
import string
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_evalscope.text import (
    extract_choice,
    extract_number,
    fill,
    layers,
    neutralize_commands,
    normalize,
    number_value,
    states,
    strip_control,
)
from pytest_evalscope.text.answers.rejection import negated

FOUR = ("A", "B", "C", "D")
# Text made of what the patterns look for is far likelier to find their faults than text of any characters.
PIECES = st.sampled_from(
    [
        *(
            "ANSWER",
            "answer is",
            "Answer",
            ":",
            "答案",
            "：",
            "####",
            "\\boxed{",
            "\\frac{",
            "{",
            "}",
            "{,}",
            "\\,",
            "$",
            "**",
        ),
        *(
            "A",
            "B",
            "b",
            "E",
            "(",
            ")",
            "[",
            "]",
            "and",
            ",",
            "/",
            " ",
            "\n",
            ".",
            "-",
            "−",
            "=",
            "+",
            "×",
            "%",
            "½",
            "٣",
        ),
        *(
            "1",
            "23",
            "456",
            "1,234",
            "0.5",
            "e",
            "E",
            "x",
            "\x1b[",
            "\x1b]",
            "\x9b",
            "\u202e",
            "::",
            "##[",
            "\r",
            "\x07",
            "ͅ",
            "ﬁ",
        ),
    ]
)
TEXTS = st.text() | st.lists(PIECES, max_size=30).map("".join)


@given(TEXTS)
def test_an_extracted_number_has_a_value_and_reads_as_itself(text):
    written = extract_number(text)
    if written is not None:
        assert re.fullmatch(r"-?[0-9. /eE+-]+", written)
        assert number_value(written) is not None or "/" in written
        assert extract_number(written) == written


@given(TEXTS)
def test_an_extracted_choice_is_of_the_labels(text):
    chosen = extract_choice(text, FOUR)
    assert chosen is None or set(chosen.split(",")) <= set(FOUR)


@given(
    # no digits, nothing that states, and no word that a minus or a letter could join, or that rejects
    noise=st.text(alphabet=string.ascii_letters + " \n", max_size=80).filter(
        lambda text: "nswer" not in text.lower() and not negated(f"{text} ", len(text) + 1)
    ),
    value=st.decimals(min_value=-(10**9), max_value=10**9, allow_nan=False, places=2),
    form=st.sampled_from(
        [
            "{noise}\nANSWER: {value}",
            "{noise}\n#### {value}",
            "{noise} \\boxed{{{value}}} {noise}",
            "{noise} ${value}",
        ]
    ),
    grouped=st.booleans(),
)
def test_a_planted_number_is_found(noise, value, form, grouped):
    text = form.format(noise=noise, value=f"{value:,}" if grouped else str(value))
    written = extract_number(text)
    assert written is not None
    assert number_value(written) == Decimal(value)


@given(
    # nothing that states, and no small letter by itself, which is a label where a reply opens with it
    noise=st.text(alphabet=string.ascii_lowercase + " \n", max_size=80).filter(
        lambda text: "nswer" not in text and not re.search(r"\b[a-z]\b", text)
    ),
    label=st.sampled_from(FOUR),
    form=st.sampled_from(
        ["{noise}\nANSWER: {label}", "ANSWER: {label}\n{noise}", "{noise}x ({label})", "\\boxed{{{label}}} {noise}"]
    ),
)
def test_a_planted_label_is_found(noise, label, form):
    assert extract_choice(form.format(noise=noise, label=label), FOUR) == label


@given(TEXTS)
def test_cleaning_twice_is_cleaning_once(text):
    for clean in (strip_control, neutralize_commands, normalize):
        assert clean(clean(text)) == clean(text)


@given(TEXTS)
def test_stripped_text_holds_nothing_a_terminal_obeys(text):
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", strip_control(text))


@given(TEXTS)
def test_neutral_text_holds_no_command(text):
    for line in re.split(r"[\r\n]", neutralize_commands(text)):
        assert not line.lstrip().startswith("::")
        assert "##[" not in line


@given(TEXTS, TEXTS)
def test_a_filled_template_holds_its_values_as_they_are(first, second):
    assert fill("<{first}|{second}>", {"first": first, "second": second}) == f"<{first}|{second}>"


@pytest.mark.parametrize(
    "clean", [extract_number, strip_control, neutralize_commands, normalize, lambda t: extract_choice(t, FOUR)]
)
@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1,",
        ",123",
        "-",
        "1 ",
        "1/",
        "\\boxed{",
        "answer is ",
        "ANSWER:",
        "ANSWER: A, ",
        "\\frac{1}{",
        "A) ",
        "\n",
        " ",
        "(",
        "**",
        "\x1b[",
        "\x1b]0",
        "\x90",
        "::",
        "##",
        "\u0301\u0323",
        "{,}",
        "答案",
    ],
)
def test_the_time_grows_no_faster_than_the_text(clean, piece):
    # A pattern that backtracks would need minutes for these 200,000 characters.
    text = piece * (200_000 // len(piece))
    assert len(str(clean(text))) <= 2 * len(text)


WORDS = st.lists(st.text(string.ascii_letters, min_size=2, max_size=8), min_size=1, max_size=3).map(" ".join)
DRESS = ("{}.", "**{}**", '"{}"', "“{}”", "`{}`", "{}!", "\\boxed{{{}}}", "*{}*", " {}\n", "<b>{}</b>")


@given(words=WORDS, dress=st.lists(st.sampled_from(DRESS), max_size=3))
def test_what_surrounds_words_never_hides_them(words, dress):
    text = words
    for frame in dress:
        text = frame.format(text.strip())  # markup has no blanks within
    assert words in layers(text)
    assert states(normalize(text), normalize(words))


@given(words=WORDS, other=WORDS)
def test_a_rejected_word_is_not_stated(words, other):
    one, another = normalize(words), normalize(f"{other}x")
    if states(one, another) or {"not", "nor"} & {*one.split(), *another.split()}:
        return
    assert not states(f"{one}, not {another}.", another)
    assert not states(f"it is {one} rather than {another}", another)


@given(st.decimals(-1000, 1000, places=2).map(str), st.decimals(-1000, 1000, places=2).map(str))
def test_a_number_is_stated_where_it_is_and_nowhere_else(one, other):
    assert states(f"it is {one}.", one)
    assert states(f"it is {one}.", other) == (one == other)


@pytest.mark.parametrize("piece", ["not a, ", "a b c ", "5 ", "1,000", "'a'", "**", "[", '"', "选", "a-", "minus 5 "])
def test_words_are_looked_for_in_bounded_work(piece):
    text = normalize(piece * (200_000 // len(piece)))
    assert not states(text, "paris")
    assert not any(map("paris".__eq__, layers(text)))
    states(text, normalize(piece))
