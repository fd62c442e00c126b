"""Named entities: as BIO tags of tokens, and as tags around the words of a text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pytest_evalscope.text.patterns import pattern

Span = tuple[str, int, int]
"""Type, number of the first token, number behind the last token."""

_TAG = pattern(
    r"<(/?)([A-Za-z][\w-]{0,80})"
    r"(?:\s{1,8}[\w:-]{1,40}\s{0,4}=\s{0,4}(?:\"[^\"<>]{0,200}\"|'[^'<>]{0,200}'|[^\s\"'<>]{1,200})){0,8}\s{0,8}>"
)
"""A tag with or without attributes."""
_RESPONSE = pattern(r"<response>", re.IGNORECASE)
_END_OF_RESPONSE = pattern(r"</response>", re.IGNORECASE)
NOWHERE = -1
"""Begin of a span whose words the text does not have."""


def bio_spans(tags: Sequence[str]) -> list[Span]:
    """Return the entities that the BIO tags of a text mean, in order.

    An `I-` that continues no entity of its type begins one, as in the CoNLL evaluation script and `seqeval`.
    """
    found: list[Span] = []
    kind, start = "", 0
    for place, tag in enumerate([*tags, "O"]):
        prefix, _, name = tag.partition("-")
        if kind and not (prefix == "I" and name == kind):
            found.append((kind, start, place))
            kind = ""
        if name and not kind:
            kind, start = name, place
    return found


def tag_entities(tokens: Sequence[str], spans: Sequence[Span]) -> str:
    """Return the tokens with a space between each two and every entity between the tags of its type."""
    words = list(tokens)
    for kind, start, end in spans:
        words[start] = f"<{kind}>{words[start]}"
        words[end - 1] += f"</{kind}>"
    return " ".join(words)


def entity_spans(completion: str, tokens: Sequence[str], types: Collection[str] = ()) -> list[Span]:
    """Return the entities that `completion` tags in the text made of `tokens`, each once.

    - Only what follows the last `<response>` counts; all of the completion without one.
    - White space means nothing. A tag that is never closed ends at the next tag or line, and counts if its type is one
      of `types` (any, if none are given). One that is closed under another name has the name that it was opened with.
    - Where the completion repeats the text, an entity has its position there. From the first to the last change in
      between, the words are searched for after the previous entity, then anywhere. Words that the text does not have,
      or not between the same tokens, give a span that begins at `NOWHERE`: a model that invents an entity has found a
      wrong one.
    - A tag around half a token counts for the whole token.
    """
    flat = "".join(_flat(token) for token in tokens)
    tagged = _read(response_of(completion), types, flat)
    starts = [0, *accumulate(len(_flat(token)) for token in tokens)]
    token_at = [number for number, token in enumerate(tokens) for _ in _flat(token)]
    before = _shared(tagged.text, flat)
    after = min(_shared(tagged.text[::-1], flat[::-1]), len(flat) - before, len(tagged.text) - before)
    found: dict[Span, None] = {}
    cursor = before
    for kind, start, end in sorted(tagged.spans, key=lambda span: span[1:]):
        shift = 0 if end <= before else len(flat) - len(tagged.text)
        if end > before and start < len(tagged.text) - after:  # between the first change and the last
            place = _find(tagged.text[start:end], flat, starts, cursor)
            if place == NOWHERE:
                found[kind, NOWHERE - len(found), NOWHERE - len(found)] = None
                continue
            shift = place - start
            cursor = end + shift
        found[kind, token_at[start + shift], token_at[end + shift - 1] + 1] = None
    return list(found)


def response_of(completion: str) -> str:
    """Return the text between the last `<response>` and the `</response>` after it; `completion` without one."""
    start = max((tag.end() for tag in _RESPONSE.finditer(completion)), default=0)
    end = _END_OF_RESPONSE.search(completion, start)
    return completion[start : end.start() if end else None]


def _shared(one: str, other: str) -> int:
    """Return how many characters the two begin with in common."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _flat(text: str) -> str:
    return "".join(text.split())


@dataclass(frozen=True, slots=True)
class _Marked:
    text: str
    """Without tags and white space."""
    spans: list[Span]
    """Type, begin and end in `text`; none is empty."""


def _read(text: str, types: Collection[str], source: str) -> _Marked:
    """Return the tagged spans of `text`, in one pass over it; a tag that is part of `source` itself is none."""
    tags = [tag for tag in _TAG.finditer(text) if "<" not in source or tag[0] not in source]
    parts = [_flat(text[: tags[0].start()])] if tags else [_flat(text)]
    place = len(parts[0])
    spans: list[Span] = []
    opened: list[tuple[str, int, int]] = []  # type, begin, and the end if it is never closed
    names: Counter[str] = Counter()

    def close(name: str) -> None:
        while opened:
            kind, start, end = opened.pop()
            names[kind] -= 1
            closed = kind == name or not names[name]
            if closed:
                end = place
            if end > start and (closed or not types or kind in types):
                spans.append((kind, start, end))
            if closed:
                return

    for number, tag in enumerate(tags):
        end = tags[number + 1].start() if number + 1 < len(tags) else len(text)
        behind, name = text[tag.end() : end], tag[2].lower()
        if tag[1]:
            close(name)
        else:
            opened.append((name, place, place + len(_flat(behind.partition("\n")[0]))))
            names[name] += 1
        parts.append(_flat(behind))
        place += len(parts[-1])
    spans += [span for span in opened if span[2] > span[1] and (not types or span[0] in types)]
    return _Marked("".join(parts), spans)


def _find(words: str, flat: str, starts: Sequence[int], cursor: int) -> int:
    """Return the position of `words` in `flat` as whole tokens, preferably from `cursor` on; NOWHERE if not found."""
    edges = frozenset(starts)
    places = [NOWHERE]
    place = flat.find(words)
    while place >= 0:
        if place in edges and place + len(words) in edges:
            places.append(place)
        place = flat.find(words, place + 1)
    return next((place for place in places[1:] if place >= cursor), places[-1])
