"""The run: plan, engine, store, cache, and the counts that become scores."""

from typing import TYPE_CHECKING

from pytest_evalscope.lazy import import_on_use

if TYPE_CHECKING:
    from pytest_evalscope.folder.paths import RunFolder
    from pytest_evalscope.folder.records import read_records
    from pytest_evalscope.run.aggregate import Tally
    from pytest_evalscope.run.plan import (
        Job,
        jobs_of,
        jobs_of_members,
        judge_models,
        require_judges,
        require_known_judges,
        require_requests,
    )
    from pytest_evalscope.run.session import Run
    from pytest_evalscope.run.settings import CACHE_MODES, Settings
    from pytest_evalscope.types.shard import Shard, shard_of

__all__ = [
    "CACHE_MODES",
    "Job",
    "Run",
    "RunFolder",
    "Settings",
    "Shard",
    "Tally",
    "jobs_of",
    "jobs_of_members",
    "judge_models",
    "read_records",
    "require_judges",
    "require_known_judges",
    "require_requests",
    "shard_of",
]

if not TYPE_CHECKING:  # a type checker sees the imports above
    __getattr__ = import_on_use(
        __name__,
        {
            "folder.paths": ("RunFolder",),
            "folder.records": ("read_records",),
            "run.aggregate": ("Tally",),
            "run.plan": (
                *("Job", "jobs_of", "jobs_of_members", "judge_models", "require_judges", "require_known_judges"),
                "require_requests",
            ),
            "run.session": ("Run",),
            "run.settings": ("CACHE_MODES", "Settings"),
            "types.shard": ("Shard", "shard_of"),
        },
    )
