"""The index in the plugin: drawing its samples, its items without a test file, and how it crosses from a worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pytest_evalscope.collections import MixedSet
from pytest_evalscope.collections.levels import Measured, index_report
from pytest_evalscope.plugin.collect import IndexCase, settings_of
from pytest_evalscope.plugin.declare import IndexDeclaration
from pytest_evalscope.plugin.keys import INDEX_PARAMETER
from pytest_evalscope.run import Settings
from pytest_evalscope.run.indexes import drawn
from pytest_evalscope.types import Estimate, IndexReport, Result, plain


def drawn_for(declaration: IndexDeclaration, settings: Settings, folder: Path) -> MixedSet:
    """Return the mixed set that a declaration stands for; paths are relative to `folder`. Raises as `drawn` does."""
    schema = declaration.schema
    return drawn(
        folder / Path(schema).expanduser() if isinstance(schema, (str, Path)) else schema,
        settings,
        count=declaration.count,
        sampler=declaration.sampler,
        seed=declaration.seed,
        normalize=declaration.normalize,
        benchmarks=declaration.benchmarks,
    )


@dataclass(slots=True)
class IndexState:
    """What is known of an index while its item runs; sent to the collecting process as JSON."""

    case: IndexCase
    name: str = ""
    results: list[Result] = field(default_factory=list)
    measured: Sequence[Measured] = ()
    missing: Sequence[str] = ()
    remarks: Sequence[str] = ()

    def report(self) -> IndexReport:
        """Return the index at its five levels. Raises GateError when nothing was measured."""
        return index_report(self.name, self.case.model, self.measured, self.missing)

    def to_plain(self) -> dict[str, Any]:
        """Return what `index_from_plain` reads."""
        return {
            "name": self.name,
            "model": self.case.model,
            "results": [result.to_plain() for result in self.results],
            "measured": [plain(asdict(item)) for item in self.measured],
            "missing": list(self.missing),
            "remarks": list(self.remarks),
        }


def index_from_plain(fields: Mapping[str, Any]) -> tuple[IndexReport | None, list[Result]]:
    """Return the index and its members' results; no index when nothing was measured."""
    results = [Result.from_plain(item) for item in fields["results"]]
    measured = [
        Measured(
            **{
                **item,
                "tags": tuple(item["tags"]),
                "categories": tuple(item["categories"]),
                "estimate": Estimate(**item["estimate"]),
            }
        )
        for item in fields["measured"]
    ]
    if not measured:
        return None, results
    return index_report(fields["name"], fields["model"], measured, fields["missing"]), results


class IndexItem(pytest.Item):
    """An index that `--eval-index` names: an item with no test file. It passes when the index can be computed."""

    evalscope_parameters: Mapping[str, Any]

    def runtest(self) -> None:
        """Compute the index."""
        from pytest_evalscope.plugin.keys import SESSION

        session = self.config.stash[SESSION]
        session.report(self, session.door(self))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the index is written down."""
        case: IndexCase = self.evalscope_parameters[INDEX_PARAMETER]
        return Path(str(case.declaration.schema)), 0, self.name


def index_items(session: pytest.Session, path: str) -> list[pytest.Item]:
    """Return the items of `--eval-index`, one per model. Raises pytest.UsageError for a file that is not there."""
    config = session.config
    file = Path(config.invocation_params.dir) / path
    if not file.exists():
        raise pytest.UsageError(
            f"--eval-index: there is no such file ({path}); a schema (.json) or a mixed set (.jsonl)"
        )
    declaration = IndexDeclaration(schema=file)
    made: list[pytest.Item] = []
    for model in settings_of(config).run.models:
        item: IndexItem = IndexItem.from_parent(session, name=f"{path}[{model}]", nodeid=f"{path}::index[{model}]")
        item.evalscope_parameters = {INDEX_PARAMETER: IndexCase(declaration=declaration, model=model)}
        item.add_marker(pytest.mark.evalscope(index=declaration.name, model=model))
        made.append(item)
    return made
