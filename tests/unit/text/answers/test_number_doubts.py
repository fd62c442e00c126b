"""Numbers that are none of one value: sums without a result, ranges, ratios, times; and the last number of a line."""

from __future__ import annotations

import pytest

from pytest_evalscope.text import extract_expression, extract_number

UNDECIDED = (
    "5 - 3", "12 + 7", "3*15", "$20 - $8", "(3 + 4) * 2", "2 x 9", "2 × 9 eggs", "3 plus 4", "24 eggs / 2 days", "3-5",
    "12 - 15 people", "10–12", "10 to 12", "10 or 12", "3 or 4 apples", "$10 or $12", "10 oder 12",
    "between 10 and 12", "3:45 PM", "14:30", "3:5", "3 : 5",
)  # fmt: skip
DECIDED = (
    ("12 - this is the number of eggs", "12"), ("12 eggs - 3 for each", "12"), ("5 + 3 = 8", "8"), ("8:00 AM", "8"),
    ("1/2 or 0.5", "1/2"), ("0.5 or 50%", "0.5"), ("18 or more", "18"), ("3.5 to 2 decimal places", "3.5"),
    ("2 hours 30 minutes = 150 minutes", "150"),
    ("2 hours and 30 minutes", "2.5"), ("3 weeks, 2 days", "23/7"), ("5 dollars and 50 cents", "5.5"),
    ("2 hours, 120 minutes", "2"), ("3 apples and 5 pears", "3"), ("~~33~~ 29", "29"), ("~~33~~ **29**", "29"),
)  # fmt: skip
LAST = (
    ("So 16 * 9 = 144 eggs in 30 days.", "144"), ("It takes 360/30 = 12 days for its height to be 600 inches.", "12"),
    ("9 * 2 = 18, so in 7 days 126.", "126"), ("9 * 2 = 18 and 4 * 3 = 12", "12"), ("18 < 20", "20"),
    ("x = 3, so she has 12 apples", "12"), ("12 = 3 × 4", "4"), ("He pays $50 because 50 < 52", "50"),
    ("He pays $14 because 20 - 6 = 14", "14"), ("Because 50 < 52", "52"),
    ("So **18 apples** remain in 2 baskets.", "18"), ("She has **$18** left after 3 days.", "18"),
    ("**Step 3:** that leaves 18", "18"), ("**2** × 9 = **18** in 4 days", "18"), ("**3.** It is 18", "18"),
    ("By May 12 300 people had come.", "300"), ("In 2 days, 12 300 people came.", "12300"),
    ("3 + 4 = 7只。然后有6只", "6"), ("3 + 4 = 7只，然后有6只", "6"),
    ("所以总共有3 + 4 = 7只。 然后，又有6只来，所以变成4 + 6 = 10只。 因此，现在有3只鸟和10只，共有3 + 10 = 13只鸟。",
     "13"),
    ("First 3 + 4 = 7 birds sat on the fence and then 6 more birds joined the flock, so in the end 7 + 6 = 13 birds",
     "13"),
    ("It can hold 12 200-kilobyte videos.", "200"), ("At 14:30 she had 18. That was by 15:30.", "18"),
)  # fmt: skip


RANGES = (
    "3 to 5", "between 3 and 5", "3–5", "3-5", "It takes 3 to 5 days.", "It is between $3 and $5.", "zwischen 3 und 5",
    "Es sind 3 bis 5.", "entre 3 et 5", "There are 3–5 of them.", "1,000 to 2,000 people", "3 or 5 of them", "3到5",
)  # fmt: skip
NO_RANGES = (
    ("He went from 3 to 5.", "5"), ("It was 7 and then 9", "9"), ("10, 12", "12"), ("3, -5", "-5"), ("5 to 3", "3"),
    ("1/2 or 0.5", "0.5"), ("16 - 3 - 4 = 9", "9"),
)  # fmt: skip
TAKEN_BACK = (
    "33. Wait, that's wrong. It should be 29.", "33? No, 29.", "33... actually 29", "33, no, 29.", "33. Oops, 29.",
    "33 apples. Hmm, no, that's wrong. The answer should be 29.", "33 (actually 29)",
    "33. Let me recheck: 40 - 11 = 29.",
    "33\n\nWait, I made a mistake. It should be 29.", "33 because 40 - 7 = 33. Wait, that's not right. It is 29.",
    "33. Nein, 29.", "33. Moment, das ist falsch. Es sind 29.", "33. Non, 29.", "33. No, espera, 29.",
    "33。不对，应该是29。",
    "33。いや、29。",
)  # fmt: skip
KEPT = (
    "24. Actually, this can be verified", "24. Actually, this can be verified in 2 ways.", "24. No 5s are left.",
    "24. Actually 2 ways lead to it.", "24. Wait, 25 would be wrong.",
    "24 because 20 + 4 = 24, and no, 3 more do not count.",
    "24. Is it 29? No, 24.", "24, not 29.", "24. Well, 2 of them are red.", "24. It's 2 more than 22.",
)  # fmt: skip
COUNTED = (
    ("I counted them and there are seven.", "7"), ("There are seven apples.", "7"), ("She has **seven** left.", "7"),
    ("Seven apples.", "7"), ("It is twenty-one.", "21"), ("一共有七个。", "7"), ("two dozen eggs", "24"),
    ("There are two trains and three cars.", None), ("Two trains leave at noon.", None), ("There are not seven.", None),
    ("The two of them are gone.", None), ("It was a two-step process.", None),
    ("Two cars, I think, or maybe more.", None),
)  # fmt: skip


@pytest.mark.parametrize("text", RANGES)
def test_a_range_that_a_reply_ends_with_is_no_answer(text):
    assert extract_number(text) is None


@pytest.mark.parametrize(("text", "written"), NO_RANGES)
def test_two_numbers_that_are_no_range(text, written):
    assert extract_number(text) == written


@pytest.mark.parametrize("form", ["ANSWER: {}", "The answer is {}", "{}", r"\boxed{{33}}{}"])
@pytest.mark.parametrize("words", TAKEN_BACK)
def test_a_number_that_is_taken_back_for_another(form, words):
    text = form.format(words.removeprefix("33") if "boxed" in form else words)
    assert extract_number(text) == "29"
    assert (extract_expression(text) or "").strip("$") == "29"


@pytest.mark.parametrize("form", ["ANSWER: {}", "The answer is {}", r"\boxed{{24}}{}"])
@pytest.mark.parametrize("words", KEPT)
def test_a_number_that_is_not_taken_back(form, words):
    text = form.format(words.removeprefix("24") if "boxed" in form else words)
    assert extract_number(text) == "24"
    assert extract_expression(text) == "24"


@pytest.mark.parametrize(("text", "written"), COUNTED)
def test_a_number_in_words_that_is_the_value_of_a_reply(text, written):
    assert extract_number(text) == written


@pytest.mark.parametrize("stated", UNDECIDED)
@pytest.mark.parametrize("form", ["ANSWER: {}", "The answer is {}."])
def test_what_states_no_single_number_is_no_answer(form, stated):
    assert extract_number(form.format(stated)) is None


@pytest.mark.parametrize(("stated", "written"), DECIDED)
def test_what_states_one_number_is_that_number(stated, written):
    assert extract_number(f"Answer: {stated}") == written


@pytest.mark.parametrize(("text", "written"), LAST)
def test_the_last_number_that_counts(text, written):
    assert extract_number(text) == written
