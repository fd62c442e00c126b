"""In a project that has no evals, the installed plugin is not there."""

import os
import subprocess
import sys
from importlib.util import find_spec

import pytest

two_workers = pytest.param(
    ("-n", "2"), marks=pytest.mark.skipif(find_spec("xdist") is None, reason="xdist is not installed")
)

ORDINARY = "def test_one():\n    assert True\n\n\ndef test_two(tmp_path):\n    assert tmp_path.exists()\n"


@pytest.mark.parametrize(
    "args",
    [(), two_workers, ("-p", "no:xdist"), ("--import-mode=importlib",), ("-p", "no:cacheprovider", "--strict-markers")],
    ids=" ".join,
)
def test_no_output_no_file_no_warning(pytester, args):
    pytester.makepyfile(ORDINARY)
    result = pytester.runpytest_subprocess("-W", "error", *args)
    result.assert_outcomes(passed=2)
    text = result.stdout.str() + result.stderr.str()
    lines = [line for line in text.splitlines() if not line.startswith(("plugins:", "rootdir:"))]
    assert "evals" not in " ".join(lines).split("passed")[0].lower().replace("evalscope-", "")
    made = {path.name for path in pytester.path.iterdir() if not path.name.startswith(("runpytest-", "std", "test_"))}
    assert made <= {"__pycache__", ".pytest_cache"}


@pytest.mark.parametrize("mode", [(), two_workers], ids=" ".join)
@pytest.mark.parametrize("evals", [False, True], ids=["a guest", "with an eval"])
def test_whoever_reads_our_plugins_attributes_changes_nothing(pytester, sums, mode, evals):
    """As pytest before 8.3.3 does while it looks for fixtures: properties are evaluated, and must make nothing."""
    pytester.makepyfile(ORDINARY)
    pytester.makeconftest(
        "def pytest_plugin_registered(plugin, manager):\n"
        "    if type(plugin).__module__.startswith('pytest_evalscope'):\n"
        "        found = [name for name in dir(type(plugin)) if isinstance(getattr(type(plugin), name), property)]\n"
        "        assert found == [], f'{type(plugin).__name__} has properties'\n"
        "        print('looked at', type(plugin).__name__)\n"
        "        for name in dir(plugin):\n"
        "            getattr(plugin, name, None)\n"
    )
    if evals:
        pytester.makepyfile(
            test_sums=f"{sums}\n\n@benchmark(SUMS)\ndef test_sums(scores):\n    assert scores.planned == 10\n"
        )
    result = pytester.runpytest_subprocess("-s", "--eval-model=fake/fixed:4", "--eval-cache-dir=cache", *mode)
    result.assert_outcomes(passed=2 + evals)
    if mode or evals:
        result.stdout.fnmatch_lines(["*looked at *"])
    assert (pytester.path / "outputs").exists() == evals


def test_nothing_heavy_is_imported(pytester, monkeypatch):
    for name in [name for name in os.environ if name.startswith("COVERAGE_")]:
        monkeypatch.delenv(name)  # it would import sqlite3 itself
    pytester.makepyfile(
        "import sys\n\n\ndef test_modules():\n"
        "    heavy = ['aiohttp', 'pydantic', 'orjson', 'torch', 'transformers', 'openai', 'datasets', 'tabulate',\n"
        "             'junitparser', 'sqlite3', 'pytest_evalscope.run', 'pytest_evalscope.types']\n"
        "    assert [name for name in heavy if name in sys.modules] == []\n"
    )
    pytester.runpytest_subprocess("-p", "no:xdist").assert_outcomes(passed=1)


@pytest.mark.parametrize("mode", [(), two_workers], ids=" ".join)
def test_a_conftest_with_its_own_model_option_keeps_it(pytester, mode):
    pytester.makeconftest(
        "import pytest\n\n\ndef pytest_addoption(parser):\n    parser.addoption('--model', default='a car')\n\n\n"
        "@pytest.fixture\ndef model(request):\n    return request.config.getoption('--model')\n"
    )
    pytester.makepyfile("def test_model(model):\n    assert model == 'a boat'\n")
    pytester.runpytest_subprocess("-W", "error", "--model=a boat", *mode).assert_outcomes(passed=1)


def test_a_test_with_its_own_parameter_called_model_keeps_it(pytester):
    pytester.makepyfile(
        "import pytest\n\n\n@pytest.mark.parametrize('model', ['T', 'S'])\ndef test_car(model):\n    assert model in 'TS'\n"
    )
    pytester.runpytest_subprocess("-W", "error").assert_outcomes(passed=2)


OWN_PARAMETERS = """
import pytest

pytest_plugins = ()


def pytest_generate_tests(metafunc):
    if metafunc.function.__name__ == "test_hook":
        metafunc.parametrize("model", ["T", "S"])


@pytest.mark.parametrize("model", ["T", "S"])
def test_mark(model):
    assert model in "TS"


@pytest.mark.parametrize(argnames=["size", "model"], argvalues=[(1, "T"), (2, "S")])
def test_names(model, size):
    assert model in "TS"


def test_hook(model):
    assert model in "TS"


@pytest.mark.parametrize("model_size, remodel", [(1, 2)])
def test_both(model, model_size, remodel):
    assert model("1 + 1") == "4"
"""


def test_a_parameter_is_the_model_if_that_is_its_name(pytester):
    pytester.makepyfile(OWN_PARAMETERS)
    result = pytester.runpytest(
        "-W", "error", "--eval-model=fake/fixed:4", "--eval-model=python/json:dumps", "--co", "-q"
    )
    names = sorted(line.partition("::")[2] for line in result.stdout.lines if "::" in line)
    assert names == [
        "test_both[fake/fixed:4-1-2]", "test_both[python/json:dumps-1-2]", "test_hook[S]", "test_hook[T]",
        "test_mark[S]", "test_mark[T]", "test_names[1-T]", "test_names[2-S]",
    ]  # fmt: skip


def test_without_xdist_installed(pytester):
    pytester.makepyfile(ORDINARY)
    hidden = pytester.mkdir("hidden")
    (hidden / "sitecustomize.py").write_text(
        "import sys\n\nclass Hide:\n    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] in ('xdist', 'execnet'):\n            raise ModuleNotFoundError(name)\n\n"
        "sys.meta_path.insert(0, Hide())\n",
        encoding="utf-8",
    )
    made = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-W",
            "error",
            "-p",
            "no:xdist",
            "-p",
            "no:xdist.looponfail",
            str(pytester.path),
        ],
        env={"PYTHONPATH": str(hidden), "PATH": "", "PYTEST_ADDOPTS": os.environ["PYTEST_ADDOPTS"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "2 passed" in made.stdout, made.stdout + made.stderr


def test_the_plugin_can_be_switched_off(pytester):
    pytester.makepyfile(ORDINARY)
    result = pytester.runpytest_subprocess("-p", "no:evalscope", "--help")
    assert "--eval-limit" not in result.stdout.str()
    assert "--eval-limit" in pytester.runpytest_subprocess("--help").stdout.str()
