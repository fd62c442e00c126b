"""What is kept where on pytest's objects; imports nothing but pytest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pytest_evalscope.plugin.item_report import CaseState
    from pytest_evalscope.plugin.session import EvalSession

PARAMETER = "evalscope_case"
"""The hidden parameter that carries a Case."""
INDEX_PARAMETER = "evalscope_index"
"""The hidden parameter that carries an IndexCase."""
ARENA_PARAMETER = "evalscope_arena"
"""The hidden parameter that carries an ArenaCase."""
MODEL_PARAMETER = "evalscope_model"
"""The hidden parameter that carries a model's name, where several models parametrize an ordinary test."""

FAIL_UNDER = "evalscope::fail_under"
"""The node id of the gate on the run's index, which is a test result and no item."""

SESSION: pytest.StashKey[EvalSession] = pytest.StashKey()
DESELECTED: pytest.StashKey[list[str]] = pytest.StashKey()
"""Evals that were deselected: an index that is gated lacks them."""
CASE: pytest.StashKey[CaseState] = pytest.StashKey()


def session_of(config: pytest.Config) -> EvalSession | None:
    """Return the eval session of this process, None while no eval was collected."""
    return config.stash.get(SESSION, None)


def parameter(item: pytest.Item, name: str) -> Any:
    """Return the value of one of the hidden parameters, None where the item has none."""
    own: Mapping[str, Any] | None = getattr(item, "evalscope_parameters", None)
    if own is not None:
        return own.get(name)
    callspec = getattr(item, "callspec", None)
    return None if callspec is None else callspec.params.get(name)


def uses_own_model(definitions: Mapping[str, Any]) -> bool:
    """Whether the fixture `model` among these definitions is this plugin's, and not one that a user wrote."""
    return _is_own("model", definitions)


def _is_own(name: str, definitions: Mapping[str, Any]) -> bool:
    found: Sequence[Any] = definitions.get(name, ())
    return bool(found) and getattr(found[-1].func, "__module__", "").startswith("pytest_evalscope.")


def is_eval(item: pytest.Item) -> bool:
    """Whether an item measures something: a benchmark's, or one that asks for this plugin's fixtures."""
    names = getattr(item, "fixturenames", ())
    hidden = (PARAMETER, INDEX_PARAMETER, ARENA_PARAMETER)
    if "record_score" in names or any(parameter(item, name) for name in hidden):
        return True
    # pytest offers no public way to ask which definition of a fixture an item gets.
    info = getattr(item, "_fixtureinfo", None)
    asked = [name for name in ("model", "judge") if name in names]
    return info is not None and any(_is_own(name, info.name2fixturedefs) for name in asked)
