"""Reading of a verdict in a judge's completion: untrusted text that may repeat what an answer under judgement says.

Slips of form are read (an unescaped backslash, a line break in a string, another case, a sentence before a fence, one
more field). Whatever could be somebody else's verdict is none: two objects, two verdicts, and one that the material
contains, which a judge may have repeated. The messages of the errors are sent to the judge, in the request for another
verdict.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pytest_evalscope.errors import ScorerError
from pytest_evalscope.scorers.judging.verdict import JSON, Answers, Verdict

LONGEST = 20_000
"""Largest number of characters of a judge's completion; a verdict with its reason needs a few hundred."""
REPEATED = "the reply repeats a verdict that the material contains"
_LONGEST_PROSE = 2_000
_MOST_OBJECTS = 1_000
"""Places of one text that are tried as the beginning of an object."""
_BRACKETED = re.compile(r"\[\[\s{0,4}(\d{1,4}(?:\.\d{1,4})?)\s{0,4}\]\]")
_ESCAPE = re.compile(r'\\(?:(["\\/bfnrt]|u[0-9a-fA-F]{4})|)')
_OPENS = re.compile(r'\{\s{0,1000}"')
_FENCE = "```"
_TWICE = ("decision", "grade", "judgement", "judgment", "label", "rating", "result", "score")
"""Fields that may contain another verdict than `verdict` does."""


def read_verdict(judge: str, text: str, answers: Answers, material: Sequence[str] = ()) -> Verdict:
    """Return the verdict of a completion: one JSON object, bare or in a Markdown fence, or a rating in brackets.

    Args:
        judge: The judge's name.
        text: The completion.
        answers: The verdicts that it may give.
        material: The untrusted texts that the judge was shown: a verdict that one of them contains is not accepted.

    Raises ScorerError, whose message says what is wrong without quoting the completion: `REPEATED` for one that the
    material contains.
    """
    if len(text) > LONGEST:
        raise ScorerError(f"the reply has {len(text)} characters, and {LONGEST} are the most")
    bracketed = answers.kind != JSON
    fields = _bracketed(text) if bracketed else _object(_without_fence(text.strip()))
    verdict = _verdict(judge, fields, answers)
    said = "".join(text.split()).casefold()
    if any(said in "".join(shown.split()).casefold() or _contains(shown, verdict, answers) for shown in material):
        raise ScorerError(REPEATED)
    return verdict


def _verdict(judge: str, fields: dict[str, Any], answers: Answers) -> Verdict:
    if "verdict" not in fields:
        raise ScorerError('the object must have the fields "reason" and "verdict"')
    reason = fields.get("reason", "")
    if not isinstance(reason, str):
        raise ScorerError('"reason" must be text')
    try:
        said, values = answers.value_of(fields["verdict"])
    except ValueError as error:
        raise ScorerError(str(error)) from None
    for name, value in fields.items():
        if name not in ("reason", "verdict"):
            _refuse_another(name, value, said, answers)
    rating = float(said) if answers.ordered else None
    return Verdict(judge=judge, said=said, values=values, reason=" ".join(reason.split())[:500], rating=rating)


def _refuse_another(name: str, value: object, said: str, answers: Answers) -> None:
    """Raise ScorerError for a field that contains another verdict: neither of two can be chosen."""
    another = "verdict" in name
    if not another and (name in _TWICE or not answers.ordered):
        try:
            another = answers.value_of(value)[0] != said
        except ValueError:
            another = False
    if another:
        raise ScorerError("the object has two verdicts, and one is needed")


def _bracketed(text: str) -> dict[str, Any]:
    """Return the one rating in double brackets, at the end of the last line: one elsewhere may be quoted."""
    found = _BRACKETED.findall(text)
    if len(found) != 1:
        raise ScorerError(f"the reply has {len(found)} ratings in double brackets, and one is needed")
    *_, last = text.strip().splitlines()
    place = _BRACKETED.search(last)
    if place is None or last[place.end() :].strip(" \t.!*_"):
        raise ScorerError("the rating in double brackets must be at the end of the last line")
    return {"reason": text.strip(), "verdict": float(found[0])}


def _without_fence(text: str) -> str:
    """Return what a Markdown fence encloses that ends the text, with at most a few sentences before it."""
    prose, fence, rest = text.partition(_FENCE)
    if not fence or "{" in prose or "}" in prose or len(prose) > _LONGEST_PROSE or not rest.endswith(_FENCE):
        return text
    body = rest[: -len(_FENCE)]
    return body[4:] if body[:4].casefold() == "json" else body


def _object(text: str) -> dict[str, Any]:
    try:
        made = _loaded(text)
    except (ValueError, RecursionError):
        raise ScorerError("the reply is not one JSON object") from None
    if not isinstance(made, dict):
        raise ScorerError("the reply is not one JSON object")
    if any("verdict" in each for value in made.values() for each in _objects_within(value)):
        raise ScorerError("the object has two verdicts, and one is needed")
    return made


def _loaded(text: str) -> Any:
    """Return the value of a JSON text; a backslash that escapes nothing, as in TeX, is one, and strings may be broken.

    Raises ValueError, RecursionError.
    """
    try:
        return json.loads(text, strict=False, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError:
        mended = _ESCAPE.sub(_escaped, text)
        return json.loads(mended, strict=False, object_pairs_hook=_once, parse_constant=_no_constant)


def _escaped(found: re.Match[str]) -> str:
    return found[0] if found[1] else "\\\\"


def _objects_within(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from _objects_within(each)


def _contains(shown: str, verdict: Verdict, answers: Answers) -> bool:
    """Return whether a text has the same verdict in it, in any form that would be read as one."""
    if answers.kind != JSON:
        return verdict.rating in {float(each) for each in _BRACKETED.findall(shown)}
    texts = (shown, shown.replace("\\", ""))  # also within a JSON string, where quotes are escaped
    verdicts = (fields.get("verdict") for text in texts for fields in _candidates(text))
    if not any(_says(value, verdict.said, answers) for value in verdicts):
        return False
    # The same verdict with a reason of the judge's own words is the judge's own.
    own = _letters(verdict.reason)
    return any(own in _letters(text) for text in (*texts, *map(_decoded, texts)))


def _says(value: object, said: str, answers: Answers) -> bool:
    try:
        return answers.value_of(value)[0] == said
    except ValueError:
        return False


def _decoded(text: str) -> str:
    """Return the reasons of the objects in a text, without the escapes of JSON."""
    return " ".join(str(fields.get("reason", "")) for fields in _candidates(text))


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _candidates(text: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects in a text, wherever they begin."""
    decoder = json.JSONDecoder(strict=False, object_pairs_hook=_last)
    mended = _ESCAPE.sub(_escaped, text)
    for number, place in enumerate(_OPENS.finditer(mended)):
        if number >= _MOST_OBJECTS:
            return
        try:
            made, _ = decoder.raw_decode(mended[place.start() : place.start() + 2 * LONGEST])
        except (ValueError, RecursionError):
            continue
        if isinstance(made, dict):
            yield made


def _last(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {name.strip().casefold(): value for name, value in pairs}


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; a repeated field is an error, since neither of two verdicts can be chosen."""
    made: dict[str, Any] = {}
    for written, value in pairs:
        name = written.strip().casefold()
        if name in made:
            raise ValueError(f"{name} appears twice")
        made[name] = value
    return made


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")
