"""Reading of the option that a completion chooses, or of the options."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import partial

from pytest_evalscope.text.answers.assertion import assertion, corrections
from pytest_evalscope.text.answers.regions import Reading, Refused, Region, find
from pytest_evalscope.text.answers.rejection import OPENING, denied, unknown, words_of
from pytest_evalscope.text.answers.series import AGAINST, Options, Series, all_series, alphabets, series_at
from pytest_evalscope.text.patterns import pattern

_OPENING = pattern(r"^[^\w\n]{0,8}([A-Z])[).:](?!\w)(.*)", re.MULTILINE)
_INLINE = pattern(r"(?<![\w(])([A-Z])\)(?!\w)")
_NOT = pattern(r"\b(?:not|rather than|instead of|unlike|nor|nicht|pas|no|non)\b|不是|而非|ではなく")
_LABELLED = pattern(r"\(([A-Z])\)|\b(?:[Oo]ption|[Cc]hoice)\s{1,2}\(?([A-Z])\b")
_PREDICATE = pattern(r"\s(?:is|because|since|as)\s|,\s")
_GLUED = pattern("[A-Z]{2}")
_BEFORE_SMALL = (" ", "(", "*", "`")
_SHORT = 80
_BULLET = pattern(r"\s{0,4}(?:[-*•+]|\(?[0-9]{1,2}[.)])\s{1,3}(?=\W{0,4}(?:(?:[Oo]ption|[Cc]hoice)\s\W{0,4})?[A-Z]\b)")
_ITEM = pattern(r"\W{0,4}[A-Z][).:]")
_REJECTED = pattern(r"wrong|incorrect|false|eliminat|exclu|rule|reject|\bnot\b|n['’]t|other|remaining", re.IGNORECASE)
"""Words of a heading over labels that are none of the answer."""
_NAMES = tuple(
    f" {name} "
    for name in (
        *(
            "vitamin",
            "plan",
            "hepatitis",
            "type",
            "group",
            "class",
            "figure",
            "team",
            "point",
            "part",
            "section",
            "grade",
        ),
        *("phase", "factor", "influenza", "level", "line", "angle", "side", "vertex", "person", "player", "country"),
        *("step", "case", "table", "appendix", "category", "cell", "protein", "schedule", "area", "city", "company"),
    )
)
"""Words that a letter is part of a name behind: "vitamin B"."""
_NEITHER = ("neither", "both", "all of")
_WRONG = (" is wrong", " is incorrect", " is false", " is not ")
_ABOUT = (" at", " in", " of", " about", " on", " under", " for", " from", " than", " consider", " considering")
"""Words behind which a letter is mentioned and not chosen: "if we look at (B)"."""
_WHOLE = pattern(r"([A-Z])[).:*]{1,4} {1,3}(.+)")
"""A label and the text of its option: "B) Paris"."""
_LETTER = pattern(r"[A-Za-z]|[^\x00-\x7f]")
_SINGLE = pattern(r"[A-Z](?<!\w[A-Z])(?!\w)")
_APART = pattern(r"(?<![A-Za-z0-9])[A-Z](?![A-Za-z0-9])")
_VALUE = r"[*_`(\[\"']{0,3}(?:(?:option|choice|letter|the answer is)\s)?[*_`(\[\"']{0,3}(?-i:[A-Z])(?![\w'’])"
"""A label that corrects another."""
_ENDS = pattern(r"[*_`)\]\"'”’]{0,4}(?:\s*(?:\Z|\n)|[.,;!。，]|[):]\s|\s(?:instead|because|since|as)\b)")
_CORRECTED = 200
"""Characters behind a stated label in which another may be put in its place."""
_OPTION = pattern(r"\s(?:the\s)?(?:option|choice|statement|answer)\Z")
_HEDGES = (
    *("possibly", "maybe", "perhaps", "could be", "might be", "may be", "or is it", "可能是", "也许是", "或许是"),
    *(
        "vielleicht",
        "möglicherweise",
        "peut-être",
        "quizás",
        "quizá",
        "tal vez",
        "talvez",
        "forse",
        "возможно",
        "mungkin",
    ),
)
"""Words before a label that is a mere possibility."""
_QUESTION = pattern(r"[*_`)\]\"'”’]{0,4}\?(?!\s{0,2}(?:no|yes)\b)", re.IGNORECASE)
_POSSIBLE = pattern(
    r"\s(?:is|seems|looks|sounds|remains)\s(?:to be\s)?(?:also\s|equally\s|still\s|quite\s)?"
    r"(?:possible|plausible|tempting|viable|conceivable|reasonable)\b"
)
_SETTLED = (")", "]", "}", ".", ":", "!", "*", "`", '"', "\n", " -", " –", " —")
"""Signs behind a label that opens a completion as its answer: "B) Paris", "B - Paris"."""
_AROUND = " \t\r\n.。!！?？*_`\"'“”‘’«»$()[]"
_CLOSE = 400
_NEAR = 4_000
"""Characters at the end of a completion in which labels are looked for that nothing introduces."""
_MOST = 64
"""Number of those that are looked at, the last ones."""


def label_of(index: int) -> str:
    """Return the label of option number `index` (from 0): the letters A to Z, then the numbers from 1."""
    return chr(ord("A") + index) if index < 26 else str(index - 25)


def extract_choice(text: str, labels: Collection[str]) -> str | None:
    """Return the label that `text` chooses; several as "A,C"; None when it chooses none of `labels`.

    A label counts in any writing ("B", "(b)", "option B", "B) Paris", "**B**"), several too ("A, C", "A and C", "AC").
    A rejected one ("not B", "B is wrong") is passed over, the article "A" and the pronoun "I" are none, and a
    completion that leaves it open ("A or C") or states another letter chooses none.
    """
    return read_choice(text, labels).answer


def read_choice(
    text: str, labels: Collection[str], texts: Sequence[str] = (), language: str = "", *, or_text: bool = False
) -> Reading:
    """Return the label that `text` chooses, as `extract_choice`, and how it was found.

    Args:
        text: The completion.
        labels: The labels of the options.
        texts: The texts of the options, in the order of their labels.
        language: Code of the language of the question.
        or_text: Accept the text of one option in place of its label, as a statement or as the whole completion.
    """
    options = Options(frozenset(labels), texts)
    return find(text, partial(_read, options=options, or_text=or_text), language)


def _read(region: Region, options: Options, *, or_text: bool) -> str | Refused | None:
    if region.text in options.labels and not region.beside:
        if not region.rest:
            return region.text
        corrected = _corrected(region.text, region.rest, options)
        return _with_lines_below(corrected, region, options) if corrected == region.text else corrected
    if not (region.beside or region.rest):
        bare = _bare(region.text)
        if bare in options.labels:
            return bare
        whole = _WHOLE.fullmatch(bare)
        if whole and whole[1] in options.labels and whole[2].lower() == options.text(whole[1]):
            return whole[1]
    if or_text and (named := _named(region.text, options)):
        return named
    native = alphabets(region.language)
    if region.stage == "alone":
        return _alone(region.text, options, native)
    text = ", ".join((*reversed(region.beside), _without_number(region)))
    found = _stated(text, region.rest, options, native, front=region.front)
    return _with_lines_below(found, region, options) if isinstance(found, str) and region.rest else found


def _bare(text: str) -> str:
    """Return a text without the markup and the brackets around it, and without the full stop behind it."""
    return text.lstrip(" \n*_`\"'([{$").rstrip(" \n*_`\"')]}$.")


def _named(text: str, options: Options) -> str | None:
    """Return the label of the option whose text this is, if it is that of one option only."""
    words = " ".join(text.strip(_AROUND).lower().split())
    if not words:
        return None
    labels = (label_of(index) for index in range(len(options.texts)))
    found = [label for label in labels if " ".join(options.text(label).strip(_AROUND).split()) == words]
    return found[0] if len(found) == 1 else None


def _stated(text: str, rest: str, options: Options, native: tuple[str, ...], *, front: bool) -> str | Refused | None:
    if front:
        made = _at_the_end(text, options, native)
    else:
        made = series_at(text, 0, options, native, behind=True)
        if made and not (made.labels or made.outside or made.alternatives):  # "not A, it is B"
            made = next((series for series in all_series(text[made.end :], options, native) if series.labels), None)
    if made is None:
        if unknown(text) or text.lower().startswith(_NEITHER):
            return Refused("no option is stated")
        return None if front else _labelled(text, options)
    found = _outcome(made)
    return _corrected(found, f"{text[made.end :]}\n{rest}", options) if isinstance(found, str) else found


def _without_number(region: Region) -> str:
    """Return the text of a region without its number as the first item of a list: "1. A", and below it "2. C"."""
    bullet = _BULLET.match(region.text) if _BULLET.match(region.rest) else None
    return region.text[bullet.end() :] if bullet else region.text


def _with_lines_below(found: str, region: Region, options: Options) -> str | Refused:
    """Return the labels together with those that a list goes on with in the next lines: "- A", "- C"."""
    bare, bulleted = region.text in options.labels, _BULLET.match(region.text) is not None
    if not (bare or bulleted or _ITEM.match(region.text)):
        return found
    labels = found.split(",")
    for line in region.rest.split("\n"):
        if bulleted and not line.strip():
            continue
        item = _item(line, options)
        if item is None or (bare and not bulleted and _unbulleted(line) not in options.labels):
            break
        if item.outside:
            return Refused(f"{item.outside} is not one of the options")
        labels += item.labels
    return ",".join(dict.fromkeys(labels))


def _item(line: str, options: Options) -> Series | None:
    """Return the labels of a line that has, with the texts of their options, nothing else; None of another line."""
    line = _unbulleted(line)
    series = series_at(line, 0, options) if line else None
    if series is None or series.alternatives or not (series.labels or series.outside):
        return None
    rest = line[series.end :].strip(f"{_AROUND}:-–—").lower()
    return series if not rest or (series.labels and rest == options.text(series.labels[-1])) else None


def _unbulleted(line: str) -> str:
    bullet = _BULLET.match(line)
    return line[bullet.end() if bullet else 0 :].strip()


def _listed(text: str, options: Options) -> str:
    """Return the labels that a completion lists with bullets, as all of it or at its end, below a line with a colon."""
    lines = [line for line in text[-_CLOSE:].strip().split("\n") if line.strip()]
    labels: list[str] = []
    while lines and (_BULLET.match(lines[-1]) or lines[-1].strip() in options.labels):
        item = _item(lines[-1], options)
        if item is None or item.outside:
            return ""
        labels += reversed(item.labels)
        lines.pop()
    if len(set(labels)) < 2:
        return ""
    some, heading = len(set(labels)) < len(options.labels), lines[-1].rstrip(" *_") if lines else ""
    headed = some and heading.endswith((":", "：")) and not _REJECTED.search(heading)
    return ",".join(dict.fromkeys(reversed(labels))) if headed or not lines else ""


def _corrected(found: str, behind: str, options: Options) -> str:
    """Return the labels that the words behind a stated one put in its place: "B. Wait, that's wrong. It is C."."""
    behind = behind[:_CORRECTED]
    if set(options.labels).isdisjoint(behind):
        return found
    base = 0
    for start, end, _ in corrections(behind, _VALUE):
        series = series_at(behind, end, options, behind=True)
        if start < base or series is None or series.outside or series.alternatives:
            continue
        if start - base > _SHORT or not set(options.labels).isdisjoint(_APART.findall(behind, base, start)):
            break
        if not series.labels:  # taken back in its turn
            base = series.end
            continue
        said = assertion(behind, series.start, series.end) in ("chosen", "said", "called right")
        if said or behind[series.end - 1] == "." or _ENDS.match(behind, series.end):
            found, base = ",".join(series.labels), series.end
    return found


def _outcome(series: Series) -> str | Refused | None:
    if series.alternatives:
        return Refused("several options are left open")
    if series.outside:
        return Refused(f"{series.outside} is not one of the options")
    return ",".join(series.labels) or None


def _at_the_end(text: str, options: Options, native: tuple[str, ...]) -> Series | None:
    """Return the labels that a text ends with."""
    last = next(reversed(list(all_series(text, options, native))), None) or series_at(text, 0, options, native)
    rest = text[last.end :].strip(_AROUND) if last else ""
    return last if not rest or rest in words_of(False, "options") else None


def _labelled(text: str, options: Options) -> str | None:
    """Return the only label in brackets, or behind "option", within a statement: "Venus (B)"."""
    line = _NOT.split(text.partition("\n")[0])[0]
    found = {one or other: place.end() for place in _LABELLED.finditer(line) for one, other in [place.groups()]}
    kept = [label for label, end in found.items() if label in options.labels and not denied(line, end)]
    return kept[0] if len(kept) == 1 else None


def _alone(text: str, options: Options, native: tuple[str, ...]) -> str | Refused | None:
    if not _LETTER.search(text) and not any(map(str.isdigit, options.labels)):
        return None
    if listed := _listed(text, options):
        return listed
    text = _without_texts(text.strip(), options)
    opening = series_at(text, 0, options, native)
    if opening and opening.outside and text[opening.start].islower():
        opening = None  # a word: "x is 5"
    settled = opening is not None and _is_settled(text, opening)
    if opening and settled and not _lists(text, opening, options):
        found = _outcome(opening)
        return _corrected(found, text[opening.end :], options) if isinstance(found, str) else found
    if small := _small(text, options):
        return small
    near = text[-_NEAR:]
    hedged: set[tuple[str, ...]] = set()
    # A conclusion is mostly in the last lines: only where it is not are the others searched.
    for part in dict.fromkeys((near[near.find("\n", max(len(near) - _CLOSE, 0)) + 1 :], near)):
        named = list(all_series(part, options, native))[-_MOST:]
        possible = [series for series in named if _is_hedged(part, series)]
        hedged |= {series.labels for series in possible if series.labels}
        if found := _told(part, [series for series in named if series not in possible] if possible else named):
            return found
    if len(hedged) > 1:
        return Refused("several options are left open")
    if opening and opening.labels and not settled and _PREDICATE.match(text, opening.end):
        found = _outcome(opening)
        return _corrected(found, text[opening.end :], options) if isinstance(found, str) else found
    return _last(near, named, options) if named else None


def _is_hedged(text: str, series: Series) -> bool:
    """Return whether labels are a mere possibility: "possibly B", "B?", "B is possible"."""
    if _QUESTION.match(text, series.end) or _POSSIBLE.match(text, series.end):
        return True
    before = text[max(series.start - _SHORT, 0) : series.start].rstrip(OPENING).lower()
    return before.endswith(_HEDGES)


def _small(text: str, options: Options) -> str | None:
    """Return a small letter that ends a text and that the words before it assert: "I choose b."."""
    end = text.rstrip(" .!*`")
    letter = end[-1:].upper()
    if end[-1:] == letter or letter not in options.labels or end[-2:-1] not in _BEFORE_SMALL:
        return None
    start = len(end) - 1
    return letter if assertion(end, start, start + 1) in ("chosen", "said") else None


def _is_settled(text: str, opening: Series) -> bool:
    """Return whether the labels that a completion opens with are by themselves, and no word of a sentence."""
    return text.startswith(_SETTLED, opening.end) or text[opening.end - 1] in ').]}:*`"' or opening.end == len(text)


def _without_texts(text: str, options: Options) -> str:
    """Return `text` without the options' texts in which letters are by themselves: "A and B differ"."""
    lettered = [words for words in options.texts if words in text and len(words) > 1 and _SINGLE.search(words)]
    for words in sorted(lettered, key=len, reverse=True):
        if words in text:  # "I only" is not in "II only"
            text = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", " ", text)
    return text


def _lists(text: str, opening: Series, options: Options) -> bool:
    """Return whether a completion that opens with a label goes on to list or to discuss others in the same way."""
    found = _OPENING.findall(text) if "\n" in text else ()
    lines = [(label, rest.strip(_AROUND)) for label, rest in found if label in options.labels]
    others = [(label, rest) for label, rest in lines if label not in opening.labels and not _is_wrong(rest)]
    if others and lines[0][0] in opening.labels:
        first, words = lines[0]
        if not words and all(rest for _, rest in others):
            return False  # "B", and below it each of them explained
        chosen = words.lower() == options.text(first).strip(_AROUND) != ""
        return not chosen or any(rest.lower() == options.text(label).strip(_AROUND) for label, rest in others)
    # One more "C)" within a line may be the end of a bracket; two are a list.
    return (
        text.count(")") > 1
        and len(set(_INLINE.findall(text)).intersection(options.labels).difference(opening.labels)) > 1
    )


def _is_wrong(rest: str) -> bool:
    return denied(rest, 0) or any(words in rest.lower() for words in _WRONG)


def _told(text: str, named: Sequence[Series]) -> str | Refused | None:
    """Return the last labels that the words around them assert: "I choose B", "B is correct"."""
    for series in reversed(named):
        how = assertion(text, series.start, series.end)
        said = how == "chosen" or (how in ("said", "called right") and not series.outside)
        if said and (found := _outcome(series)):
            return found
    return None


def _last(text: str, named: Sequence[Series], options: Options) -> str | None:
    """Return the last labels by themselves, those of a list of options aside."""
    lists = len({label for label, _ in _OPENING.findall(text)}.intersection(options.labels)) > 1
    for series in reversed(named):
        if not series.labels or series.outside or series.alternatives or len(series.labels) == len(options.labels) > 1:
            continue
        glued = text[series.end : series.end + 1].isalnum() and not AGAINST.match(text, series.end)
        if glued or _GLUED.match(text, series.start):
            continue
        before = f" {text[max(series.start - _SHORT, 0) : series.start].lower()}"
        if (
            before.endswith(_NAMES)
            or _OPTION.sub("", before.rstrip(OPENING)).endswith(_ABOUT)
            or before.rstrip(" *").endswith(words_of(before.isascii(), "doubts"))
        ):
            continue
        if assertion(text, series.start, series.end) == "taken back":
            continue
        if not (lists and _OPENING.match(text, text.rfind("\n", 0, series.start) + 1)):
            return ",".join(series.labels)
    return None
