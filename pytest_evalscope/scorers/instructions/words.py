"""English words as the reference checkers of IFEval and IFBench cut them.

The reference takes NLTK's `word_tokenize`: sentences, then Penn Treebank rules. The corners that show in a count are
kept: `DON'T` is two words in capitals (`DO`, `N'T`), so are `IT'S` and `CANNOT`; `WELL-KNOWN` is one.
"""

from __future__ import annotations

import re

from pytest_evalscope.scorers.instructions.sentences import sentences

# Each of these is a token by itself wherever it occurs; none counts as a word, so they become white space.
_SEPARATOR = re.compile(r"[«»“”‘’„`\";@#$%&?!*\[\](){}<>\u2012-\u2015]|''|\.{2,}|--|[:,](?!\d)")
_FINAL_STOP = re.compile(r"(?<=[^.])\.(?=[\s\])}>\"'»”’]*\Z)")
_OPENING_QUOTE = re.compile(r"(?<!\w)'(?!(?:re|ve|ll|m|t|s|d|n)\b)(?=\w)", re.IGNORECASE)
_CLOSING_QUOTE = re.compile(r"(?<=[^'])'(?= )")
_SHORT_CLITIC = re.compile(r"(?<=[^' ])('[sSmMdD]?)(?!\S)")
_LONG_CLITIC = re.compile(r"(?<=[^' ])('ll|'LL|'re|'RE|'ve|'VE|n't|N'T)(?!\S)")
_CONTRACTION = re.compile(
    r"\b(?:(can)(not)|(d)('ye)|(gim)(me)|(gon)(na)|(got)(ta)|(lem)(me)|(more)('n)|(wan)(?=na\s)(na))\b", re.IGNORECASE
)
_OLD_CONTRACTION = re.compile(r"(?<!\S)('t)(is|was)\b", re.IGNORECASE)


# Opening quotation marks in either form, and the characters that the Treebank's rules separate before the clitics.
_QUOTES_AT_HEAD = re.compile(r"([«“‘„]|`+)")
_BEHIND_BRACKET = re.compile(r"(?<=[ (\[{<])(?:\"|'{2})")
_LAST_STOP = re.compile(r"(?<=[^.])\.(?=[\])}>\"'»”’ ]*\Z)")
_APART = re.compile(r"[:,](?=\D)|[:,]\Z|\.{2,}|[;@#$%&?!*\[\](){}<>\u2012-\u2015]|--")
_CURLY_AT_END = re.compile("[»”’]")
_QUOTES_AT_END = re.compile("''|\"")
_TWO_SINGLE = " '' "


def tokens(text: str) -> list[str]:
    """Return the tokens of `text` as NLTK's `word_tokenize` does: words, clitics and punctuation marks."""
    return [token for sentence in sentences(text) for token in _tokens(sentence)]


def _tokens(sentence: str) -> list[str]:
    text = _QUOTES_AT_HEAD.sub(r" \1 ", sentence)
    text = re.sub(r"\A\"|``", " `` ", text)
    text = _OPENING_QUOTE.sub("' ", _BEHIND_BRACKET.sub(" `` ", text))
    text = _LAST_STOP.sub(" . ", text)
    text = _CLOSING_QUOTE.sub(" '", _APART.sub(r" \g<0> ", text))
    text = _CURLY_AT_END.sub(r" \g<0> ", _QUOTES_AT_END.sub(_TWO_SINGLE, f" {text} "))
    text = _LONG_CLITIC.sub(r" \1", _SHORT_CLITIC.sub(r" \1", text))
    text = _CONTRACTION.sub(lambda match: f" {' '.join(filter(None, match.groups()))} ", text)
    return _OLD_CONTRACTION.sub(r" \1 \2 ", text).split()


def capital_words(text: str) -> int:
    """Return how many words of `text` have letters and no small ones among them."""
    return sum(word.isupper() for sentence in sentences(text) for word in _words(sentence))


def _words(sentence: str) -> list[str]:
    """Return the words of one sentence, without its punctuation."""
    text = _OPENING_QUOTE.sub("' ", sentence)
    text = _FINAL_STOP.sub(" ", text)
    text = _CLOSING_QUOTE.sub(" '", _SEPARATOR.sub(" ", text))
    text = f" {' '.join(text.split())} "
    text = _SHORT_CLITIC.sub(r" \1", text)
    text = _LONG_CLITIC.sub(r" \1", text)
    text = _CONTRACTION.sub(lambda match: f" {' '.join(filter(None, match.groups()))} ", text)
    return _OLD_CONTRACTION.sub(r" \1 \2 ", text).split()
