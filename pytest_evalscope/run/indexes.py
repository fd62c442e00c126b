"""An index that is run: its samples chosen, and cut into the parts that are run and counted as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.run.settings import Settings

if TYPE_CHECKING:
    from pytest_evalscope.collections import (
        CollectionSchema,
        Member,
        MixedSet,
        StratifiedSampler,
        UniformSampler,
        WeightedSampler,
    )

Index: TypeAlias = "CollectionSchema | MixedSet | str | Path"
"""A schema, a mixed set, or the path of a schema (`.json`) or of a mixed set (any other)."""
SamplerName = Literal["weighted", "uniform", "stratified"]


def sampler_named(name: str) -> type[WeightedSampler | UniformSampler | StratifiedSampler]:
    """Return the sampler of this name. Raises UnknownName."""
    from pytest_evalscope.collections import StratifiedSampler, UniformSampler, WeightedSampler

    samplers: dict[str, type[WeightedSampler | UniformSampler | StratifiedSampler]] = {
        "weighted": WeightedSampler,
        "uniform": UniformSampler,
        "stratified": StratifiedSampler,
    }
    if name not in samplers:
        raise UnknownName("sampler", name, samplers)
    return samplers[name]


def sampled(
    index: Index,
    settings: Settings,
    *,
    count: int | None = None,
    sampler: str = "weighted",
    seed: int | None = None,
    normalize: Literal["product", "level"] = "product",
    benchmarks: Sequence[Benchmark] = (),
) -> MixedSet:
    """Return the mixed set of an index: a schema is sampled, a mixed set taken as it is.

    Args:
        index: A schema, a mixed set, or the path of either.
        settings: Its limit wins over `count`.
        count: Samples to take from a schema; all of them, if left out.
        sampler: The rule that divides them among the leaves.
        seed: Seed of the sampler; that of the settings, if left out.
        normalize: The rule that makes nested weights shares, see `CollectionSchema.flatten`.
        benchmarks: Benchmarks of the user's own.

    Raises:
        UsageError: As the samplers do; a limit that is a share.
        DataError: As the samplers and `load_mixed` do.
    """
    from pytest_evalscope.collections import CollectionSchema, MixedSet, load_mixed

    if isinstance(settings.limit, float):
        raise UsageError(f"limit: an index takes a count and no share ({settings.limit:g})")
    if isinstance(index, (str, Path)):
        path = Path(index).expanduser()
        if path.suffix != ".json":
            return load_mixed(path, benchmarks=benchmarks, dataset_args=settings.dataset_args, source=settings.data)
        index = CollectionSchema.from_json(path)
    if isinstance(index, MixedSet):
        return index
    chosen = sampler_named(sampler)(index, source=settings.data, normalize=normalize, benchmarks=benchmarks)
    return chosen.sample(
        count if settings.limit is None else settings.limit, seed=settings.seed if seed is None else seed
    )


def members_of(mixed: MixedSet, limit: int | None = None) -> tuple[Member, ...]:
    """Return the parts of a mixed set, in proportion fewer of each where there are more than `limit` samples.

    Every leaf keeps at least one sample, so that its share of the index stays; of a subset the first ones are kept.

    Raises UsageError for a set without samples, and a limit below the number of leaves.
    """
    from pytest_evalscope.collections import members

    parts = members(mixed)
    if not parts:
        raise UsageError(f"index {mixed.name}: it contains no samples")
    if limit is None or limit >= sum(part.count for part in parts):
        return parts
    sizes: dict[str, dict[str, int]] = {}
    for part in parts:
        sizes.setdefault(part.leaf.name, {})[part.subset] = part.count
    totals = {name: sum(subsets.values()) for name, subsets in sizes.items()}
    kept = _divided(totals, limit, least=1)
    within = {name: _divided(subsets, kept[name], least=0) for name, subsets in sizes.items()}
    return tuple(
        replace(part, count=count, share=part.leaf.share * count / kept[part.leaf.name])
        for part in parts
        if (count := within[part.leaf.name][part.subset])
    )


def _divided(sizes: dict[str, int], count: int, *, least: int) -> dict[str, int]:
    from pytest_evalscope.collections.apportion import apportion

    return apportion({name: Fraction(size) for name, size in sizes.items()}, count, available=sizes, least=least)
