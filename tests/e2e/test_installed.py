"""A distribution that brings a provider and a benchmark, built and installed as its users install it."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import pytest

EXAMPLE = Path(__file__).parent / "example_distribution"
EVAL = """
from pytest_evalscope import benchmark


@benchmark("acme_riddles", threshold=0.5)
def test_riddles(scores, threshold):
    assert scores.accuracy >= threshold


@benchmark("acme_riddles", name="weighed", solve="likelihood")
def test_weighed(scores):
    raise AssertionError("unreachable")
"""
LISTING = """
import sys
from pytest_evalscope.benchmarks import names
from pytest_evalscope.errors import UsageError
from pytest_evalscope.models import ModelOptions, resolve

assert "acme_riddles" in names()
try:
    resolve("acmee/river", ModelOptions())
except UsageError as error:
    print(error.message)
print("acme_evals" in sys.modules, resolve("acme/river", ModelOptions()).name, "acme_evals" in sys.modules)
"""

pytestmark = pytest.mark.skipif(find_spec("hatchling") is None, reason="hatchling is not installed")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Build the example's wheel, without a network, and unpack it: that is all an installer does with this one."""
    made, place = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("site")
    source = tmp_path_factory.mktemp("source")
    for file in EXAMPLE.glob("*.*"):
        (source / file.name).write_bytes(file.read_bytes())
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(made)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (wheel,) = made.glob("acme_evals-1.0-*.whl")
    with ZipFile(wheel) as archive:
        archive.extractall(place)
    return place


@pytest.fixture
def run(installed, tmp_path):
    """Run Python with the distribution installed."""
    path = os.pathsep.join([str(installed), *filter(None, [os.environ.get("PYTHONPATH")])])

    def run(*command):
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"}
        return subprocess.run(
            [sys.executable, *command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    return run


def test_its_benchmark_is_evaluated_with_its_model(run, tmp_path):
    (tmp_path / "test_acme.py").write_text(EVAL, encoding="utf-8")
    done = run("-m", "pytest", "-W", "error", "-p", "no:cacheprovider", "--model=acme/river", "--eval-cache-dir=cache")
    assert "1 passed, 1 error" in done.stdout
    assert "model acme/river: cannot give log-probabilities of texts, needed by weighed; models that can" in done.stdout


def test_a_mistake_that_its_provider_reports_is_a_usage_error(run, tmp_path):
    (tmp_path / "test_acme.py").write_text(EVAL, encoding="utf-8")
    done = run("-m", "pytest", "--model=acme/4")
    assert (done.returncode, "acme/4: not a word ('4'); accepted: letters" in done.stderr) == (4, True)
    assert "Traceback" not in done.stdout + done.stderr


def test_listing_imports_none_and_a_slip_is_told(run):
    done = run("-c", LISTING)
    assert done.stdout.splitlines() == [
        "model provider: unknown name ('acmee'); did you mean acme?",
        "False acme/river True",
    ], done.stderr
