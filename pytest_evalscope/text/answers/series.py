"""Labels of options as they are written, one or several: "B", "(b)", "option B", "A, C and D", "A) Rome, C) Paris"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from pytest_evalscope.text.answers.doubts import doubted
from pytest_evalscope.text.answers.languages import LANGUAGES
from pytest_evalscope.text.answers.rejection import denied, excepted, negated
from pytest_evalscope.text.patterns import pattern

_SCRIPTS = "\u0e00-\u0e7f\u2e80-\uffff"
"""Characters of scripts in which a label may be right before a word: "B项", "Bです", "B입니다"."""
_LABEL = pattern(rf"(?:[A-Z]{{1,12}}|[a-z]|[0-9]{{1,2}})(?![-'’]?[^\W_{_SCRIPTS}]|\+\+|#)")
# Each begins with one class or sign, which the search leaps to.
_CAPITALS = pattern(rf"[A-Z][A-Z]{{0,11}}(?![-'’]?[^\W_{_SCRIPTS}]|\+\+|#)")
_BRACKETED = pattern(r"\([a-z]\)")
_CLOSERS = pattern(r"(?:[*_`\"'”’»)\]}>$.:]|\\[)\]]){1,10}")
_PARTS = pattern(r"[^,;&\n]{1,80}?(?=\s{0,2}(?:[,;&]|\band\b)\s{0,2}(?:and\s)?\(?[A-Z]\))")
_CLAUSE = pattern(r"\b(?:is|are|was|were|does|do|has|have|ist|est|es|è|é)\b")
_END = pattern(r"\s{0,4}(?:\Z|[\n.,;:!?)\]}>。，；！？、/&+|$*—–।-])")
_ENDS = ".!?:\n"
"""Signs behind a label that join it to none, as the end of a text does."""
_SPACED = pattern(r"(?:[^\S\n]{1,2}[A-Z](?!\w)){0,10}[^\S\n]{0,2}(?:\Z|[\n.,;)\]}。，、*$])")
_MOST = 64
"""Labels named together that are looked at."""
_WORD = pattern(r"[^\S\n]{1,2}([a-zà-öø-ÿ]+)")
_PREDICATES = frozenset(
    {
        *("is", "was", "because", "since", "as", "and", "or", "seems", "would", "fits", "best", "but", "not", "rather"),
        *("instead", "though", "although", "which", "where", "it", "he", "she", "so", "when", "if", "must", "has"),
        *("will", "should", "can", "are", "with", "by", "due", "ist", "est", "es", "è", "é", "weil", "denn", "car"),
        *("while", "whereas", "over", "here", "on", "in", "at", "given"),
        *("depending", "unless", "satisfies", "works", "seem", "appear", "could", "might", "fits"),
        *("matches", "meets", "remains", "remain", "both", "korrekt", "richtig", "falsch"),
        *("porque", "pois", "perché", "perche", "karena", "vì", "kwa", "und", "oder", "et", "ou", "y", "o", "e"),
        *("da", "puisque", "ya", "que", "và", "hay", "dan", "serta", "atau", "na", "au"),
    }
)
"""Words behind a single letter which tell that it is a label: "A is right" is no article."""
_GOES_ON = frozenset(
    {"because", "since", "as", "are", "were", "and", "or", "both", "with", "weil", "denn", "car", "porque", "pois"}
)
"""Words behind a label that a comma joins to another: "A, C because"; others begin a clause: "A, C has wings"."""
_ADJUNCTS = (_GOES_ON - {"are", "were"}) | {
    *("in", "for", "from", "here", "only", "respectively", "of", "on", "at", "that", "which", "who", "to", "per"),
    *("if", "when", "based", "according", "together", "all", "also", "but", "so", "not", "rather", "instead", "is"),
    "given",
}
"""Words behind several labels that begin no clause about them."""
_AND_A = pattern(r"\s(?:and|or)\sA\s[a-z]+")
"""The rest of such a clause where its last label may be an article: "B, C and A differ"."""
_WIDE = "\u2e80"
_CALLED_RIGHT = pattern("(?:都|均|是|选项|项|为)?(?:正确|对|符合)|です|が|입니다|[。，、；：！？）」】]")
_JOINED_PREDICATES = frozenset({"seem", "appear", "look", "sound", "make", "can", "feel", "have", "fit", "stay"})
"""Those of several: "B and A look alike"; behind "A" alone they may be nouns."""
_POSSIBLE = pattern(
    r"\s(?:both\s|all\s)?(?:(?:seem|are|look|remain|appear|sound|feel|stay)(?:\sto\sbe)?"
    r"(?:\s(?:equally|still|both|all|quite))?"
    r"\s(?:plausible|possible|tempting|viable|likely|candidates|close|open|reasonable|convincing|good"
    r"|conceivable|in play)|make\ssense"
    r"|sind\s(?:\w+\s)?(?:möglich|denkbar|plausibel)|(?:semblent|sont|paraissent)\s(?:\w+\s)?(?:possibles|plausibles)"
    r"|(?:son|parecen)\s(?:\w+\s)?(?:posibles|plausibles)|(?:são|parecem)\s(?:\w+\s)?(?:possíveis|plausíveis)"
    r"|(?:sono|sembrano)\s(?:\w+\s)?(?:possibili|plausibili))\b"
)
AGAINST = pattern(
    r"[\s,，]{0,3}(?:no|non|não|nicht|not|pas|не|si|bukan|không phải(?: là)?|而?不是|并?非)\s{0,2}"
    r"(?:(?:option|opción|opção|l['’]option|选项|the|la|a)\s?)?\(?[A-Z]\)?(?=\s{0,2}(?:\Z|[.,;:!)\n。，；]))"
)
"""A word that rejects the label behind it, at the end of a clause, and not the one before."""
_OPEN = (" could ", " might ", " may ", " can ")
"""Words behind several labels that leave open which of them it is."""


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a question."""

    labels: Collection[str]
    texts: Sequence[str] = ()
    """The text of each, in the order of the labels A, B, …; empty where it is not known."""

    def text(self, label: str) -> str:
        """Return the text of an option in small letters; empty where it is not known."""
        index = ord(label) - 65 if label.isalpha() else int(label) + 25
        return self.texts[index].strip().lower() if index < len(self.texts) else ""


class Series(NamedTuple):
    """Labels that a text names together."""

    start: int
    end: int
    labels: tuple[str, ...]
    """Those that are not rejected."""
    outside: str = ""
    """One that is not a label of the options."""
    alternatives: bool = False
    """True for "A or B"."""


class _Label(NamedTuple):
    start: int
    end: int
    after: int
    """Index behind the signs that close it and the text of its option."""
    labels: tuple[str, ...]
    outside: str
    named: bool = False
    """True if the text of the option is behind the label."""


@cache
def _words(field: str, only_ascii: bool) -> str:
    """Return a pattern of words of all languages."""
    found: dict[str, None] = {}
    for language in LANGUAGES:
        for word in getattr(language, field):
            if word.isascii() or not only_ascii:
                edge = r"(?!\w)" if language.spaced else ""
                # "e" joins two labels, but may be one: "A e B", "A, E"
                found[
                    rf"(?-i:{word})(?=\s+\(?\w\b)" if len(word) == 1 and word.isascii() else re.escape(word) + edge
                ] = None
    return "|".join(sorted(found, key=len, reverse=True))


@cache
def _lead(only_ascii: bool) -> re.Pattern[str]:
    options = _words("options", only_ascii)
    tex = r"\\(?:text|textbf|mathrm|mathbf|mathit|bf|operatorname|boxed|fbox)\b\s?\{?|\\[(\[,!;: ]"
    return re.compile(
        rf"(?:[\s*_`\"'“”‘’«»<>$~(\[{{#:]|[-•]\s|{tex}|(?:{options}|both(?!\w)|only(?!\w)|the(?!\w))){{0,24}}",
        re.IGNORECASE,
    )


@cache
def _either(only_ascii: bool) -> re.Pattern[str]:
    return re.compile(_words("either", only_ascii), re.IGNORECASE)


@cache
def _join(only_ascii: bool) -> re.Pattern[str]:
    alternatives, joins, options = (_words(field, only_ascii) for field in ("alternatives", "joins", "options"))
    return re.compile(
        rf"[^\S\n]{{0,4}}(?:([,;/&+|、，；·・])\s{{0,8}})?(?:({alternatives})|(?:{joins})"
        rf"(?:\s{{0,2}}(?:{options}))?)?[^\S\n]{{0,2}}",
        re.IGNORECASE,
    )


def series_at(
    text: str, place: int, options: Options, native: tuple[str, ...] = (), *, behind: bool = False
) -> Series | None:
    """Return the labels that `text` names at `place`, markup and words such as "option" aside; None without one.

    `behind` is true where the words before them call them the answer, so that they are no subject of a sentence.
    """
    lead = _lead(text.isascii()).match(text, place)
    start = lead.end() if lead else place
    if _either(text.isascii()).match(text, start):
        return Series(place, start, (), alternatives=True)
    return _series_from(text, start, options, native, behind=behind)


def _series_from(text: str, start: int, options: Options, native: tuple[str, ...], *, behind: bool) -> Series | None:
    label = _label(text, start, options, native)
    if label is None:
        return None
    rejects = negated(text, label.start) or excepted(text, label.start) or doubted(text, label.start, label.end)
    if rejects:  # all of "not A, B or C"
        return Series(label.start, _last(text, label, options, native).end, ())
    return _series(text, label, options, native, behind=behind)


def all_series(text: str, options: Options, native: tuple[str, ...] = ()) -> Iterator[Series]:
    """Yield the labels that a text names, those named together at once, in their order."""
    end = 0
    pronoun = "" if "I" in options.labels else "I "
    for start in _candidates(text):
        if start < end or _within_word(text, start) or (pronoun and text.startswith(pronoun, start)):
            continue
        before = text[max(start - 24, 0) : start].rstrip(" (*_\"'`")
        behind = before != "" and before[-1] not in ".!?\n。"
        made = _series_from(text, start + (text[start] == "("), options, native, behind=behind)
        if made is None:
            continue
        end = made.end
        if before.lower().endswith(_openers()):
            made = made._replace(alternatives=True)
        yield made


def _candidates(text: str) -> list[int]:
    starts = [found.start() for found in _CAPITALS.finditer(text)]
    small = [found.start() for found in _BRACKETED.finditer(text)] if "(" in text else []
    return sorted([*starts, *small]) if small else starts


def _within_word(text: str, start: int) -> bool:
    before = text[start - 1 : start]
    if not before:
        return False
    abbreviated = before == "." and text[start - 2 : start - 1].isupper()  # D.C.
    return abbreviated or before in "'’-_" or (before.isalnum() and before < "\u0e00")


@cache
def _openers() -> tuple[str, ...]:
    return tuple(word for language in LANGUAGES for word in language.either if len(word) > 3 or not word.isascii())


def _last(text: str, label: _Label, options: Options, native: tuple[str, ...]) -> _Label:
    for _ in range(_MOST):
        following = _following(text, label, options, native)
        if following is None:
            break
        label = following[0]
    return label


def _series(text: str, label: _Label, options: Options, native: tuple[str, ...], *, behind: bool) -> Series:
    found = [(label, _is_denied(text, label))]
    alternatives = False
    while len(found) < _MOST and (following := _following(text, found[-1][0], options, native)) is not None:
        label, is_or = following
        alternatives |= is_or
        found.append((label, _is_denied(text, label)))
    last = found[-1][0]
    if len(found) > 1 and (cut := _clause(text, found, behind=behind)):
        found, alternatives = found[:cut], False
    elif len(found) > 1 and found[-1][1] and text.startswith((" are ", " were "), last.after):
        found, alternatives = [(label, True) for label, _ in found], False  # "B and C are wrong"
    kept = [label for label, is_denied in found if not is_denied]
    labels = kept[0].labels if len(kept) == 1 else tuple(dict.fromkeys(name for label in kept for name in label.labels))
    outside = next((label.outside for label in kept if label.outside), "")
    if len(labels) < 2:
        return Series(found[0][0].start, last.after, labels, outside)
    alternatives |= text.startswith(_OPEN, last.after) or _POSSIBLE.match(text, last.after) is not None
    return Series(found[0][0].start, last.after, labels, outside, alternatives)


def _clause(text: str, found: list[tuple[_Label, bool]], *, behind: bool) -> int:
    """Return the number of labels before a clause about others: 1 for "B; C and D are wrong", "B, A and D differ".

    0 without such a clause, as where the labels are the subject of the sentence themselves.
    """
    last, is_denied = found[-1]
    word = _WORD.match(text, last.after)
    wide = text[last.after : last.after + 1] >= _WIDE
    if not (word and word[1] not in _ADJUNCTS) and not wide and not _AND_A.match(text, last.after):
        return 0
    joins = [text[one.end : other.start] for (one, _), (other, _) in pairwise(found)]
    breaks = [place for place, join in enumerate(joins, 1) if ";" in join or "；" in join]
    if breaks:
        return breaks[-1]
    for place, join in enumerate(joins[:-1], 1):
        if behind and "," in join and "and" in join:
            return place  # "B, and C and D are"
    plural = word is not None and word[1] in ("are", "were", "do", "don")
    if not behind or (plural and not is_denied) or (wide and _CALLED_RIGHT.match(text, last.after)):
        return 0
    return next((place for place, join in enumerate(joins, 1) if "," in join or "，" in join), 0)


def _is_denied(text: str, label: _Label) -> bool:
    if text[label.start].isupper() and AGAINST.match(text, label.after):  # "C non A"
        return False
    if label.named:
        return denied(text, label.after)
    # Behind "B) " the text of an option may begin, with "No" for one.
    opened = text[label.end : label.after].strip("*_`\"' ") != ""
    return denied(text, label.end, short=not opened)


def _following(text: str, label: _Label, options: Options, native: tuple[str, ...]) -> tuple[_Label, bool] | None:
    """Return the label that a comma, "and", "or" or a space joins to this one, and whether that is an "or"."""
    if text[label.after : label.after + 1] in _ENDS:
        return None
    join = _join(text.isascii()).match(text, label.after)
    if join is None or (join.end() == label.after and text[label.after - 1 : label.after + 1] != ")("):
        return None
    only_space, is_or = not join[0].strip() and bool(join[0]), join[2] is not None
    if only_space and "." in text[label.end : label.after]:
        return None
    lead = _lead(text.isascii()).match(text, join.end())
    start = lead.end() if lead else join.end()
    found = _label(text, start, options, native, joined=not only_space)
    if found is None or (found.outside and text[found.start].islower()) or negated(text, found.start):
        return None
    if only_space and found.outside and ")" in text[label.end : label.after]:
        return None  # the text of the option: "(B) M*A*S*H"
    if only_space:
        goes_on = _SPACED.match(text, found.end) is not None
    else:
        goes_on = join[0].strip()[-1:].isalpha() or _goes_on(text, found.after)  # "and", or a comma
    return (found, is_or) if goes_on or is_or or denied(text, found.end) else None


def _goes_on(text: str, end: int) -> bool:
    """Return whether no clause begins with the label before `end`."""
    word, join = _WORD.match(text, end), _join(text.isascii()).match(text, end)
    return bool(
        _END.match(text, end)
        or (word and word[1] in _GOES_ON)
        or (join and join[0].strip())
        or text[end : end + 1] >= "\u2e80"
    )


def _label(text: str, start: int, options: Options, native: tuple[str, ...], *, joined: bool = False) -> _Label | None:
    match = _LABEL.match(text, start)
    if match is None:
        return _foreign(text, start, options, native)
    letters, end = match[0], match.end()
    closers = _CLOSERS.match(text, end)
    after = closers.end() if closers else end
    if letters.islower():
        word = _WORD.match(text, after)
        if not (_END.match(text, after) or after > end or (word and word[1] in _PREDICATES and letters not in "ai")):
            return _join_only(text, start, end, letters.upper(), options)
        letters = letters.upper()
    elif (
        letters in ("A", "I")
        and after == end
        and (word := _WORD.match(text, after))
        and not (letters in options.labels and (word[1] in _PREDICATES or (joined and word[1] in _JOINED_PREDICATES)))
        and not _begins(text, end, options, letters)
    ):
        return None  # the article, the pronoun
    return _made(text, start, end, after, letters, options)


def _join_only(text: str, start: int, end: int, letter: str, options: Options) -> _Label | None:
    """Return a small letter that only a joining word follows: "b and c"."""
    join = _join(text.isascii()).match(text, end)
    if letter in options.labels and join and join[0].strip() and letter not in "AI":
        return _made(text, start, end, end, letter, options)
    return None


def _begins(text: str, end: int, options: Options, label: str) -> bool:
    """Return whether the text of the option follows its label."""
    words = options.text(label) if label in options.labels else ""
    return bool(words) and text[end : end + len(words) + 4].lstrip().lower().startswith(words)


def _made(text: str, start: int, end: int, after: int, letters: str, options: Options) -> _Label | None:
    if letters in options.labels:
        labels: tuple[str, ...] = (letters,)
        words = options.text(letters)
        gap = len(text[after : after + 4]) - len(text[after : after + 4].lstrip())
        if words and text[after + gap : after + gap + len(words)].lower() == words:
            return _Label(start, end, after + gap + len(words), labels, "", named=True)
        if ")" in text[end:after] and (part := _PARTS.match(text, after)) and not _CLAUSE.search(part[0]):
            after = part.end()
        return _Label(start, end, after, labels, "")
    if letters.isdigit():
        return None
    if len(letters) > 1:
        if len(set(letters)) == len(letters) and all(letter in options.labels for letter in letters):
            return _Label(start, end, after, tuple(letters), "")
        return None
    return _Label(start, end, after, (), letters)


def _foreign(text: str, start: int, options: Options, native: tuple[str, ...]) -> _Label | None:
    """Return a label in another form: a circled, mathematical or Cyrillic letter, or one of an alphabet in `native`."""
    char = text[start : start + 1]
    if not char or char.isascii():
        return None
    following = text[start + 1 : start + 2]
    letter = unicodedata.normalize("NFKC", char).strip("()").upper().translate(_LOOKALIKES)
    if letter not in options.labels:
        index = next((alphabet.index(char) for alphabet in native if char in alphabet), -1)
        if index < 0 or (following.isalnum() and not text.startswith(_AFTER_NATIVE, start + 1)):
            return None
        letter = chr(65 + index)
    elif following.isalnum() and following < "\u2e80":
        return None
    closers = _CLOSERS.match(text, start + 1)
    return _made(text, start, start + 1, closers.end() if closers else start + 1, letter, options)


_LOOKALIKES = str.maketrans("АВСЕНІ", "ABCEHI")
_AFTER_NATIVE = ("项", "項", "で", "입니다", "번", "이", "和", "と", "와", "과")


@cache
def alphabets(code: str) -> tuple[str, ...]:
    """Return the alphabets of a language that options are lettered with beside the Latin one; all for an empty code."""
    return tuple(alphabet for language in LANGUAGES if code in ("", language.code) for alphabet in language.letters)
