"""A pytest of its own that runs nothing: its options, and the parts of the plugin that read them."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.data import Rows
from pytest_evalscope.options import OPTIONS
from pytest_evalscope.plugin import fixtures, pytest_generate_tests
from pytest_evalscope.plugin.ahead import HOOKS
from pytest_evalscope.plugin.begin import begin
from pytest_evalscope.plugin.collector import COLLECTOR
from pytest_evalscope.plugin.item_report import ItemEnded
from pytest_evalscope.plugin.keys import CASE, SESSION
from pytest_evalscope.plugin.kinds.benchmark import BenchmarkCase
from pytest_evalscope.plugin.session import EvalSession
from pytest_evalscope.run import Job
from pytest_evalscope.scorers import number
from pytest_evalscope.types import Estimate, Result, Sample, Threshold


@pytest.fixture(autouse=True)
def no_options_around(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the environment of this suite says."""
    for name in ("CI", "GITHUB_STEP_SUMMARY", "OPENAI_BASE_URL", *(option.variable for option in OPTIONS)):
        monkeypatch.delenv(name, raising=False)


class Plugins:
    """The plugins of a pytest, under their names."""

    def __init__(self) -> None:
        self.registered: dict[str, Any] = {}

    def register(self, plugin: Any, name: str) -> None:
        assert name not in self.registered, "pytest refuses a name that is taken"
        self.registered[name] = plugin

    def get_plugin(self, name: str) -> Any:
        return self.registered.get(name)

    def hasplugin(self, name: str) -> bool:
        return name in self.registered


@pytest.fixture
def config(pytester: pytest.Pytester) -> Callable[..., pytest.Config]:
    """Return the configuration that a command line makes."""
    return pytester.parseconfig


@pytest.fixture
def options(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Return what the plugin asks a configuration for, without a pytest: `options(max_errors="0.1")`."""

    def made(**values: Any) -> Any:
        known = {"collectonly": False, "maxfail": 0, "tx": [], "dist": "no"}
        own = {name: values.pop(name, default) for name, default in known.items()}
        named = {f"evalscope_{name}": value for name, value in {"model": ["fake/fixed:4"], **values}.items()}
        return SimpleNamespace(
            option=SimpleNamespace(**own, **named),
            getini=lambda key: [],
            invocation_params=SimpleNamespace(dir=tmp_path, args=()),
            rootpath=tmp_path,
            inipath=tmp_path / "pytest.ini",
            stash=pytest.Stash(),
            pluginmanager=Plugins(),
            add_cleanup=request.addfinalizer,
        )

    return made


@pytest.fixture
def made_job() -> Callable[..., Job]:
    """A job of sums: `made_job("sums", 3)` has three samples."""

    def made(name: str = "sums", count: int = 3, *, model: str = "fake/fixed:4", **fields: Any) -> Job:
        benchmark = Benchmark(
            name=name,
            data=Rows([{"q": f"{n} + {n}", "a": str(2 * n)} for n in range(1, count + 1)]),
            sample=lambda row: Sample(input=row["q"], target=row["a"]),
            score=number(),
            task_type="math",
            tags=("easy",),
        )
        return Job(benchmark=benchmark, model=model, **{"subset": "default", **fields})

    return made


@pytest.fixture
def estimate() -> Callable[..., Estimate]:
    """An estimate of n=10 that is as certain as its value ± 0.1."""

    def made(value: float, metric: str = "accuracy", n: int = 10) -> Estimate:
        return Estimate(value=value, stderr=0.0512345678, low=value - 0.1, high=value + 0.1, n=n, metric=metric)

    return made


@pytest.fixture
def result(estimate: Callable[..., Estimate]) -> Callable[..., Result]:
    """A result of ten samples: `result("sums", 0.5, verdict="failed")`; None for one that was not measured."""

    def made(benchmark: str = "sums", value: float | None = 0.5, **fields: Any) -> Result:
        known: dict[str, Any] = {
            "version": "1",
            "model": "m",
            "subset": "default",
            "primary_metric": "accuracy",
            "metrics": {} if value is None else {"accuracy": estimate(value)},
            "planned": 10,
            "outcomes": {"scored": 10},
            "nodeid": f"test_it.py::test_{benchmark}[m-default]",
        }
        return Result(benchmark=benchmark, **{**known, **fields})

    return made


@pytest.fixture
def opened(options):
    """Return the session that begins with these options; whatever is open is closed at the end.

    `given` is what the controller of xdist gives a worker; None where this process is the only one.
    """
    begun: list[Any] = []

    def opening(*, given: dict[str, Any] | None = None, **fields: Any) -> EvalSession:
        config = options(**{"cache": "off", **fields})
        if given is not None:
            config.workerinput = {"evalscope": given, "workerid": "gw0"}
        begin(config, [])
        begun.append(config.pluginmanager)
        made: EvalSession = config.pluginmanager.get_plugin(SESSION)
        return made

    yield opening
    for plugins in begun:
        plugins.get_plugin(SESSION).settle()
        if plugins.hasplugin(COLLECTOR):
            plugins.get_plugin(COLLECTOR)._conductor.close()


@pytest.fixture
def item(made_job, tmp_path):
    """Return an item of the test `test_NAME` with a case of this benchmark; with another `case`; or, for None, none."""

    def made(name: str | None = "sums", *, own: bool = True, case: Any = None, **fields: Any) -> Any:
        job = made_job(name or "sums", **fields)
        if name is not None and case is None:
            threshold = Threshold(values={"accuracy": 0.25}, primary="accuracy", source="the decorator")
            case = BenchmarkCase(job=job, own_model=own, threshold=threshold)
        nodeid = f"test_it.py::test_{name}"
        return SimpleNamespace(
            nodeid=f"{nodeid}[{job.model}-{job.subset}]", name=nodeid, location=("test_it.py", 6, nodeid),
            path=tmp_path / "test_it.py", callspec=SimpleNamespace(params={} if case is None else {CASE: case}),
            stash=pytest.Stash(), session=SimpleNamespace(shouldfail=False), user_properties=[], fixturenames=(),
            iter_markers=lambda name: (),
            config=SimpleNamespace(option=SimpleNamespace(runxfail=False), stash=pytest.Stash()),
            ihook=SimpleNamespace(**{hook: SimpleNamespace(get_hookimpls=lambda: ()) for hook in HOOKS}),
        )  # fmt: skip

    return made


@pytest.fixture
def report() -> Callable[..., pytest.TestReport]:
    """A report of pytest: `report("setup", "failed", kind="index", measured={…})` carries what an eval measured."""

    def made(
        when: Any = "call", outcome: Any = "passed", *, nodeid: str = "t.py::test_it", kind: str = "",
        measured: Any = None, recorded: Any = None,
    ) -> pytest.TestReport:  # fmt: skip
        report = pytest.TestReport(
            nodeid=nodeid, location=("t.py", 1, "test_it"), keywords={}, outcome=outcome, longrepr=None, when=when
        )
        if kind:
            vars(report)["evalscope"] = {"kind": kind, "measured": measured}
        if recorded is not None:
            vars(report)["evalscope_recorded"] = recorded
        return report

    return made


@pytest.fixture
def ended() -> Callable[..., ItemEnded]:
    """How an item ended: `ended("failed", "accuracy is low")`."""

    def made(outcome: Any = "passed", message: str = "") -> ItemEnded:
        return ItemEnded(outcome, message, "test_it.py::test_sums[m-default]", "test_it.py:7")

    return made


def theirs() -> None:
    """Stand for a fixture that a user wrote."""


@pytest.fixture
def metafunc(options, tmp_path):
    """Return what pytest gives a plugin for a test with these fixtures; `model` is this plugin's unless `own`."""

    def made(decorate: Any, *names: str, own: bool = False, **given: Any) -> Any:
        def test_it() -> None:
            """Say nothing."""

        definition = SimpleNamespace(nodeid="t.py::test_it", path=tmp_path / "t.py")
        config = options(**{"model": ["fake/fixed:4", "fake/echo"], **given})
        fake: Any = SimpleNamespace(
            function=decorate(test_it), config=config, definition=definition, fixturenames=list(names), parametrized=[]
        )
        fake._arg2fixturedefs = {"model": [SimpleNamespace(func=theirs if own else fixtures.model)]}
        for name in {"scores", "report", "leaderboard"}.intersection(names):
            fake._arg2fixturedefs[name] = [SimpleNamespace(func=getattr(fixtures, name))]
        fake.parametrize = lambda name, values, ids=None: fake.parametrized.append((name, values, ids))
        pytest_generate_tests(fake)
        return fake

    return made


@pytest.fixture
def items(metafunc) -> Callable[..., list[tuple[str, dict[str, str], Any]]]:
    """Return id, arguments of the marker, and case of each item that a decorated test becomes."""

    def made(*given: Any, **fields: Any) -> list[tuple[str, dict[str, str], Any]]:
        test = metafunc(*given, **fields)
        [(name, values, ids)] = test.parametrized
        assert (name, ids) == (CASE, None)
        assert test.fixturenames[-1] == CASE
        return [(one.id, dict(one.marks[0].kwargs), one.values[0]) for one in values]

    return made
