"""EvalScope's names: what its documented scripts import, in this package's terms.

A script works with `pytest_evalscope.compat` in the place of `evalscope` and its modules in every import line. What is
not supported is refused when it is imported, with what there is instead.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pytest_evalscope.lazy import import_on_use

if TYPE_CHECKING:
    from pytest_evalscope.collections import (
        CollectionSchema,
        DatasetInfo,
        StratifiedSampler,
        UniformSampler,
        WeightedSampler,
        dump_jsonl_data,
    )
    from pytest_evalscope.compat.constants import (
        DataCollection,
        EvalBackend,
        EvalType,
        HubType,
        JudgeScoreType,
        JudgeStrategy,
    )
    from pytest_evalscope.compat.start import run_task
    from pytest_evalscope.compat.task import TaskConfig

__all__ = [
    "CollectionSchema",
    "DataCollection",
    "DatasetInfo",
    "EvalBackend",
    "EvalType",
    "HubType",
    "JudgeScoreType",
    "JudgeStrategy",
    "StratifiedSampler",
    "TaskConfig",
    "UniformSampler",
    "WeightedSampler",
    "dump_jsonl_data",
    "run_task",
]

if not TYPE_CHECKING:  # a type checker sees the imports above
    _named = import_on_use(
        __name__,
        {
            "collections": (
                *("CollectionSchema", "DatasetInfo", "StratifiedSampler", "UniformSampler", "WeightedSampler"),
                "dump_jsonl_data",
            ),
            "compat.constants": (
                *("DataCollection", "EvalBackend", "EvalType", "HubType", "JudgeScoreType", "JudgeStrategy"),
            ),
            "compat.start": ("run_task",),
            "compat.task": ("TaskConfig",),
        },
    )

    def __getattr__(name: str) -> Any:
        replaced = import_module("pytest_evalscope.compat.replaced")
        if name in replaced.NAMES:
            raise replaced.replaced(name)
        return _named(name)
