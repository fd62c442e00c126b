"""The instruction types of IFEval and IFBench, and the function that verifies each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from pytest_evalscope.errors import ScorerError, UnknownName
from pytest_evalscope.scorers.instructions import layout, wording
from pytest_evalscope.scorers.instructions.ifbench import forms
from pytest_evalscope.scorers.instructions.ifbench import wording as ifbench_wording
from pytest_evalscope.scorers.instructions.ifbench.table import IFBENCH

Check = Callable[..., bool]
"""`(completion, **arguments) → whether the completion follows`. The arguments are named as in the published data."""

INSTRUCTIONS: Mapping[str, Check] = {
    "change_case:capital_word_frequency": wording.capital_word_frequency,
    "change_case:english_capital": wording.english_capital,
    "change_case:english_lowercase": wording.english_lowercase,
    "combination:repeat_prompt": layout.repeat_prompt,
    "combination:two_responses": layout.two_responses,
    "detectable_content:number_placeholders": layout.number_placeholders,
    "detectable_content:postscript": layout.postscript,
    "detectable_format:constrained_response": layout.constrained_response,
    "detectable_format:json_format": layout.json_format,
    "detectable_format:multiple_sections": layout.multiple_sections,
    "detectable_format:number_bullet_lists": layout.number_bullet_lists,
    "detectable_format:number_highlighted_sections": layout.number_highlighted_sections,
    "detectable_format:title": layout.title,
    "keywords:existence": wording.keywords_existence,
    "keywords:forbidden_words": wording.forbidden_words,
    "keywords:frequency": wording.keyword_frequency,
    "keywords:letter_frequency": wording.letter_frequency,
    "language:response_language": wording.response_language,
    "length_constraints:nth_paragraph_first_word": layout.nth_paragraph_first_word,
    "length_constraints:number_paragraphs": layout.number_paragraphs,
    "length_constraints:number_sentences": layout.number_sentences,
    "length_constraints:number_words": layout.number_words,
    "punctuation:no_comma": layout.no_comma,
    "startend:end_checker": layout.end_checker,
    "startend:quotation": layout.quotation,
}
"""Those of IFEval."""

KNOWN: Mapping[str, Check] = {**INSTRUCTIONS, **IFBENCH}

_PACKAGES: Mapping[str, Callable[[], Any]] = {
    "change_case:english_capital": wording.language_detector,
    "change_case:english_lowercase": wording.language_detector,
    "language:response_language": wording.language_detector,
    "format:emoji": forms.emoji_package,
    "words:odd_even_syllables": ifbench_wording.syllable_counter,
}
"""Those that need a package of their own, and what imports it."""


def check_instructions(names: Iterable[str]) -> None:
    """Raise what scoring any completion would raise: KeyError for an unknown name, MissingExtra without its package.

    Readers of data call it, so that no request is made in vain.
    """
    for name in names:
        KNOWN[name]
        if name in _PACKAGES:
            _PACKAGES[name]()


def follows(
    completion: str, instruction: str, arguments: Mapping[str, Any], instead: Mapping[str, Check] = MappingProxyType({})
) -> bool:
    """Return whether `completion` follows the instruction; a blank completion follows none.

    `instead` has functions that take the place of the usual ones.

    Raises:
        ScorerError: The instruction is unknown, or its arguments do not fit.
    """
    check = instead.get(instruction) or KNOWN.get(instruction)
    if check is None:
        raise ScorerError(str(UnknownName("instruction", instruction, KNOWN)))
    try:
        return bool(completion.strip()) and check(completion, **arguments)
    except (TypeError, ValueError, AttributeError) as error:
        raise ScorerError(
            f"instruction {instruction}: its arguments do not fit ({dict(arguments)}): {error}"
        ) from error
