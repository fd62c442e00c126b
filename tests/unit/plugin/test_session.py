"""The session of a process: whose model an item gets, what is requested ahead, and what its hooks do."""

from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.plugin import session as module
from pytest_evalscope.plugin.begin import open_folder
from pytest_evalscope.plugin.declare import IndexDeclaration
from pytest_evalscope.plugin.item_report import state_of
from pytest_evalscope.plugin.keys import CASE
from pytest_evalscope.plugin.kinds.arena import MeasuredArena
from pytest_evalscope.plugin.kinds.benchmark import MeasuredBenchmark
from pytest_evalscope.plugin.kinds.index import IndexCase
from pytest_evalscope.plugin.session import EvalSession
from pytest_evalscope.text import harmless
from pytest_evalscope.types import Chat, Completion, Declared


def job_of(item: Any) -> Any:
    return item.callspec.params[CASE].job


def test_a_process_by_itself_has_a_run_folder_and_no_other_worker(opened, tmp_path):
    made = opened(work_dir="runs")
    assert (made.is_worker, made.workers, made.look_ahead) == (False, 1, "everything")
    assert made.folder.path.parent == tmp_path / "runs"
    assert opened(maxfail=1).look_ahead == "benchmark"


def test_a_worker_gets_everything_from_the_controller(opened, tmp_path):
    made = opened(given={"folder": str(tmp_path / "run"), "workers": 3, "look_ahead": "nothing"}, maxfail=1)
    assert (made.is_worker, made.workers, made.look_ahead) == (True, 3, "nothing")
    assert made.folder.path == tmp_path / "run"
    made.expect([])
    assert (tmp_path / "run" / "configs" / "buckets.json").exists()
    assert made.open_run().resources.concurrency == 32 // 3
    assert made.open_run() is made.open_run()
    made.pytest_sessionfinish()
    assert not made.open_run()._thread.is_alive()


def test_one_process_closes_its_run_with_the_collector_alone(opened):
    made = opened()
    open_folder(made.config, [])
    made.pytest_sessionfinish()
    assert made.open_run()._thread.is_alive()


def test_the_session_has_no_property_that_pytest_could_read():
    assert [name for name, value in vars(EvalSession).items() if isinstance(value, property)] == []


def test_an_item_gets_its_own_model(opened, item):
    made = opened(model=["fake/fixed:4", "fake/echo"])
    open_folder(made.config, [])
    eval_item, plain, parametrized = item(model="fake/fixed:1"), item(None), item(None)
    of_index = item(case=IndexCase(declaration=IndexDeclaration(schema="a"), model="fake/echo"))
    arena = MeasuredArena()
    of_arena = item(case=SimpleNamespace(model="", measure=lambda: arena))
    parametrized.callspec.params["evalscope_model"] = "fake/echo"
    handles = [made.model_handle(each) for each in (eval_item, plain, of_index, of_arena, parametrized)]
    assert [handle.name for handle in handles] == [
        "fake/fixed:1",
        "fake/fixed:4",
        "fake/echo",
        "fake/fixed:4",
        "fake/echo",
    ]
    assert handles[0]("anything") == "1"
    measured, of_battles = (state_of(each).measured for each in (eval_item, of_arena))
    assert isinstance(measured, MeasuredBenchmark)
    assert measured.case is eval_item.callspec.params[CASE], "what fails from here on is in the item's report"
    assert of_battles is arena
    assert state_of(plain).measured is None


def test_a_handle_that_cannot_be_made_ends_the_item(opened, item):
    made = opened(sandbox="off")
    open_folder(made.config, [])
    for handle, subject in (
        (made.judge_handle, "judge: no judge is named"),
        (made.sandbox_handle, "--eval-sandbox"),
        (made.model_handle, "model provider: unknown name ('nowhere')"),
    ):
        with pytest.raises(pytest.fail.Exception) as failed:
            handle(item(model="nowhere/x"))
        assert subject in str(failed.value)
        assert str(failed.value).endswith("\ntest_it.py:7")


def test_judges_and_sandbox_are_those_of_the_run(opened, item):
    made = opened(judge=["fake/echo"], sandbox="unsafe")
    open_folder(made.config, [])
    assert repr(made.judge_handle(item())) == "<judges fake/echo>"
    assert repr(made.sandbox_handle(item())) == "<sandbox unsafe>"


def test_an_application_is_what_a_fixture_of_the_user_gave(opened, item):
    made = opened()
    open_folder(made.config, [])
    assert made.application("m", made.model_handle(item())) is None, "the model is opened by its name"

    async def send(request: Any) -> Completion:
        return Completion(text="own")

    async def aclose() -> None:
        """Have nothing open."""

    own = SimpleNamespace(name="own", identity={}, can=frozenset({Chat}), send=send, aclose=aclose)
    for value, name in ((own, "own"), (lambda prompt: "4", "application")):
        assert made.application("application", value).name == name


@pytest.mark.parametrize(
    ("look_ahead", "requested"),
    [("nothing", ["b"]), ("benchmark", ["b", "b/two"]), ("everything", ["b", "a", "b/two", "c"])],
)
def test_later_items_are_requested_ahead_as_far_as_the_session_allows(opened, item, look_ahead, requested):
    made = opened()
    made.look_ahead = look_ahead
    mine = item("b")
    theirs = item("d", own=False, model="application")
    second = item("b", subset="two")
    index = item(case=IndexCase(declaration=IndexDeclaration(schema="a"), model="m"))
    open_folder(made.config, [item("a"), mine, second, theirs, index, item(None), item("c")])
    made.request_ahead(mine, job_of(mine))
    keys = [f"{name}/{subset}".removesuffix("/default") for _, name, subset in made.open_run().tallies]
    assert keys == requested


def test_a_shard_leaves_its_gate_to_the_merge(opened):
    with pytest.raises(pytest.skip.Exception) as skipped:
        opened(shard="1/2").leave_to_merge("5 of 10 samples recorded")
    assert skipped.value.msg == "shard 1/2: 5 of 10 samples recorded; its gate needs all shards"
    opened().leave_to_merge("10 of 10 samples recorded")


def test_progress_is_shown_while_a_job_is_awaited_and_makes_way_for_pytest(opened):
    made, paused = opened(), []
    made.pause()
    assert made.tick() is None
    made._progress = SimpleNamespace(tick="what shows it", pause=lambda: paused.append("now"))
    assert made.tick() == "what shows it"
    made.pause()
    assert paused == ["now"]


def test_what_was_cut_off_is_reported_without_a_verdict(opened, item):
    made, mine = opened(), item()
    assert made.settle() == [], "no item has opened the run"
    open_folder(made.config, [mine, item("unasked")])
    job = job_of(mine)
    made.open_run().submit([job_of(item("theirs")), job])
    made.open_run().result(job)
    [cut] = made.settle()
    assert not made.open_run()._thread.is_alive(), "nothing is recorded while reports are written"
    assert (cut.benchmark, cut.verdict, cut.message) == ("sums", "none", "cut off before the end")
    assert (cut.complete, cut.planned, cut.task_type, cut.weight) == (True, 3, "math", 1.0)
    assert made.settle(frozenset({job.key})) == []
    made.open_run().tallies[job.key].planned = 5
    assert not made.settle()[0].complete


def test_what_was_cut_off_has_what_its_test_declared(opened, item):
    made, mine = opened(), item(declared=Declared(weight=2.5, task_type="sums", tags=("easy", "mine")))
    open_folder(made.config, [mine])
    made.open_run().result(job_of(mine))
    [cut] = made.settle()
    assert (cut.weight, cut.task_type, cut.tags) == (2.5, "sums", ("easy", "mine"))
    assert (cut.nodeid, cut.location) == (mine.nodeid, "test_it.py:7")


@pytest.mark.parametrize(
    ("worker", "kind", "waits"),
    [(False, KeyboardInterrupt, True), (False, SystemExit, False), (True, KeyboardInterrupt, False)],
)
def test_an_interrupted_process_waits_for_what_is_in_flight(opened, tmp_path, monkeypatch, worker, kind, waits):
    made = opened(given={"folder": str(tmp_path / "run")} if worker else None)
    printed: list[Any] = []
    monkeypatch.setattr(module, "print_lines", lambda config, lines: printed.append(lines))
    excinfo: Any = SimpleNamespace(type=kind)
    made.pytest_keyboard_interrupt(excinfo)
    assert printed == [], "nothing was requested"
    open_folder(made.config, [])
    made.open_run().finish_in_flight = lambda: printed.append("waited")
    made.pytest_keyboard_interrupt(excinfo)
    line = "waiting for the completions in flight; another Ctrl-C stops at once"
    assert printed == ([[line], "waited"] if waits else [])


def test_a_score_is_recorded_for_the_item_and_the_first_model(opened, item):
    made, mine = opened(model=["fake/echo", "fake/fixed:4"]), item(None)
    made.recorder(mine)(1)
    assert [entry["model"] for entry in state_of(mine).recorded] == ["fake/echo"]


NASTY = "\x1b[2J"


def wrapped(hook: Any, result: Any) -> Any:
    """Run a hook that wraps others, which make `result`; return what comes of it."""
    assert next(hook) is None
    with pytest.raises(StopIteration) as ended:
        hook.send(result)
    return ended.value.value


@pytest.mark.parametrize("shard", [None, "1/2"])
@pytest.mark.parametrize("measures", [True, False])
@pytest.mark.parametrize("text", ["longrepr", "sections", ""])
def test_a_report_gets_its_result_and_loses_what_drives_a_terminal(
    opened, item, report, monkeypatch, shard, measures, text
):
    made, mine, attached = opened(shard=shard), item("sums" if measures else None), []
    monkeypatch.setattr(
        module,
        "attach",
        lambda *given, folder, sharded, properties: attached.append((*given, folder, sharded, properties)),
    )
    shown = report()
    shown.longrepr = NASTY if text == "longrepr" else None
    shown.sections = [("out", NASTY)] if text == "sections" else []
    call: Any = object()
    assert wrapped(made.pytest_runtest_makereport(mine, call), shown) is shown
    assert attached == [(mine, call, shown, made.folder, shard is not None, True)]
    kept = harmless(NASTY) if measures else NASTY
    assert shown.longrepr == (kept if text == "longrepr" else None)
    assert shown.sections == ([("out", kept)] if text == "sections" else [])
    assert harmless(NASTY) != NASTY


def test_what_a_worker_sends_is_of_built_in_types(opened, tmp_path):
    made = opened()
    sent = wrapped(made.pytest_report_to_serializable(), {"text": "lone \ud83d", "path": tmp_path})
    assert sent == {"text": "lone \ufffd", "path": str(tmp_path)}
    assert wrapped(made.pytest_report_to_serializable(), None) is None
