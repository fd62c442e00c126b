"""Verdicts of LiveCodeBench's runner inside EvalScope; started by `parity_live_code_bench.py` with that one's Python.

Arguments: two files. In: [[row, reply], …]. Out: [passed, …], in the same order. Nothing confines what is run.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

SECONDS = 6


def main() -> None:
    """Mark every case."""
    from evalscope.benchmarks.live_code_bench.evaluate_utils import (  # type: ignore[import-not-found]  # lives in the other environment
        codegen_metrics,
    )
    from evalscope.benchmarks.live_code_bench.extract_utils import (  # type: ignore[import-not-found]  # the same
        extract_code_generation,
    )
    from evalscope.benchmarks.live_code_bench.load_utils import transform  # type: ignore[import-not-found]  # the same

    verdicts = []
    for row, reply in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
        tests = [{"input_output": transform(dict(row))["evaluation_sample"]}]
        codes = [[extract_code_generation(reply)]]
        found = codegen_metrics(tests, codes, k_list=[1], num_process_evaluate=1, timeout=SECONDS, debug=False)
        verdicts.append(bool(found[0]["pass@1"] > 0))
    Path(sys.argv[2]).write_text(json.dumps(verdicts), encoding="utf-8")


if __name__ == "__main__":  # its processes import this file anew
    main()
