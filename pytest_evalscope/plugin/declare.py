"""The decorators: they declare, and import nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NoReturn, TypeVar

if TYPE_CHECKING:
    from pytest_evalscope.benchmarks import Benchmark
    from pytest_evalscope.collections import CollectionSchema, MixedSet
    from pytest_evalscope.types import Solver

F = TypeVar("F", bound=Callable[..., object])
ATTRIBUTE = "__evalscope_declaration__"
"""The attribute of a decorated function that has its declaration."""
DECLARED = "__evalscope_declared__"
"""The name in a module of the list of its decorated functions, those whose names were taken by others too."""
DECORATORS = "@benchmark(…), @index(…) or @arena(…)"
SamplerName = Literal["weighted", "uniform", "stratified"]
SAMPLERS = ("weighted", "uniform", "stratified")
NORMALIZE = ("product", "level")
Decide = Literal["value", "interval"]
DECIDE: tuple[Decide, ...] = ("value", "interval")
SCHEDULES = ("round_robin", "baseline")


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """The arguments of `@benchmark` on a test."""

    kind: ClassVar = "benchmark"
    fixture: ClassVar = "scores"
    """The fixture that the test must use, itself or through another one."""
    benchmark: str | Benchmark
    options: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    weight: float = 1.0
    task_type: str = ""
    tags: tuple[str, ...] = ()
    threshold: float | Mapping[str, float] | None = None
    decide: Decide = "value"


def benchmark(
    benchmark: str | Benchmark,
    *,
    name: str = "",
    subsets: Iterable[str] | None = None,
    few_shot: int | None = None,
    limit: int | float | None = None,
    repeats: int | None = None,
    aggregation: str | None = None,
    template: str | None = None,
    system: str | None = None,
    solve: Solver | Literal["likelihood"] | None = None,
    params: Mapping[str, Any] | None = None,
    extra: Mapping[str, Any] | None = None,
    weight: float = 1.0,
    task_type: str = "",
    tags: Iterable[str] = (),
    threshold: float | Mapping[str, float] | None = None,
    decide: Decide = "value",
) -> Callable[[F], F]:
    """Declare that a test gates a benchmark; the test becomes one item per model and subset.

    The test uses the fixture `scores`, and `threshold` if it has one.

    Args:
        benchmark: The name of a benchmark, or a `Benchmark` of your own.
        name: Another name in reports and thresholds; needed when two tests run one benchmark in two ways.
        subsets: The subsets to run; all, if left out.
        few_shot: Number of few-shot examples before each question.
        limit: Samples per subset: a count, or a share in (0, 1). `--eval-limit` wins.
        repeats: Completions of each sample. `--eval-repeats` wins.
        aggregation: The metric of repeats besides the mean: `mean_and_pass_at_k`, `mean_and_pass_hat_k` or
            `mean_and_vote_at_k`; five repeats give the metric `pass_at_5`, `pass_hat_5` or `vote_at_5`.
        template: Prompt template with `{input}`.
        system: System prompt.
        solve: Another solver than the benchmark's own, such as `likelihood()`, which brings its own scorer.
        params: Generation parameters (temperature, max_tokens …). `--eval-generation-config` wins.
        extra: Options that this benchmark alone has, such as `{"start_date": "2024-09-01"}` of live_code_bench.
        weight: Weight in the index of the run.
        task_type: Group in the index; the benchmark's own, if left out.
        tags: Tags in the index, besides the benchmark's own.
        threshold: Least value of the primary metric, or metric → least value; `thresholds.toml` and
            `--eval-threshold` win.
        decide: What thresholds are compared with: the value, or the 95 % interval, which may be inconclusive.
            `--eval-decide` wins.
    """
    _refuse_bare("benchmark", '@benchmark("gsm8k")', benchmark)
    _refuse_text("benchmark", subsets=subsets, tags=tags)
    _refuse_others("benchmark", decide=(decide, DECIDE))
    if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not 0 <= weight < float("inf"):
        raise _refused(f"@benchmark: weight does not fit ({weight!r}); accepted: a finite number from 0")
    _refuse_blank("benchmark", name=name, task_type=task_type)
    options = {
        "subsets": None if subsets is None else tuple(subsets),
        "few_shot": few_shot,
        "limit": limit,
        "repeats": repeats,
        "aggregation": aggregation,
        "template": template,
        "system": system,
        "solve": solve,
        "params": params,
        "extra": extra,
    }
    declaration = Declaration(
        benchmark=benchmark,
        options={key: value for key, value in options.items() if value is not None},
        name=name,
        weight=weight,
        task_type=task_type,
        tags=tuple(tags),
        threshold=threshold,
        decide=decide,
    )
    return _decorator(declaration)


@dataclass(frozen=True, kw_only=True)
class IndexDeclaration:
    """The arguments of `@index` on a test."""

    kind: ClassVar = "index"
    fixture: ClassVar = "report"
    """The fixture that the test must use, itself or through another one."""
    schema: CollectionSchema | MixedSet | str | Path
    count: int | None = None
    sampler: SamplerName = "weighted"
    seed: int | None = None
    normalize: Literal["product", "level"] = "product"
    benchmarks: tuple[Benchmark, ...] = ()

    @property
    def name(self) -> str:
        """The index's name as far as it is known before reading: the schema's, or the file's."""
        return Path(self.schema).stem if isinstance(self.schema, (str, Path)) else self.schema.name


def index(
    schema: CollectionSchema | MixedSet | str | Path,
    *,
    count: int | None = None,
    sampler: SamplerName = "weighted",
    seed: int | None = None,
    normalize: Literal["product", "level"] = "product",
    benchmarks: Iterable[Benchmark] = (),
) -> Callable[[F], F]:
    """Declare that a test gates a weighted index; the test becomes one item per model and uses `report`.

    Args:
        schema: A schema, a mixed set, or the path of a schema (.json) or of a mixed set (.jsonl) beside the test.
        count: Samples to take; all of them, if left out. `--eval-limit` wins. A mixed set is sampled already.
        sampler: The rule that divides the samples among the leaves.
        seed: Seed of the sampler; `--eval-seed`, if left out.
        normalize: The rule that makes nested weights shares, see `CollectionSchema.flatten`.
        benchmarks: Benchmarks of your own that the schema names.
    """
    _refuse_bare("index", '@index("mine.json")', schema)
    _refuse_text("index", benchmarks=benchmarks)
    if count is not None and (isinstance(count, bool) or not isinstance(count, int) or count < 1):
        raise _refused(f"@index: count does not fit ({count!r}); accepted: a whole number from 1")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int) or seed < 0):
        raise _refused(f"@index: seed does not fit ({seed!r}); accepted: a whole number from 0")
    _refuse_others("index", sampler=(sampler, SAMPLERS), normalize=(normalize, NORMALIZE))
    declaration = IndexDeclaration(
        schema=schema, count=count, sampler=sampler, seed=seed, normalize=normalize, benchmarks=tuple(benchmarks)
    )
    return _decorator(declaration)


@dataclass(frozen=True, kw_only=True)
class ArenaDeclaration:
    """The arguments of `@arena` on a test."""

    kind: ClassVar = "arena"
    fixture: ClassVar = "leaderboard"
    """The fixture that the test must use, itself or through another one."""
    data: tuple[str | Path | Benchmark, ...]
    models: tuple[str, ...] = ()
    baseline: str = ""
    schedule: Literal["round_robin", "baseline"] = "round_robin"
    criteria: str = ""
    limit: int | float | None = None
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def arena(
    *bare: NoReturn,
    data: str | Path | Benchmark | Iterable[str | Path | Benchmark] = (),
    models: Iterable[str] | Mapping[str, Mapping[str, Any]] = (),
    baseline: str = "",
    schedule: Literal["round_robin", "baseline"] = "round_robin",
    criteria: str = "",
    limit: int | float | None = None,
) -> Callable[[F], F]:
    """Declare that a test gates battles between models; it becomes one item per data set and uses `leaderboard`.

    Judges (`--eval-judge`) compare the completions of two models to one prompt, in both orders.

    Args:
        *bare: Nothing: all arguments need their names.
        data: The name of a benchmark, a `Benchmark` of your own, or the path (beside the test) of a file or folder of
            open questions (`query`, and maybe `response`); or several.
        models: The models; those of `--model`, if left out. A mapping gives each its generation parameters, under a
            name of your own: `{"cold": {"model": "smollm2", "temperature": 0}, …}`.
        baseline: The model that ratings and win rates refer to; the first, if left out.
        schedule: `round_robin`: every pair of models. `baseline`: only those with the baseline.
        criteria: The criteria of the judges, in your words.
        limit: Samples per subset: a count, or a share in (0, 1). `--eval-limit` wins.
    """
    if bare:
        _refuse_bare("arena", '@arena(data="alpaca_eval")', bare[0])
        raise _refused("arena: its arguments need their names; accepted: @arena(data=…)")
    _refuse_text("arena", models=models)
    several = (data,) if isinstance(data, (str, Path)) or not isinstance(data, Iterable) else tuple(data)
    if not several:
        raise _refused("arena: no data is named; accepted: a benchmark, a file or folder of questions, or several")
    _refuse_others("arena", schedule=(schedule, SCHEDULES))
    declaration = ArenaDeclaration(
        data=several,
        models=tuple(models),
        baseline=baseline,
        schedule=schedule,
        criteria=criteria,
        limit=limit,
        params=models if isinstance(models, Mapping) else {},
    )
    return _decorator(declaration)


def _decorator(declaration: Declaration | IndexDeclaration | ArenaDeclaration) -> Callable[[F], F]:
    """Return the decorator that puts a declaration on a test. It raises for all but a function without one."""

    def decorate(function: F) -> F:
        said = f"@{declaration.kind} on {getattr(function, '__qualname__', repr(function))}"
        if not isinstance(function, FunctionType):
            kind = "a class" if isinstance(function, type) else f"a {type(function).__name__}"
            raise _refused(
                f"{said}: it is {kind} and no function; accepted: a test function, or a method of a test class",
                hint="our decorator comes nearest to the function, below @pytest.fixture, @staticmethod and the like",
            )
        earlier = vars(function).get(ATTRIBUTE)
        if earlier is not None:
            raise _refused(
                f"{said}: it has @{earlier.kind} already; accepted: one of {DECORATORS} for each test",
                hint="write a test function for each",
            )
        setattr(function, ATTRIBUTE, declaration)
        function.__globals__.setdefault(DECLARED, []).append(function)
        return function

    return decorate


def _refuse_bare(name: str, example: str, first: object) -> None:
    """Raise where the decorator was written without parentheses, so that it got the test in place of an argument."""
    if isinstance(first, (FunctionType, type)):
        raise _refused(f"@{name}: written without parentheses; accepted: {example}")


def _refuse_text(name: str, **several: object) -> None:
    """Raise for a text in place of several values: it would be read letter by letter."""
    for argument, value in several.items():
        if isinstance(value, (str, bytes)):
            raise _refused(f"@{name}: {argument} is a text ({value!r}); accepted: a list, such as [{value!r}]")


def _refuse_blank(decorator: str, /, **several: object) -> None:
    """Raise for a name that is no text, or that is white space alone."""
    for argument, text in several.items():
        if not isinstance(text, str):
            raise _refused(f"@{decorator}: {argument} is no text ({text!r}); accepted: a name")
        if text.isspace():
            raise _refused(f"@{decorator}: {argument} is blank ({text!r}); accepted: a name")


def _refuse_others(name: str, **several: tuple[str, Sequence[str]]) -> None:
    """Raise for a value that is not among those known."""
    for argument, (value, known) in several.items():
        if value not in known:
            raise _refused(f"@{name}: {argument}: unknown name ({value!r}); known: {', '.join(known)}")


def _refused(message: str, *, hint: str = "") -> Exception:
    """Return the error for a declaration; pytest shows it without a traceback, at the place where it was written."""
    import pytest

    from pytest_evalscope.errors import UsageError

    class DeclarationError(UsageError, pytest.Collector.CollectError):
        """A decorator that is used wrongly."""

    frame = sys._getframe(1)
    while frame.f_globals.get("__name__") == __name__ and frame.f_back is not None:
        frame = frame.f_back
    place = f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
    return DeclarationError(str(UsageError(f"{place}: {message}", hint=hint)))
