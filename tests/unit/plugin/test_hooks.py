"""The hooks: which of them act, and when."""

from types import SimpleNamespace
from typing import Any

import pytest

import pytest_evalscope.plugin as plugin
from pytest_evalscope.plugin import begin, fail_under
from pytest_evalscope.plugin.keys import DESELECTED, SESSION
from pytest_evalscope.plugin.options import typed


def item(config: Any = None, **params: Any) -> Any:
    return SimpleNamespace(
        config=config, nodeid="t.py::a", fixturenames=(), callspec=SimpleNamespace(params=params), stash=pytest.Stash()
    )


def wrapped(hook: Any, result: Any = None) -> Any:
    """Run a hook that wraps others, which make `result`; return what comes of it."""
    assert next(hook) is None
    with pytest.raises(StopIteration) as ended:
        hook.send(result)
    return ended.value.value


@pytest.mark.parametrize("worker", [True, False])
@pytest.mark.parametrize("controller", [True, False])
def test_options_are_checked_at_once_where_they_are_read(options, monkeypatch, worker, controller):
    def configured(**given: Any) -> Any:
        config = options(model=None, dist="load" if controller else "no", **given)
        registered: list[str] = []
        config.pluginmanager = SimpleNamespace(
            hasplugin=lambda name: True, register=lambda made, name: registered.append(name)
        )
        config.addinivalue_line = lambda *line: registered.append(line[0])
        config.registered = registered
        if worker:
            config.workerinput = {}
        return config

    wrong = configured(seed="x")
    if worker:
        plugin.pytest_configure(wrong)
    else:
        with pytest.raises(pytest.UsageError, match=r"^--eval-seed: "):
            plugin.pytest_configure(wrong)
    told = [] if worker else ["evalscope-controller"] * controller + ["evalscope-ending"]
    assert wrong.registered == ["markers", *told]
    monkeypatch.setenv("EVALSCOPE_SEED", "x")
    plugin.pytest_configure(configured())  # a suite without evals never reads it


def test_an_option_is_typed_only_on_the_line(options, monkeypatch):
    assert typed(options())
    assert typed(options(), "model", "seed")
    assert not typed(options(), "seed")
    monkeypatch.setenv("EVALSCOPE_SEED", "7")
    assert not typed(options(model=None))


@pytest.mark.parametrize("index", [None, "mine.json"])
def test_a_session_begins_where_an_eval_is_selected(options, monkeypatch, index):
    begun: list[Any] = []
    config = options(index=index)
    monkeypatch.setattr(begin, "begin", lambda config, items: begun.append(list(items)))
    monkeypatch.setattr("pytest_evalscope.plugin.kinds.index.index_items", lambda session, path: [path])
    plain, mine = item(), item(evalscope_case=1)
    for items, begins in (([plain], False), ([plain, mine], True)):
        before, given = list(items), list(items)
        begun.clear()
        if index:
            before.append(index)
        wrapped(plugin.pytest_collection_modifyitems(SimpleNamespace(), config, given))  # type: ignore[arg-type]
        assert given == before
        assert begun == ([before] if begins else [])


@pytest.mark.parametrize(
    ("least", "collectonly", "worker", "gated"),
    [
        ("0.5", False, False, True),
        (None, False, False, False),
        ("0.5", True, False, False),
        ("0.5", False, True, False),
    ],
)
def test_the_index_is_gated_once_where_the_results_are(options, monkeypatch, least, collectonly, worker, gated):
    config = options(fail_under=least, collectonly=collectonly)
    config.pluginmanager = SimpleNamespace(get_plugin={"evalscope-controller": "the controller"}.get)
    if worker:
        config.workerinput = {}
    emitted: list[Any] = []
    monkeypatch.setattr(fail_under, "emit", lambda *given: emitted.append(given))
    made: Any = SimpleNamespace(config=config)
    assert wrapped(plugin.pytest_runtestloop(made), True) is True
    assert emitted == ([(made, "the controller")] if gated else [])


@pytest.mark.parametrize(
    ("begun", "collectonly", "opened"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_the_run_folder_is_made_once_items_are_known(options, monkeypatch, begun, collectonly, opened):
    config, items = options(collectonly=collectonly), [item()]
    made: list[Any] = []
    monkeypatch.setattr(begin, "open_folder", lambda *given, problem, remarks: made.append((*given, problem, remarks)))
    if begun:
        config.pluginmanager.register(object(), SESSION)
    plugin.pytest_collection_finish(SimpleNamespace(config=config, items=items, testsfailed=0))  # type: ignore[arg-type]
    assert made == ([(config, items, "", ())] if opened else [])


def test_benchmarks_that_were_deselected_are_remembered(options):
    config = options()
    case = SimpleNamespace(label="sums/default of m", jobs=["a job"])
    index = SimpleNamespace(label="index mine of m", jobs=())
    for made in (item(config, evalscope_case=case), item(config), item(config, evalscope_case=index)):
        plugin.pytest_deselected([made, made])
    assert config.stash[DESELECTED] == ["sums/default of m"] * 2, "an index is not in the index of the run"
