"""Beginning the session of a process: what is refused first, what is registered, and what the run folder gets."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.plugin.begin import begin, current, open_folder
from pytest_evalscope.plugin.collector import COLLECTOR, Collector
from pytest_evalscope.plugin.declare import ArenaDeclaration
from pytest_evalscope.plugin.handles import ModelHandle
from pytest_evalscope.plugin.keys import CASE, DESELECTED, SESSION
from pytest_evalscope.plugin.kinds.arena import ArenaCase
from pytest_evalscope.plugin.session import EvalSession


def session_of(config: Any) -> Any:
    return config.pluginmanager.get_plugin(SESSION)


def collector_of(config: Any) -> Any:
    return config.pluginmanager.get_plugin(COLLECTOR)


@pytest.fixture
def judged(made_job) -> Any:
    """A job whose completions a judge scores."""
    job = made_job("judged")
    return replace(job, benchmark=replace(job.benchmark, needs=("judge",)))


@pytest.fixture
def battles(made_job) -> ArenaCase:
    """A case of an arena."""
    benchmark: Benchmark = made_job().benchmark
    return ArenaCase(
        declaration=ArenaDeclaration(data=("sums",)),
        benchmark=benchmark,
        models=("fake/echo", "fake/blank"),
        baseline="fake/echo",
    )


def test_the_session_and_what_gathers_its_results_are_registered_once(options, item):
    config = options()
    begin(config, [item(), item(None)])
    session, collector = session_of(config), collector_of(config)
    assert type(session) is EvalSession
    assert type(collector) is Collector
    assert collector._folder is session.folder
    assert collector._settle == session.settle
    begin(config, [item("more")])
    assert session_of(config) is session
    assert collector_of(config) is collector
    assert not session.folder.path.exists(), "nothing is written before the items are known"


def test_a_worker_leaves_the_gathering_to_its_controller(options, item, tmp_path):
    config = options()
    config.workerinput = {"evalscope": {"folder": str(tmp_path / "run")}}
    begin(config, [item()])
    assert session_of(config).is_worker
    assert not config.pluginmanager.hasplugin(COLLECTOR)


def test_two_tests_may_not_run_one_benchmark_in_two_ways_under_one_name(options, item):
    one, two, config = item(), item(), options()
    case = two.callspec.params[CASE]
    two.callspec.params[CASE] = replace(case, job=replace(case.job, limit=1))
    two.nodeid = "test_it.py::other"
    with pytest.raises(pytest.UsageError) as refused:
        begin(config, [one, item(None), two])
    assert str(refused.value) == (
        f"sums: {one.nodeid} and {two.nodeid} run it in two ways under one name\n"
        'hint: give one of them a name of its own, @benchmark(…, name="gsm8k-zero-shot")'
    )
    assert config.pluginmanager.registered == {}
    begin(config, [one, item(None), one])
    assert config.pluginmanager.hasplugin(SESSION)


@pytest.mark.parametrize("collectonly", [True, False])
@pytest.mark.parametrize("arena", [True, False])
def test_where_no_eval_has_its_judge_nothing_is_begun(options, item, judged, battles, collectonly, arena):
    config, mine = options(collectonly=collectonly), item()
    case = mine.callspec.params[CASE]
    mine.callspec.params[CASE] = battles if arena else replace(case, job=judged)
    if collectonly:
        begin(config, [mine])
        assert config.pluginmanager.hasplugin(SESSION)
    else:
        with pytest.raises(pytest.UsageError, match=r"but no judge is named[^\n]*\nhint: name one with --eval-judge="):
            begin(config, [mine, mine])
        assert config.pluginmanager.registered == {}
    for beside in (item(), item(None)):
        begin(other := options(), [mine, beside])
        assert other.pluginmanager.hasplugin(SESSION), "a missing judge is an error of the item alone"
    begin(judging := options(judge=["fake/echo"]), [mine])
    assert judging.pluginmanager.hasplugin(SESSION)


def test_without_a_model_a_session_of_evals_is_refused_and_one_beside_tests_begins_nothing(options, item):
    mine, application = item(model=""), item("own", own=False)
    for evals in ([mine], [application, mine]):
        with pytest.raises(pytest.UsageError, match="no model is named; accepted: --model=PROVIDER/NAME"):
            begin(options(model=None), evals)
    begin(config := options(model=None), [item(None), mine])
    assert config.pluginmanager.registered == {}
    begin(config, [item(None), application, mine])
    assert config.pluginmanager.hasplugin(SESSION), "an application needs no model of the run"
    mine.iter_markers = lambda name: [pytest.mark.skip(reason="no key").mark] if name == "skip" else ()
    begin(skipping := options(model=None), [mine])
    assert skipping.pluginmanager.registered == {}, "an item that is skipped needs nothing"


def test_the_collector_awaits_every_eval(opened, item):
    config = opened().config
    config.stash[DESELECTED] = ["left of m"]
    open_folder(config, [item("a"), item(None), item("theirs", own=False)])
    assert collector_of(config)._awaited == {
        "test_it.py::test_a[fake/fixed:4-default]",
        "test_it.py::test_theirs[fake/fixed:4-default]",
    }
    assert collector_of(config)._deselected == ["left of m"]
    assert (session_of(config).folder.path / "configs" / "run.json").exists()


def test_a_worker_writes_its_buckets_and_no_manifest(opened, item, tmp_path):
    config = opened(given={"folder": str(tmp_path / "run")}).config
    open_folder(config, [item("a")])
    assert [path.name for path in (tmp_path / "run" / "configs").iterdir()] == ["buckets.json"]


def test_without_a_session_there_is_no_folder(options, item, tmp_path):
    open_folder(options(), [item()])
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_another_run_writes_to_is_a_mistake_of_the_user(opened, item):
    config = opened().config
    open_folder(config, [item()])
    with pytest.raises(pytest.UsageError, match=r"^run folder: another run writes there"):
        Collector(config, session_of(config).folder).begin()


def test_a_fixture_that_is_used_at_run_time_begins_the_session(options, item):
    config = options(cache="off")
    request: Any = SimpleNamespace(config=config, node=item())
    made = current(request)
    assert collector_of(config)._awaited == {"test_it.py::test_sums[fake/fixed:4-default]"}
    assert current(request) is made
    assert made is session_of(config)
    assert isinstance(made.model_handle(request.node), ModelHandle)
    made.settle()
    collector_of(config)._conductor.close()
