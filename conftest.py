"""What the tests and the evals of this repository share. A project of your own may begin with a copy.

Rows of datasets are not in the repository. They are read from a mirror, `<hub id>/<config>/<split>.jsonl`: the folder
that EVALSCOPE_DATA_DIR names, else `shared/hub` beside the checkout. Without one, evals download their rows from the
hub, and tests of them are skipped.
"""

import os
from pathlib import Path

import pytest

MIRROR = Path(os.environ.get("EVALSCOPE_DATA_DIR") or Path(__file__).resolve().parents[1] / "shared" / "hub")


def pytest_configure(config: pytest.Config) -> None:
    """Let `pytest evals/…` read the mirror, where it is found and no other is named."""
    evals = any("evals" in Path(argument).parts for argument in config.args)
    if evals and MIRROR.is_dir() and config.getoption("evalscope_data_dir", None) is None:
        config.option.evalscope_data_dir = str(MIRROR)


@pytest.fixture(scope="session")
def hub_dir() -> Path:
    """The mirror; tests that read it are skipped without one."""
    if not MIRROR.is_dir():
        pytest.skip("no data mirror: set EVALSCOPE_DATA_DIR to a folder laid out as <hub id>/<config>/<split>.jsonl")
    return MIRROR
