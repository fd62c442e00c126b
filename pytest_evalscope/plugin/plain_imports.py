"""Import of this package's own modules without pytest's rewriting of `assert`.

pytest rewrites every module of a plugin's distribution; what it keeps of them takes it three times as long to load
as what Python keeps. No message of ours comes of an `assert`, and it was a fifth of the time to start.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder

_WITHIN = f"{__name__.partition('.')[0]}."


class _Plain:
    """Finder of this package's modules that comes before pytest's."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: object = None) -> ModuleSpec | None:
        """Return where a module of this package is, as Python would find it; None for every other one."""
        return PathFinder.find_spec(name, path) if name.startswith(_WITHIN) else None


def import_plainly() -> None:
    """Have modules of this package that are imported from now on loaded by Python itself."""
    if _Plain not in sys.meta_path:
        sys.meta_path.insert(0, _Plain)
