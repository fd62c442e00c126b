"""The parts of each index in a run folder and their shares, so that it can be computed again from records.

`configs/indexes/<index>/<model>.json`, written by the process that runs the index.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.errors import DataError
from pytest_evalscope.folder.paths import RunFolder
from pytest_evalscope.types import Sample
from pytest_evalscope.types.names import folder_name

if TYPE_CHECKING:
    from pytest_evalscope.collections import Member

SCHEMA = 1
FOLDER = "configs/indexes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """An index of one model: which samples count in it, and how much."""

    name: str
    model: str
    members: tuple[Member, ...]
    """Read from a run folder, they know their names, shares and groups, and have no data."""
    remarks: tuple[str, ...] = ()


def write_composition(folder: RunFolder, made: Composition) -> None:
    """Write down what an index is made of."""
    path = f"{FOLDER}/{folder_name(made.name)}/{folder_name(made.model)}.json"
    (folder.path / path).parent.mkdir(parents=True, exist_ok=True)
    members = [_to_plain(member) for member in made.members]
    content = {"schema": SCHEMA, "name": made.name, "model": made.model, "members": members, "remarks": made.remarks}
    folder.write_json(path, content)


def read_compositions(folder: RunFolder) -> Iterator[Composition]:
    """Yield the indexes of a run folder. Raises DataError for a broken file."""
    for path in sorted((folder.path / FOLDER).glob("*/*.json")):
        yield _read(path)


def same(first: Composition, second: Composition) -> bool:
    """Return whether two compositions are of the same index."""
    return list(map(_to_plain, first.members)) == list(map(_to_plain, second.members))


def _to_plain(member: Member) -> dict[str, Any]:
    leaf = member.leaf
    return {
        "leaf": leaf.name,
        "dataset": leaf.dataset,
        "benchmark": leaf.benchmark.name,
        "subset": member.subset,
        "count": member.count,
        "leaf_share": str(leaf.share),
        "share": str(member.share),
        "task_type": leaf.task_type,
        "tags": list(leaf.tags_of(member.subset)),
        "categories": list(leaf.categories),
        "version": leaf.version,
    }


def _read(path: Path) -> Composition:
    try:
        given = orjson.loads(path.read_bytes())
        return Composition(
            name=given["name"],
            model=given["model"],
            members=tuple(map(_from_plain, given["members"])),
            remarks=tuple(given["remarks"]),
        )
    except (OSError, ValueError, KeyError, TypeError, ZeroDivisionError) as error:
        raise DataError(f"{path}: not the composition of an index ({type(error).__name__}: {error})") from error


def _from_plain(given: dict[str, Any]) -> Member:
    from pytest_evalscope.collections import Leaf, Member
    from pytest_evalscope.data import Rows
    from pytest_evalscope.scorers import exact

    name = given["benchmark"]
    leaf = Leaf(
        name=given["leaf"],
        dataset=given["dataset"],
        share=Fraction(given["leaf_share"]),
        benchmark=Benchmark(name=name, data=Rows(()), sample=lambda row: Sample(input=str(row)), score=exact()),
        subsets=(given["subset"],),
        task_type=given["task_type"],
        tags=tuple(given["tags"]),
        categories=tuple(given["categories"]),
        version=given["version"],
    )
    return Member(leaf=leaf, subset=given["subset"], count=given["count"], share=Fraction(given["share"]))
