"""The wheel and the source distribution: what they hold, and that each works where nothing else is installed.

What they depend on is installed from the package index, at the versions of .ci/requirements.txt and with its hashes, so
that no release of somebody else's changes what this tests.
"""

import os
import shutil
import subprocess
import sys
import tarfile
from email.parser import Parser
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import pytest

tomllib = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
ROOT = Path(__file__).resolve().parent.parent.parent
LOCK = ROOT / ".ci" / "requirements.txt"
UV = shutil.which("uv", path=Path(sys.executable).parent) or shutil.which("uv")
NO_NETWORK = ("dns error", "client error (Connect)", "Network connectivity is disabled")
EVAL = """
from pytest_evalscope import Benchmark, Rows, Sample, benchmark, exact

ECHOED = Benchmark(
    name="echoed",
    data=Rows([{"q": "a"}, {"q": "b"}]),
    sample=lambda row: Sample(input=row["q"], target=row["q"]),
    score=exact(),
)


@benchmark(ECHOED, threshold=1.0)
def test_echoed(scores, threshold):
    assert scores.accuracy >= threshold
"""
IMPORT_ALL = """
import importlib, pkgutil, pytest_evalscope
for module in pkgutil.walk_packages(pytest_evalscope.__path__, "pytest_evalscope."):
    try:
        importlib.import_module(module.name)
    except ImportError as error:
        print(module.name, error.name)
"""

pytestmark = [
    pytest.mark.skipif(UV is None, reason="uv is not installed"),
    pytest.mark.skipif(find_spec("build") is None, reason="build is not installed"),
    pytest.mark.skipif(not LOCK.is_file(), reason="no lock: this is not the project's own folder"),
]


def run(*command, **options):
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        [str(part) for part in command], env=environment, capture_output=True, encoding="utf-8", check=False, **options
    )
    if done.returncode and not os.environ.get("CI") and any(text in done.stderr for text in NO_NETWORK):
        pytest.skip("the package index cannot be reached")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Both distributions, as a release builds them: the source first, and the wheel of it.

    A release names the folder where they are already.
    """
    if named := os.environ.get("EVALSCOPE_DIST"):
        folder = ROOT / named
    else:
        folder = tmp_path_factory.mktemp("dist")
        run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT)
    return {"sdist": next(folder.glob("*.tar.gz")), "wheel": next(folder.glob("*.whl"))}


@pytest.fixture(scope="module", params=["wheel", "sdist"])
def installed(built, request, tmp_path_factory):
    """An environment that holds one of the two and what it depends on; the folder of its programs."""
    room = tmp_path_factory.mktemp(request.param) / "room"
    run(UV, "venv", "--python", sys.executable, room)
    locked = ("--constraint", LOCK, "--build-constraint", LOCK)
    run(UV, "pip", "install", "--python", room, *locked, built[request.param])
    return room / ("Scripts" if os.name == "nt" else "bin")


@pytest.fixture(scope="module")
def tracked():
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        pytest.skip("not a git checkout, so nothing tells which files are the project's")
    return {name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()}


def test_the_wheel_holds_the_package_and_nothing_else(built, tracked):
    held = set(ZipFile(built["wheel"]).namelist())
    package = {name for name in held if ".dist-info/" not in name}
    assert package == {name for name in tracked if name.startswith("pytest_evalscope/")}
    assert "pytest_evalscope/py.typed" in package
    described = {name.partition(".dist-info/")[2] for name in held - package}
    assert described == {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}


def test_the_wheel_says_what_it_is(built, project):
    with ZipFile(built["wheel"]) as wheel:
        (info,) = {name.partition("/")[0] for name in wheel.namelist() if ".dist-info/" in name}
        told = Parser().parsestr(wheel.read(f"{info}/METADATA").decode())
        doors = wheel.read(f"{info}/entry_points.txt").decode()
    assert (told["Name"], told["Version"]) == ("pytest-evalscope", project["version"])
    assert (told["License-Expression"], told["Requires-Python"]) == ("Apache-2.0", project["requires-python"])
    assert told["Description-Content-Type"] == "text/markdown"
    assert told.get_payload() == (ROOT / "README.md").read_text("utf-8")
    assert set(told.get_all("Classifier", [])) == set(project["classifiers"])
    assert set(told.get_all("Provides-Extra", [])) == set(project["optional-dependencies"])
    assert "[console_scripts]\npytest-evalscope = pytest_evalscope.cli:main\n" in doors
    assert "[pytest11]\nevalscope = pytest_evalscope.plugin\n" in doors


def test_the_source_distribution_holds_what_the_repository_does(built, tracked):
    """Tests, docs and the lock too: who packages it for a system can hold it to all that we do."""
    with tarfile.open(built["sdist"]) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert tracked - held == set()
    assert [name for name in held if name.startswith(("outputs/", ".venv/", ".git/", "dist/", ".mypy_cache/"))] == []


def test_the_commands_and_the_options_are_there(installed, project, tmp_path):
    assert run(installed / "pytest-evalscope", "--version", cwd=tmp_path).split()[-1] == project["version"]
    assert "benchmarks" in run(installed / "pytest-evalscope", "--help", cwd=tmp_path)
    options = run(installed / "pytest", "--help", cwd=tmp_path)
    assert all(option in options for option in ("--model=", "--eval-limit=", "--eval-sandbox=", "--eval-fail-under="))


def test_an_eval_passes(installed, tmp_path):
    (tmp_path / "test_echoed.py").write_text(EVAL, encoding="utf-8")
    said = run(
        *(installed / "pytest", "-q", "-W", "error", "--model=fake/echo", "--eval-cache-dir=cache", "test_echoed.py"),
        cwd=tmp_path,
    )
    assert "1 passed" in said
    assert (tmp_path / "outputs").is_dir()


def test_no_module_asks_for_an_optional_package_when_it_is_imported(installed, tmp_path):
    lacking = run(installed / "python", "-W", "error", "-c", IMPORT_ALL, cwd=tmp_path)
    assert lacking.split() == ["pytest_evalscope.plugin.scheduling", "xdist"], "which pytest-xdist alone loads"
