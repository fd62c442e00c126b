"""Templates filled with untrusted text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from pytest_evalscope.text.patterns import pattern

_FIELD = pattern(r"\{(\w+)\}")


@lru_cache(maxsize=256)
def _parts(template: str) -> tuple[str, ...]:
    # Odd places hold the names of fields, even ones the text between them.
    return tuple(_FIELD.split(template))


def fields(template: str) -> frozenset[str]:
    """Return the names in braces in `template`."""
    return frozenset(_parts(template)[1::2])


def fill(template: str, values: Mapping[str, str]) -> str:
    r"""Return `template` with every `{name}` that is a key of `values` replaced by its value.

    One pass, so braces inside the values mean nothing; `{name}` with no value and any other brace
    (`\boxed{}`) stay as they are.
    """
    made = list(_parts(template))
    for place in range(1, len(made), 2):
        name = made[place]
        made[place] = values[name] if name in values else "{" + name + "}"
    return "".join(made)
