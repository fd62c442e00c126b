"""A pytest of its own that runs nothing: its options, and the parts of the plugin that read them."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.data import Rows
from pytest_evalscope.options import OPTIONS
from pytest_evalscope.plugin.collect import Case
from pytest_evalscope.plugin.declare import Declaration
from pytest_evalscope.plugin.keys import SESSION
from pytest_evalscope.plugin.session import EvalSession
from pytest_evalscope.run import Job
from pytest_evalscope.scorers import number
from pytest_evalscope.types import Estimate, Result, Sample


@pytest.fixture(autouse=True)
def no_options_around(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the environment of this suite says."""
    for name in ("CI", "GITHUB_STEP_SUMMARY", "OPENAI_BASE_URL", *(option.variable for option in OPTIONS)):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def config(pytester: pytest.Pytester) -> Callable[..., pytest.Config]:
    """Return the configuration that a command line makes."""
    return pytester.parseconfig


@pytest.fixture
def options(tmp_path: Path) -> Callable[..., Any]:
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
            stash=pytest.Stash(),
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
    """Return a session for the options; whatever is open is closed at the end."""
    made: list[EvalSession] = []

    def opening(*, told: dict[str, Any] | None = None, **given: Any) -> EvalSession:
        config = options(**{"cache": "off", **given})
        plugins: dict[str, Any] = {}
        config.pluginmanager = SimpleNamespace(
            register=lambda plugin, name: plugins.update({name: plugin}), get_plugin=plugins.get
        )
        if told is not None:
            config.workerinput = {"evalscope": told, "workerid": "gw0"}
        made.append(EvalSession(config))
        config.stash[SESSION] = made[-1]
        return made[-1]

    yield opening
    for session in made:
        session.close()
        if not session.is_worker:
            session.collector._conductor.close()


@pytest.fixture
def item(made_job, tmp_path):
    """Return an item of the test `test_NAME`, with a case of this benchmark; None for an ordinary test."""

    def made(name: str | None = "sums", *, own: bool = True, **fields: Any) -> Any:
        job = made_job(name or "sums", **fields)
        declaration = Declaration(benchmark=name or "", threshold={"accuracy": 0.25})
        case = Case(job=job, declaration=declaration, own_model=own)
        params = {} if name is None else {"evalscope_case": case}
        nodeid = f"test_it.py::test_{name}"
        return SimpleNamespace(
            nodeid=f"{nodeid}[{job.model}-{job.subset}]", name=nodeid, location=("test_it.py", 6, nodeid),
            path=tmp_path / "test_it.py", callspec=SimpleNamespace(params=params), stash=pytest.Stash(),
            session=SimpleNamespace(shouldfail=False),
        )  # fmt: skip

    return made
