"""Items that stay in one worker of xdist, and the messages about them between the controller and its workers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from pytest_evalscope.plugin.keys import case_of

if TYPE_CHECKING:
    from pytest_evalscope.folder.paths import RunFolder

BUCKETS = "configs/buckets.json"
FROM_CONTROLLER = "evalscope"
"""The key of the values that the controller gives its workers."""


def is_controller(config: pytest.Config) -> bool:
    """Return whether this process hands its items to workers of xdist and runs none itself."""
    if hasattr(config, "workerinput") or not config.pluginmanager.hasplugin("xdist"):
        return False
    return getattr(config.option, "dist", "no") != "no" and not config.option.collectonly


def bucket_of(item: pytest.Item) -> str | None:
    """Return an item's bucket, which stays in one worker: a benchmark (or an index) and model, whatever the test.

    None for an ordinary test.
    """
    case = case_of(item)
    if case is None:
        return None
    return f"{case.jobs[0].benchmark.name}[{case.model}]" if case.jobs else str(case.label)


def write_buckets(
    folder: RunFolder,
    items: Sequence[pytest.Item],
    deselected: Sequence[str],
    *,
    problem: str = "",
    remarks: Sequence[str] = (),
) -> None:
    """Write item → bucket for the controller, which sees node ids and no items. All workers write the same.

    `problem` is the usage error that the controller is to raise, empty for none; `remarks` go into its summary.
    """
    buckets = _buckets(items)
    content = {"buckets": buckets, "deselected": list(deselected), "problem": problem, "remarks": list(remarks)}
    folder.write_json(BUCKETS, content)


def _buckets(items: Sequence[pytest.Item]) -> dict[str, str]:
    """Return item → bucket; an index and the benchmarks in it are in one: no two workers request one sample twice."""
    buckets = {item.nodeid: bucket for item in items if (bucket := bucket_of(item)) is not None}
    cases = [(item, case_of(item)) for item in items if item.nodeid in buckets]
    for item, case in cases:
        shared = case.shares_requests_with(item.path.parent)
        if shared is None or shared:
            same = {
                buckets[other.nodeid]
                for other, its in cases
                if its.model == case.model and any(shared is None or job.benchmark.name in shared for job in its.jobs)
            }
            own = buckets[item.nodeid]
            buckets = {nodeid: own if bucket in same else bucket for nodeid, bucket in buckets.items()}
    return buckets
