"""The table of the oracle: 1.0 for a model that knows the answers, 0.0 for one that says nothing."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "bench" / "oracle.py"
NAMES = ["smoke_arithmetic", "smoke_facts", "smoke_instructions", "smoke_knowledge"]


def test_packaged_sets_are_answered_by_their_targets_and_by_nothing_else(tmp_path):
    made = subprocess.run(
        [sys.executable, str(SCRIPT), "--limit", "10", *NAMES],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in made.stdout.splitlines()[2:]]
    assert [line[0] for line in lines] == NAMES
    assert [line[5] for line in lines] == ["0"] * 4
    assert [line[4] for line in lines if not line[7]] == ["1"] * 3
    assert list(tmp_path.iterdir()) == []
