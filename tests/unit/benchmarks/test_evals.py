"""The catalogue and `evals/` agree: each benchmark has an eval with a threshold, or a reason to have none."""

import ast
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from pytest_evalscope.benchmarks import field, load, names
from pytest_evalscope.gates.entries import file_tables, metric_of

EVALS = Path(__file__).parents[3] / "evals"
WITHOUT = {
    "general_mcq": "the user's own files: there is nothing to run before some are named",
    "general_qa": "the user's own files: there is nothing to run before some are named",
    "general_text": "the user's own texts: there is nothing to run before some are named",
}
"""Benchmarks that have no eval, and why."""


def declared() -> dict[str, Path]:
    """Return the benchmark → the file of its eval, from the decorators in `evals/`."""
    found: dict[str, Path] = {}
    for path in sorted(EVALS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "benchmark":
                [name] = [item.value for item in node.args if isinstance(item, ast.Constant)]
                assert isinstance(name, str)
                assert name not in found, f"{name} has two evals ({found[name]}, {path})"
                found[name] = path
    return found


def test_each_benchmark_has_an_eval_or_a_reason_to_have_none():
    found = declared()
    assert set(found) & set(WITHOUT) == set(), "it has an eval"
    assert set(found) | set(WITHOUT) == set(names())
    assert all(WITHOUT.values())


@pytest.mark.parametrize("name", sorted(declared()))
def test_an_eval_is_in_the_folder_of_its_field_and_has_a_threshold_that_its_benchmark_can_reach(name):
    path = declared()[name]
    assert path.parent.name == field(name)
    own = [file for file in (path.parent / "thresholds.toml", EVALS / "thresholds.toml") if file.is_file()]
    benchmark = load(name)
    entries = [entry for file in own for entry in file_tables(file)["default"]]
    held = [metric_of(entry, name, tuple(benchmark.metrics), benchmark.primary_metric) for entry in entries]
    assert benchmark.primary_metric in held, f"{name} has no threshold"


def test_no_threshold_is_written_twice_or_for_nothing():
    counted = Counter(entry.target for file in EVALS.rglob("thresholds.toml") for entry in file_tables(file)["default"])
    assert [target for target, count in counted.items() if count > 1] == []
    assert {target.partition(".")[0] for target in counted} == set(declared())


@pytest.mark.parametrize("name", ["simple_qa", "aime25", "arena_hard", "mt_bench"])
def test_an_eval_is_collected_by_its_name(name):
    command = [
        *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--collect-only", "-q", "evals"),
        *("-k", f"test_{name}", "--eval-model=fake/echo", "--eval-judge=fake/echo"),
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=EVALS.parent, env={**os.environ, "PYTEST_ADDOPTS": ""}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"::test_{name}[fake/echo-" in done.stdout
