"""Joining runs: shards of one plan, or runs of it that were cut off, become the run that they are parts of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from pytest_evalscope.api.conduct import Junit
from pytest_evalscope.api.stored import NO_BATTLES, fresh, joined, report
from pytest_evalscope.errors import UsageError
from pytest_evalscope.folder.indexes import Composition, read_compositions, same
from pytest_evalscope.folder.recorded import Recorded, open_run
from pytest_evalscope.run.merging import parts_of
from pytest_evalscope.types import RunSummary, Spending, Spent


def merge(runs: Iterable[str | Path], folder: str | Path, *, junit: Junit = "gates") -> RunSummary:
    """Join run folders into `folder`, which then contains what the run of the whole would have written.

    A sample that is in several runs is taken once: from the first that has a score for it. No request is sent and no
    data is read. Gates are pytest's: `pytest evals --eval-run-dir=FOLDER` decides them from the joined records.

    Args:
        runs: The run folders; they stay as they are.
        folder: Where the joined run is written; it must be new or empty.
        junit: The contents of `reports/junit.xml`.

    Raises:
        UsageError: What is no run folder, runs that do not fit together (other data, parameters, prompts …), a shard
            that is missing, a `folder` that is in use.
        DataError: A broken file in a run folder.
    """
    opened = [open_run(Path(path)) for path in runs]
    if not opened:
        raise UsageError("merge: no run folder is named")
    target = fresh(Path(folder))
    jobs = parts_of(opened)
    compositions = _compositions(opened)
    options = {**opened[0].options, "shard": ""}
    target.create()
    results = [joined(parts, target, opened[0].max_errors) for parts in jobs.values()]
    started = min(str(run.manifest.get("started", "")) for run in opened)
    spending = _spending(opened)
    return report(
        target,
        results,
        compositions,
        options=options,
        started=started,
        junit=junit,
        spending=spending,
        remarks=[NO_BATTLES] if any(run.has_battles for run in opened) else [],
    )


def _spending(runs: Sequence[Recorded]) -> Spending | None:
    """Return what the runs have spent together; None where one of them did not count."""
    made: dict[str, Spent] = {}
    for run in runs:
        for one in run.spent or ():
            made[one.model] = one if one.model not in made else made[one.model] + one
    return Spending(models=tuple(made.values())) if all(run.spent is not None for run in runs) else None


def _compositions(runs: Sequence[Recorded]) -> list[Composition]:
    """Return the indexes of the runs, each once. Raises UsageError for one that is not the same everywhere."""
    made: dict[tuple[str, str], tuple[Composition, Recorded]] = {}
    for run in runs:
        for one in read_compositions(run.folder):
            first, where = made.setdefault((one.name, one.model), (one, run))
            if not same(first, one):
                raise UsageError(
                    f"merge: index {one.name} of {one.model}: its samples or shares are not the same in {where} and "
                    f"{run}; accepted: runs of one plan"
                )
    return [one for one, _ in made.values()]
