"""What importing costs, and which room may import which."""

import ast
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

HEAVY = (
    "aiohttp", "pydantic", "orjson", "torch", "transformers", "openai", "datasets", "tabulate", "junitparser",
    "asyncio", "sqlite3", "numpy",
)  # fmt: skip
NEVER_USED = (
    "pydantic", "aiohttp", "http", "openai", "datasets", "huggingface_hub", "jinja2", "numpy", "multiprocessing",
)  # fmt: skip
"""What a run of a model that needs no network has no use for."""
MOST = 134
"""Modules of ours that a run of one benchmark loads: its own, the engine's, the plugin's, the reports'."""
LAZY = (
    "api", "collections", "compat", "data", "environments", "gates", "media", "reports", "run", "sandbox", "scorers",
    "scorers.judging", "solvers", "stats", "text", "types",
)  # fmt: skip
"""Packages that import their names at the first use."""


@pytest.mark.parametrize("name", ["pytest_evalscope", "pytest_evalscope.plugin", "pytest_evalscope.cli"])
def test_importing_it_imports_nothing_heavy(name):
    # pytest first: what it imports on its own account is not ours.
    code = f"import sys, pytest; before = set(sys.modules); import {name}; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    imported = {module.partition(".")[0] for module in done.stdout.split()}
    assert imported & set(HEAVY) == set()
    assert name in done.stdout.split()


CONFTEST = """
import sys
from pathlib import Path

AT_FIRST = set(sys.modules)


def pytest_unconfigure(config):
    ours = {name for name in sys.modules if name.partition(".")[0] == "pytest_evalscope"}
    Path("loaded.txt").write_text(" ".join(sorted(ours | set(sys.modules) - AT_FIRST)), encoding="utf-8")
"""
EVAL = """
from pytest_evalscope import benchmark


@benchmark("gsm8k", few_shot=0)
def test_gsm8k(scores):
    assert scores.primary.n == 3
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> set[str]:
    """What a plain run of three samples of GSM8K has imported at its end: all that is ours, and what pytest had not."""
    folder = tmp_path_factory.mktemp("run")
    rows = folder / "mirror" / "openai" / "gsm8k" / "main" / "test.jsonl"
    rows.parent.mkdir(parents=True)
    rows.write_text(
        "\n".join(json.dumps({"question": f"{n} + {n}?", "answer": f"#### {n + n}"}) for n in range(3)), "utf-8"
    )
    (folder / "conftest.py").write_text(CONFTEST, "utf-8")
    (folder / "test_it.py").write_text(EVAL, "utf-8")
    command = [
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "--rootdir=.",
        "--model=fake/fixed:4", "--eval-data-dir=mirror", "--eval-work-dir=out", "--eval-cache-dir=cache",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return set((folder / "loaded.txt").read_text("utf-8").split())


def test_a_run_of_one_benchmark_imports_no_other(loaded):
    others = {
        name
        for name in loaded
        if name.startswith("pytest_evalscope.benchmarks.") and name.count(".") == 3 and not name.endswith(".gsm8k")
    }
    assert others == set()
    assert "pytest_evalscope.benchmarks.math.gsm8k" in loaded


def test_a_run_of_one_benchmark_imports_what_it_uses(loaded):
    ours = sorted(name for name in loaded if name.partition(".")[0] == "pytest_evalscope")
    assert len(ours) <= MOST, ours
    unused = {
        "pytest_evalscope.collections.schema",
        "pytest_evalscope.data.remote",
        "pytest_evalscope.reports.leaderboard",
        "pytest_evalscope.sandbox.open",
        "pytest_evalscope.scorers.translation",
        "pytest_evalscope.solvers.multiple_choice",
    }
    assert unused & loaded == set()
    assert {name.partition(".")[0] for name in loaded} & set(NEVER_USED) == set()


@pytest.mark.parametrize("name", LAZY)
def test_a_package_finds_each_of_its_names_where_its_imports_say(name, root):
    """Type checkers read the imports of such a package, a run reads its table."""
    package = import_module(f"pytest_evalscope.{name}")
    assert package.__file__ is not None
    tree = ast.parse(Path(package.__file__).read_text("utf-8"))
    imported = {
        alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("pytest_evalscope.")
        for alias in node.names
    }
    del imported["import_on_use"]
    assert package._homes == imported
    assert sorted(package.__all__) == sorted(imported)
    assert set(package.__all__) <= set(dir(package))
    for each, home in imported.items():
        assert getattr(package, each) is getattr(sys.modules[home], each)
    with pytest.raises(AttributeError, match=f"module 'pytest_evalscope.{name}' has no attribute 'nothing'"):
        package.nothing  # noqa: B018  # looking it up is the test


def test_no_package_is_lazy_that_is_not_looked_at_here(package):
    found = {
        path.removeprefix("pytest_evalscope/").removesuffix("/__init__.py").replace("/", ".")
        for path, tree in package.items()
        if path.endswith("__init__.py") and "import_on_use(" in ast.unparse(tree)
    }
    assert found == set(LAZY)


def test_a_function_stays_the_function_when_its_module_of_the_same_name_is_imported_first():
    code = (
        "import pytest_evalscope.solvers.chat, pytest_evalscope.scorers.translation\n"
        "from pytest_evalscope.scorers import translation\n"
        "from pytest_evalscope.solvers import chat\n"
        "print(type(chat).__name__, type(translation).__name__)"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["type", "type"]


def test_the_layers_hold(root):
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([command, "--no-cache"], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
