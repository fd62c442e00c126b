"""The expression that a reply gives, and its plain form."""

from fractions import Fraction

import pytest

from pytest_evalscope.text import extract_expression, plain_expression, plain_number
from pytest_evalscope.text.answers.expressions import read_expression
from pytest_evalscope.text.answers.regions import Reading


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        (r"So it is \boxed{\frac{1}{2}}.", r"\frac{1}{2}"),
        (r"\boxed{1} is wrong. It is \boxed{x^{2}}", "x^{2}"),
        (r"The roots are $\boxed{1}$ and $\boxed{-2}$.", "1, -2"),
        (r"\boxed{3}, that is \boxed{3}", "3"),
        (r"\boxed{}", None),
        (r"It is $4$. \boxed{5", "4"),
        (r"\boxed 7", "7"),
        (r"\fbox{8}", "8"),
        (r"The answer is $\frac{\pi}{2}$.", r"\frac{\pi}{2}"),
        ("ANSWER: 2x + 1\n\nDone.", "2x + 1"),
        ("**Answer:** 42 apples", "42"),
        (r"ANSWER: \text{(C)}", r"\text{(C)}"),
        (r"ANSWER: \text{east}.", r"\text{east}"),
        (r"We get \(x = 3\) and then \[y = 4.\]", "y = 4"),
        (r"3\sqrt{13}", r"3\sqrt{13}"),
        ("There are 12 of them.", "12"),
        ("I cannot do this.", None),
        ("", None),
        ("答案是 $７$", "7"),
        ("先算 3。\n答案：25元", "25"),
        ("答案是１６。", "16"),
        ("答案是\\frac{1}{2}。", "\\frac{1}{2}"),
        ("答案：东", "东"),
        ("答案：每份应该是 (3) 吨", "(3)"),
        ("As AB = 3,\nAD = 1 + 2.\n\n□", "AD = 1 + 2"),
        ("As $x = 3$.\n\nTherefore, there are 12 of them. I hope it is correct.", "12"),
        ("As $x = 3$.\n\nTherefore, there are not 12 of them.", "x = 3"),
        ("33.5 pct", "33.5 pct"),
        # boxes
        (r"\boxed{1} boys and \boxed{2} girls", "1, 2"),
        (r"\boxed{1} for part (a) and \boxed{2}", "1, 2"),
        (r"\boxed{a}\boxed{b}", "a, b"),
        (r"\boxed{a}, \boxed{b}, and \boxed{c}", "a, b, c"),
        (r"\boxed{1}\text{ and }\boxed{2}", "1, 2"),
        (r"\boxed{a} then \boxed{b}", "b"),
        (r"\boxed{\boxed{3}}", r"\boxed{3}"),
        (r"\boxed{3} \boxed{ }", "3"),
        (r"\boxed{ x }", "x"),
        (rf"\boxed{{{'x' * 1000}}}", "x" * 1000),
        (r"\boxed xy", "x"),
        (r"\boxed{1", None),
        # statements
        ("ANSWER: 42 apples of 50", "42"),
        (r"The answer is $\mathbf{\frac{1}{2}}$.", r"\mathbf{\frac{1}{2}}"),
        ("ANSWER: x.\nmore", "x"),
        ("ANSWER: $x$ yes", "x"),
        (r"ANSWER: \(x\)", "x"),
        ("ANSWER: **x**", "x"),
        ("ANSWER: east wind, or 3", "3"),
        ("ANSWER: two apples", "2"),
        ("ANSWER: none of these\nANSWER: }\nANSWER: 3 apples\nANSWER: }", "3"),
        # formulas
        ("$1$ and $2$", "1, 2"),
        (r"$2$ \(1\)", "1"),
        (r"\(1\) $2$", "2"),
        (r"so \[x,\]", "x"),
        ("so $x.$ 4", "x"),
        (f"so ${'1+' * 499}1$", f"{'1+' * 499}1"),
        (f"so ${'1+' * 499}11$", f"{'1+' * 499}11"),
        (f"so ${'1+' * 500}1$", "1"),
        ("$x$ is 4", "x"),
        (r"\(x\) is 4", "x"),
        (r"then x\) is \(4", "4"),
        (r"it is \( 5", "5"),
        # the whole
        ("x = 3", "x = 3"),
        (" xy\n", "xy"),
        ("xyz", "xyz"),
        (r"3 \text{cm}", r"3 \text{cm}"),
        (r"\begin{pmatrix}1\end{pmatrix}", r"\begin{pmatrix}1\end{pmatrix}"),
        ("2x\n3y", "3"),
        ("3 東", "3"),
        ("=", None),
        ("1+" * 99 + "11", "1+" * 99 + "11"),
        ("1+" * 99 + "111", "111"),
        # several boxes
        (r"\boxed{3} \quad \text{and} \quad \boxed{5}", "3, 5"),
        (r"\(\boxed{3}\) and \(\boxed{5}\)", "3, 5"),
        (r"\boxed{3} as well as \boxed{5}", "3, 5"),
        ("\\boxed{3}\nand\n\\boxed{5}", "3, 5"),
        ("They are:\n- \\boxed{3}\n- \\boxed{5}", "3, 5"),
        (r"\boxed{3} \& \boxed{5}", "3, 5"),
        (r"x = \boxed{3} und y = \boxed{5}", "3, 5"),
        (r"\boxed{3} 和 \boxed{5}", "3, 5"),
        (r"\boxed{3} dan \boxed{5}", "3, 5"),
        (r"\boxed{3} for the first part, and at last \boxed{5}", "5"),
        # a minus before a box
        (r"-\boxed{3}", "-3"),
        (r"$x = -\boxed{\frac{1}{2}}$", r"-\frac{1}{2}"),
        (r"5 - \boxed{3}", "3"),
        (r"-\boxed{x+1}", "-(x+1)"),
        # plain text
        ("The answer is -1 + sqrt(3).", "-1 + sqrt(3)"),
        ("ANSWER: 2*sqrt(3)", "2*sqrt(3)"),
        ("The answer is 2 1/2.", "2 1/2"),
        ("**Answer:** x**2+1", "x**2+1"),
        ("The answer is 3, 5, and 7.", "3, 5, and 7"),
        ("The answer is Evelyn, since she is the fastest.", "Evelyn"),
        ("even", "even"),
        ("**5**", "5"),
        ("The answer is $.35625$.", ".35625"),
        ("The answer is 5 because 2 + 3 = 5.", "5"),
        (r"Answer: $\frac{1}{2}$ (or 0.5)", r"\frac{1}{2}"),
        ("The answer is 12 cm, or 120 mm.", "12 cm, or 120 mm"),
        ("My final answer is 5!", "5"),
        ("Therefore, $3, 5$ is the answer.", "3, 5"),
        ("So 12 is the answer.", "12"),
        ("Answer: x in [-2, 7]", "x in [-2, 7]"),
        ("> 12", "12"),
        # money
        ("It costs $10 plus $15, which makes $25 in all.", "25"),
        ("The answer is \\$36.", "\\$36"),
        # a box and what is said behind it
        (r"So \boxed{5}. The answer is in its simplest form with 2 digits.", "5"),
        (r"So \boxed{255}. In all $x$. Final Answer: The final answer is $10,455$. I hope it is correct.", "10,455"),
        (r"<think>\boxed{9}</think>The answer is 4", "4"),
        # several formulas
        ("So $x = 1$ and $x = 2$.", "x = 1, x = 2"),
        ("So $x = 1$, and not $x = 2$.", "x = 1"),
        ("$x = 3$ works. $x=5$ is not a solution.", "x = 3"),
        ("$x=5$ does not satisfy it, $x=4$ does.", "x=4"),
        ("$x=5$ is not a solution.", None),
        (r"\(n=7\) is wrong.", None),
        # no value
        ("The limit as $x$ goes to $3$ does not exist.", "does not exist"),
        ("Therefore, there is no solution.", "no solution"),
        ("There are two values of $x$ that make it undefined.", "x"),
        ("They show where $AB$ and $CD$ do not meet.", None),
        ("ANSWER: does not exist", "does not exist"),
        ("$f'(0)$ does not exist, so the maximum is $3$.", "3"),
        ("$x=3$, as $x+1=0$ has no solution.", "x+1=0"),
        ("So $x=3$. In the other case there is no solution.", "x=3"),
        # a number's name
        ("The answer is no. 5", "5"),
    ],
)
def test_an_expression_is_found(reply, found):
    assert extract_expression(reply) == found


@pytest.mark.parametrize(
    ("expression", "plain"),
    [
        (r"\left( 3, \dfrac{\pi}{2} \right)", r"(3,\frac{\pi}{2})"),
        (r"\text{Evelyn}", "Evelyn"),
        (r"\$32,\!348", "32,348"),
        (r"90^\circ", "90"),
        (r"\frac12", r"\frac{1}{2}"),
        (r"50\%.", "50"),
        ("x..", "x"),
        (r"\tfrac 1 2", r"\frac{1}{2}"),
        (r"x\!y\,z\;w\:v\ u~t", "xyzwvut"),
        ("1{,}234, a{,}b", "1234,a{,}b"),
        (r"90^{\circ}, 9\degree, 5^\circ", "90,9,5"),
        (r"\displaystyle $x$", "x"),
        (r"\textbf{a}\textit{b}\mathrm{c}\mathbf{d}\mbox{e}\operatorname{f}\text {g}", "abcdefg"),
        # white space between two numbers
        ("2 1/2", "2 1/2"),
        ("32, 349", "32, 349"),
        (r"11,\! 111", "11,111"),
        (r"10\,080", "10080"),
        ("x = 5", "x=5"),
    ],
)
def test_looks_count_for_nothing(expression, plain):
    assert plain_expression(expression) == plain


@pytest.mark.parametrize(
    ("plain", "value"),
    [
        ("18", 18), ("-3.50", Fraction(-7, 2)), ("1,234", 1234), (".5", Fraction(1, 2)), ("7.", 7),
        (r"-\frac{2}{4}", Fraction(-1, 2)), ("3/4", Fraction(3, 4)), ("1/0", None), ("1,23", None), ("x", None),
        ("1e9", None), ("", None), ("1/-2", None), ("+5", 5), ("+1/2", Fraction(1, 2)), ("-10/4", Fraction(-5, 2)),
        ("--5", None), (".", None), ("5/", None), ("1234,567", None), ("1,234,567.5", Fraction(2469135, 2)),
        ("-.5", Fraction(-1, 2)),
        ("9" * 64, 10**64 - 1), ("9" * 65, None), ("1/" + "9" * 30, Fraction(1, 10**30 - 1)), ("1/" + "9" * 31, None),
        (r"\frac{0}{3}", 0), (r"\frac{1}{0}", None), ("0/5", 0), ("-0", 0),
    ],
)  # fmt: skip
def test_a_plain_number_has_a_value(plain, value):
    assert plain_number(plain) == value


def test_a_box_with_more_than_an_answer_has_is_none():
    assert len(extract_expression(rf"\boxed{{{'x' * 1001}}}") or "") < 1000
    assert extract_expression(rf"\boxed{{7}} or \boxed{{{'x' * 2000}}}") == "7"


def test_of_many_boxes_the_last_ones_are_looked_at():
    boxes = "".join(rf"\boxed{{{n}}}" for n in range(70))
    assert extract_expression(boxes) == ", ".join(map(str, range(6, 70)))


@pytest.mark.parametrize("piece", [r"\boxed{", "{", "$", r"\boxed{1} ", "ANSWER: ", r"\text{", "1,1,", r"\("])
def test_a_long_reply_of_one_piece_ends(piece):
    assert len(extract_expression(piece * 20_000) or "") <= 1000


@pytest.mark.parametrize(
    ("reply", "language", "found", "how"),
    [
        (r"\boxed{5}", "", "5", "structured, the last box"),
        ("ANSWER: 5", "", "5", 'structured, behind "ANSWER:"'),
        ("The answer is 5", "", "5", 'stated, behind "answer is"'),
        ("5", "", "5", "alone, the whole completion"),
        ("Die Antwort ist 12,5 cm.", "", "12.5 cm", 'stated, behind "Antwort ist"'),
        ("Die Antwort ist 70.000.", "", "70000", 'stated, behind "Antwort ist"'),
        (r"\boxed{12{,}5}", "de", "12.5", "structured, the last box"),
        (r"\boxed{3.142}", "de", "3.142", "structured, the last box"),
        (r"\boxed{3,5}", "en", "3,5", "structured, the last box"),
        ("", "", None, "no answer found: there is no text"),
    ],
)
def test_a_reading_says_how_the_expression_was_found(reply, language, found, how):
    assert read_expression(reply, language) == Reading(found, how)
