"""One run of inspect_ai for `faults.py`; runs in its environment: python FILE URL DATA_DIR LOG_DIR CONCURRENCY."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main() -> None:
    """Ask, and print the number of samples that were scored and their mean as JSON."""
    from inspect_ai import Task, eval_set  # type: ignore[import-not-found]  # it lives in another environment
    from inspect_ai.dataset import MemoryDataset, Sample  # type: ignore[import-not-found]  # the same
    from inspect_ai.model import get_model  # type: ignore[import-not-found]  # the same
    from inspect_ai.scorer import choice  # type: ignore[import-not-found]  # the same
    from inspect_ai.solver import multiple_choice  # type: ignore[import-not-found]  # the same

    url, data, logs, concurrency = sys.argv[1:]
    rows = [json.loads(line) for line in (Path(data) / "fault_val.jsonl").read_text("utf-8").splitlines()]
    samples = [
        Sample(id=row["id"], input=row["question"], choices=[row[letter] for letter in "ABCD"], target=row["answer"])
        for row in rows
    ]
    task = Task(dataset=MemoryDataset(samples), solver=multiple_choice(), scorer=choice(), name="fault")
    model = get_model("openai-api/bench/bench", base_url=url, api_key="x")
    _, [log] = eval_set(
        task, log_dir=logs, model=model, max_connections=int(concurrency), attempt_timeout=5, display="none",
        retry_attempts=1, retry_wait=1,
    )  # fmt: skip
    if log.status != "success" or log.results is None:
        print("RESULT " + json.dumps({"scored": 0, "score": None, "why": f"the eval ended as {log.status!r}"}))
        return
    score = log.results.scores[0]
    print("RESULT " + json.dumps({"scored": log.results.completed_samples, "score": score.metrics["accuracy"].value}))


if __name__ == "__main__":
    main()
