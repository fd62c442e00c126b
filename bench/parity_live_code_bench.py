"""Compare the marks that our cases of LiveCodeBench demand with those of its runner inside EvalScope.

    python bench/parity_live_code_bench.py --evalscope-python PATH

Rows and replies are those of tests/cases/live_code_bench.yaml, whose scores our scorer must give in every test run.
Prints every disagreement, and how many agree.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import yaml

HERE = Path(__file__).parent
CASES = HERE.parent / "tests" / "cases" / "live_code_bench.yaml"


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--evalscope-python", required=True)
    given = parser.parse_args()
    cases = yaml.safe_load(CASES.read_text(encoding="utf-8"))
    asked = [(case["row"], said) for case in cases for said in case["replies"]]
    with tempfile.TemporaryDirectory() as folder:
        put, got = Path(folder, "asked.json"), Path(folder, "answered.json")
        put.write_text(json.dumps([[row, said["reply"]] for row, said in asked]), encoding="utf-8")
        command = [given.evalscope_python, str(HERE / "live_code_bench_reference.py"), str(put), str(got)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
        theirs = json.loads(got.read_text(encoding="utf-8"))
    same = 0
    for (row, said), verdict in zip(asked, theirs, strict=True):
        ours = said["scores"]["accuracy"] == 1
        same += ours == verdict
        if ours != verdict:
            print(f"{row['question_id']}, {said['kind']}: ours {ours}, theirs {verdict}")
    print(f"{same} of {len(asked)} marks the same")


if __name__ == "__main__":
    main()
