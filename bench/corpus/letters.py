"""Completions that choose an option: letters in every writing, rejected options, several options, none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .languages import LANGUAGES
from .reply import RIGHT, WRONG, Reply, fill

PLANETS = ("Mercury", "Venus", "Earth", "Mars")
AMOUNTS = ("12 km", "15 km", "18 km", "21 km")
CLAUSES = ("It grows", "It is a fish", "I cannot be known", "A and B differ")
TEN = ("red", "orange", "yellow", "green", "blue", "indigo", "violet", "white", "black", "grey")
SETS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (PLANETS, "B", "A"), (PLANETS, "A", "C"), (AMOUNTS, "C", "D"), (CLAUSES, "D", "B"), (TEN, "I", "E"),
    (TEN, "E", "A"),
)  # fmt: skip
"""Options, the one that is chosen (x), and another one that is mentioned (y)."""

FORMS: dict[str, tuple[str, ...]] = {
    "letters: a marker (D8)": (
        "ANSWER: @x", "Answer: @x", "answer: @x", "**Answer:** @x", "**Answer: @x**", "ANSWER: (@x)", "ANSWER: [@x]",
        "ANSWER: **@x**", "ANSWER: $@x$", r"ANSWER: \boxed{@x}", r"$\boxed{\text{@x}}$", r"\boxed{@x}", "ANSWER:@x",
        "Answer - @x", "The final answer is @x", "My answer is (@x).", "The correct answer is option @x.",
        "Answer: @x) @tx",
        "Answer: @x. @tx", "The correct choice is @x.", "Correct answer: @x", "Final Answer: @x", "The answer is: @x",
        "I choose @x.", "I would choose option @x.", "Option @x is correct.", "So, the correct option is **@x**.",
        "The best answer is @x.", "The answer would be @x.", "The answer should be @x.",
        "Therefore @x is the answer.",
        "@x is correct.", "@x is the correct answer.", "It is @x.", "Hence, (@x).", "ANSWER: @x\n", "'ANSWER: @x'",
        "\"ANSWER: @x\"",
        "Answer = @x", "ANSWER： @x", "＊＊ANSWER: @x＊＊",
    ),
    "letters: a rejected option (D9)": (
        "ANSWER: @x, @y is wrong", "It's @x, not @y.", "The answer is @x, not @y.", "ANSWER: @x (not @y)",
        "The answer is @x rather than @y.", "Not @y. The answer is @x.", "The answer is not @y. It is @x.",
        "The answer is not @y, it's @x.", "I would rule out @y; the answer is @x.", "Answer: @x. @y is too large.",
        "The answer is @x because @y is wrong.", "The answer is @x; @y fails.",
        "ANSWER: @x\n\n@y is wrong because it is too big.",
        "The answer is @x, although @y is tempting.", "Although @y is tempting, the answer is @x.",
        "ANSWER: @x instead of @y",
        "At first I thought @y. ANSWER: @x", "@y is wrong. @x is right.", "Answer: @x\nWhy not @y: it does not fit.",
        "The answer isn't @y; the answer is @x.", "Unlike @y, @x fits. The answer is @x.",
    ),
    "letters: a statement behind small words (I1)": (
        "The answer is definitely @x. @y fails.", "The correct answer must be @x. @y is false.",
        "The answer is clearly option @x. Option @y is not.", "The answer is therefore @x. @y was close.",
        "The answer is most likely @x, since @y is too small.", "The correct answer is indeed @x. @y is not.",
        "The answer is obviously (@x). (@y) is a trap.", "I believe the answer is probably @x, because @y cannot be.",
        "The answer has to be @x. @y cannot hold.", "The right answer is simply @x. @y does not apply.",
        "The answer, I think, is @x. @y is out.", "The answer is thus @x. See why @y is wrong above.",
    ),
    "letters: small letters and openings (D10)": (
        "@lx", "(@lx)", "@lx)", "@lx.", "@lx) @tx", "(@lx) @tx", "@x) @tx", "@x. @tx", "@x: @tx", "**@x) @tx**", "@x",
        "@x.", "(@x)", "**@x**",
        "`@x`", "[@x]", "@x) @tx\n\nThe others do not fit: @y) @ty is wrong.",
        "@x) @tx\n@y) is wrong since it is too big.",
        "Answer: @lx", "answer: (@lx)", "The answer is @lx.", "The answer is (@lx), because @y does not fit.",
        "Option @x", "option @lx",
        "ANSWER: @lx, because it fits.", "@x - @tx", "@x – @tx", "@x\n\nExplanation: @y is not right.",
    ),
    "letters: structures (D10)": (
        '{"answer": "@x", "explanation": "Unlike @y, it fits."}', '{"answer":"@x"}',
        '{"explanation": "Not @y.", "answer": "@x"}',
        '```json\n{"answer": "@x", "reason": "@y is wrong"}\n```', "<answer>@x</answer> I also thought about @y",
        "<answer>@x</answer>", "I thought of @y. <answer> (@x) </answer>", "### Answer\n@x",
        "## Final Answer\n\n**@x**", "**Answer**\n\n@x",
        "### Answer: @x\n\n### Why not @y\nIt is too big.", "<answer>@x) @tx</answer>\nNot @y.",
        '{"reasoning": "@y is wrong", "choice": "@x"}',
        "Answer:\n@x", "Answer:\n\n**@x) @tx**", "The answer is:\n\n@x", "### Final answer\n(@x) @tx", "answer: '@x'",
        '{"answer": ["@x"], "rejected": ["@y"]}', "{'answer': '@x', 'why': 'not @y'}",
    ),
    "letters: a thought before": (
        "Let me see. @y seems odd, @x seems fine.\n\nANSWER: @x",
        "Step 1: look at @y. Step 2: look at @x.\nThe answer is @x.",
        "A) no\nB) no\nC) no\nLet us decide. ANSWER: @x", "Option @y? No. Option @x? Yes.\nAnswer: @x",
        "I thought about @y first.\n\n@x",
    ),
}  # fmt: skip

NO_ANSWER = (
    "The answer is not @x.", "It is not @x.", "I cannot tell whether it is @x or @y.",
    "The answer is either @x or @y.",
    "Either @x or @y.", "It could be @x or @y.", "I am torn between @x and @y.", "Not @x.", "@x is wrong.",
    "答案不是@x。",
    "ANSWER: not @x",
    "The answer is neither @x nor @y.", "I don't know.", "None of the above", "ANSWER: none of the above",
    "ANSWER: Z",
    "The answer is Z.",
    "Option @x is tempting. ANSWER: Z", "I'd say @x was a good try, but the answer is Z.", "ANSWER: None",
    "A good question. I have to pass.",
    "I am not sure.", "ANSWER: ?", "答案：无", "The answer is unknown.", "A question like this has no answer.",
)  # fmt: skip
"""Completions that choose none of A to D; Z is no option of theirs."""

SEVERAL = (
    "ANSWER: @x @y", "ANSWER: @x, @y", "ANSWER: @x; @y", "ANSWER: @x + @y", "ANSWER: @x and @y", "ANSWER: @x & @y",
    "ANSWER: @x/@y", "ANSWER: @x@y",
    "ANSWER: @x,@y", "ANSWER: [@x, @y]", "ANSWER: (@x) and (@y)", "ANSWER: @x) @tx, @y) @ty", r"\boxed{@x, @y}",
    r"\boxed{@x@y}",
    r"\boxed{\text{@x and @y}}", "答案：@x、@y", "答案：@x @y", "答案：@x@y", "答案是@x和@y。",
    "The answers are @x and @y.",
    "The correct options are @x and @y.", "**Answer:** @x, @y", '{"answer": ["@x", "@y"]}', "ANSWER: @y, @x",
    "ANSWER: @lx, @ly", "ANSWER: @x\nANSWER: @x, @y",
)  # fmt: skip
THREE = (
    "答案：@x @y @z",
    "ANSWER: @x, @y, and @z",
    "ANSWER: @x@y@z",
    "ANSWER: @x; @y; @z",
    "ANSWER: @x, @y & @z",
    "答案：@x、@y、@z",
)

CJK = {
    "zh": (
        "因此，正确选项是@x。", "所以@x项正确", "正确答案应为@x。", "答案：选项@x", "答案是（@x）。", "故选@x。",
        "综上所述，选择@x。",
        "所以答案为@x。", "本题应选@x项。", "正确答案是选项@x。", "我认为选@x。", "所以，答案选@x。", "选@x",
        "正确的是@x。", "【答案】@x",
        "本题选@x，@y项错误。", "答案是@x，不是@y。", "排除@y，故选@x。", "@y项错误，@x项正确，故选@x。",
        "答案：@x\n解析：@y不符合题意。",
        "@x。因为@y太大。", "正确选项：@x", "答案为：@x", "所以正确答案是：@x、@tx", "因此选项@x是正确的。",
    ),
    "ja": (
        "@xが正解です。", "正解は@xです。", "答えは@xです。", "答え：@x", "したがって、正解は@xです。",
        "よって@xが正しい。", "正答は@xです。", "答えは（@x）です。",
        "選択肢@xが正しいです。", "@yではなく、@xが正解です。", "答えは@xで、@yではありません。", "【答え】@x",
        "正解：@x\n@yは誤りです。", "答えは選択肢@xです。",
    ),
    "ko": (
        "정답은 @x입니다.", "정답: @x", "답은 @x입니다.", "따라서 정답은 (@x)입니다.", "@x가 정답입니다.",
        "@x이 정답입니다.", "정답은 @x번입니다.",
        "정답은 @x이며 @y는 틀렸습니다.",
        "답: (@x)", "정답은 @y가 아니라 @x입니다.", "그러므로 답은 @x이다.", "정답 : @x", "올바른 답은 @x입니다.",
    ),
}  # fmt: skip

NATIVE = {
    "ar": ("أبجد", ("الإجابة: @x", "الإجابة الصحيحة هي @x.", "@x", "(@x)")),
    "bn": ("অবডঢ", ("উত্তর: @x", "সঠিক উত্তর হল @x।", "@x")),
    "ja": ("ＡＢＣＤ", ("答え：@x", "正解は@xです。", "@x")),
    "zh": ("ＡＢＣＤ", ("答案：@x", "答案是@x。", "@x")),
}
"""Letters for A to D in answers to MMMLU, by the table of its authors (simple-evals)."""


def replies() -> Iterator[Reply]:
    """Yield every completion of this table."""
    yield from _chosen()
    yield from _without()
    yield from _several()
    yield from _languages()
    yield from _native()


def _values(choices: Sequence[str], **labels: str) -> dict[str, str]:
    made = dict(labels)
    for name, label in labels.items():
        made |= {f"l{name}": label.lower(), f"t{name}": choices[ord(label) - 65]}
    return made


def _both(kind: str, form: str, choices: tuple[str, ...], x: str, y: str, language: str = "en") -> Iterator[Reply]:
    text = fill(form, _values(choices, x=x, y=y))
    for target, right in ((x, RIGHT), (y, WRONG)):
        yield Reply(
            kind=kind, scorer="choice", text=text, target=target, right=right, choices=choices, language=language
        )


def _chosen() -> Iterator[Reply]:
    for kind, forms in FORMS.items():
        for form in forms:
            for choices, x, y in SETS:
                yield from _both(kind, form, choices, x, y)


def _without() -> Iterator[Reply]:
    kind = "letters: none of the options (D9, D11)"
    for form in NO_ANSWER:
        for choices, x, y in SETS[:4]:
            text = fill(form, {"x": x, "y": y})
            for target in (x, y):
                yield Reply(kind=kind, scorer="choice", text=text, target=target, right=WRONG, choices=choices)


def _several() -> Iterator[Reply]:
    kind = "letters: several (D12)"
    for form in SEVERAL:
        for choices, x, y in ((PLANETS, "A", "C"), (AMOUNTS, "B", "D"), (TEN, "E", "I")):
            text = fill(form, _values(choices, x=x, y=y))
            language = "en" if text.isascii() else "zh"
            both = f"{x},{y}"
            for target, right in ((both, RIGHT), (x, WRONG), (y, WRONG)):
                yield Reply(
                    kind=kind,
                    scorer="choice",
                    text=text,
                    target=target,
                    right=right,
                    choices=choices,
                    language=language,
                )
    for form in THREE:
        text = fill(form, {"x": "A", "y": "B", "z": "D"})
        for target, right in (("A,B,D", RIGHT), ("A,B", WRONG), ("D", WRONG)):
            yield Reply(kind=kind, scorer="choice", text=text, target=target, right=right, choices=PLANETS)


def _languages() -> Iterator[Reply]:
    kind = "letters: markers of eighteen languages (D21)"
    for language in LANGUAGES:
        for state in language.states:
            for form in (state, f"{state} {language.wrong}", f"{language.wrong}\n{state}", f"**{state}**"):
                for choices, x, y in ((PLANETS, "B", "D"), (AMOUNTS, "C", "A")):
                    yield from _both(kind, form, choices, x, y, language.code)
    for code, forms in CJK.items():
        for form in forms:
            for choices, x, y in ((PLANETS, "B", "A"), (AMOUNTS, "C", "D"), (CLAUSES, "A", "B")):
                yield from _both("letters: Chinese, Japanese, Korean (D8, D9)", form, choices, x, y, code)


def _native() -> Iterator[Reply]:
    kind = "letters: native letters (I10)"
    for code, (letters, forms) in NATIVE.items():
        for form in forms:
            for x, y in ((0, 2), (1, 3), (2, 0), (3, 1)):
                text = fill(form, {"x": letters[x]})
                for place, right in ((x, RIGHT), (y, WRONG)):
                    yield Reply(
                        kind=kind,
                        scorer="choice",
                        text=text,
                        target=chr(65 + place),
                        right=right,
                        choices=PLANETS,
                        language=code,
                    )
