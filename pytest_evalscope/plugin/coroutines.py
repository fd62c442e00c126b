"""Evals written as `async def`: pytest itself fails them, after their fixtures and so after what they cost."""

from __future__ import annotations

import inspect

import pytest

from pytest_evalscope.errors import UsageError

_BY_MARKER = {"asyncio": "pytest_asyncio.", "anyio": "anyio."}
"""Markers of the tests that a plugin runs, and its modules; each also has a mode in which it runs every test."""
_KNOWN = ("_pytest.", "pytest_evalscope.", *_BY_MARKER.values())
"""Modules whose hooks do not run every asynchronous test."""


def require_runner(item: pytest.Item) -> None:
    """Raise UsageError for an item whose test function is asynchronous and that no plugin would run."""
    function = getattr(item, "function", None)
    if not (inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)):
        return
    loaded = [f"{getattr(plugin, '__name__', '')}." for plugin in item.config.pluginmanager.get_plugins()]
    by_marker = (name for name, module in _BY_MARKER.items() if any(each.startswith(module) for each in loaded))
    if any(_runs(item, marker) for marker in by_marker) or _is_run_by_others(item):
        return
    raise UsageError(
        f"{item.name.partition('[')[0]}: an async function, which pytest does not run; accepted: a plain function",
        hint="fixtures such as scores wait themselves; for awaits of your own, pytest-asyncio or anyio with its marker",
    )


def _runs(item: pytest.Item, marker: str) -> bool:
    """Return whether the plugin of a marker, which is loaded, runs an item."""
    if item.get_closest_marker(marker) is not None or f"{marker}_backend" in getattr(item, "fixturenames", ()):
        return True  # anyio gives its fixture to every test of its mode
    if marker != "asyncio":
        return False
    config = item.config
    return str(config.getoption("asyncio_mode", default=None) or config.getini("asyncio_mode")) in ("auto", "Mode.AUTO")


def _is_run_by_others(item: pytest.Item) -> bool:
    """Return whether a plugin or conftest of which we know nothing calls test functions: it may run this one."""
    hooks = item.ihook.pytest_pyfunc_call.get_hookimpls()
    return any(not f"{hook.function.__module__}.".startswith(_KNOWN) for hook in hooks)
