"""Replies from a run folder: a run that asks nothing, and marks again what another was told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.errors import (
    BudgetSpent,
    ContentFiltered,
    DataError,
    EnvironmentFailed,
    EvalscopeError,
    ModelError,
    ModelTimeout,
    ScorerError,
)
from pytest_evalscope.folder.jobs import JobManifest, find_job_manifest
from pytest_evalscope.folder.lines import Lines
from pytest_evalscope.folder.media import loaded
from pytest_evalscope.folder.paths import RunFolder
from pytest_evalscope.folder.prompts import with_messages
from pytest_evalscope.folder.records import read_records
from pytest_evalscope.media import Kind
from pytest_evalscope.run.cache import read_completion
from pytest_evalscope.run.plan import Job
from pytest_evalscope.scorers.functions import failed_values
from pytest_evalscope.types import EVERY_REQUEST, UNSCORED, Completion, Context, Message, Request, Sample, Score, Scorer
from pytest_evalscope.types.media import KINDS

_FAILURES: dict[str, type[EvalscopeError]] = {
    "environment_error": EnvironmentFailed,
    "timeout": ModelTimeout,
    "not_asked": BudgetSpent,
    "filtered": ContentFiltered,
}


@dataclass(frozen=True, slots=True)
class Silent:
    """Stands for a model that is not asked."""

    name: str

    @property
    def identity(self) -> Mapping[str, Any]:
        """Nothing: no reply comes from here."""
        return {}

    @property
    def can(self) -> frozenset[type]:
        """Everything: the run folder tells what there is a completion for."""
        return EVERY_REQUEST

    @property
    def media(self) -> frozenset[Kind]:
        """All kinds, for the same reason."""
        return frozenset(KINDS)

    async def send(self, request: Request) -> Completion:
        """Refuse. Raises ModelError."""
        raise ModelError(f"{self.name}: replies come from a run folder, and no model is asked (--eval-run-dir)")

    async def aclose(self) -> None:
        """Nothing is held."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a model was sent for one sample and repeat."""

    messages: tuple[Message, ...] = ()
    resized: int = 0
    """Pictures that were made smaller for it."""


class Replies:
    """The replies of one job, in the place of its solver."""

    def __init__(self, folder: RunFolder, manifest: JobManifest) -> None:
        self.manifest = manifest
        self._folder = folder
        self._lines = Lines(folder.file("predictions", *manifest.key))
        self._sent: dict[tuple[str, int], Sent] = {}
        """Of replies that have no record yet."""
        self._failed = {
            (record.sample_id, record.repeat): _FAILURES[record.outcome]
            for record in read_records(folder, *manifest.key)
            if record.outcome in _FAILURES
        }

    def take_sent(self, sample_id: str, repeat: int) -> Sent:
        """Return what was sent for a reply that was just given, once; nothing where that is not known."""
        return self._sent.pop((sample_id, repeat), Sent())

    async def __call__(self, sample: Sample, context: Context) -> Completion:
        """Return the sample's completion, as a solver does. Raises what kept it from one then, else ModelError."""
        unit = (sample.id, context.repeat)
        found = self._lines.find(*unit)
        if found is None:
            raise ModelError(f"run folder: it holds no reply to this sample ({self._lines.path})")
        messages = with_messages(found, self._lines)["messages"]
        self._sent[unit] = Sent(tuple(loaded(self._folder, messages)), int(found.get("resized", 0)))
        failure = self._failed.get(unit, ModelError)
        # An environment that broke after the last completion has no verdict, and nothing can make one now.
        if found["completion"] is None or failure is EnvironmentFailed:
            raise failure(str(found["error"]))
        completion = read_completion(found["completion"])
        return replace(completion, trajectory=tuple(loaded(self._folder, completion.trajectory)))


class KeptScores:
    """The marks of one job as they stand, in the place of a scorer that would ask judges."""

    def __init__(self, folder: RunFolder, manifest: JobManifest, scorer: Scorer) -> None:
        self.metrics = scorer.metrics
        self._scorer = scorer
        self._lines = Lines(folder.file("reviews", *manifest.key))

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the mark that the reply was given. Raises ScorerError, BudgetSpent where there was none."""
        found = self._lines.find(sample.id, context.repeat)
        if found is None:
            raise ScorerError(f"run folder: it holds no mark of this reply ({self._lines.path})")
        if found["outcome"] in UNSCORED:
            raise (BudgetSpent if found["outcome"] == "not_asked" else ScorerError)(str(found["error"]))
        verdicts = {judge: tuple(said) for judge, said in found.get("verdicts", {}).items()}
        return Score(
            values=found["values"], answer=found["answer"], explanation=found["explanation"], verdicts=verdicts
        )

    def failed(self, sample: Sample) -> Mapping[str, float]:
        """Return the values of a sample without a mark."""
        return failed_values(self._scorer, sample)


def keeps_scores(benchmark: Benchmark, judges: Sequence[str]) -> bool:
    """Whether recorded replies keep the marks they have: judges gave them, and none are named now."""
    return "judge" in benchmark.needs and not judges


def replayed(job: Job, folder: RunFolder, judges: Sequence[str] = ()) -> tuple[Job, Replies]:
    """Return the job with the folder's replies in the place of its solver, and these.

    What judges marked keeps its marks, unless `judges` are named: then they are asked again.

    Raises DataError when the folder has none of this job, or those of a shard alone.
    """
    manifest = find_job_manifest(folder, job.key)
    if manifest is None:
        raise DataError(
            f"{job.benchmark.name}/{job.subset} of {job.model}: the run folder holds no replies ({folder.path})",
            hint="--eval-judge has them judged, a verdict from the cache where there is one"
            if job.derived
            else "benchmark, subset and --eval-model are those of the recorded run",
        )
    if manifest.shard:
        raise DataError(
            f"{job.benchmark.name}/{job.subset}: the run folder holds shard {manifest.shard} alone ({folder.path})",
            hint="pytest-evalscope merge joins all shards",
        )
    replies = Replies(folder, manifest)
    # No worked examples are needed, so none are read; nothing acts, and the environment's verdict is recorded too.
    benchmark = replace(job.benchmark, solve=replies, environment=None)
    if keeps_scores(benchmark, judges):
        others = tuple(need for need in benchmark.needs if need != "judge")
        benchmark = replace(benchmark, score=KeptScores(folder, manifest, benchmark.score), needs=others)
    return replace(job, benchmark=benchmark, application=Silent(job.model)), replies


def refuse_other_data(manifest: JobManifest, data_hash: str, whole: int) -> None:
    """Raise DataError when a whole job's data is not what was asked: a reply belongs to its own question."""
    if whole == manifest.whole and data_hash != manifest.data_hash:
        raise DataError(
            f"{manifest.benchmark}/{manifest.subset}: the data is not what the recorded run asked "
            f"({data_hash}, and {manifest.data_hash} then); its replies are to other questions"
        )
