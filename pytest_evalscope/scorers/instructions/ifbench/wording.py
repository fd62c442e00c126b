"""Instructions on the letters, the words and the sentences of a completion, and on their order."""

from __future__ import annotations

import re
import string
from collections import Counter
from itertools import accumulate, pairwise
from typing import Any

from pytest_evalscope.errors import MissingExtra
from pytest_evalscope.scorers.instructions.ifbench.english import is_verb
from pytest_evalscope.scorers.instructions.ifbench.text import bare, bare_words, trim
from pytest_evalscope.scorers.instructions.sentences import sentences
from pytest_evalscope.scorers.instructions.words import tokens

_CLUSTER = re.compile(r"[bcdfghjklmnpqrstvwxyz]{2}")
_PRIMES = frozenset(number for number in range(2, 98) if all(number % part for part in range(2, number)))
_ALPHABET = string.ascii_lowercase


def alphabet(completion: str) -> bool:
    """Every word begins with the letter behind that of the word before, A behind Z."""
    words = bare_words(completion)
    if not words or words[0][0] not in _ALPHABET:
        return False
    start = _ALPHABET.index(words[0][0])
    return all(word[0] == _ALPHABET[(start + number) % 26] for number, word in enumerate(words))


def vowel(completion: str) -> bool:
    """One paragraph with at most three of the five vowels."""
    text = completion.strip().lower()
    return "\n" not in text and len(set("aeiou") & set(text)) <= 3


def consonants(completion: str) -> bool:
    """Every word has two consonants side by side."""
    return all(_CLUSTER.search(word) for word in completion.lower().split())


def palindrome(completion: str) -> bool:
    """At least ten words of five or more characters read the same backwards."""
    return sum(len(word) >= 5 and word == word[::-1] for word in bare_words(completion)) >= 10


def prime_lengths(completion: str) -> bool:
    """The length of every word is a prime number (below 100)."""
    return all(len(word) in _PRIMES for word in bare_words(completion))


def repeats(completion: str, *, small_n: float) -> bool:
    """No word occurs more often than this."""
    return all(count <= small_n for count in Counter(bare_words(completion)).values())


def no_consecutive(completion: str) -> bool:
    """No word begins with the letter of the word before."""
    words = bare_words(completion)
    return all(one[0] != other[0] for one, other in pairwise(words))


def start_verb(completion: str) -> bool:
    """The first word is a verb."""
    words = tokens(completion)
    return bool(words) and is_verb(words[0])


def odd_even_syllables(completion: str) -> bool:
    """Words of an odd and an even number of syllables take turns. Raises MissingExtra without the package syllapy."""
    count = syllable_counter().count
    odd = [count(word) % 2 for word in bare_words(completion)]
    return all(one != other for one, other in pairwise(odd))


def syllable_counter() -> Any:
    """Return the package syllapy. Raises MissingExtra."""
    try:
        import syllapy
    except ImportError:
        raise MissingExtra("instructions on syllables", "syllapy", "pip install 'pytest-evalscope[ifbench]'") from None
    return syllapy


def last_first(completion: str) -> bool:
    """Every sentence begins with the last word of the sentence before."""
    found = sentences(completion)
    for one, other in pairwise(found):
        last, first = trim(one).lower().split(), trim(other).lower().split()
        if not last or not first or last[-1] != first[0]:
            return False
    return True


def paragraph_last_first(completion: str) -> bool:
    """Every line ends with the word that it begins with."""
    lines = [trim(line.strip().lower()).split() for line in completion.split("\n")]
    return all(words[0] == words[-1] for words in lines if words)


def keywords_specific_position(completion: str, *, keyword: str, n: float, m: float) -> bool:
    """The m-th word of the n-th sentence is the keyword; both are counted from 1."""
    found = sentences(completion)
    words = _words(found[int(n) - 1]) if len(found) >= n else []
    return len(words) >= m and words[int(m) - 1].lower() == keyword.strip().lower()


def words_position(completion: str, *, keyword: str) -> bool:
    """The second word and the last but one are the keyword."""
    words = _words(completion)
    return len(words) >= 2 and words[1].lower() == words[-2].lower() == keyword.strip().lower()


def _words(text: str) -> list[str]:
    return [token for token in tokens(text) if any(map(str.isalnum, token))]


def alliteration_increment(completion: str) -> bool:
    """Every sentence has more words that begin like a neighbour than the sentence before."""
    counts = [-1]
    for sentence in sentences(completion):
        words = [word for word in (part.lstrip(string.punctuation) for part in sentence.lower().split()) if word]
        pairs = [one[0] == other[0] for one, other in pairwise(words)]
        runs = sum(pair and not before for before, pair in zip([False, *pairs], pairs, strict=False))
        counts.append(sum(pairs) + runs)
    return all(one < other for one, other in pairwise(counts))


def increment(completion: str, *, small_n: float) -> bool:
    """Every sentence has exactly so many words more than the sentence before."""
    counts = [len(bare(sentence).split()) for sentence in sentences(completion)]
    return counts == list(accumulate([*counts[:1], *[int(small_n)] * (len(counts) - 1)]))


def sentence_keyword(completion: str, *, word: str, N: float) -> bool:  # noqa: N803  # the data's own name
    """The word occurs in the N-th sentence, counted from 1, as a whole word."""
    found = sentences(completion)
    if not 1 <= N <= len(found):
        return False
    return bool(re.search(rf"\b{re.escape(word)}\b", found[int(N) - 1], re.IGNORECASE))
