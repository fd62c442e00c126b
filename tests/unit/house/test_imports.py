"""What importing costs, and which room may import which."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "aiohttp", "pydantic", "orjson", "torch", "transformers", "openai", "datasets", "tabulate", "junitparser",
    "asyncio", "sqlite3", "numpy",
)  # fmt: skip


@pytest.mark.parametrize("name", ["pytest_evalscope", "pytest_evalscope.plugin", "pytest_evalscope.cli"])
def test_importing_it_imports_nothing_heavy(name):
    # pytest first: what it imports on its own account is not ours.
    code = f"import sys, pytest; before = set(sys.modules); import {name}; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    imported = {module.partition(".")[0] for module in done.stdout.split()}
    assert imported & set(HEAVY) == set()
    assert name in done.stdout.split()


def test_the_layers_hold(root):
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([command, "--no-cache"], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
