"""The decorators: they declare, and import nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pytest_evalscope.benchmarks import Benchmark

F = TypeVar("F", bound=Callable[..., object])
ATTRIBUTE = "__evalscope_declaration__"


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What a decorated test asked for."""

    benchmark: str | Benchmark
    options: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    weight: float = 1.0
    task_type: str = ""
    tags: tuple[str, ...] = ()
    threshold: float | Mapping[str, float] | None = None


def benchmark(
    benchmark: str | Benchmark,
    *,
    name: str = "",
    subsets: Iterable[str] | None = None,
    few_shot: int | None = None,
    limit: int | float | None = None,
    repeats: int | None = None,
    template: str | None = None,
    system: str | None = None,
    params: Mapping[str, Any] | None = None,
    weight: float = 1.0,
    task_type: str = "",
    tags: Iterable[str] = (),
    threshold: float | Mapping[str, float] | None = None,
) -> Callable[[F], F]:
    """Declare that a test gates a benchmark; the test becomes one item per model and subset.

    The test asks for the fixture `scores`, and for `threshold` if it has one.

    Args:
        benchmark: The name of a benchmark, or a `Benchmark` of your own.
        name: Another name in reports and thresholds; needed when two tests run one benchmark in two ways.
        subsets: The subsets to run; all, if left out.
        few_shot: Number of worked examples before each question.
        limit: Samples per subset: a count, or a share in (0, 1). `--eval-limit` wins.
        repeats: How often each sample is asked. `--eval-repeats` wins.
        template: Prompt template with `{input}`.
        system: System prompt.
        params: Generation parameters (temperature, max_tokens …). `--eval-generation-config` wins.
        weight: Weight in the index of the run.
        task_type: Group in the index; the benchmark's own, if left out.
        tags: Tags in the index, besides the benchmark's own.
        threshold: Least value of the primary metric, or metric → least value; `thresholds.toml` and
            `--eval-threshold` win.
    """
    options = {
        "subsets": None if subsets is None else tuple(subsets),
        "few_shot": few_shot,
        "limit": limit,
        "repeats": repeats,
        "template": template,
        "system": system,
        "params": params,
    }
    declaration = Declaration(
        benchmark=benchmark,
        options={key: value for key, value in options.items() if value is not None},
        name=name,
        weight=weight,
        task_type=task_type,
        tags=tuple(tags),
        threshold=threshold,
    )

    def decorate(function: F) -> F:
        setattr(function, ATTRIBUTE, declaration)
        return function

    return decorate
