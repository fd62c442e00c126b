"""From a decorated test to its items, known without reading any data."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from pytest_evalscope.errors import EvalscopeError
from pytest_evalscope.plugin.keys import CASE, MODEL_PARAMETER, delivers, uses_own_model
from pytest_evalscope.plugin.settings import settings_of
from pytest_evalscope.plugin.unheld import unheld

if TYPE_CHECKING:
    from pytest_evalscope.plugin.cases import Case


def kind_of(name: str) -> Any:
    """Return the module of a kind of test; only the kinds that a session uses are imported."""
    return import_module(f"pytest_evalscope.plugin.kinds.{name}")


def parametrize(metafunc: pytest.Metafunc, declaration: Any) -> None:
    """Give a decorated test its items."""
    if not delivers(declaration.fixture, metafunc._arg2fixturedefs):
        raise pytest.Collector.CollectError(
            f"{metafunc.definition.nodeid}: @{declaration.kind} on a test that does not use the fixture "
            f"{declaration.fixture}, so nothing would be measured; accepted: a test that uses it, itself or through "
            f"another fixture\nhint: def {metafunc.function.__name__}({declaration.fixture}): …"
        )
    lost = unheld(metafunc.function)
    if lost:
        raise pytest.Collector.CollectError(lost)
    try:
        settings = settings_of(metafunc.config).run
    except pytest.UsageError:
        return  # it is reported once all is collected
    own = uses_own_model(metafunc._arg2fixturedefs) or "model" not in metafunc.fixturenames
    try:
        cases: list[Case] = kind_of(declaration.kind).cases(declaration, metafunc, settings, own)
    except EvalscopeError as error:
        raise pytest.Collector.CollectError(f"{metafunc.definition.nodeid}: {error}") from error
    _measure_last(metafunc.fixturenames)
    metafunc.fixturenames.append(CASE)
    metafunc.parametrize(
        CASE, [pytest.param(case, id=case.id, marks=pytest.mark.evalscope(**case.marker)) for case in cases]
    )


def _measure_last(names: list[str]) -> None:
    """Have what costs requests set up last: another fixture may skip the test, or fail."""
    for name in ("scores", "report", "leaderboard"):
        if name in names:
            names.remove(name)
            names.append(name)


def parametrize_models(metafunc: pytest.Metafunc) -> None:
    """Give an ordinary test that uses the fixture `model` one item per model, where there are several."""
    try:
        models = settings_of(metafunc.config).run.models
    except pytest.UsageError:
        return  # it is reported once all is collected
    if len(models) > 1:
        metafunc.fixturenames.append(MODEL_PARAMETER)
        metafunc.parametrize(MODEL_PARAMETER, models, ids=models)
