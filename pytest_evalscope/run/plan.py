"""The plan of a run: one job per model, benchmark and subset."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import islice
from math import ceil
from typing import TYPE_CHECKING, Any

from pytest_evalscope.benchmarks.options import configure, subsets_of
from pytest_evalscope.errors import DataError, UnknownName, UsageError
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.models.capabilities import ABILITIES, MODELS_THAT_CAN, MODELS_THAT_TAKE, media_of_model
from pytest_evalscope.models.options import guarded_option
from pytest_evalscope.models.resolve import defaults_for
from pytest_evalscope.run.settings import Settings
from pytest_evalscope.stats import metric_of
from pytest_evalscope.types import Declared, Model, Sample
from pytest_evalscope.types.names import JobKey

if TYPE_CHECKING:
    from pytest_evalscope.benchmarks import Benchmark
    from pytest_evalscope.collections import Member
    from pytest_evalscope.data import Source
    from pytest_evalscope.scorers.judging import Strategy
    from pytest_evalscope.types.shard import Shard

PLANNED = ("aggregation", "limit", "params", "repeats")
"""Options of a benchmark that the plan reads; the rest change its prompt, and `configure` applies them."""

LISTED = 5
"""Names that a message lists."""

AGGREGATIONS = ("mean", "mean_and_pass_at_k", "mean_and_pass_hat_k", "mean_and_vote_at_k")
"""EvalScope's names of the metrics of repeats."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Job:
    """One subset of one benchmark, run with one model. Two jobs with the same key are the same job."""

    benchmark: Benchmark
    subset: str
    model: str
    """The model's name."""
    alias_of: str = ""
    """The name that the model is opened by, where it goes by another one in files and reports."""
    application: Model | None = None
    """The model itself, where it is the user's own and not opened by its name."""
    limit: int | float | None = None
    shuffle: int | None = None
    """The seed of the order of the samples; None for the data's own order."""
    repeats: int = 1
    seed: int = 42
    params: Mapping[str, Any] = field(default_factory=dict)
    shard: Shard | None = None
    """The part of the samples that is run; None for all of them."""
    declared: Declared = field(default_factory=Declared)
    """Declarations of a test about the results."""
    derived: bool = False
    """True if its samples are made of other jobs' completions, and no model is called: an arena's battles."""

    @property
    def key(self) -> JobKey:
        """The name of the job in files and reports: model, benchmark and subset."""
        return (self.model, self.benchmark.name, self.subset)

    @property
    def way(self) -> tuple[Any, ...]:
        """Settings of its samples and requests: two jobs of one key that differ in it are not the same job."""
        made = self.benchmark
        # What only `extra` changes shows in the card.
        return (
            *(self.limit, self.shuffle, self.repeats, self.seed, dict(self.params)),
            *(made.solve, made.data, made.description, [*made.metrics]),
        )

    @property
    def opened(self) -> str:
        """The name that the model is opened by."""
        return self.alias_of or self.model

    @property
    def count(self) -> int | None:
        """Number of samples that the limit leaves of the complete subset; None when the size is not known yet."""
        size = self.benchmark.data.size(self.subset)
        if isinstance(self.limit, float):
            if size is None:
                raise UsageError(
                    f"--eval-limit: a share ({self.limit:g}) needs a known size, which "
                    f"{self.benchmark.name}/{self.subset} has not; accepted: a count"
                )
            return ceil(size * self.limit)
        if self.limit is None or size is None:
            return size if self.limit is None else self.limit
        return min(size, self.limit)

    @property
    def whole(self) -> int | None:
        """Number of records of all shards together, if the data is complete; None when it is not known."""
        count = self.count
        return None if count is None else count * self.repeats

    @property
    def planned(self) -> int | None:
        """Number of records of the job, if the data is complete; None for a shard, whose data must be read first."""
        return self.whole if self.shard is None else None

    def includes(self, sample: Sample) -> bool:
        """Return whether the sample is in the job's shard."""
        return self.shard is None or self.shard.holds(self.benchmark.name, self.subset, sample.id)

    def samples(self, source: Source) -> Iterator[Sample]:
        """Yield the samples. Raises DataError without any."""
        most = self.count if self.limit is not None else None
        if self.shuffle is None:
            made = self.benchmark.samples(self.subset, source, limit=most)
        else:
            made = iter(self._shuffled(source, most))
        first = list(islice(made, 1))
        if not first:
            raise DataError(f"{self.benchmark.name}/{self.subset}: the data set contains no row of this subset")
        yield from first
        yield from made

    def _shuffled(self, source: Source, most: int | None) -> list[Sample]:
        """Return the samples in an order that depends on the seed and their ids alone; at most `most` are kept.

        All rows are read: which samples come first is the same whatever the order of the data, and in every shard.
        """
        from heapq import nsmallest

        def place(sample: Sample) -> bytes:
            content = "\0".join((str(self.shuffle), self.benchmark.name, self.subset, sample.id))
            return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).digest()

        every = self.benchmark.samples(self.subset, source)
        return sorted(every, key=place) if most is None else nsmallest(most, every, key=place)


def jobs_of(
    benchmark: Benchmark, model: str, settings: Settings, options: Mapping[str, Any], *, where: str, opened: str = ""
) -> list[Job]:
    """Return the jobs of one benchmark for one model, a subset each, in the order of the data set.

    `options` are the declaration's; `--eval-dataset-args` and then `--eval-limit` and `--eval-repeats` win over them.
    `opened` is the name that the model is opened by, where it is another one.

    Raises UsageError for an option that this benchmark does not take, or a generation parameter that the model does
    not; `where` names the place where it was written.
    """
    args = settings.dataset_args.get(benchmark.name, {})
    of_args = f"--eval-dataset-args of {benchmark.name}" if where.startswith("@") else where
    named = _planned_apart(options, where) | _planned_apart(args, of_args)
    planned = {name: named.pop(name) for name in PLANNED if name in named}
    if args:
        where = of_args if all(name in args for name in named) else f"{where} or {of_args}"
    changed = scored_by(settings.judge_strategy, configure(benchmark, named, where=where))
    limit = settings.limit if settings.limit is not None else planned.get("limit")
    repeats = settings.repeats if settings.repeats != 1 else int(planned.get("repeats") or 1)
    if "aggregation" in planned:
        changed = aggregated(changed, str(planned["aggregation"]), repeats, where=where)
    elif changed.primary_metric in changed.score.metrics:
        changed = aggregated(changed, changed.aggregation, repeats, where=where)
    return [
        Job(
            benchmark=changed,
            subset=subset,
            model=model,
            limit=limit,
            shuffle=settings.shuffle,
            repeats=repeats,
            seed=settings.seed,
            params=_params(opened or model, changed.params, planned.get("params") or {}, settings.params, where),
            shard=settings.shard,
        )
        for subset in subsets_of(changed, named, where=where)
    ]


def _planned_apart(options: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return `options`. Raises UsageError for a value that the plan cannot use; `where` names who wrote it."""
    for name in PLANNED:
        value = options.get(name)
        whole = isinstance(value, int) and not isinstance(value, bool) and value >= 1
        accepted = ""
        if name == "limit" and not (whole or (isinstance(value, float) and 0 < value < 1)):
            accepted = "a whole number from 1, or a share between 0 and 1"
        elif name == "repeats" and not whole:
            accepted = "a whole number from 1"
        elif name == "params" and not isinstance(value, Mapping):
            accepted = 'generation parameters by their names, such as {"temperature": 0}'
        if accepted and value is not None:
            raise UsageError(f"{where}: {name} does not fit ({value!r}); accepted: {accepted}")
    return dict(options)


def scored_by(strategy: Strategy, benchmark: Benchmark) -> Benchmark:
    """Return the benchmark as it is scored under a strategy; one that is scored otherwise is another version.

    Raises UsageError for the strategy `rule` where no rule can score it.
    """
    made_for_judges = "judge" in benchmark.needs
    if strategy == "rule" and made_for_judges:
        raise UsageError(
            f"{benchmark.name}: no rule scores its completions, only judges do (--eval-judge-strategy=rule)",
            hint="leave it out, or use auto, llm or llm_recall",
        )
    if strategy in ("auto", "rule") or made_for_judges:
        return benchmark
    from pytest_evalscope.scorers import judged

    score = judged(rule=benchmark.score, recall=strategy == "llm_recall")
    return replace(benchmark, score=score, version=f"{benchmark.version}+{strategy}")


def aggregated(benchmark: Benchmark, kind: str, repeats: int, *, where: str) -> Benchmark:
    """Return `benchmark` with the metric over `repeats` tries that `kind` names, if there is more than one.

    Raises UnknownName for another kind, UsageError for a benchmark whose headline is no mean of the scorer's values.
    """
    if kind not in AGGREGATIONS:
        raise UnknownName(f"{where}: aggregation", kind, AGGREGATIONS)
    if kind == "mean" or repeats == 1:
        return benchmark
    value = benchmark.primary_metric
    if value not in benchmark.score.metrics:
        raise UsageError(f"{where}: {benchmark.name} has no {kind}: its headline is no value of a completion ({value})")
    maker = kind.removeprefix("mean_and_")
    made = metric_of([maker, repeats, value])
    assert made is not None, "each aggregation but the mean is the name of a metric's maker"
    return replace(benchmark, metrics={**benchmark.metrics, f"{maker.removesuffix('_k')}_{repeats}": made})


def require_judges(jobs: Iterable[Job], settings: Settings) -> None:
    """Raise UsageError, before anything is requested, for a job that judges score when none is named.

    Completions from a run folder may keep the scores that they have.
    """
    if not settings.judges and settings.run_dir is None:
        for job in jobs:
            if "judge" in job.benchmark.needs:
                from pytest_evalscope.scorers.judging import HINT, NO_JUDGE

                raise UsageError(f"{job.benchmark.name}: a judge scores its completions, but {NO_JUDGE}", hint=HINT)


def require_known_judges(settings: Settings, options: ModelOptions | None = None) -> None:
    """Raise UsageError, before anything is requested, for a judge that cannot be opened, with `options` or its own."""
    options = settings.judge if options is None else options
    if not settings.judges_differ:
        for name in settings.judges:
            resolve(name, options)
        return
    from pytest_evalscope.run.judges import open_judge

    for name in settings.judges:
        open_judge(name, settings, options)
    for name in () if settings.judges else settings.judge_args:
        raise UsageError(f"--eval-judge-args: no judge is named ({name}); accepted: options of judges of --eval-judge")


def judge_models(settings: Settings) -> tuple[str, ...]:
    """Return the model of each judge, `provider/model`."""
    if not settings.judge_args:
        return settings.judges
    from pytest_evalscope.run.judges import model_names

    return tuple(model_names(settings))


def require_requests(jobs: Iterable[Job], settings: Settings, model_of: Callable[[Job], Model]) -> None:
    """Raise UsageError, before anything is requested, for jobs that need what their model cannot do or does not take.

    That is a kind of request, which the solver needs, or of media, which the benchmark does. Completions from a run
    folder need no model. What only an endpoint knows is left to the first request.
    """
    if settings.run_dir is not None:
        return
    jobs = tuple(jobs)
    for media in sorted({need for job in jobs for need in job.benchmark.needs} & {"image", "audio", "video"}):
        blind = [job for job in jobs if media in job.benchmark.needs and media not in media_of_model(model_of(job))]
        if blind:
            raise UsageError(
                f"model {_listed(job.model for job in blind)}: takes no {media}, needed by "
                f"{_listed(job.benchmark.name for job in blind)}",
                hint=MODELS_THAT_TAKE,
            )
    lacking: dict[type, list[Job]] = {}
    for job in jobs:
        needs: frozenset[type] = getattr(job.benchmark.solve, "needs_requests", frozenset())
        for kind in needs and needs - model_of(job).can:
            lacking.setdefault(kind, []).append(job)
    if lacking:
        kind, found = lacking.popitem()
        raise UsageError(
            f"model {_listed(job.model for job in found)}: cannot {ABILITIES[kind]}, needed by "
            f"{_listed(job.benchmark.name for job in found)}; models that can: {MODELS_THAT_CAN[kind]}"
        )


def _listed(names: Iterable[str]) -> str:
    every = list(dict.fromkeys(names))
    more = f" and {len(every) - LISTED} more" if len(every) > LISTED else ""
    return ", ".join(every[:LISTED]) + more


def require_same(queued: Job, job: Job) -> None:
    """Raise UsageError for a job of the name of a queued one that is run in another way: files go by the name."""
    if queued.way != job.way:
        raise UsageError(
            f"{job.benchmark.name}/{job.subset}: two tests run it in two ways under one name (in one run its samples "
            "are the same for all); accepted: a name of its own for each benchmark and index"
        )


def jobs_of_members(members: Iterable[Member], model: str, settings: Settings) -> list[Job]:
    """Return the jobs that run the chosen samples of an index, one per member, in their order."""
    return [
        Job(
            benchmark=scored_by(settings.judge_strategy, member.leaf.benchmark),
            subset=member.subset,
            model=model,
            limit=member.count,
            repeats=settings.repeats,
            seed=settings.seed,
            params=_params(model, member.leaf.benchmark.params, {}, settings.params, "index"),
            shard=settings.shard,
            # A part of an index has no weight of its own in the index of the run.
            declared=Declared(weight=0.0, task_type=member.leaf.task_type, tags=member.leaf.tags_of(member.subset)),
        )
        for member in members
    ]


def _params(
    model: str, defaults: Mapping[str, Any], declared: Mapping[str, Any], chosen: Mapping[str, Any], where: str
) -> dict[str, Any]:
    """Return the generation parameters of a job: the benchmark's, the declaration's, and the user's, which win."""
    if declared or chosen:
        from pytest_evalscope.models.parameters import check_params

        check_params(model, declared, where=f"{where}: generation parameter")
        check_params(model, chosen)
    return _one_completion(defaults_for(model, defaults, {**guarded_option(declared), **chosen}))


def _one_completion(params: dict[str, Any]) -> dict[str, Any]:
    """Return `params`. Raises UsageError where they request several completions at once, which nothing would score."""
    if params.get("n") not in (None, 1):
        raise UsageError(
            f"generation parameter n: does not fit ({params['n']!r}); accepted: 1, as a request has one completion",
            hint="--eval-repeats requests several completions of every sample, and keeps and scores each",
        )
    return params
