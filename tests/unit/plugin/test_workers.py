"""The controller of xdist: what it gives its workers, and what it takes in."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.plugin import progress
from pytest_evalscope.plugin.buckets import BUCKETS, is_controller
from pytest_evalscope.plugin.workers import Controller, _Watch
from pytest_evalscope.run import RunFolder


def with_xdist(config: Any, *, installed: bool = True) -> Any:
    config.pluginmanager = SimpleNamespace(hasplugin=lambda name: installed and name == "xdist")
    return config


@pytest.mark.parametrize(
    ("dist", "installed", "collectonly", "answer"),
    [
        ("load", True, False, True),
        ("no", True, False, False),
        ("load", False, False, False),
        ("load", True, True, False),
    ],
)
def test_a_process_that_hands_its_items_out_is_the_controller(options, dist, installed, collectonly, answer):
    config = with_xdist(options(dist=dist, collectonly=collectonly), installed=installed)
    assert is_controller(config) is answer
    config.workerinput = {}
    assert is_controller(config) is False


def test_a_pytest_that_knows_no_distribution_is_no_controller(options):
    config = with_xdist(options(dist="load"))
    del config.option.dist
    assert is_controller(config) is False
    assert Controller(config).keeps_together() is False


@pytest.mark.parametrize(
    ("dist", "args", "ini", "kept"),
    [
        ("load", ("-n", "2"), [], True),
        ("load", ("-d",), [], False),
        ("load", ("--dist=load",), [], False),
        ("load", ("--dist", "load"), [], False),
        ("load", (), ["--dist=load"], False),
        ("loadfile", (), [], False),
        ("load", (Path("--district"),), [], False),
        ("load", (Path("evals"), "-dx"), [], True),
    ],
)
def test_a_distribution_that_was_chosen_by_hand_stays(options, dist, args, ini, kept):
    config = options(dist=dist)
    config.invocation_params.args = args
    config.getini = lambda name: ini if name == "addopts" else []
    made = Controller(config)
    assert made.keeps_together() is kept
    made._folder = Path("run")
    config.option.tx = ["popen"] * 3
    node = SimpleNamespace(workerinput={})
    made.pytest_configure_node(node)
    told = {"folder": "run", "workers": 3, "look_ahead": "benchmark" if kept else "nothing"}
    assert node.workerinput == {"evalscope": told}
    if not kept:
        assert made.pytest_xdist_make_scheduler(config, None) is None


def test_the_run_folder_is_one_below_the_folder_of_runs(options, tmp_path):
    made = Controller(options(work_dir="runs"))
    assert made.folder().parent == tmp_path / "runs"
    assert made.folder() == made.folder()


class Terminal:
    """A terminal reporter of a certain verbosity."""

    def __init__(self, verbosity: int = 0) -> None:
        self.verbosity = verbosity


@pytest.fixture
def controller(options) -> Any:
    """The controller, with a terminal that shows nothing."""
    config = options()
    config.pluginmanager = SimpleNamespace(get_plugin={"terminalreporter": Terminal(-2)}.get)
    return Controller(config)


def carrying(**fields: Any) -> Any:
    made = pytest.TestReport("t.py::a[m-1]", ("t.py", 1, "a"), {}, "passed", None, "call")
    vars(made).update(fields)
    return made


def test_buckets_are_read_and_awaited(controller):
    assert controller._buckets() == {}, "no worker collected an eval, so none wrote any"
    folder = RunFolder(controller.folder())
    folder.create()
    folder.write_json(BUCKETS, {"buckets": {}, "deselected": [], "problem": "", "remarks": []})
    assert controller._buckets() == {}
    assert not controller.gathered
    folder.write_json(
        BUCKETS,
        {
            "buckets": {"t.py::a[m-1]": "a", "t.py::index": "i"},
            "deselected": ["left of m"],
            "problem": "",
            "remarks": ["one"],
        },
    )
    assert controller._buckets() == {"t.py::a[m-1]": "a", "t.py::index": "i"}
    gathered = controller.gathered
    assert gathered._awaited == {"t.py::a[m-1]", "t.py::index"}
    assert (gathered._deselected, gathered._remarks) == (["left of m"], ["one"])
    assert controller.gather() is gathered
    session: Any = SimpleNamespace(exitstatus=0, testsfailed=0)
    controller.pytest_sessionfinish(session)
    assert controller._watch._done.is_set()
    assert not controller._watch._thread.is_alive()
    status = json.loads((folder.path / "configs" / "run.json").read_text("utf-8"))["status"]
    assert status == "incomplete", "two items have no result"


def test_the_first_report_that_carries_something_begins_the_gathering(controller, result):
    session: Any = SimpleNamespace(exitstatus=0, testsfailed=0)
    controller.pytest_runtest_logreport(carrying())
    controller.pytest_sessionfinish(session)
    controller.pytest_terminal_summary(None)
    assert not controller.gathered
    assert not controller.folder().exists()
    place = {"benchmark": "mine", "sample_id": "a", "model": "m", "values": {"score": 1.0}, "location": "t.py:1"}
    controller.pytest_runtest_logreport(carrying(evalscope_recorded=[place]))
    controller.pytest_runtest_logreport(carrying(evalscope={"kind": "benchmark", "measured": result().to_plain()}))
    assert [one.benchmark for one in controller.gathered._measured()] == ["sums", "mine"]
    controller.gathered.expect(["t.py::a[m-1]"])
    controller.pytest_runtest_logreport(
        pytest.TestReport("t.py::a[m-1]", ("t.py", 1, "a"), {}, "skipped", None, "call")
    )
    assert not controller.gathered._awaited, "whatever comes later is taken in"
    controller.pytest_sessionfinish(session)
    assert (controller.folder() / "reports" / "index.json").exists()
    written: list[str] = []
    writer = SimpleNamespace(fullwidth=80)
    controller.pytest_terminal_summary(SimpleNamespace(section=written.append, write_line=written.append, _tw=writer))
    assert written[0] == "evals"


@pytest.fixture
def moments(monkeypatch):
    """What is waited for, in seconds; the second wait ends the thread."""
    waits: list[float] = []
    monkeypatch.setattr(_Watch, "stop", lambda self: self._thread.join())

    class Done:
        def wait(self, seconds: float) -> bool:
            waits.append(seconds)
            return len(waits) > 1

    monkeypatch.setattr("pytest_evalscope.plugin.workers.threading", SimpleNamespace(Event=Done, Thread=Now))
    return waits


class Now:
    """A thread that runs at once, in whoever starts it."""

    def __init__(self, *, target: Any, name: str, daemon: bool) -> None:
        assert (name, daemon) == ("evalscope-progress", True)
        self.start = target

    def join(self) -> None:
        """Have run already."""


LINE = {
    "benchmark": "sums", "model": "m", "done": 1, "planned": 3, "mean": 1.0, "metric": "accuracy", "errors": 0,
    "seconds": 0.0,
}  # fmt: skip


def test_the_workers_progress_is_printed_as_far_as_it_can_be_read(options, tmp_path, monkeypatch, moments):
    printed: list[Any] = []
    monkeypatch.setattr(progress, "print_lines", lambda config, lines: printed.append(lines))
    logs = tmp_path / "logs"
    logs.mkdir()
    for name, text in (
        ("progress-gw1", json.dumps({"lines": [LINE, {**LINE, "benchmark": "more"}]})),
        ("progress-gw0", json.dumps({"lines": [{**LINE, "done": 2}]})),
        ("progress-gw2", "{"),
        ("progress-gw3", "{}"),
        ("progress-gw4", '{"lines": [{}]}'),
        ("other", json.dumps({"lines": [LINE]})),
    ):
        (logs / f"{name}.json").write_text(text, encoding="utf-8")
    (logs / "progress-gw5.json").mkdir()
    config = options()
    config.pluginmanager = SimpleNamespace(get_plugin={"terminalreporter": Terminal(-1)}.get)
    _Watch(config, tmp_path)
    rest = "accuracy 1.000  0 errors"
    assert printed == [[f"sums  m  2/3  {rest}", f"sums  m  1/3  {rest}", f"more  m  1/3  {rest}"]]
    assert moments == [4.0, 15.0]


@pytest.mark.parametrize("reporter", [None, Terminal(-2)])
def test_where_nothing_is_shown_nobody_waits(options, tmp_path, moments, reporter):
    config = options()
    config.pluginmanager = SimpleNamespace(get_plugin=lambda name: reporter)
    _Watch(config, tmp_path)
    assert moments == []
