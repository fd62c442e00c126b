"""Providers that other distributions bring: entry points in the group `pytest_evalscope.models`.

The name of an entry point is the provider's, its value a function from the rest of a model's name and the options to a
Model. Listing them imports none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from pytest_evalscope.errors import EvalscopeError, UsageError
from pytest_evalscope.models.options import ModelOptions
from pytest_evalscope.types import Model
from pytest_evalscope.types.entry_points import failure_of, place_of

GROUP = "pytest_evalscope.models"

Open = Callable[[str, ModelOptions], Model]
"""Opens the model whose name, after the provider, is given; a user's mistakes are UsageErrors."""


@cache
def installed_providers() -> Mapping[str, tuple[EntryPoint, ...]]:
    """Return provider → the entry points of this name: one, unless several distributions bring it."""
    found: dict[str, dict[str, EntryPoint]] = {}
    for point in entry_points(group=GROUP):
        found.setdefault(point.name, {}).setdefault(point.value, point)
    return {name: tuple(points.values()) for name, points in sorted(found.items())}


def open_installed(provider: str, rest: str, options: ModelOptions) -> Model:
    """Return the model `provider/rest`, importing what opens it.

    Raises UsageError for two providers of this name, for one that cannot be loaded or fails, whatever it raises, for
    what is no model, and for whatever mistake of the user's the provider reports.
    """
    from pytest_evalscope.models.providers.python import as_model  # a provider is imported once it is named

    first, *others = installed_providers()[provider]
    if others:
        places = " and ".join(map(place_of, (first, *others)))
        raise UsageError(f"model provider {provider}: two have this name ({places}); one must go")
    name = f"{provider}/{rest}"
    if not rest:
        raise UsageError(f"model: no model after {provider} ({name!r}); accepted: {provider}/<model>")
    try:
        made = cast("Open", first.load())(rest, options)
    except EvalscopeError:
        raise
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # somebody else's module may raise anything, sys.exit() too
        problem = failure_of(first, error)
        raise UsageError(f"model {name}: cannot be opened by {place_of(first)} ({problem})") from error
    return as_model(name, made, options)
