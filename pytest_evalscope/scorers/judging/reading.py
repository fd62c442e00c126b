"""Reading of a verdict in a judge's completion: untrusted text that may repeat what an answer under judgement says.

Slips of form are read (an unescaped backslash, a line break in a string, another case, a sentence before a fence, one
more field). Whatever could be somebody else's verdict is none: two objects, two verdicts, one that the rest of the
completion denies, and one that the material states, which a judge may have repeated (`stated`). The messages of the
errors are sent to the judge, in the request for another verdict.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pytest_evalscope.errors import ScorerError
from pytest_evalscope.scorers.judging.stated import (
    FIELDS,
    contradicts,
    denies,
    denies_rating,
    repeats,
    says_otherwise,
)
from pytest_evalscope.scorers.judging.verdict import JSON, Answers, Labels, Verdict

LONGEST = 20_000
"""Largest number of characters of a judge's completion; a verdict with its reason needs a few hundred."""
REPEATED = "the reply repeats a verdict that the material contains"
_LONGEST_PROSE = 2_000
_BRACKETED = re.compile(r"\[\[\s{0,4}(\d{1,4}(?:\.\d{1,4})?)\s{0,4}\]\]")
_ESCAPE = re.compile(r'\\(?:(["\\/bfnrt]|u[0-9a-fA-F]{4})|)')
_FENCE = "```"
_TWO = "the object has two verdicts, and one is needed"


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
    if answers.kind != JSON:
        prose, fields = "", _bracketed(text)
    else:
        prose, body = _without_fence(text.strip())
        fields = _object(body)
    verdict = _verdict(judge, fields, answers)
    if says_otherwise(prose, verdict.said, answers):
        raise ScorerError("the text before the object states another verdict, and one is needed")
    if any(repeats(verdict, answers, shown) for shown in material):
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
    rating = float(said) if answers.ordered else None
    verdict = Verdict(judge=judge, said=said, values=values, reason=" ".join(reason.split())[:500], rating=rating)
    for name, value in fields.items():
        if name != "verdict" and (
            _is_another(name, value, said, answers) or contradicts(name, value, verdict, answers)
        ):
            raise ScorerError(_TWO)
    if isinstance(answers, Labels) and denies(reason, said):
        raise ScorerError('"reason" denies the verdict, and one is needed')
    return verdict


def _is_another(name: str, value: object, said: str, answers: Answers) -> bool:
    """Return whether a field contains another verdict: neither of two can be chosen."""
    if "verdict" in name:
        return True
    if answers.ordered and name not in FIELDS:
        return False
    try:
        return answers.value_of(value)[0] != said
    except ValueError:
        return False


def _bracketed(text: str) -> dict[str, Any]:
    """Return the one rating in double brackets, at the end of the last line: one elsewhere may be quoted."""
    found = _BRACKETED.findall(text)
    if len(found) != 1:
        raise ScorerError(f"the reply has {len(found)} ratings in double brackets, and one is needed")
    *_, last = text.strip().splitlines()
    place = _BRACKETED.search(last)
    if place is None or last[place.end() :].strip(" \t.!*_"):
        raise ScorerError("the rating in double brackets must be at the end of the last line")
    if denies_rating(last):
        raise ScorerError("the sentence denies the rating in double brackets, and one is needed")
    return {"reason": text.strip(), "verdict": float(found[0])}


def _without_fence(text: str) -> tuple[str, str]:
    """Return the sentences, at most a few, before a Markdown fence that ends the text, and what the fence encloses."""
    prose, fence, rest = text.partition(_FENCE)
    if not fence or "{" in prose or "}" in prose or len(prose) > _LONGEST_PROSE or not rest.endswith(_FENCE):
        return "", text
    body = rest[: -len(_FENCE)]
    return prose, body[4:] if body[:4].casefold() == "json" else body


def _object(text: str) -> dict[str, Any]:
    try:
        made = _loaded(text)
    except (ValueError, RecursionError):
        raise ScorerError("the reply is not one JSON object") from None
    if not isinstance(made, dict):
        raise ScorerError("the reply is not one JSON object")
    if any("verdict" in each for value in made.values() for each in _objects_within(value)):
        raise ScorerError(_TWO)
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
