"""What an item says of itself: its hidden parameters, its place, and whose fixtures it uses."""

from types import SimpleNamespace
from typing import Any

from pytest_evalscope.plugin import fixtures
from pytest_evalscope.plugin.keys import (
    DESELECTED,
    case_of,
    deselected,
    is_eval,
    location_of,
    parameter,
    uses_own_model,
)


def item(*names: str, **params: Any) -> Any:
    """An item that uses fixtures, each of them this plugin's, with hidden parameters."""
    own = {name: [SimpleNamespace(func=getattr(fixtures, name, test_a_parameter_is_found))] for name in names}
    made: Any = SimpleNamespace(nodeid="t.py::test_it[x]", fixturenames=names)
    made._fixtureinfo = SimpleNamespace(name2fixturedefs=own)
    if params:
        made.callspec = SimpleNamespace(params=params)
    return made


def test_a_parameter_is_found():
    assert parameter(item(evalscope_case=1), "evalscope_case") == 1
    assert parameter(item(evalscope_case=1), "evalscope_model") is None
    assert parameter(item(), "evalscope_case") is None
    made = item(evalscope_case=1)
    made.evalscope_parameters = {"evalscope_model": 2}
    assert parameter(made, "evalscope_model") == 2
    assert parameter(made, "evalscope_case") is None, "what an item without a test says of itself is all there is"


def test_a_case_is_one_of_the_parameters_and_an_ordinary_test_has_none():
    assert case_of(item(evalscope_case="a case")) == "a case"
    assert case_of(item(evalscope_model="m")) is None
    assert case_of(item()) is None


def test_evals_that_were_deselected_are_in_the_stash(options):
    config = options()
    assert deselected(config) == []
    config.stash[DESELECTED] = ["sums/default of m"]
    assert deselected(config) == ["sums/default of m"]


def test_a_place_is_path_and_line_from_one():
    for line, place in ((None, "test_it.py:1"), (0, "test_it.py:1"), (6, "test_it.py:7")):
        found: Any = SimpleNamespace(location=("test_it.py", line, "index"))
        assert location_of(found) == place


def test_the_last_definition_of_a_fixture_says_whose_it_is():
    ours, theirs = SimpleNamespace(func=fixtures.model), SimpleNamespace(func=test_a_parameter_is_found)
    assert uses_own_model({"model": [ours]})
    assert not uses_own_model({"model": [ours, theirs]})
    assert uses_own_model({"model": [theirs, ours]})
    assert not uses_own_model({"model": []})
    assert not uses_own_model({"judge": [ours]})
    assert not uses_own_model({"model": [SimpleNamespace(func=object())]})


def test_an_item_that_measures_something_is_an_eval():
    assert is_eval(item(evalscope_case=object()))
    assert not is_eval(item(evalscope_case=None))
    for used in ("record_score", "model", "judge"):
        assert is_eval(item(used))
    assert not is_eval(item("tmp_path", "scores", "threshold"))
    assert not is_eval(item(evalscope_model="m"))
    theirs = item("model", "judge")
    theirs._fixtureinfo.name2fixturedefs = {name: [SimpleNamespace(func=item)] for name in ("model", "judge")}
    assert not is_eval(theirs)
    unused = item()
    unused._fixtureinfo.name2fixturedefs = {"model": [SimpleNamespace(func=fixtures.model)]}
    assert not is_eval(unused)
    assert not is_eval(SimpleNamespace())  # type: ignore[arg-type]  # a doctest, say: it has none of these attributes
