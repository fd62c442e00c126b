"""One run of EvalScope for `faults.py`, in EvalScope's environment: python FILE URL DATA_DIR WORK_DIR CONCURRENCY."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main() -> None:
    """Ask, and print the number of samples that were scored and their mean as JSON."""
    from evalscope import TaskConfig, run_task  # type: ignore[import-not-found]  # it lives in another environment

    url, data, work, concurrency = sys.argv[1:]
    run_task(
        TaskConfig(
            model="bench", api_url=url, api_key="x", eval_type="openai_api", datasets=["general_mcq"],
            dataset_args={"general_mcq": {"local_path": data, "subset_list": ["fault"]}},
            generation_config={"timeout": 5.0}, eval_batch_size=int(concurrency), work_dir=work, no_timestamp=True,
            use_cache=work if (Path(work) / "predictions").exists() else None,
        )
    )  # fmt: skip
    [report] = Path(work).rglob("general_mcq.json")
    found = json.loads(report.read_text("utf-8"))
    subset = found["metrics"][0]["categories"][0]["subsets"][0]
    print("RESULT " + json.dumps({"scored": subset["num"], "score": subset["score"]}))


if __name__ == "__main__":
    main()
