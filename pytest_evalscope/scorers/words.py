"""Right or wrong: words, as the whole completion or within it, against the sample's target.

Of several targets any one is right. A completion without text has the score 0 and the answer None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pytest_evalscope.scorers.functions import right_or_wrong
from pytest_evalscope.text import clean, layers, narrow, normalize, regions, states
from pytest_evalscope.text.patterns import pattern
from pytest_evalscope.types import Completion, Context, Sample, Score

_SENTENCE = pattern(
    r"(?:[A-Z][\w'’-]*|[$€£]?[0-9][\w.,]*|the|an?)(?:\s[\w'’,-]+){0,5}?"
    r"(?:(?<=[^\W_A-Z][^\W_A-Z][^\W_A-Z])(?<!\b[a-zA-Z][a-z][a-z])|(?<=[0-9]))(?<!\b[Pp]rof|\b[Cc]apt)(?:[.!](?=\s+[A-Z])|[。！])"
)
"""A first sentence that is an answer by itself; "St." ends none."""
_POINTS = pattern(r"(?:below|above|here|there|the following|as follows)[.:]?")
"""Words in place of an answer that tell where it is: "The answer is below."."""


@dataclass(frozen=True, slots=True)
class exact:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=exact()`
    """1 when the whole completion is the target, else 0.

    Case, width, white space, markup, quotation marks around it and punctuation at its end count for nothing, and curly
    quotation marks and dashes are as good as straight ones: `**Paris**.` is Paris. "Paris, Texas" is not, nor is -5
    the same as 5.
    """

    form: Callable[[str], str] | None = None
    """A form in which completion and target must be equal instead: `str.strip` compares them to the character."""
    metrics: tuple[str, ...] = ("accuracy",)

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the score of one completion."""
        said = completion.text
        if self.form:
            text = self.form(said)
            right = bool(text) and text in map(self.form, sample.targets)
        else:
            targets = {bare for target in sample.targets for bare in _bare(target)}
            right = any(text in targets for text in map(normalize, layers(clean(said))) if text)
        return right_or_wrong(right, completion.text.strip() or None)


@dataclass(frozen=True, slots=True)
class includes:  # noqa: N801 - as `exact`
    """1 when the completion contains the target as a whole word or words, and does not reject it there, else 0.

    "Parisian", "not Paris" and "I doubt it is Paris" do not contain Paris; 7.5, 1/7, -7 and 7,000 do not contain 7.
    Chinese and Japanese, which put no space between words, are searched for anywhere. A completion that states an
    answer (`ANSWER: Lyon`, "the answer is Lyon") is searched there only. The answer of the score is the target found,
    else what was searched.
    """

    form: Callable[[str], str] = normalize
    """The form in which both are compared; the default ignores case, width, white space and curly quotation marks."""
    stated: bool = True
    """Search only the stated answer of a completion that has one; False is for words that must occur anywhere."""
    metrics: tuple[str, ...] = ("accuracy",)

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the score of one completion."""
        answer, how = self._place(completion.text, sample.language)
        text = self.form(answer)
        found = next((target for target in sample.targets if states(text, self.form(target))), None)
        return right_or_wrong(found is not None, found or answer or None, how)

    def _place(self, text: str, language: str) -> tuple[str, str]:
        """Return where the target is searched for, and how that place was found."""
        if self.stated:
            region = next(region for region in regions(text, language) if not _POINTS.fullmatch(region.text))
            said = region.text.strip()
            if region.stage != "alone" and (first := _SENTENCE.match(said)):
                said = first[0]  # "Lyon. Paris lies in the north."
            return said, f"{region.stage}, {region.where}"
        return clean(text).strip(), ""


def _bare(target: str) -> Iterator[str]:
    """Yield the normal forms of a target: as it is, without its full stop, without quotation marks around words."""
    plain = normalize(narrow(target))
    yield plain
    if plain[-1:] == "." and len(plain) > 1:
        yield (plain := plain[:-1])
    if len(plain) > 2 and plain[0] == plain[-1] in "\"'" and any(map(str.isalpha, plain)):
        yield plain[1:-1]
