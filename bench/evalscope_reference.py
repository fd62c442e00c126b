"""Marks replies and renders prompts with EvalScope's own adapters; run by its interpreter, by `parity_evalscope.py`.

Reads one JSON object per line from the file named first and writes a JSON list per line to the file named second:

- {"benchmark", "input", "choices", "target", "reply"} → [answer, right]; an error of the marking is [null, message];
- {"benchmark", "subset", "row", "shots"} → [prompt].
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def main(asked: Path, answered: Path) -> None:
    """Answer every line of `asked`."""
    from evalscope.api.registry import get_benchmark  # type: ignore[import-not-found]  # in another environment
    from evalscope.config import TaskConfig  # type: ignore[import-not-found]  # as above

    adapters: dict[str, Any] = {}
    with asked.open(encoding="utf-8") as lines, answered.open("w", encoding="utf-8") as out:
        for line in lines:
            case = json.loads(line)
            name = case["benchmark"]
            if name not in adapters:
                adapters[name] = get_benchmark(name, TaskConfig(model="none", datasets=[name], eval_type="mock_llm"))
            answer = (prompt if "row" in case else mark)(adapters[name], case)
            out.write(json.dumps(answer) + "\n")


def mark(adapter: Any, case: dict[str, Any]) -> list[Any]:
    """Return what is extracted from the reply, and whether it is right."""
    from evalscope.api.dataset import Sample  # type: ignore[import-not-found]  # in another environment
    from evalscope.api.evaluator import TaskState  # type: ignore[import-not-found]  # as above

    sample = Sample(input=case["input"], choices=case["choices"] or None, target=case["target"])
    state = TaskState(model="none", sample=sample)
    try:
        answer = adapter.filter_prediction(case["reply"], state)
        score = adapter.match_score(case["reply"], answer, case["target"], state)
        return [answer, bool(next(iter(score.value.values())))]
    except Exception as error:  # noqa: BLE001 - what it raises is a finding, not a reason to stop
        return [None, f"{type(error).__name__}: {error}"]


def prompt(adapter: Any, case: dict[str, Any]) -> list[str]:
    """Return the prompt for a row of the data with its worked examples."""
    adapter.current_subset_name = case["subset"]
    sample = adapter.record_to_sample(case["row"])
    if not case["shots"]:
        return [adapter.format_prompt_template(sample)]
    shots = [adapter.sample_to_fewshot(adapter.record_to_sample(row)) for row in case["shots"]]
    return [adapter.format_fewshot_template("\n\n".join(shots), sample)]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
