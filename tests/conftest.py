"""Fixtures that every kind of test shares."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# No test is about time: a busy machine must not make a property fail.
settings.register_profile("project", deadline=None)
settings.load_profile("project")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def hub_dir() -> Path:
    """A mirror of benchmark data, `<hub id>/<config>/<split>.jsonl`; tests that read it skip where there is none."""
    named = os.environ.get("EVALSCOPE_DATA_DIR")
    mirror = Path(named) if named else ROOT.parent / "shared" / "hub"
    if not mirror.is_dir():
        pytest.skip("no data mirror: set EVALSCOPE_DATA_DIR to a folder laid out as <hub id>/<config>/<split>.jsonl")
    return mirror
