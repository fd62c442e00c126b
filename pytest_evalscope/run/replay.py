"""Re-score stored completions without calling a model."""

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
    one_line,
)
from pytest_evalscope.folder.jobs import JobManifest, find_job_manifest
from pytest_evalscope.folder.lines import Lines, with_messages
from pytest_evalscope.folder.media import loaded
from pytest_evalscope.folder.paths import RunFolder
from pytest_evalscope.folder.records import read_records
from pytest_evalscope.media import Kind
from pytest_evalscope.run.job_manifests import prompt_hash, shown_params
from pytest_evalscope.run.plan import Job
from pytest_evalscope.scorers.functions import failed_values
from pytest_evalscope.types import EVERY_REQUEST, UNSCORED, Completion, Context, Message, Request, Sample, Score, Scorer
from pytest_evalscope.types.completion import read_completion
from pytest_evalscope.types.media import KINDS

_FAILURES: dict[str, type[EvalscopeError]] = {
    "environment_error": EnvironmentFailed,
    "timeout": ModelTimeout,
    "not_asked": BudgetSpent,
    "filtered": ContentFiltered,
}


@dataclass(frozen=True, slots=True)
class Silent:
    """A model that is never called: its completions come from a run folder."""

    name: str

    @property
    def identity(self) -> Mapping[str, Any]:
        """An empty mapping: no completion comes from here."""
        return {}

    @property
    def can(self) -> frozenset[type]:
        """Every kind of request; the run folder determines which have a completion."""
        return EVERY_REQUEST

    @property
    def media(self) -> frozenset[Kind]:
        """All kinds, for the same reason."""
        return frozenset(KINDS)

    async def send(self, request: Request) -> Completion:
        """Refuse. Raises ModelError."""
        raise ModelError(f"{self.name}: not called, as completions come from a run folder (--eval-run-dir)")

    async def aclose(self) -> None:
        """Do nothing: no connection is open."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The prompt that a model was sent for one sample and repeat."""

    messages: tuple[Message, ...] = ()
    resized: int = 0
    """Pictures that were made smaller for it."""


class Completions:
    """The completions of one job, in the place of its solver."""

    def __init__(self, folder: RunFolder, manifest: JobManifest) -> None:
        self.manifest = manifest
        self._folder = folder
        self._lines = Lines(folder.file("predictions", *manifest.key))
        self._sent: dict[tuple[str, int], Sent] = {}
        """Prompts of completions that have no record yet."""
        self._failed = {
            (record.sample_id, record.repeat): _FAILURES[record.outcome]
            for record in read_records(folder, *manifest.key)
            if record.outcome in _FAILURES
        }

    def take_sent(self, sample_id: str, repeat: int) -> Sent:
        """Return the prompt of a completion that was just returned, once; an empty one where that is not known."""
        return self._sent.pop((sample_id, repeat), Sent())

    async def __call__(self, sample: Sample, context: Context) -> Completion:
        """Return the sample's completion, as a solver does. Raises the error that it had then, else ModelError."""
        unit = (sample.id, context.repeat)
        found = self._lines.find(*unit)
        if found is None:
            raise ModelError(f"run folder: it contains no completion of this sample ({self._lines.path})")
        messages = with_messages(found, self._lines)["messages"]
        self._sent[unit] = Sent(tuple(loaded(self._folder, messages)), int(found.get("resized", 0)))
        failure = self._failed.get(unit, ModelError)
        # An environment that broke after the last completion has no verdict, and nothing can make one now.
        if found["completion"] is None or failure is EnvironmentFailed:
            raise failure(str(found["error"]))
        try:
            completion = read_completion(found["completion"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(
                f"run folder: a completion cannot be read, damaged or of a newer version ({self._lines.path}: "
                f"{one_line(error)})"
            ) from error
        return replace(completion, trajectory=tuple(loaded(self._folder, completion.trajectory)))


class KeptScores:
    """The scores of one job as they are, in the place of a scorer that would call judges."""

    def __init__(self, folder: RunFolder, manifest: JobManifest, scorer: Scorer) -> None:
        self.metrics = scorer.metrics
        self._scorer = scorer
        self._lines = Lines(folder.file("reviews", *manifest.key))

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the recorded score of the completion. Raises ScorerError, BudgetSpent without one."""
        found = self._lines.find(sample.id, context.repeat)
        if found is None:
            raise ScorerError(f"run folder: it contains no score of this completion ({self._lines.path})")
        if found["outcome"] in UNSCORED:
            raise (BudgetSpent if found["outcome"] == "not_asked" else ScorerError)(str(found["error"]))
        verdicts = {judge: tuple(said) for judge, said in found.get("verdicts", {}).items()}
        return Score(
            values=found["values"], answer=found["answer"], explanation=found["explanation"], verdicts=verdicts
        )

    def failed(self, sample: Sample) -> Mapping[str, float]:
        """Return the values of a sample without a score."""
        return failed_values(self._scorer, sample)


def keeps_scores(benchmark: Benchmark, judges: Sequence[str]) -> bool:
    """Return whether recorded completions keep their scores: judges gave them, and none are named now."""
    return "judge" in benchmark.needs and not judges


def replayed(
    job: Job, folder: RunFolder, judges: Sequence[str] = (), *, rescores: bool = False
) -> tuple[Job, Completions]:
    """Return the job with the folder's completions in the place of its solver, and these.

    Scores of judges are kept, unless `judges` are named: then they judge again. With `rescores`, completions of another
    version of the benchmark and of other options are taken too.

    Raises DataError when the folder has no completions of this job, or those of a shard alone, or of another prompt.
    """
    manifest = find_job_manifest(folder, job.key)
    if manifest is None:
        raise DataError(
            f"{job.benchmark.name}/{job.subset} of {job.model}: the run folder contains no completions ({folder.path})",
            hint="--eval-judge judges them, with verdicts from the cache where it has them"
            if job.derived
            else "benchmark, subset and --eval-model are those of the recorded run",
        )
    if manifest.shard:
        raise DataError(
            f"{job.benchmark.name}/{job.subset}: the run folder contains shard {manifest.shard} alone ({folder.path})",
            hint="pytest-evalscope merge joins all shards",
        )
    if not (rescores or job.derived):
        refuse_another_prompt(job, manifest)
    completions = Completions(folder, manifest)
    # No few-shot examples are needed, so none are read; nothing acts, and the environment's verdict is recorded too.
    benchmark = replace(job.benchmark, solve=completions, environment=None)
    if keeps_scores(benchmark, judges):
        others = tuple(need for need in benchmark.needs if need != "judge")
        benchmark = replace(benchmark, score=KeptScores(folder, manifest, benchmark.score), needs=others)
    return replace(job, benchmark=benchmark, application=Silent(job.model)), completions


def refuse_another_prompt(job: Job, manifest: JobManifest) -> None:
    """Raise DataError where the job is not what the recorded run sent: no gate passes for what was never requested.

    Parameters that are not named now are those of the recorded run.
    """
    changes = []
    then, now = (version.partition("+")[0] for version in (manifest.version, job.benchmark.version))
    if now != then:  # after the + is how it is scored
        changes.append(f"the version of the benchmark is {now}, and {then} then")
    if prompt_hash(job.benchmark.solve) != manifest.prompt:
        changes.append("the prompt is another: template, few-shot examples, tools")
    for name, value in shown_params(job.params).items():
        if name not in manifest.params or manifest.params[name] != value:
            changes.append(f"{name} is {value!r}, and {manifest.params.get(name, 'not set')!r} then")
    if changes:
        raise DataError(
            f"{job.benchmark.name}/{job.subset} of {job.model}: not what the recorded run sent ({'; '.join(changes)}); "
            "accepted: the version and the options of that run",
            hint="without --eval-run-dir it is requested anew; where only the scoring changed, "
            "`pytest-evalscope rescore` writes a run folder with the new scores",
        )


def refuse_other_data(manifest: JobManifest, data_hash: str, whole: int) -> None:
    """Raise DataError when a whole job's data is not the recorded run's: a completion belongs to its own prompt."""
    if whole == manifest.whole and data_hash != manifest.data_hash:
        raise DataError(
            f"{manifest.benchmark}/{manifest.subset}: the data is not that of the recorded run "
            f"({data_hash}, and {manifest.data_hash} then); accepted: the data that its completions are of"
        )
