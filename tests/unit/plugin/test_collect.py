"""From decorated tests to items, whatever their kind."""

from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.errors import UsageError
from pytest_evalscope.plugin import collect
from pytest_evalscope.plugin.collect import kind_of
from pytest_evalscope.plugin.declare import benchmark, index
from pytest_evalscope.plugin.kinds import arena


def undecorated(function: Any) -> Any:
    return function


def test_a_kind_is_a_module():
    assert kind_of("arena") is arena
    with pytest.raises(ModuleNotFoundError, match=r"plugin\.kinds\.load_test"):
        kind_of("load_test")


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("names", [("scores",), ("scores", "model")])
def test_an_item_has_the_id_and_the_marker_of_its_case(items, metafunc, monkeypatch, own, names):
    case = SimpleNamespace(id="a-b", marker={"benchmark": "a"})
    given: list[Any] = []

    def cases(declaration: Any, test: Any, settings: Any, own: bool) -> list[Any]:
        given.append((declaration.benchmark, test.definition.nodeid, settings.repeats, own))
        return [case, case]

    monkeypatch.setattr(collect, "kind_of", {"benchmark": SimpleNamespace(cases=cases)}.get)
    assert items(benchmark("a"), *names, own=own, repeats="3") == [("a-b", {"benchmark": "a"}, case)] * 2
    theirs = own and "model" in names
    assert given == [("a", "t.py::test_it", 3, not theirs)], "a fixture that the test does not use is none"


def test_what_cannot_be_an_item_is_reported_with_the_test(metafunc, monkeypatch):
    def cases(*_: Any) -> Any:
        raise UsageError("index: no file", hint="name one")

    monkeypatch.setattr(collect, "kind_of", {"index": SimpleNamespace(cases=cases)}.get)
    with pytest.raises(pytest.Collector.CollectError) as refused:
        metafunc(index("a.json"), "report")
    assert str(refused.value) == "t.py::test_it: index: no file\nhint: name one"


def test_an_ordinary_test_that_uses_the_model_is_an_item_per_model(metafunc):
    models = ("fake/fixed:4", "fake/echo")
    assert metafunc(undecorated, "model").parametrized == [("evalscope_model", models, models)]
    assert metafunc(undecorated, "model").fixturenames == ["model", "evalscope_model"]
    for made in (
        metafunc(undecorated, "model", model=["fake/echo"]),
        metafunc(undecorated, "tmp_path"),
        metafunc(undecorated, "model", own=True),
    ):
        assert made.parametrized == []
