"""Patterns that are compiled when they are first used.

Reading answers knows two hundred and most completions need ten: compiling all of them took 60 ms of every start.
"""

from __future__ import annotations

import re
from typing import Any, cast

_SHOWN = (
    *("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn"),
    *("pattern", "flags", "groups", "groupindex"),
)


class _Late:
    """Pattern that is compiled when one of its methods is first used."""

    def __init__(self, source: str, flags: int) -> None:
        self._written = (source, flags)

    def __getattr__(self, name: str) -> Any:
        if name not in _SHOWN:
            raise AttributeError(name)
        compiled = re.compile(*self._written)
        # kept in the instance, so that every later use is a plain look-up
        self.__dict__.update({each: getattr(compiled, each) for each in _SHOWN})
        return self.__dict__[name]


def pattern(source: str, flags: int = 0) -> re.Pattern[str]:
    """Return what acts as `re.compile(source, flags)`, and is compiled when it is first used.

    A mistake in `source` is therefore raised at the first use: a test compiles all of them.
    """
    return cast("re.Pattern[str]", _Late(source, flags))
