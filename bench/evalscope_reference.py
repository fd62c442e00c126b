"""Marks replies with EvalScope's own adapters; run by its interpreter, started by `parity_evalscope.py`.

Reads one JSON object per line from the file named first: {"benchmark", "input", "choices", "target", "reply"}; writes
[answer, right] per line to the file named second. An error of the marking is `[null, message]`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def main(asked: Path, marked: Path) -> None:
    """Mark every line of `asked`."""
    from evalscope.api.dataset import Sample  # type: ignore[import-not-found]  # it lives in another environment
    from evalscope.api.evaluator import TaskState  # type: ignore[import-not-found]  # as above
    from evalscope.api.registry import get_benchmark  # type: ignore[import-not-found]  # as above
    from evalscope.config import TaskConfig  # type: ignore[import-not-found]  # as above

    adapters: dict[str, Any] = {}
    with asked.open(encoding="utf-8") as lines, marked.open("w", encoding="utf-8") as out:
        for line in lines:
            case = json.loads(line)
            name = case["benchmark"]
            if name not in adapters:
                adapters[name] = get_benchmark(name, TaskConfig(model="none", datasets=[name], eval_type="mock_llm"))
            sample = Sample(input=case["input"], choices=case["choices"] or None, target=case["target"])
            state = TaskState(model="none", sample=sample)
            try:
                answer = adapters[name].filter_prediction(case["reply"], state)
                score = adapters[name].match_score(case["reply"], answer, case["target"], state)
                verdict = [answer, bool(next(iter(score.value.values())))]
            except Exception as error:  # noqa: BLE001 - what it raises is a finding, not a reason to stop
                verdict = [None, f"{type(error).__name__}: {error}"]
            out.write(json.dumps(verdict) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
