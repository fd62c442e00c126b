"""A right expression stays right in whatever it is wrapped, and another one never becomes right."""

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from pytest_evalscope.scorers.equality.comparing import equal
from pytest_evalscope.scorers.equality.trees import Costly
from pytest_evalscope.text import extract_expression

VALUES = {
    "5/2": (r"\frac{5}{2}", r"\frac52", "5/2", "2.5", "2 1/2", r"2\frac{1}{2}", "2½"),
    "root": (r"2\sqrt{3}", r"2\sqrt3", r"\sqrt{12}", "2*sqrt(3)", "2√3"),
    "pi": (r"\frac{\pi}{2}", r"\frac\pi2", "pi/2", "π/2", r"\pi/2"),
    "list": ("3, 5", "5, 3", r"3 \text{ and } 5", "3 and 5", r"\{5, 3\}"),
    "point": (r"\left(1, \frac12\right)", "(1, 1/2)", "(1, 0.5)", r"(1,\frac{1}{2})"),
    "large": (r"3 \times 10^8", "3e8", "300000000", "300,000,000", "3×10⁸"),
    "formula": ("x^2+1", "x**2 + 1", "1+x²", "x^{2} + 1"),
    "word": (r"\text{even}", "even", r"\mathrm{even}", "Even"),
    "signs": (r"1 \pm \sqrt{2}", "1+sqrt(2), 1-sqrt(2)", r"1-\sqrt2, 1+\sqrt2", "1 ± √2"),
    "unit": ("15 cm", r"15\text{ cm}", r"15 \mathrm{~cm}", "15 centimeters"),
}
"""Values, each in spellings of which the first is the target."""
INNER = ("@", "$@$", r"\(@\)", "**@**", " @ ")
BOXED = (r"\boxed{@}", r"$\boxed{@}$", r"\[ \boxed{ @ } \]", r"\fbox{@}", r"$$\boxed{@}$$")
STATED = ("The answer is @.", "ANSWER: @", "**Answer:** @", "Final Answer: @", "### Answer\n\n@", "<answer>@</answer>")
BEFORE = (
    "",
    "First we take 7 of the 16.\n",
    "We begin with $y = 4$ and \\(z = 9\\).\n",
    "<think>Is it \\boxed{99}?</think>\n",
)
BEHIND = ("", "\n", "\n\nI hope it is correct.", "  ")


def wrapped(spelling, frame, inner):
    return frame.replace("@", inner.replace("@", spelling))


spellings = st.sampled_from([(value, spelling) for value, made in VALUES.items() for spelling in made])
frames = st.one_of(
    st.tuples(st.sampled_from(BOXED), st.just("@")), st.tuples(st.sampled_from(STATED), st.sampled_from(INNER))
)


@given(spellings, frames, st.sampled_from(BEFORE), st.sampled_from(BEHIND))
def test_wrapping_never_loses_a_right_expression(said, frame, before, behind):
    value, spelling = said
    found = extract_expression(f"{before}{wrapped(spelling, *frame)}{behind}")
    assert found is not None
    assert equal(VALUES[value][0], found) is True


@given(spellings, frames, st.sampled_from(sorted(VALUES)))
def test_another_value_is_never_right(said, frame, other):
    value, spelling = said
    found = extract_expression(wrapped(spelling, *frame))
    assert equal(VALUES[other][0], found or "") is (value == other)


PIECES = st.sampled_from(
    [*"0123456789.,+-*/^_()[]{}xe $!%&|=<>", "\\frac", "\\sqrt", "\\text{", "\\pm", "\\sin", "½", "√"]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_text_can_be_compared(text):
    with suppress(Costly):
        assert equal(text, "\\text{none of these}") is not True
