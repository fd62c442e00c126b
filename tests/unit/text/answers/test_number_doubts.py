"""Numbers that are none of one value: sums without a result, ranges, ratios, times; and the last number of a line."""

from __future__ import annotations

import pytest

from pytest_evalscope.text import extract_number

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
    ("It can hold 12 200-kilobyte videos.", "200"), ("At 14:30 she had 18. That was by 15:30.", "18"),
)  # fmt: skip


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
