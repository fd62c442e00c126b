"""One made completion, and the forms that it is made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

RIGHT, WRONG = True, False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A completion with a target, and whether it is right."""

    kind: str
    """The kind of reading that it tries: "letters: a rejected option"."""
    scorer: str
    """The name of the scorer: choice, number, math, label, exact, includes, spans, program, emotions, entities."""
    text: str
    target: str
    right: bool
    choices: tuple[str, ...] = ()
    language: str = "en"


def fill(form: str, values: Mapping[str, str]) -> str:
    """Return the form with `@name` replaced by its value, longer names first."""
    for name in sorted(values, key=len, reverse=True):
        form = form.replace(f"@{name}", values[name])
    return form


def stated(
    kind: str,
    scorer: str,
    forms: Iterable[str],
    pairs: Sequence[tuple[str, str]],
    *,
    language: str = "en",
    targets: Mapping[str, str] | None = None,
) -> Iterator[Reply]:
    """Yield two replies for each form and pair of values: `@x` is the answer, `@y` another value that is mentioned.

    With the target x the reply is right,
    with the target y wrong. `targets` gives the target of a value that the target
    writes in another way.
    """
    for form in forms:
        for x, y in pairs:
            text = fill(form, {"x": x, "y": y})
            for value, right in ((x, RIGHT), (y, WRONG)):
                target = (targets or {}).get(value, value)
                yield Reply(kind=kind, scorer=scorer, text=text, target=target, right=right, language=language)


def written(
    kind: str,
    scorer: str,
    table: Iterable[tuple[str, str, str]],
    frames: Sequence[str] = ("@x",),
    *,
    language: str = "en",
) -> Iterator[Reply]:
    """Yield two replies for each frame and row of (answer as it is written, its target, a target that it is not)."""
    for answer, target, other in table:
        for frame in frames:
            text = fill(frame, {"x": answer})
            yield Reply(kind=kind, scorer=scorer, text=text, target=target, right=RIGHT, language=language)
            yield Reply(kind=kind, scorer=scorer, text=text, target=other, right=WRONG, language=language)
