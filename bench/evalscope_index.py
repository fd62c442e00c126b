"""EvalScope's side of `interop_evalscope.py`, run by its interpreter.

evalscope_index.py sample SCHEMA COUNT SEED FOLDER   draw a mixed set with its sampler into FOLDER/test.jsonl
evalscope_index.py run FOLDER URL OUT                evaluate FOLDER/test.jsonl against the endpoint at URL
"""

from __future__ import annotations

import random
import sys


def draw(schema: str, count: str, seed: str, folder: str) -> None:
    """Draw `count` samples and write them."""
    from evalscope.collections import (  # type: ignore[import-not-found]  # it lives in another environment
        CollectionSchema,
        WeightedSampler,
    )
    from evalscope.utils.io_utils import dump_jsonl_data  # type: ignore[import-not-found]  # as above

    random.seed(int(seed))  # its samplers take no seed
    dump_jsonl_data(WeightedSampler(CollectionSchema.from_json(schema)).sample(int(count)), f"{folder}/test.jsonl")


def run(folder: str, url: str, out: str) -> None:
    """Evaluate a mixed set."""
    from evalscope import TaskConfig, run_task  # type: ignore[import-not-found]  # it lives in another environment

    run_task(
        TaskConfig(
            model="made",
            api_url=url,
            api_key="none",
            eval_type="openai_api",
            datasets=["data_collection"],
            dataset_args={"data_collection": {"local_path": folder}},
            work_dir=out,
        )
    )


if __name__ == "__main__":
    if sys.argv[1] == "sample":
        draw(*sys.argv[2:])
    else:
        run(*sys.argv[2:])
