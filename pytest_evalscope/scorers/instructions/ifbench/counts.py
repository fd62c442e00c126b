"""Instructions on how many there are of something, and on shares."""

from __future__ import annotations

import re

from pytest_evalscope.scorers.instructions.ifbench.english import CONJUNCTIONS, NAMES, PRONOUNS, STOP_WORDS
from pytest_evalscope.scorers.instructions.ifbench.text import bare, bare_words, trim
from pytest_evalscope.scorers.instructions.sentences import sentences
from pytest_evalscope.scorers.instructions.words import tokens

_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def word_count_range(completion: str, *, min_words: float, max_words: float) -> bool:
    """So many words, a word being a run of letters, digits and underscores."""
    return min_words <= len(re.findall(r"\w+", completion)) <= max_words


def unique_word_count(completion: str, *, N: float) -> bool:  # noqa: N803  # the data's own name
    """At least so many different words."""
    return len(set(map(trim, completion.lower().split()))) >= N


def conjunctions(completion: str, *, small_n: float) -> bool:
    """At least so many coordinating conjunctions, which differ if they are only written differently (`And`, `and,`)."""
    return len({word for word in completion.split() if trim(word).lower() in CONJUNCTIONS}) >= small_n


def person_names(completion: str, *, N: float) -> bool:  # noqa: N803  # the data's own name
    """At least so many of the fifty names."""
    return sum(bool(re.search(rf"\b{name}\b", completion)) for name in NAMES) >= N


def numbers(completion: str, *, N: float) -> bool:  # noqa: N803  # the data's own name
    """Exactly so many numbers in digits."""
    return len(re.findall(r"\d+", bare(completion))) == N


def pronouns(completion: str, *, N: float) -> bool:  # noqa: N803  # the data's own name
    """At least so many pronouns; `she/her` are two."""
    return sum(word in PRONOUNS for word in tokens(completion.replace("/", " ").lower())) >= N


def punctuation(completion: str) -> bool:
    """Each of `. , ! ? ; :` besides an interrobang, which is `?!`, `!?` or one character."""
    if not any(mark in completion for mark in ("?!", "!?", "‽")):
        return False
    mark = "?!" if "?!" in completion else "!?"
    return set(".,!?;:") <= set(completion.replace(mark, "", 1))


def keywords_multiple(
    completion: str, *, keyword1: str, keyword2: str, keyword3: str, keyword4: str, keyword5: str
) -> bool:
    """Five words occur once, twice, three, five and seven times."""
    counts = zip((keyword1, keyword2, keyword3, keyword4, keyword5), (1, 2, 3, 5, 7), strict=True)
    return all(
        len(re.findall(rf"\b{re.escape(word.strip())}\b", completion, re.IGNORECASE)) == count for word, count in counts
    )


def words_japanese(completion: str, *, N: float) -> bool:  # noqa: N803  # the data's own name
    """Every N-th word has a Japanese character, numbers aside."""
    every = int(N)
    words = map(trim, completion.split()[every - 1 :: every])
    return all(_JAPANESE.search(word) for word in words if word and not word.isdigit())


def stop_words(completion: str, *, percentage: float) -> bool:
    """At most so many of a hundred words are stop words."""
    words = re.findall(r"\w+", completion.lower())
    return bool(words) and 100 * sum(word in STOP_WORDS for word in words) / len(words) <= percentage


def sentence_type(completion: str) -> bool:
    """Twice as many sentences end with a full stop as with a question mark."""
    ends = _ends(completion)
    return ends["."] == 2 * ends["?"]


def sentence_balance(completion: str) -> bool:
    """As many sentences end with a full stop as with a question mark and with an exclamation mark."""
    return len(set(_ends(completion).values())) == 1


def _ends(completion: str) -> dict[str, int]:
    found = sentences(completion)
    return {mark: sum(sentence.endswith(mark) for sentence in found) for mark in ".?!"}


def overlap(completion: str, *, reference_text: str, percentage: float) -> bool:
    """So many of a hundred different trigrams of the completion are in the reference text, give or take two."""
    ours, theirs = _trigrams(completion), _trigrams(reference_text)
    return bool(ours) and abs(100 * len(ours & theirs) / len(ours) - percentage) <= 2


def _trigrams(text: str) -> set[tuple[str, ...]]:
    words = tokens(text)
    return set(zip(words, words[1:], words[2:], strict=False))


def sentence_words(completion: str) -> bool:
    """Three sentences with as many characters each, and no word twice."""
    found = sentences(completion)
    words = bare_words(" ".join(found))
    return len(found) == 3 and len(set(map(len, found))) == 1 and len(words) == len(set(words))
