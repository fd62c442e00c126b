"""A small project with evals, run by a pytest of its own."""

import json
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

# Loaded once, here: a pytest within this process forgets what it imports itself, and a class that is imported anew is
# another one than that which a package has kept.
for _package in (
    *(
        "api",
        "collections",
        "data",
        "environments",
        "gates",
        "media",
        "reports",
        "run",
        "sandbox",
        "scorers",
        "scorers.judging",
    ),
    *("solvers", "stats", "text", "types"),
):
    _module = import_module(f"pytest_evalscope.{_package}")
    for _name in _module.__all__:
        getattr(_module, _name)

SUMS = """
from pytest_evalscope import Benchmark, Rows, Sample, benchmark, number

SUMS = Benchmark(
    name="sums",
    task_type="math",
    tags=("easy",),
    data=Rows([{"q": f"{n} + {n}", "a": str(2 * n)} for n in range(1, 11)]),
    sample=lambda row: Sample(input=row["q"], target=row["a"]),
    score=number(),
)
"""

GATE = """

@benchmark(SUMS, threshold=0.05)
def test_sums(scores, threshold):
    assert scores.accuracy >= threshold
"""


class Project:
    """A project folder and the pytest that runs in it."""

    def __init__(self, pytester: pytest.Pytester, mode: tuple[str, ...]) -> None:
        self.pytester = pytester
        self.mode = mode
        self.path = pytester.path

    def write(self, name: str, text: str) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, *args: str, model: str = "fake/fixed:4") -> pytest.RunResult:
        models = () if any("model" in arg for arg in args) else (f"--eval-model={model}",)
        return self.pytester.runpytest(*self.mode, "-W", "error", "--eval-cache-dir=cache", *models, *args)

    @property
    def folder(self) -> Path:
        """The run folder of the newest run."""
        return self.path / "outputs" / "latest"

    def report(self, name: str) -> Any:
        return json.loads((self.folder / "reports" / name).read_text(encoding="utf-8"))


needs_xdist = pytest.mark.skipif(find_spec("xdist") is None, reason="xdist is not installed")
MODES = [
    pytest.param((), id="plain"),
    pytest.param(("-n", "2"), id="two workers", marks=needs_xdist),
    pytest.param(("-p", "no:xdist"), id="without xdist", marks=pytest.mark.nightly),
]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave two workers to the night, but where what is tried hangs on who runs it, and there but for the first case.

    Two more processes take seconds.
    """
    tried = set()
    for item in items:
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        if parameters.get("project") != ("-n", "2"):
            continue
        function = item.nodeid.partition("[")[0]
        if function in tried or item.get_closest_marker("workers") is None:
            item.add_marker(pytest.mark.nightly)
        tried.add(function)


@pytest.fixture(params=MODES)
def project(pytester: pytest.Pytester, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with one eval of ten samples, in each way of running pytest."""
    return _made(pytester, request.param, monkeypatch)


@pytest.fixture
def plain_project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The same, in one process."""
    return _made(pytester, (), monkeypatch)


def _made(pytester: pytest.Pytester, mode: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in ("CI", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    project = Project(pytester, mode)
    project.write("test_sums.py", SUMS + GATE)
    return project


@pytest.fixture
def sums() -> str:
    """The source of a benchmark of ten sums, as `SUMS`; a model that always says 4 gets one right."""
    return SUMS
