"""Completions that state a number: signs, separators, units, magnitudes, words, sums, and what surrounds it."""

from __future__ import annotations

from collections.abc import Iterator

from .languages import LANGUAGES, Language
from .reply import RIGHT, WRONG, Reply, stated, written

PAIRS = (("29", "33"), ("7", "4"), ("1250", "12"), ("0.75", "3"))

FORMS: dict[str, tuple[str, ...]] = {
    "numbers: a marker": (
        "ANSWER: @x", "The answer is @x.", "#### @x", r"\boxed{@x}", r"So the answer is $\boxed{@x}$.",
        "**Answer:** @x", "**Answer: @x**",
        "Final answer: @x", "The final answer is **@x**.", "Answer: $@x", "answer = @x", "@x", "The answer is: @x",
        r"The answer is \(@x\).",
        "ANSWER: @x dollars", "Therefore, the total is @x.", "The answer is approximately @x.",
        "The answer is x = @x.",
        "ANSWER: ~@x", "ANSWER: @x.",
        "Answer: @x\n", "The answer is\n@x", "ANSWER:\n\n@x",
    ),
    "numbers: a statement behind small words (I1)": (
        "Answer: Tom has @x apples.\n\nThat took @y steps.", "**Answer:** She earns $@x every day for @y days.",
        "The answer is that Tom has @x apples after @y days.",
        "Answer: she needs @x of them, not @y.", "The answer is definitely @x. It is not @y.",
        "The answer is @x, which I checked @y times.",
        "The final answer is therefore @x. Note that @y was used above.",
        "ANSWER: there are @x left.\nI used @y lines.", "The answer must be @x, as @y is too small.",
        "Answer: @x apples (see step @y)", "The answer is @x because @y were lost.",
    ),
    "numbers: structures (D10)": (
        '{"answer": @x, "reason": "because @y were lost"}', '{"answer": "@x", "steps": @y}',
        '{"steps": @y, "answer": @x}', "<answer>@x</answer> after @y tries",
        "### Answer\n@x\n\n### Check\n@y", "## Final answer\n\n**@x**", '```json\n{"answer": @x, "tries": @y}\n```',
        "<answer> @x apples </answer>\nI lost @y.",
        "{'answer': @x, 'tries': @y}", "Answer:\n@x\nChecked @y times.", "### Answer: @x\n### Steps: @y",
    ),
    "numbers: a rejected value": (
        "The answer is @x, not @y.", "Not @y but @x. ANSWER: @x", "The answer is not @y. It is @x.",
        "ANSWER: @x (not @y)", "The answer is @x rather than @y.",
        "At first I had @y. ANSWER: @x", "The answer isn't @y, it's @x.",
    ),
}  # fmt: skip

SIGNS = (
    (r"\boxed{- 3}", "-3", "3"), (r"-\boxed{3}", "-3", "3"), (r"\boxed{-\frac{1}{2}}", "-0.5", "0.5"),
    ("–5", "-5", "5"), ("−5", "-5", "5"), ("minus 3", "-3", "3"),
    ("negative 3", "-3", "3"), ("-½", "-0.5", "0.5"), ("+3", "3", "-3"), ("- 7", "-7", "7"), ("-$4", "-4", "4"),
    ("$-4$", "-4", "4"), ("-1,234", "-1234", "1234"),
    (r"$-\frac{3}{4}$", "-0.75", "0.75"), ("(-3)", "-3", "3"), ("−1.5", "-1.5", "1.5"), ("—5", "-5", "5"),
    ("﹣5", "-5", "5"), (r"\(-8\)", "-8", "8"),
)  # fmt: skip
WRITTEN = (
    ("12,\\!345", "12345", "12"), ("12{,}345", "12345", "12"), ("12\\,345", "12345", "12"), ("70 000", "70000", "70"),
    ("70\u00a0000", "70000", "70"),
    ("70\u202f000", "70000", "70"), ("70~000", "70000", "70"), ("70\\ 000", "70000", "70"),
    ("1 234 567", "1234567", "1"), ("1,234,567.5", "1234567.5", "1234567"),
    ("1_000_000", "1000000", "1"), ("12'345", "12345", "12"), ("1,23,456", "123456", "1"), (".5", "0.5", "5"),
    ("5.", "5", "0"), ("007", "7", "0"),
    (r"1.2 \times 10^6", "1200000", "1.2"), (r"1.2 \times 10^{6}", "1200000", "1.2"),
    (r"$3 \times 10^{-2}$", "0.03", "3"), ("1.2e6", "1200000", "1.2"), ("1.2E+6", "1200000", "1.2"),
    ("1.2 x 10^6", "1200000", "1.2"), ("1.2×10⁶", "1200000", "1.2"), ("1.2 * 10^6", "1200000", "1.2"),
    (r"2 \cdot 10^3", "2000", "2"), ("10^6", "1000000", "10"), ("2^{10}", "1024", "2"),
    (r"\frac12", "0.5", "12"), (r"\frac{1}{2}", "0.5", "1"), (r"\dfrac{3}{4}", "0.75", "3"),
    (r"2 \frac{1}{2}", "2.5", "2"), (r"2\frac{1}{2}", "2.5", "2"), ("2 1/2", "2.5", "2"), ("3/4", "0.75", "3"),
    ("½", "0.5", "2"), ("2½", "2.5", "2"), ("1 ¾", "1.75", "1"), ("3⁄4", "0.75", "3"), (r"\tfrac{7}{2}", "3.5", "7"),
    (r"$\frac{10}{4}$", "2.5", "10"),
    ("7万", "70000", "7"), ("1.5亿", "150000000", "1.5"), ("70k", "70000", "70"), ("70K", "70000", "70"),
    ("1.2 million", "1200000", "1.2"), ("$3.5 million", "3500000", "3.5"), ("2 billion", "2000000000", "2"),
    ("3 thousand", "3000", "3"), ("5 lakh", "500000", "5"), ("2 crore", "20000000", "2"), ("1.2M", "1200000", "1.2"),
    ("4 hundred", "400", "4"),
    ("60 m^2", "60", "2"), ("60 m²", "60", "2"), (r"60\text{ m}^2", "60", "2"), (r"5~\text{m}", "5", "0"),
    ("9.8 m/s^2", "9.8", "2"), ("60 km/h", "60", "6"), ("12 cm", "12", "1"), ("€12", "12", "1"),
    ("12 €", "12", "1"), ("USD 12", "12", "1"), ("12 USD", "12", "1"), ("Rs. 12", "12", "1"), (r"\$12", "12", "1"),
    ("$12.00", "12", "1200"), ("12 apples", "12", "1"), ("£3.50", "3.5", "350"),
    ("25%", "25", "2"), ("25 percent", "25", "2"), (r"25\%", "25", "2"), ("90°", "90", "9"), (r"90^\circ", "90", "9"),
    ("3 hours", "3", "0"), ("**42**", "42", "4"), ("*42*", "42", "4"), ("`42`", "42", "4"),
)  # fmt: skip
"""(as it is written, the target, a target that it is not)."""
FRAMES = (
    "ANSWER: @x",
    "The answer is @x.",
    "#### @x",
    "@x",
    r"So we get the total.\n\nAnswer: @x".replace(r"\n", "\n"),
)

SUMS = (
    ("5 apples + 3 apples = 8 apples", "8", "5"), ("The answer is 5 + 3 = 8.", "8", "5"),
    (r"\boxed{(3 \times 4) + 2 = 14}", "14", "3"), (r"\boxed{3 + 4 = 7}", "7", "3"),
    ("ANSWER: 16 - 3 = 13", "13", "16"),
    ("ANSWER: 2 * 3 + 1 = 7", "7", "2"), ("The answer is $10 + $15 = $25.", "25", "10"),
    ("ANSWER: 12 / 4 = 3", "3", "12"), ("ANSWER: 3 × 4 = 12 apples", "12", "3"), ("#### 20 - 5 = 15", "15", "20"),
    ("It costs $10 plus $15, which makes $25 in all.", "25", "10"), ("The answer is 3x4=12.", "12", "3"),
    (r"\boxed{x = 5}", "5", "0"), ("ANSWER: total = 5 × 6 = 30", "30", "5"),
    (r"The answer is $2^3 + 1 = 9$.", "9", "2"),
    ("5 apples and 3 apples make 8 apples", "8", "5"), ("ANSWER: 8 = 5 + 3", "8", "3"),
    ("ANSWER: 6 ÷ 2 = 3", "3", "6"),
    (r"\boxed{7 \cdot 8 = 56}", "56", "7"), ("ANSWER: 1/2 + 1/4 = 3/4", "0.75", "0.5"),
    ("The answer is 100% - 30% = 70%.", "70", "100"), ("ANSWER: 5 + 3 = 8, as computed", "8", "5"),
)  # fmt: skip
WORDS = (
    ("five", "5", "4"), ("twelve", "12", "2"), ("twenty-one", "21", "20"), ("thirty five", "35", "30"),
    ("one hundred", "100", "1"), ("two thousand", "2000", "2"), ("zero", "0", "1"), ("ninety-nine", "99", "90"),
    ("one hundred and twenty", "120", "100"), ("seven", "7", "6"), ("Eleven", "11", "1"),
    ("three million", "3000000", "3"), ("one half", "0.5", "1"),
)  # fmt: skip
CHINESE_WORDS = (
    ("五", "5", "4"),
    ("十二", "12", "2"),
    ("二十一", "21", "20"),
    ("三百", "300", "3"),
    ("两千", "2000", "2"),
    ("一万", "10000", "1"),
    ("一百二十", "120", "100"),
    ("零", "0", "1"),
)
GROUPED = {
    "de": (("70.000", "70000", "70"), ("12,5", "12.5", "125"), ("1.234,5", "1234.5", "1.234"), ("0,75", "0.75", "75"),
    ("1.000.000", "1000000", "1")),
    "fr": (("70 000", "70000", "70"), ("12,5", "12.5", "125"), ("1 234,5", "1234.5", "1"), ("0,75", "0.75", "75")),
    "es": (("70.000", "70000", "70"), ("12,5", "12.5", "125"), ("1.234,5", "1234.5", "1.234")),
    "ru": (("70 000", "70000", "70"), ("12,5", "12.5", "125"), ("0,75", "0.75", "75")),
    "pt": (("70.000", "70000", "70"), ("12,5", "12.5", "125")),
    "it": (("70.000", "70000", "70"), ("12,5", "12.5", "125")),
    "vi": (("70.000", "70000", "70"), ("12,5", "12.5", "125")),
    "id": (("70.000", "70000", "70"), ("12,5", "12.5", "125")),
    "en": (("70.000", "70", "70000"), ("70,000", "70000", "70"), ("12.5", "12.5", "125")),
    "hi": (("1,23,456", "123456", "1"), ("70,000", "70000", "70")),
    "ja": (("7万", "70000", "7"), ("3億", "300000000", "3"), ("70,000", "70000", "70")),
    "ko": (("7만", "70000", "7"), ("70,000", "70000", "70")),
    "zh": (("7万", "70000", "7"), ("1.2亿", "120000000", "1.2"), ("70,000", "70000", "70")),
}  # fmt: skip
NO_NUMBER = (
    "I cannot answer that.",
    "ANSWER: unknown",
    "The answer is not @x.",
    "I don't know.",
    "ANSWER: none",
    "It is not @x.",
    "答案未知",
)


def replies() -> Iterator[Reply]:
    """Yield every completion of this table."""
    for kind, forms in FORMS.items():
        yield from stated(kind, "number", forms, PAIRS)
    yield from written("numbers: signs (D5)", "number", SIGNS, ("ANSWER: @x", "The answer is @x.", "@x", "#### @x"))
    yield from written("numbers: how they are written (D6, I10)", "number", WRITTEN, FRAMES)
    yield from written("numbers: sums (D7, I8)", "number", SUMS, ("@x", "We add up.\n@x"))
    yield from written(
        "numbers: words (D21)", "number", WORDS, ("ANSWER: @x", "The answer is @x.", "The answer is @x apples.")
    )
    yield from written(
        "numbers: words (D21)", "number", CHINESE_WORDS, ("答案：@x", "答案是@x。", "答案：@x个"), language="zh"
    )
    for form in NO_NUMBER:
        for x, y in PAIRS:
            for target in (x, y):
                text = form.replace("@x", x)
                yield Reply(kind="numbers: none", scorer="number", text=text, target=target, right=WRONG)
    for language in LANGUAGES:
        yield from _of(language)


def _of(language: Language) -> Iterator[Reply]:
    kind, code = "numbers: eighteen languages (D6, D21)", language.code
    for state in language.states:
        forms = (state, f"{state} {language.checked}", f"{language.checked}\n{state}", f"**{state}**")
        yield from stated(kind, "number", forms, (("29", "33"), ("7", "4")), language=code)
        rows = [*GROUPED.get(code, ()), (language.grouped, "70000", "7")]
        if language.five:
            rows.append((language.five, "5", "4"))
        if language.digits:
            rows.append(("".join(language.digits[int(digit)] for digit in "42"), "42", "4"))
        for text, target, other in rows:
            for value, right in ((target, RIGHT), (other, WRONG)):
                made = state.replace("@x", text)
                yield Reply(kind=kind, scorer="number", text=made, target=value, right=right, language=code)
