"""Tests of an index: one item per model, whose fixture is `report`; and `--eval-index`, which needs no test file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from pytest_evalscope.api.conduct import await_result
from pytest_evalscope.collections import CollectionSchema, MixedSet
from pytest_evalscope.collections.levels import Measured, index_report, measures_of
from pytest_evalscope.errors import EvalscopeError, GateError, UsageError
from pytest_evalscope.folder.indexes import Composition, write_composition
from pytest_evalscope.plugin.declare import IndexDeclaration
from pytest_evalscope.plugin.item_report import fail, gate_result, placed, state_of, trace_of
from pytest_evalscope.plugin.keys import APPLICATION, CASE, NO_MODEL, SESSION, case_of
from pytest_evalscope.plugin.session import EvalSession
from pytest_evalscope.plugin.settings import settings_of
from pytest_evalscope.run import Job, Settings, jobs_of_members, require_judges, require_requests
from pytest_evalscope.run.indexes import members_of, sampled
from pytest_evalscope.types import Estimate, IndexReport, Result, plain

if TYPE_CHECKING:
    from pytest_evalscope.api.failing import Behind
    from pytest_evalscope.plugin.cases import Ended
    from pytest_evalscope.plugin.collector import Gathered


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexCase:
    """One item: its declaration and its model."""

    declaration: IndexDeclaration
    model: str
    own_model: bool = True
    jobs: Sequence[Job] = ()
    """None before the samples are chosen."""

    @property
    def id(self) -> str:
        """The part of the node id in brackets."""
        return self.model

    @property
    def label(self) -> str:
        """The name for people."""
        return f"index {self.declaration.name} of {self.model}"

    @property
    def opened(self) -> Sequence[str]:
        """The name that its model is opened by."""
        return (self.model,)

    @property
    def marker(self) -> Mapping[str, str]:
        """The arguments of the marker `evalscope`."""
        return {"index": self.declaration.name, "model": self.model}

    def names(self) -> tuple[Sequence[str], Sequence[str], bool]:
        """Return the user's own benchmarks of a mixed set, and whether it is one: a schema has its options itself."""
        schema = self.declaration.schema
        mixed = isinstance(schema, (str, Path)) and Path(schema).suffix != ".json"
        return (), tuple(each.name for each in self.declaration.benchmarks) if mixed else (), mixed

    def shares_requests_with(self, folder: Path) -> Collection[str] | None:
        """Return the benchmarks of a schema; a mixed set in a file is not read for it."""
        schema = self.declaration.schema
        if isinstance(schema, (str, Path)):
            path = folder / Path(schema).expanduser()
            if path.suffix != ".json":
                return None
            try:
                schema = CollectionSchema.from_json(path)
            except EvalscopeError:  # the item will report it
                return ()
        if isinstance(schema, MixedSet):
            return {leaf.benchmark.name for leaf in schema.leaves}
        names = set(_names(schema))
        return None if "data_collection" in names else names

    def measure(self) -> MeasuredIndex:
        """Return the state of the item before anything is measured."""
        return MeasuredIndex(self)

    def require(self, settings: Settings) -> None:
        """Do nothing: no need is known before the samples are chosen."""

    def sampled(self, settings: Settings, folder: Path) -> MixedSet:
        """Return the samples of the declaration; paths are relative to `folder`. Raises as `sampled` does."""
        declared = self.declaration
        schema = declared.schema
        return sampled(
            folder / Path(schema).expanduser() if isinstance(schema, (str, Path)) else schema,
            settings,
            count=declared.count,
            sampler=declared.sampler,
            seed=declared.seed,
            normalize=declared.normalize,
            benchmarks=declared.benchmarks,
        )


@dataclass(slots=True)
class MeasuredIndex:
    """The state of an index while its item runs."""

    case: IndexCase
    name: str = ""
    results: list[Result] = field(default_factory=list)
    measured: Sequence[Measured] = ()
    missing: Sequence[str] = ()
    remarks: Sequence[str] = ()
    kind = "index"

    @property
    def begun(self) -> bool:
        """True if samples were recorded."""
        return bool(self.results)

    def report(self) -> IndexReport:
        """Return the index at its five levels. Raises GateError when nothing was measured."""
        return index_report(self.name, self.case.model, self.measured, self.missing)

    def unmet(self, _: Collection[tuple[str, float]]) -> None:
        """Return nothing: no threshold is declared for it."""

    def behind(self, _: tuple[str, bool] | None) -> Sequence[Behind]:
        """Return its leaves: first those that keep it from being computed, then those with the lowest values."""
        from pytest_evalscope.api.failing import MOST, Behind

        def order(result: Result) -> tuple[bool, float]:
            return result.verdict != "error", result.primary.value if result.primary is not None else 0.0

        leaves = sorted((one for one in self.results if one.outcomes), key=order)[:MOST]
        return [Behind(key=(one.model, one.benchmark, one.subset), metric=one.primary_metric) for one in leaves]

    def gate(self, ended: Ended) -> Result:
        """Return the gate on the index; samples are counted in the results of its leaves, and not once more."""
        estimate = self.report().weighted_avg if self.measured else None
        return gate_result(
            ended,
            benchmark=f"index {self.name or self.case.declaration.name}",
            model=self.case.model,
            primary_metric="weighted_avg",
            metrics={} if estimate is None else {"weighted_avg": replace(estimate, metric="weighted_avg")},
            task_type="index",
        )

    def to_plain(self, ended: Ended) -> dict[str, Any]:
        """Return what `collect` reads."""
        return {
            "gate": self.gate(ended).to_plain(),
            "name": self.name,
            "model": self.case.model,
            "results": [placed(result, ended).to_plain() for result in self.results],
            "measured": [plain(asdict(item)) for item in self.measured],
            "missing": list(self.missing),
            "remarks": list(self.remarks),
        }

    def properties(self, _: Ended) -> Sequence[tuple[str, str | float]]:
        """Return none."""
        return ()


def cases(declaration: IndexDeclaration, metafunc: pytest.Metafunc, settings: Settings, own: bool) -> list[IndexCase]:
    """Return the items of a declaration, one per model. Raises UsageError for a schema that is none."""
    schema = declaration.schema
    if not isinstance(schema, (str, Path, MixedSet, CollectionSchema)):
        raise UsageError(f"@index: not an index ({schema!r}); accepted: a schema, a mixed set, or the path of either")
    models = (settings.models or ("",)) if own else (APPLICATION,)
    return [IndexCase(declaration=declaration, model=name, own_model=own) for name in models]


def deliver(session: EvalSession, item: pytest.Item, model: Any) -> IndexReport:
    """Sample and run the item's index; ends the item as an error where a leaf is missing or cannot be gated."""
    case, state = case_of(item), state_of(item)
    if not isinstance(case, IndexCase):
        fail(item, UsageError("report: this test declares no index", hint="decorate it with @index(…)"))
    measured = state.measured = case.measure()
    try:
        problems, jobs = _run(session, measured, case.sampled(session.settings.run, item.path.parent), model)
        if not problems:
            session.leave_to_merge(f"{sum(result.planned for result in measured.results)} samples recorded")
        made = measured.report()
    except EvalscopeError as error:
        fail(item, error)
    finally:
        session.pause()
    problems += [f"{name}: no score" for name in made.missing]
    if problems:
        trace = trace_of(session.open_run(), jobs)
        fail(item, GateError("the index was not computed: " + "; ".join(problems)), trace=trace)
    return made


def _run(session: EvalSession, index: MeasuredIndex, mixed: MixedSet, model: Any) -> tuple[list[str], list[Job]]:
    """Run every sample; fill in the index's results. Returns why the gate is not computed from them, and the jobs."""
    settings = session.settings.run
    # A share as limit was refused when the set was sampled.
    parts = members_of(mixed, cast("int | None", settings.limit))
    application = session.application(index.case.model, model)
    jobs = [replace(job, application=application) for job in jobs_of_members(parts, index.case.model, settings)]
    index.name, index.remarks = mixed.name, mixed.remarks
    write_composition(
        session.folder,
        Composition(name=mixed.name, model=index.case.model, members=parts, remarks=mixed.remarks),
    )
    run = session.open_run()
    require_judges(jobs, settings)
    require_requests(jobs, settings, run.resources.model_of)
    run.submit(jobs)
    for job in jobs:
        index.results.append(await_result(run, job, tick=session.tick()))
    index.measured, index.missing = measures_of(parts, index.results)
    problems = [
        f"{member.leaf.name}/{member.subset}: {result.message}"
        for member, result in zip(parts, index.results, strict=True)
        if result.message
    ]
    return problems, jobs


def collect(gathered: Gathered, nodeid: str, fields: Mapping[str, Any]) -> None:
    """Take in the gate and the results that an item's report carries; no index when nothing was measured."""
    gate = Result.from_plain(fields["gate"])
    gathered.add(gate)
    if gate.verdict == "skipped":
        return
    gathered.remarks += fields["remarks"]
    for result in map(Result.from_plain, fields["results"]):
        gathered.results[result.model, result.benchmark, result.subset] = result
    measured = [_measured(item) for item in fields["measured"]]
    gathered.indexes[nodeid] = (
        index_report(fields["name"], fields["model"], measured, fields["missing"]) if measured else None
    )


def _measured(fields: Mapping[str, Any]) -> Measured:
    lists = {name: tuple(fields[name]) for name in ("tags", "categories")}
    return Measured(**{**fields, **lists, "estimate": Estimate(**fields["estimate"])})


def _names(schema: CollectionSchema) -> Iterator[str]:
    for child in schema.datasets:
        if isinstance(child, CollectionSchema):
            yield from _names(child)
        else:
            yield child.name


class IndexItem(pytest.Item):
    """An index that `--eval-index` names: an item with no test file. It passes when the index is computed."""

    evalscope_parameters: Mapping[str, Any]

    def setup(self) -> None:
        """Compute the index: what keeps it from that is an error of the gate, and no failure."""
        session: Any = self.config.pluginmanager.get_plugin(SESSION)
        if session is None:
            pytest.skip(NO_MODEL)
        deliver(session, self, session.model_handle(self))

    def runtest(self) -> None:
        """Pass: an index without a test of its own is compared with nothing."""

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the file of the index."""
        case: IndexCase = self.evalscope_parameters[CASE]
        return Path(str(case.declaration.schema)), 0, self.name


def index_items(session: pytest.Session, path: str) -> list[pytest.Item]:
    """Return the items of `--eval-index`, one per model."""
    config = session.config
    declaration = IndexDeclaration(schema=Path(config.invocation_params.dir) / path)
    models: Sequence[str] = ()
    with suppress(pytest.UsageError):  # it is reported once all is collected, and needs an item
        models = settings_of(config).run.models
    made: list[pytest.Item] = []
    for model in models or ("",):
        case = IndexCase(declaration=declaration, model=model)
        item: IndexItem = IndexItem.from_parent(session, name=f"{path}[{model}]", nodeid=f"{path}::index[{model}]")
        item.evalscope_parameters = {CASE: case}
        item.add_marker(pytest.mark.evalscope(**case.marker))
        made.append(item)
    return made
