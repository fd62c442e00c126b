"""JSON in a completion: whether it fits a schema, and which of its fields are right."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from math import isfinite
from typing import Any

from pytest_evalscope.errors import ScorerError, UsageError
from pytest_evalscope.scorers.schemas import Schema, schema_of
from pytest_evalscope.text import clean, fenced_blocks, normalize
from pytest_evalscope.text.answers.clean import without_thoughts
from pytest_evalscope.types import Completion, Context, Sample, Score

_MOST = 1000
"""Brackets at which JSON is tried to begin; a completion full of them must cost no more than its length."""
_CANDIDATES = 16
"""Pieces of JSON in a completion that are checked against the schema."""
_TOLD = 5
"""Fields and problems that an explanation names."""
_ABSENT = object()
_LANGUAGES = ("", "json", "jsonc", "json5")
_OPENING = re.compile(r"[{\[]")
_BEGUN = re.compile(r"\{\s*\"")


@dataclass(frozen=True, slots=True)
class structured:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=structured(Invoice)`
    """JSON that fits `schema`, compared field by field with the target, a JSON object.

    `accuracy` is 1 when every field of the target is right, `fields` the share of them that is right, and `valid` 1
    when the completion has JSON that fits the schema; of JSON that does not, no field counts. The JSON is the whole
    completion, a fenced block of it, or an object in its text: the last one that fits, else the last one.

    A field is a value of the target that is no object, by its path: `total`, `seller.name`; the items of an array are
    compared one by one, and `items.price` means the price of each. A field that only the completion has is not
    compared; where the target says null it may be missing. Numbers are compared by value, texts to the character.
    """

    schema: Mapping[str, Any] | type = field(hash=False)
    """A JSON Schema (draft 2020-12 or what its `$schema` says; needs the package jsonschema), or a pydantic model,
    which is strict: the text "3" is no number."""
    tolerance: Mapping[str, float] = field(default_factory=dict, hash=False)
    """Path of a number → distance from the target within which it is right, as a share of it: 0.01 is one percent."""
    sets: Collection[str] = ()
    """Paths of arrays whose order counts for nothing."""
    texts: Collection[str] = ()
    """Paths of texts (or arrays of them) that are compared without case, width, white space and curly signs."""
    ignored: Collection[str] = ()
    """Paths of the target that are not compared."""
    metrics: tuple[str, ...] = ("accuracy", "fields", "valid")
    _schema: Schema = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        known = schema_of(self.schema)
        object.__setattr__(self, "_schema", known)
        for option in ("sets", "texts", "ignored", "tolerance"):
            paths = getattr(self, option)
            if isinstance(paths, str):
                raise UsageError(f"structured: {option} is one text ({paths!r}); accepted: a tuple of paths")
            for path in paths:
                known.require(path, option)
        for path, share in self.tolerance.items():
            if not (isinstance(share, (int, float)) and 0 <= share < 1):
                raise UsageError(
                    f"structured: invalid tolerance of {path} ({share!r}); accepted: a share of the target, from 0 to "
                    "below 1"
                )

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the score of one completion. Raises ScorerError for a target that is no object or does not fit."""
        wanted = self._target(sample)
        first: tuple[str | None, str] = (None, "")
        for text in islice(found_json(completion.text), _CANDIDATES):
            try:
                problems = self._schema.problems(text)
                found = None if problems else json.loads(text, object_pairs_hook=_once)
                compared = [] if problems else list(self._compared(wanted, found, "", ""))
            except _Repeated as error:
                problems = [f"the name {error} is there twice"]
            except RecursionError:
                problems = ["nested too deeply"]
            if not problems:
                wrong = [why for why in compared if why]
                share = 1 - len(wrong) / len(compared) if compared else 1.0
                return self._score(share, 1, text, f"wrong: {_told(wrong)}" if wrong else "")
            first = first if first[1] else (text, f"does not fit the schema: {_told(problems)}")
        return self._score(0, 0, first[0], first[1] or "no JSON in the completion")

    def _score(self, share: float, valid: int, answer: str | None, explanation: str) -> Score:
        values = {"accuracy": float(valid and share == 1), "fields": float(share), "valid": float(valid)}
        return Score(values=values, answer=answer, explanation=explanation)

    def _target(self, sample: Sample) -> dict[str, Any]:
        target = sample.target
        try:
            wanted = json.loads(target) if isinstance(target, str) else target
        except ValueError:
            wanted = None
        if not isinstance(wanted, dict):
            raise ScorerError(
                f"structured: the target is no JSON object ({target!r:.100}); accepted: an object such as "
                f'{{"total": 3}}, or its text; sample {sample.id}'
            )
        problems = self._schema.problems(json.dumps(wanted))
        if problems:
            raise ScorerError(f"structured: the target does not fit the schema ({problems[0]}); sample {sample.id}")
        return wanted

    def _compared(self, wanted: Any, found: Any, place: str, path: str) -> Iterator[str]:
        """Yield for each field of `wanted` what is wrong with it in `found`; empty where it is right.

        `path` is `place` without the numbers of items.
        """
        if path in self.ignored:
            return
        if isinstance(wanted, dict) and wanted:
            inside = found if isinstance(found, dict) else {}
            for name, value in wanted.items():
                yield from self._compared(value, inside.get(name, _ABSENT), _below(place, name), _below(path, name))
        elif isinstance(wanted, list) and wanted and isinstance(found, list) and path not in self.sets:
            for number in range(max(len(wanted), len(found))):
                one, other = (items[number] if number < len(items) else _ABSENT for items in (wanted, found))
                yield from self._compared(one, other, _below(place, str(number)), path)
        else:
            yield "" if self._same(wanted, found, path) else _difference(place, wanted, found)

    def _same(self, wanted: Any, found: Any, path: str) -> bool:
        if found is _ABSENT or wanted is _ABSENT:
            return found is None or wanted is None
        if isinstance(wanted, list) and isinstance(found, list):
            if path not in self.sets:
                return wanted == found  # the one is empty
            return sorted(self._key(item, path) for item in wanted) == sorted(self._key(item, path) for item in found)
        if _is_number(wanted) and _is_number(found) and path in self.tolerance:
            exact, share = Fraction(wanted), Fraction(str(self.tolerance[path]))
            return abs(Fraction(found) - exact) <= share * abs(exact)
        return self._key(wanted, path) == self._key(found, path)

    def _key(self, value: Any, path: str) -> str:
        """Return a text that two values have in common when they count as one."""
        return json.dumps(self._form(value, path), sort_keys=True)

    def _form(self, value: Any, path: str) -> Any:
        if isinstance(value, dict):
            return {name: self._form(inside, _below(path, name)) for name, inside in value.items()}
        if isinstance(value, list):
            return [self._form(item, path) for item in value]
        if isinstance(value, str) and path in self.texts:
            return normalize(value)
        return int(value) if isinstance(value, float) and value.is_integer() else value


def found_json(text: str) -> Iterator[str]:
    """Yield the JSON in `text` that may be its answer, the likeliest first.

    That is all of it, else its fenced blocks, then the objects, then the arrays within it that are in no other, each
    from the last to the first, empty ones at the end. None within a text whose last object is cut off: that one would
    be the answer. Texts in the JSON are as the model wrote them, unless it is JSON only once it is narrowed.
    """
    whole = text.strip()
    if whole[:1] == "{" and _is_json(whole):
        yield whole  # though one of its texts has "</think>" in it
        return
    bare, narrowed = without_thoughts(text).strip(), clean(text).strip()
    found = False
    for each in _found(bare):
        yield each
        found = True
    if not found and narrowed != bare:
        yield from _found(narrowed)


def _found(text: str) -> Iterator[str]:
    if _is_json(text):
        yield text
        return
    blocks = (block.text.strip() for block in reversed(fenced_blocks(text)) if block.language in _LANGUAGES)
    yield from filter(_is_json, blocks)
    found: list[tuple[bool, bool, int, str]] = []
    opening = _OPENING.search(text)
    for _ in range(_MOST):
        if not opening:
            break
        kind, end = _ended(text, opening.start())
        if end > len(text):
            return
        if kind:
            piece = text[opening.start() : end]
            found.append((not piece[1:-1].strip(), kind is list, -end, piece))
        opening = _OPENING.search(text, end)
    yield from (piece for *_, piece in sorted(found))


def _is_json(text: str) -> bool:
    kind, end = _ended(text, 0) if text else (None, 0)
    return kind is not None and end == len(text)


def _ended(text: str, start: int) -> tuple[type | None, int]:
    """Return the kind and the end of the object or array that begins at `start`; None and the next place if none.

    The next place is behind the text where it ends within the object, as a completion that was cut off does, and where
    it is nested too deeply.
    """
    try:
        value, end = _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        cut = _BEGUN.match(text, start) is not None and (error.pos >= len(text) or error.msg.startswith("Unterminated"))
        return None, len(text) + 1 if cut else start + 1
    except RecursionError:
        return None, len(text) + 1
    except ValueError:  # a number that is none, or of too many digits
        return None, start + 1
    return (type(value), end) if isinstance(value, (dict, list)) else (None, start + 1)


class _Repeated(Exception):
    """Signals that an object has a name twice: which of the values is meant nobody can tell."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Repeated(Counter(name for name, _ in pairs).most_common(1)[0][0])
    return found


def _finite(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise ValueError(text)
    return value


def _no_constant(name: str) -> float:
    raise ValueError(name)  # NaN and Infinity are no JSON


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_no_constant)


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _difference(path: str, wanted: Any, found: Any) -> str:
    if wanted is _ABSENT:
        return f"{path}: {_shown(found)} is too much"
    return f"{path}: {'missing' if found is _ABSENT else _shown(found)}, not {_shown(wanted)}"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _told(reasons: Sequence[str]) -> str:
    more = f"; {len(reasons) - _TOLD} more" if len(reasons) > _TOLD else ""
    return f"{'; '.join(reasons[:_TOLD])}{more}"
