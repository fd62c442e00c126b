"""What the house tests look at."""

import ast
import gc
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TREES = ("pytest_evalscope", "evals", "tests", "bench", "docs")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def modules() -> dict[str, ast.Module]:
    """Every Python file of the project, parsed, by its path from the root."""
    found = (path for tree in TREES for path in sorted((ROOT / tree).rglob("*.py")))
    gc.disable()  # half a million nodes, of which none is garbage: looking for some takes three times as long
    try:
        return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for path in found}
    finally:
        gc.enable()


@pytest.fixture(scope="session")
def package(modules: dict[str, ast.Module]) -> dict[str, ast.Module]:
    """The files that ship in the wheel."""
    return {path: tree for path, tree in modules.items() if path.startswith("pytest_evalscope/")}
