"""Items that are certain to run: only of those may samples be requested before their own setup.

A skip means that nothing is requested. Markers say beforehand whether they skip. A fixture or a hook of the user's may
skip at any time, so an item that has one waits for its own setup, which sets up `scores` last.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import takewhile
from typing import Any

import pytest
from _pytest.skipping import evaluate_skip_marks, evaluate_xfail_marks

from pytest_evalscope.plugin.keys import skipped_by_unittest

HOOKS = ("pytest_runtest_protocol", "pytest_runtest_setup", "pytest_fixture_setup")
"""Hooks that run before an item's `scores` is set up, and may skip the item."""
NEVER_SKIP = frozenset(
    {
        *("_pytest", "pytest_evalscope", "xdist", "anyio", "pytest_asyncio", "pytest_cov", "pytest_html"),
        *("pytest_metadata", "pytest_mock", "pytest_randomly", "pytest_rerunfailures", "pytest_sugar"),
        *("pytest_timeout", "_hypothesis_pytestplugin"),
    }
)
"""Top-level modules whose hooks and fixtures skip no item; those of any other may."""
SETUP_FUNCTIONS = ("_xunit_setup", "xunit_setup", "_unittest", "unittest_")
"""Beginnings of the names of fixtures behind which pytest calls a user's `setup_module`, `setup_method` …"""


def certain(item: pytest.Item, current: pytest.Item) -> bool:
    """Return whether nothing can skip `item`, as far as that is known while `current` is set up."""
    return not skipped_by_mark(item) and not _has_hook(item) and not _has_fixture(item, current)


def skipped_by_mark(item: pytest.Item) -> bool:
    """Return whether a marker skips the item, or may: a condition that is text is evaluated anew at its setup."""
    if skipped_by_unittest(item) is not None:
        return True
    for mark in (*item.iter_markers("skipif"), *_not_run(item)):
        if any(isinstance(condition, str) for condition in (*mark.args, mark.kwargs.get("condition"))):
            return True
    try:
        if evaluate_skip_marks(item) is not None:
            return True
        expected = evaluate_xfail_marks(item)
    except (Exception, pytest.fail.Exception):  # noqa: BLE001  # a bad marker, which pytest reports at the setup
        return True
    return expected is not None and not expected.run and not item.config.option.runxfail


def _not_run(item: pytest.Item) -> list[pytest.Mark]:
    return [mark for mark in item.iter_markers("xfail") if not mark.kwargs.get("run", True)]


def _has_hook(item: pytest.Item) -> bool:
    """Return whether a conftest or a plugin that is not known to skip nothing has a word in the item's setup."""
    return any(not _is_known(one.function) for name in HOOKS for one in getattr(item.ihook, name).get_hookimpls())


def _has_fixture(item: pytest.Item, current: pytest.Item) -> bool:
    """Return whether a fixture of the user's has yet to be set up for the item, or is nowhere to be found."""
    info: Any = getattr(item, "_fixtureinfo", None)
    names: Collection[str] = () if info is None else item.fixturenames  # type: ignore[attr-defined]  # a function has
    given = {"request", *getattr(getattr(item, "callspec", None), "params", ())}
    for name in names:
        found = info.name2fixturedefs.get(name)
        if not found:
            if name not in given:
                return True
            continue
        if _is_known(found[-1].func) and not name.startswith(SETUP_FUNCTIONS):
            continue
        if not _is_set_up(found[-1], item, current):
            return True
    return False


def _is_set_up(definition: Any, item: pytest.Item, current: pytest.Item) -> bool:
    """Return whether a fixture has a value already that the item will get."""
    result = definition.cached_result
    if result is None or result[2] is not None or definition.params is not None or definition.scope == "function":
        return False
    if definition.scope == "session":
        return True
    kind = pytest.Class if definition.scope == "class" else pytest.Module
    shared = current.getparent(kind)
    if shared is None:
        return False
    # It is torn down with the last item in a row that shares it.
    items = item.session.items
    row = takewhile(lambda other: other.getparent(kind) is shared, items[items.index(current) :])
    return any(other is item for other in row)


def _is_known(function: object) -> bool:
    return getattr(function, "__module__", "").partition(".")[0] in NEVER_SKIP
