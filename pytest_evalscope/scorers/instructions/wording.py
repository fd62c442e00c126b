"""Instructions on words, letters and the language of a completion.

Keywords come from the data and are looked for as plain text; the reference takes them as regular expressions, which
is the same for every keyword that the published data has.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from pytest_evalscope.errors import MissingExtra
from pytest_evalscope.scorers.instructions.relation import holds
from pytest_evalscope.scorers.instructions.words import capital_words


def keywords_existence(completion: str, *, keywords: Sequence[str]) -> bool:
    """Every keyword occurs, in any case, be it inside another word."""
    return all(re.search(re.escape(keyword), completion, re.IGNORECASE) for keyword in keywords)


def keyword_frequency(completion: str, *, keyword: str, frequency: int, relation: str) -> bool:
    """The keyword occurs so often, in any case, occurrences inside other words included."""
    found = re.findall(re.escape(keyword.strip()), completion, re.IGNORECASE)
    return holds(len(found), relation, frequency)


def forbidden_words(completion: str, *, forbidden_words: Sequence[str]) -> bool:
    """None of the words occurs as a whole word, in any case."""
    return not any(re.search(rf"\b{re.escape(word)}\b", completion, re.IGNORECASE) for word in forbidden_words)


def letter_frequency(completion: str, *, letter: str, let_frequency: int, let_relation: str) -> bool:
    """The letter occurs so often, in either case.

    Two prompts of the published data name `#` and `!`: these are counted, where the reference draws a random letter.
    """
    return holds(completion.lower().count(letter.strip().lower()), let_relation, let_frequency)


def capital_word_frequency(completion: str, *, capital_frequency: int, capital_relation: str) -> bool:
    """So many words are all in capitals."""
    return holds(capital_words(completion), capital_relation, capital_frequency)


def english_capital(completion: str) -> bool:
    """No letter is small, and the language is English."""
    return completion.isupper() and _is_language(completion, "en")


def english_lowercase(completion: str) -> bool:
    """No letter is a capital, and the language is English."""
    return completion.islower() and _is_language(completion, "en")


def response_language(completion: str, *, language: str) -> bool:
    """The completion is in this language (an ISO 639-1 code)."""
    return _is_language(completion, language)


def _is_language(completion: str, language: str) -> bool:
    """Return whether the completion is in `language`; one of no detectable language (`123`) passes, as in the paper."""
    langdetect = language_detector()
    try:
        return bool(langdetect.detect(completion) == language)
    except langdetect.LangDetectException:
        return True


@cache
def language_detector() -> Any:
    """Return the package langdetect, seeded. Raises MissingExtra."""
    try:
        import langdetect
    except ImportError:
        raise MissingExtra(
            "instructions on language and case", "langdetect", "pip install 'pytest-evalscope[ifeval]'"
        ) from None
    # It draws random numbers while it detects; without a seed one completion may get two verdicts.
    langdetect.DetectorFactory.seed = 0
    return langdetect
