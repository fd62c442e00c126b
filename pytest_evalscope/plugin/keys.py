"""Names that the plugin's parts share on pytest's objects; imports nothing but pytest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

CASE = "evalscope_case"
"""The hidden parameter that carries an item's `Case`."""
MODEL_PARAMETER = "evalscope_model"
"""The hidden parameter that carries a model's name, where several models parametrize an ordinary test."""
FAIL_UNDER = "evalscope::fail_under"
"""The node id of the gate on the run's index, which is a test result and no item."""
SESSION = "evalscope-session"
"""The name that the eval session of a process is registered under, once an eval is collected."""
APPLICATION = "application"
"""The model's name in reports where the test's `model` fixture is the user's own."""
DESELECTED: pytest.StashKey[list[str]] = pytest.StashKey()
"""Evals that were deselected: an index that is gated lacks them."""

LEFT_OUT: pytest.StashKey[list[pytest.Item]] = pytest.StashKey()
"""The items of evals that were deselected: names in options and files may be theirs."""
SKIPPED_FILES: pytest.StashKey[bool] = pytest.StashKey()
"""True if a whole file or class was skipped while collecting, so that its names are not known."""


def deselected(config: pytest.Config) -> list[str]:
    """Return the evals that were deselected, by their names for people."""
    return config.stash.get(DESELECTED, [])


def case_of(item: pytest.Item) -> Any:
    """Return the `Case` of an item; None for an ordinary test."""
    return parameter(item, CASE)


def parameter(item: pytest.Item, name: str) -> Any:
    """Return the value of one of the hidden parameters, None where the item has none."""
    own: Mapping[str, Any] | None = getattr(item, "evalscope_parameters", None)
    if own is not None:
        return own.get(name)
    callspec = getattr(item, "callspec", None)
    return None if callspec is None else callspec.params.get(name)


def location_of(item: pytest.Item) -> str:
    """Return `path:line` of a test."""
    path, line, _ = item.location
    return f"{path}:{(line or 0) + 1}"


def uses_own_model(definitions: Mapping[str, Any]) -> bool:
    """Return whether the fixture `model` among these definitions is this plugin's, and not one that a user wrote."""
    return _is_own("model", definitions)


def delivers(name: str, definitions: Mapping[str, Any]) -> bool:
    """Return whether a fixture among these definitions is this plugin's, or one of the user's that is made from it.

    It is among them if the test uses it, itself or through another fixture.
    """
    for definition in reversed(definitions.get(name, ())):
        if _is_ours(definition):
            return True
        if name not in definition.argnames:
            break
    return False


def _is_own(name: str, definitions: Mapping[str, Any]) -> bool:
    found: Sequence[Any] = definitions.get(name, ())
    return bool(found) and _is_ours(found[-1])


def _is_ours(definition: Any) -> bool:
    return getattr(definition.func, "__module__", "").startswith("pytest_evalscope.")


def is_eval(item: pytest.Item) -> bool:
    """Return whether an item measures something: one of a decorated test, or one with this plugin's fixtures."""
    names = getattr(item, "fixturenames", ())
    if "record_score" in names or case_of(item) is not None:
        return True
    # pytest has no public interface for which definition of a fixture an item gets.
    info = getattr(item, "_fixtureinfo", None)
    used = [name for name in ("model", "judge") if name in names]
    return info is not None and any(_is_own(name, info.name2fixturedefs) for name in used)
