"""Data that a task names in EvalScope's ways: a mixed set by its name on a hub, open questions without answers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pytest_evalscope.benchmarks.options import DATA_COLLECTION, mixed_path
from pytest_evalscope.compat.names import HUB_ID
from pytest_evalscope.data import Source
from pytest_evalscope.errors import DataNotFound, UsageError

STORED = "test.jsonl"
GENERAL_QA = "general_qa"


def mixed_set(given: Mapping[str, Any], source: Source, cache_dir: Path) -> Path:
    """Return the file of the mixed set that `dataset_args` of a `data_collection` names.

    A `dataset_id` that is no path is the name of a repository on a hub, `owner/name`: read from the mirror, else
    downloaded once.

    Raises UsageError for another option, DataNotFound for a set that is not there.
    """
    # The order in which samples are sent does not matter here.
    named = {name: value for name, value in given.items() if name != "shuffle"}
    identity = named.get("dataset_id")
    if isinstance(identity, str) and HUB_ID.fullmatch(identity) and not Path(identity).expanduser().exists():
        named["dataset_id"] = str(_shared(identity, source, cache_dir))
    return mixed_path(named, where=f"dataset_args of {DATA_COLLECTION}")


def _shared(identity: str, source: Source, cache_dir: Path) -> Path:
    tried = [source.data_dir / identity / part / STORED for part in ("", "default")] if source.data_dir else []
    stored = cache_dir / "collections" / source.hub / identity / STORED
    for path in (*tried, stored):
        if path.is_file():
            return path
    if source.offline:
        places = ", ".join(map(str, (*tried, stored)))
        raise DataNotFound(
            f"{identity}: no mixed set of this name offline (tried {places})",
            hint=f"pytest-evalscope index pull {identity} -o FILE downloads it; name FILE as local_path",
        )
    from pytest_evalscope.collections.publish import pull

    return pull(identity, stored, hub=source.hub).path


def open_questions(args: Mapping[str, Any], *, numeric: bool, judged: bool) -> dict[str, Any]:
    """Return the options of `general_qa`, its completions rated by judges where its rows have no answer.

    Args:
        args: Its `dataset_args`.
        numeric: True if the task says that judges rate (`score_type="numeric"`).
        judged: True if the task has judges.
    """
    made = dict(args)
    extra = made.get("extra_params") or {}
    if "judged" not in extra and (numeric or (judged and not _has_answers(made))):
        made["extra_params"] = {**extra, "judged": True}
    return made


def refuse_numeric(datasets: list[str]) -> None:
    """Raise UsageError for ratings of benchmarks that are scored by a comparison with their answer."""
    for name in datasets:
        if name != GENERAL_QA:
            raise UsageError(
                f"TaskConfig judge score_type: {name} is not rated but compared with its answers ('numeric'); "
                "accepted: 'pattern', or left out",
                hint="a benchmark of your own is rated by score=judge(criteria=…, scale=(1, 10))",
            )


def _has_answers(args: Mapping[str, Any]) -> bool:
    """Return whether the first row of the files has an answer; True where they cannot be read, an error of the run."""
    from pytest_evalscope.benchmarks.custom.general_qa import general_qa

    path = args.get("local_path") or args.get("dataset_id") or args.get("path")
    if not path:
        return True
    try:
        data = general_qa(path, tuple(args.get("subset_list") or args.get("subsets") or ())).data
        row = next(iter(data.read(data.subsets[0], source=Source())), {"answer": "?"})
    except (DataNotFound, UsageError):
        return True
    return bool(row.get("answer") or row.get("response"))
