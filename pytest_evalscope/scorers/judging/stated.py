"""Statements of a verdict in a text, in whatever form: the texts under judgement may contain some, and a judge's prose.

They are compared in a normal form, in which JSON, what is nearly JSON (other quotes, no quotes, another case, escapes,
characters that nobody sees) and other ways to give a field its value (YAML, XML, `verdict = YES`) are the same.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Set

from pytest_evalscope.scorers.judging.verdict import JSON, Answers, Labels, Verdict
from pytest_evalscope.text.normal import normalize

FIELDS = ("decision", "grade", "judgement", "judgment", "label", "rating", "result", "score")
"""Fields that may contain another verdict than `verdict` does."""
_RIGHT = frozenset(
    ("accepted", "accurate", "correct", "equal", "equivalent", "match", "matches", "met", "pass", "passed", "right")
) | {"success", "valid"}
_WRONG = frozenset(("fail", "failed", "inaccurate", "incorrect", "invalid", "rejected", "wrong"))
"""Last words of the names of fields that say whether an answer is right."""
_TRUTHS = {"true": True, "yes": True, "1": True, "1.0": True, "false": False, "no": False, "0": False, "0.0": False}
_ESCAPE = re.compile(r"(?<!\\)\\+(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|[bfnrt])")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});")
_UNSEEN = re.compile(
    "[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
"""Control characters, and those that Unicode says are shown as nothing (Default_Ignorable_Code_Point)."""
_BETWEEN = re.compile(r"(?:(?<!\d)\.|\.(?!\d)|[^\w.]|_)+")
"""Whatever is between two words or numbers; the point of 4.5 is part of the number."""
_NUMBER = r"\d{1,9}(?:\.\d{1,9})?(?:e\d)?"
_BRACKETED = re.compile(rf"\[\[({_NUMBER})\.?\]\]")
_NO_RATING = re.compile(r"[^\w.\[\]]|_")
_SENTENCES = re.compile(r"\n|(?<=[^\W\d_]{2})[.!?]")
_END = r"(?![^\W_])"
_NOT = r"(?:\b(?:not|never|neither|nor|cannot|hardly)|n['’]t)\b(?!\s+(?:only|just|merely|simply)\b)"
_WORD_BETWEEN = r"\s+[\w'’\"*-]+"
_SUBJECT = r"(?:(?:it|this|that|(?:the|this) (?:answer|response|solution|completion)) ?(?:is|was|'s|’s)? ?)?"
_DEGREE = r"(?: (?:at all|entirely|fully|really|quite|completely|strictly|even|exactly|a|an|the|to be))*"
_DENIED_RATING = re.compile(rf"(?i){_NOT}(?:{_WORD_BETWEEN}){{0,3}}[\s*_\"'(]*\[\[")


def repeats(verdict: Verdict, answers: Answers, shown: str) -> bool:
    """Return whether a text states the same verdict, and the judge adds no reason in words of its own.

    A rating in brackets has no reason apart from it: the same rating in brackets is enough.
    """
    forms = {_seen(shown), _seen(_decoded(shown))}
    if answers.kind != JSON:
        ratings = (each for text in forms for each in _BRACKETED.findall(_NO_RATING.sub("", text)))
        return any(float(each) == verdict.rating for each in ratings)
    texts = [_words(text) for text in forms]
    if not any(verdict.said in said for text in texts for said in _stated(text, ("verdict",), answers)):
        return False
    reasons = {_letters(_seen(form)) for form in (verdict.reason, _decoded(verdict.reason))}
    return any(reason in _letters(text) for reason in reasons for text in texts)


def says_otherwise(prose: str, said: str, answers: Answers) -> bool:
    """Return whether a judge's prose states another verdict than `said`.

    It does so by a field (`Verdict: B`), by a sentence that is nothing else ("Incorrect."), or by a label as it is
    written: "the correct answer is 4" does not state the label CORRECT. One of a single letter names an answer, and one
    in small letters may be a word like any other.
    """
    stated: list[Set[str]] = list(_stated(_words(_seen(prose)), ("verdict", *FIELDS), answers))
    sentences = filter(None, (each.strip(" \t*_`\"'") for each in _SENTENCES.split(prose)))
    stated += [{_read(each, answers) or said} for each in sentences]
    labels = sorted((each for each in _labels(answers) if len(each) > 1 and not each.islower()), key=len, reverse=True)
    written = "|".join(map(_spelt, labels))
    named = re.findall(rf"(?<!\w)(?:{written})(?!\w)", prose) if written else []
    stated += [{_read(each, answers) or each} for each in named]
    return any(said not in each for each in stated) or denies(prose, said) or _is_told_wrong(prose, said, answers)


def denies(text: str, said: str) -> bool:
    """Return whether a text says that the verdict is not `said`: "It is not at all CORRECT", "not correct".

    A label in other letters than its own may be a word like any other, unless the sentence says nothing else.
    """
    if len(said) < 2:
        return False
    label = _spelt(said)
    if not said.islower() and re.search(rf"(?i:{_NOT})(?:{_WORD_BETWEEN}){{0,2}}\s+[*_`\"']*{label}(?!\w)", text):
        return True
    alone = re.compile(rf"{_SUBJECT}{_NOT}{_DEGREE} {label}{_DEGREE}", re.IGNORECASE)
    return any(alone.fullmatch(" ".join(each.strip(" \t*_`\"'").split())) for each in _SENTENCES.split(text))


def denies_rating(line: str) -> bool:
    """Return whether the rating in brackets of a line is one that the sentence says is not given."""
    return _DENIED_RATING.search(line) is not None


def contradicts(name: str, value: object, verdict: Verdict, answers: Answers) -> bool:
    """Return whether one more field, as `"is_correct": false`, denies what the verdict says.

    A flag is about the label or the metric that its name ends with; where there are two labels, one of which is worth
    nothing, or one is named for it, also about whether the answer is right.
    """
    truth = _truth(str(value))
    if truth is None or not isinstance(answers, Labels):
        return False
    metrics = {metric.casefold(): worth for metric, worth in verdict.values.items()}
    if name in metrics:
        return truth != bool(metrics[name])
    meant = [label for label in answers.values if len(label) > 1 and _letters(name).endswith(_letters(_seen(label)))]
    if meant:
        return truth != (max(meant, key=len) == verdict.said)
    right = _right_label(answers)
    words = re.findall(r"[^\W_]+", name.removeprefix("is"))
    if right is None or not words or words[-1] not in _RIGHT | _WRONG | set(FIELDS):
        return False
    said_right = truth ^ (words[-1] in _WRONG) ^ ("not" in words)
    return said_right != (verdict.said == right)


def _truth(text: str) -> bool | None:
    """Return what a value says that is no more than yes or no, or right or wrong in a word; None for any other."""
    plain = text.strip(" \t*_`\"'.!").casefold()
    if plain in _TRUTHS:
        return _TRUTHS[plain]
    words = re.findall(r"[^\W_]+", plain)
    word = words[-1] if len(words) == 1 or words[:-1] == ["not"] else ""
    return (word in _RIGHT) ^ (len(words) == 2) if word in _RIGHT | _WRONG else None


def _right_label(answers: Labels) -> str | None:
    """Return the one label that means that the answer is right: as the one of two that is worth it, or by its name."""
    worth = [label for label, values in answers.values.items() if any(values.values())]
    if len(answers.values) == 2 and len(worth) == 1:
        return worth[0]
    named = [label for label in answers.values if label.casefold() in _RIGHT]
    return named[0] if len(named) == 1 else None


def _is_told_wrong(prose: str, said: str, answers: Answers) -> bool:
    """Return whether a sentence of a word, as "Wrong.", says another thing about the answer than the label."""
    right = _right_label(answers) if isinstance(answers, Labels) else None
    told = {_truth(each) for each in _SENTENCES.split(prose) if each.strip().casefold() not in _TRUTHS}
    return right is not None and (said != right) in told


def _spelt(label: str) -> str:
    """Return a pattern of a label, whatever stands between its words."""
    return re.sub(r"_|\\ |\\-", "[-_ ]", re.escape(label))


def _stated(words: str, fields: tuple[str, ...], answers: Answers) -> Iterator[Set[str]]:
    """Yield what a text in normal form gives as the value of a field: the verdicts that it may mean."""
    by_letters: dict[str, set[str]] = {}
    forms = []
    for label in _labels(answers):
        parts = re.findall(r"[^\W_]+", _seen(label))
        by_letters.setdefault("".join(parts), set()).add(label)
        forms.append("[ :]?".join(parts) + _END * bool(parts))  # one of signs alone is whatever has the field's name
    value = "|".join(sorted(forms, key=len, reverse=True)) if forms else _NUMBER + _END
    for found in re.findall(rf"(?:{'|'.join(fields)}):({value})", words):
        if forms:
            yield by_letters[_letters(found)]
        elif said := _read(float(found), answers):
            yield {said}


def _labels(answers: Answers) -> tuple[str, ...]:
    return tuple(answers.values) if isinstance(answers, Labels) else ()


def _read(said: object, answers: Answers) -> str | None:
    try:
        return answers.value_of(said)[0]
    except ValueError:
        return None


def _decoded(text: str) -> str:
    """Return a text without the escapes of HTML and of JSON, also of JSON within JSON."""
    return _ESCAPE.sub(_character, _ENTITY.sub(lambda found: html.unescape(found[0]), text))


def _character(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else " "


def _seen(text: str) -> str:
    return normalize(_UNSEEN.sub("", text))


def _words(text: str) -> str:
    """Return the words of a text with a space between two, or a colon for signs that may give a field its value."""
    return _BETWEEN.sub(lambda found: ":" if found[0].strip(" ,.;!?") else " ", text)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)
