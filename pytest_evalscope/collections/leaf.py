"""One data set of an index, ready to be sampled or run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from operator import itemgetter
from typing import Any

import orjson

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A data set, its share of the index, and its place in it."""

    name: str = ""
    """Unique in its index: the benchmark's name, with its args or groups where that alone is not."""
    dataset: str
    """The benchmark's name."""
    share: Fraction
    """Its share of the index, in (0, 1], exact."""
    benchmark: Benchmark
    """The benchmark, with the leaf's args applied. In a mixed set its data are the chosen samples alone."""
    subsets: tuple[str, ...]
    task_type: str = ""
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    """The names of its groups, the root first."""
    args: Mapping[str, Any] = field(default_factory=dict)
    version: str
    """The version of the benchmark that the samples were taken from."""
    rendered: bool = False
    """True for samples that are ready prompts, few-shot examples included, and are sent unchanged."""

    def size(self, subset: str) -> int | None:
        """Return how many samples the subset has; None when that is not known before reading."""
        return self.benchmark.data.size(subset)

    def tags_of(self, subset: str) -> tuple[str, ...]:
        """Return the leaf's tags that the subset has: a tag of another subset alone counts none of its samples."""
        return self.benchmark.tags_of(subset, self.tags)

    @property
    def identity(self) -> tuple[str, str, tuple[str, ...]]:
        """Key by which the leaves of an index are sorted, however its schema is written."""
        return (self.dataset, orjson.dumps(plain(self.args), option=orjson.OPT_SORT_KEYS).decode(), self.categories)


def filed(leaves: Iterable[Leaf], index: str) -> tuple[Leaf, ...]:
    """Return the leaves of a mixed set in the order of their identities, each with a name of its own.

    The name is the benchmark's; where two have it, with the args (`ceval(few_shot_num=5)`), else with the groups too
    (`root/math/ceval`), else with a number. The leaf's benchmark runs just its samples and is filed as
    `<index>.<name>`, so that it is never taken for the whole benchmark.
    """
    ordered = sorted(leaves, key=lambda leaf: leaf.identity)
    forms = [(leaf.dataset, _with_args(leaf), "/".join((*leaf.categories, _with_args(leaf)))) for leaf in ordered]
    counts = Counter(form for row in forms for form in set(row))
    made: list[Leaf] = []
    for number, (leaf, row) in enumerate(zip(ordered, forms, strict=True), start=1):
        name = next((form for form in row if counts[form] == 1), f"{row[-1]}#{number}")
        benchmark = replace(leaf.benchmark, name=f"{index}.{name}", sample=itemgetter("sample"))
        made.append(replace(leaf, name=name, benchmark=benchmark))
    return tuple(made)


def tagged(benchmark: Benchmark, tags: Iterable[str]) -> Benchmark:
    """Return `benchmark` for a leaf with these tags: those that a user wrote are of all its subsets."""
    return benchmark if {*benchmark.tags} <= {*tags} else replace(benchmark, subset_tags={})


def as_rendered(benchmark: Benchmark) -> Benchmark:
    """Return `benchmark` with every sample's input sent unchanged; a solver of the user's own stays."""
    return replace(benchmark, solve=chat()) if hasattr(benchmark.solve, "render") else benchmark


def _with_args(leaf: Leaf) -> str:
    args = ", ".join(f"{key}={_short(leaf.args[key])}" for key in sorted(leaf.args))
    return f"{leaf.dataset}({args})" if args else leaf.dataset


def _short(value: Any) -> str:
    return "+".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
