"""Which number a reply gives, and what it is worth."""

from decimal import Decimal

import pytest

from pytest_evalscope.text import extract_number, number_value, parse_number


@pytest.mark.parametrize(
    ("text", "written"),
    [
        # nothing stated: the last number
        ("She has 3 apples and buys 4, so 7.", "7"),
        ("7\nthat is all", "7"),
        ("She makes $70,000 profit.", "70000"),
        ("about 1,00,000 rupees", "100000"),
        ("one of 12,34,567.8", "1234567.8"),
        ("the list 1,2,3", "3"),
        ("version 1.2.3", "3"),
        ("16-3", "3"),
        ("page-5", "5"),
        ("(2)-3", "3"),
        ("x = -5", "-5"),
        ("−5", "-5"),
        ("-$5", "-5"),
        ("$-5", "-5"),
        ("it fell by -\\$1,250.50", "-1250.50"),
        (".5", ".5"),
        ("5.", "5"),
        ("50%", "50"),
        ("1.5e3", "1.5e3"),
        ("2e3x", "3"),
        ("3/4 of it", "3/4"),
        ("3 / 4", "3/4"),
        ("1 1/2 cups", "1 1/2"),
        ("2½ cups", "2 1/2"),
        ("\\frac{3}{4}", "3/4"),
        ("1\\frac{1}{2}", "1 1/2"),
        ("１８个", "18"),
        ("١٨", "18"),
        ("१२٫५", "12.5"),
        ("共18，200元不够", "200"),
        ("1" * 100, "1" * 100),
        ("0." + "3" * 100, "0." + "3" * 100),
        ("1,000" * 1 + ",000" * 30, "1" + "000" * 31),
        # stated
        ("#### 1,234\nand 5 more words", "1234"),
        ("ANSWER: 18 clips, 2 more than 16", "18"),
        ("**Answer:** $18", "18"),
        ("Final Answer\n\nAnswer:\n\n**18**\n\nin 3 steps", "18"),
        ("The answer is 18. That took 4 steps.", "18"),
        ("the answer is: **-7**", "-7"),
        ("The answer is approximately 3.14 or 22/7", "3.14"),
        ("The answer is 48 + 24 = 72 clips, 2 more", "72"),
        ("The answer is 5 - 3", "5"),
        ("Answer: she sold 48 in April and 24 in May, 72 in all", "72"),
        ("答案是18，200元不够", "18"),
        ("答案：１８", "18"),
        ("La respuesta es 12, no 13", "12"),
        ("Die Antwort ist 12 (nicht 13)", "12"),
        ("\\boxed{18} in 4 steps", "18"),
        ("$\\boxed{\\$1{,}234}$", "1234"),
        ("\\boxed{1\\,234}", "1234"),
        ("\\boxed{\\text{\\$}18}", "18"),
        ("\\boxed{18 \\text{ of } 20}", "18"),
        ("\\boxed{x = 5}", "5"),
        ("\\boxed{3 + 4 = 7}", "7"),
        ("\\boxed{\\frac{3}{4}}", "3/4"),
        ("\\boxed{ (18) }", "18"),
        ("\\fbox{18} 3", "18"),
        ("\\boxed{7}\nNo, wait.\n\\boxed{8}", "8"),
        ("\\boxed{\\text{none}} so 8", "8"),
        # a reply cut off within its box
        ("It is 72.\n\\boxed{7", "72"),
        ("\\boxed{72}. Again: \\boxed{7", "72"),
        # no number
        ("", None),
        ("I'm sorry, but I can't help with that.", None),
        ("\\boxed{7", None),
        ("answer: ", None),
    ],
)
def test_the_number_a_reply_gives(text, written):
    assert extract_number(text) == written


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("18", Decimal(18)),
        ("18.00", Decimal(18)),
        ("-.5", Decimal("-0.5")),
        ("1.5e3", Decimal(1500)),
        ("36/2", Decimal(18)),
        ("-1/2", Decimal("-0.5")),
        ("1 1/2", Decimal("1.5")),
        ("-1 1/2", Decimal("-1.5")),
        ("2/6", Decimal(1) / Decimal(3)),
        ("0.1", Decimal("0.1")),
        ("3/0", None),
        ("1e999", Decimal("1e999")),
    ],
)
def test_the_value_of_a_number(written, value):
    assert number_value(written) == value


def test_a_target_is_read_like_a_reply():
    assert parse_number("$1,000") == 1000
    assert parse_number("none") is None
    assert parse_number("0.1") != 0.1  # no float on the way
