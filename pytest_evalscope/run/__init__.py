"""The run: plan, engine, store, cache, and the counts that become scores."""

from pytest_evalscope.folder.paths import RunFolder
from pytest_evalscope.folder.records import read_records
from pytest_evalscope.run.aggregate import Tally
from pytest_evalscope.run.plan import Job, jobs_of, jobs_of_members, require_judges, require_requests
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
    "read_records",
    "require_judges",
    "require_requests",
    "shard_of",
]
