"""A number is read back from any of the forms that it is written in, and what is rejected beside it changes nothing."""

import re
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from pytest_evalscope.text import extract_number, number_value

POINT = ("", "en", "zh", "ja", "hi", "th", "sw")
COMMA = ("de", "fr", "es", "ru", "pt", "it", "vi", "id")
VALUES = st.decimals(min_value=-(10**9), max_value=10**9, allow_nan=False, places=2)
SIGNS = st.sampled_from(["-", "- ", "−", "minus ", "negative ", "﹣", "–"])
# By whether decimals follow a comma: what divides thousands.
GROUPING = {
    False: ("", ",", " ", "\u00a0", "\u202f", "{,}", "\\,", ",\\!", "~", "'", "_"),
    True: ("", ".", " ", "\u202f", "\\,", "~"),
}
BEFORE = st.sampled_from(["", "$", "€", "\\$", "USD ", "Rs. ", "£"])
UNITS = " km", " km/h", " m^2", " m²", "\\text{ m}^2", "~\\text{m}", " m/s^2", " apples", "°", "^\\circ"
BEHIND = st.sampled_from(["", "%", "\\%", " €", *UNITS])
WRAPPINGS = st.sampled_from(
    [
        "ANSWER: {}",
        "The answer is {}.",
        "#### {}",
        "\\boxed{{{}}}",
        "**Answer:** {}",
        "**Answer: {}**",
        "so $\\boxed{{{}}}$ it is",
        "16 steps.\n\nFinal answer: {}",
        '{{"answer": "{}"}}',
        "<answer>{}</answer> after 16 tries",
        "### Answer\n{}\n\n### Check\n16",
        "Answer: x = {}",
        "The answer is 16 + 3 = {}.",
    ]
)
OTHERS = (
    ", not {}",
    " (not {})",
    " rather than {}",
    ". It is not {}.",
    "\nI checked it {} times.",
    " because {} were lost",
)
REJECTED = st.sampled_from(["", *OTHERS])


def grouped(whole, separator):
    """Return digits with a separator between each three, counted from the end."""
    return re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+\Z)", lambda _: separator, whole)


@st.composite
def written(draw):
    """Draw a number, how it is written, and the language of what surrounds it."""
    value = draw(VALUES)
    language = draw(st.sampled_from((*POINT, *COMMA)))
    comma = language in COMMA
    whole, _, decimals = str(abs(value)).partition(".")
    separator = draw(st.sampled_from(GROUPING[comma]))
    text = grouped(whole, separator) + ("," if comma else ".") + decimals
    sign = draw(SIGNS) if value < 0 else ""
    return value, sign + draw(BEFORE) + text, language


@given(number=written(), behind=BEHIND, wrapping=WRAPPINGS, rejected=REJECTED, other=st.integers(0, 10**6))
def test_a_number_is_read_back(number, behind, wrapping, rejected, other):
    value, text, language = number
    assume("- " not in text or "boxed" in wrapping)  # elsewhere a dash with a space may tie the answer to its marker
    reply = wrapping.format(text + behind) + rejected.format(other)
    found = extract_number(reply, language)
    assert found is not None
    assert number_value(found) == value


POWERS = "{m} \\times 10^{{{e}}}", "{m}\\cdot10^{{{e}}}", "{m} × 10^{e}", "{m} x 10^{e}", "{m} * 10^{e}", "{m}e{e}"


@given(mantissa=st.integers(1, 9999), exponent=st.integers(-12, 12), form=st.sampled_from(POWERS), wrapping=WRAPPINGS)
def test_powers_of_ten_are_read_back(mantissa, exponent, form, wrapping):
    found = extract_number(wrapping.format(form.format(m=mantissa / 100, e=exponent)))
    assert found is not None
    assert number_value(found) == Decimal(str(mantissa / 100)).scaleb(exponent)


@given(
    above=st.integers(1, 99),
    below=st.integers(2, 99),
    whole=st.integers(0, 999),
    sign=st.sampled_from(["", "-"]),
    form=st.sampled_from(["{a}/{b}", "{a} / {b}", "\\frac{{{a}}}{{{b}}}", "\\dfrac{{{a}}}{{{b}}}", "{a}⁄{b}"]),
    wrapping=WRAPPINGS,
)
def test_fractions_are_read_back(above, below, whole, sign, form, wrapping):
    fraction = form.format(a=above, b=below)
    found = extract_number(wrapping.format(f"{sign}{whole} {fraction}" if whole else f"{sign}{fraction}"))
    assert found is not None
    assert number_value(found) == number_value(f"{sign}{whole} {above}/{below}")


ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


@given(tens=st.sampled_from(range(8)), ones=st.sampled_from(range(10)), joint=st.sampled_from(["-", " "]))
def test_words_are_read_back(tens, ones, joint):
    words = TENS[tens] + (joint + ONES[ones] if ones else "")
    assert extract_number(f"The answer is {words}.") == str(10 * (tens + 2) + ones)
    assert extract_number(f"The answer is {ONES[ones]}.") == str(ones)
