"""Values for the pipe between a worker and the controller of xdist."""

from __future__ import annotations

import os
from typing import Any

from pytest_evalscope.types import plain


def sendable(value: Any) -> Any:
    """Return `value` as the exact built-in types that the pipe takes.

    Lone surrogates, subclasses of str and numbers, paths and numpy scalars each end a whole run otherwise.
    """
    if isinstance(value, dict):
        return {sendable(key): sendable(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(sendable(item) for item in value)
    if isinstance(value, list):
        return [sendable(item) for item in value]
    if isinstance(value, os.PathLike):
        return sendable(os.fspath(value))
    return value if isinstance(value, bytes) else plain(value)
