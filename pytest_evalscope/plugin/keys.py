"""Names that the plugin's parts share on pytest's objects; imports nothing heavy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from pytest_evalscope.plugin.declare import ATTRIBUTE

CASE = "evalscope_case"
"""The hidden parameter that carries an item's `Case`."""
MODEL_PARAMETER = "evalscope_model"
"""The hidden parameter that carries a model's name, where several models parametrize an ordinary test."""
NO_MODEL = "evals: no model is named; accepted: --model=PROVIDER/NAME, EVALSCOPE_MODEL or the ini key evalscope_model"
"""The reason of whatever needs a model and has none."""
REFUSED = "evalscope_refused"
"""The key in a worker's output under which a usage error reaches the controller; on reports, evals that it ended."""
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
COMPARED: pytest.StashKey[tuple[str, bool] | None] = pytest.StashKey()
"""The metric of the last comparison that failed, and whether it was wanted to be low; None where none failed."""


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


def models_of(item: pytest.Item, named: Sequence[str]) -> Sequence[str]:
    """Return the models that an item opens by their names; an empty name where it needs one and none is named."""
    case = case_of(item)
    if case is not None:
        opened: Sequence[str] = case.opened if case.own_model else ()
        return opened
    return (parameter(item, MODEL_PARAMETER) or next(iter(named), ""),) if uses(item, "model") else ()


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
    return uses(item, "model") or uses(item, "judge") or hasattr(getattr(item, "function", None), ATTRIBUTE)


def uses(item: pytest.Item, name: str) -> bool:
    """Return whether an item has this fixture, and it is this plugin's."""
    # pytest has no public interface for which definition of a fixture an item gets.
    info = getattr(item, "_fixtureinfo", None)
    return info is not None and name in getattr(item, "fixturenames", ()) and _is_own(name, info.name2fixturedefs)


def skipped_by_unittest(item: pytest.Item) -> str | None:
    """Return the reason of a `unittest.skip` on the item's function or class, which pytest sees after the fixtures."""
    for owner in (getattr(item, "function", None), getattr(item, "cls", None)):
        if getattr(owner, "__unittest_skip__", False):
            return str(getattr(owner, "__unittest_skip_why__", ""))
    return None
