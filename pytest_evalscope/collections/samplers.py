"""Samplers of mixed sets from a schema. The names follow EvalScope's; what they do is exact and repeatable.

How many samples a leaf gives is the largest remainder's method (see `apportion`), at least one each; within a leaf the
subsets share in proportion to their sizes, by the same method. Which ones: the samples of a subset are put in the order
of a hash of seed, benchmark, subset and sample id, and the first ones are taken. So sampling is without replacement,
the same on every machine and Python, whatever the order of leaves or rows; a larger count takes the same samples and
some more; and two leaves that run one benchmark in two ways take the same samples.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from heapq import nsmallest
from typing import Any

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.collections.apportion import apportion
from pytest_evalscope.collections.datasets import Sampled, rank
from pytest_evalscope.collections.leaf import Leaf, filed
from pytest_evalscope.collections.mixed import MixedSet
from pytest_evalscope.collections.resolve import resolve
from pytest_evalscope.collections.schema import CollectionSchema, Normalization
from pytest_evalscope.data import Source, default_source
from pytest_evalscope.errors import DataError, UsageError
from pytest_evalscope.types import plain

SEED = 42

Spot = tuple[int, str]
"""The number of a leaf, and one of its subsets."""
Sizes = Mapping[Spot, int]


@dataclass(frozen=True, slots=True)
class WeightedSampler:
    """Samples each leaf in proportion to its share of the index."""

    schema: CollectionSchema
    source: Source | None = None
    """The source of rows; None: the mirror that EVALSCOPE_DATA_DIR names, else the hub."""
    normalize: Normalization = "product"
    """The rule by which weights become shares, see `CollectionSchema.flatten`."""
    benchmarks: Sequence[Benchmark] = ()
    """Benchmarks of the user's own that the schema names."""

    def sample(self, count: int | None = None, seed: int = SEED) -> MixedSet:
        """Return `count` samples (None: all), or all of them if those are fewer, with a remark. See `draw`."""
        return draw(self, "weighted", lambda leaves, _: [leaf.share for leaf in leaves], count, seed)


@dataclass(frozen=True, slots=True)
class UniformSampler:
    """Samples the same number from each leaf; the weights still follow the shares."""

    schema: CollectionSchema
    source: Source | None = None
    """The source of rows; None: the mirror that EVALSCOPE_DATA_DIR names, else the hub."""
    normalize: Normalization = "product"
    """The rule by which weights become shares, see `CollectionSchema.flatten`."""
    benchmarks: Sequence[Benchmark] = ()
    """Benchmarks of the user's own that the schema names."""

    def sample(self, count: int | None = None, seed: int = SEED) -> MixedSet:
        """Return `count` samples (None: all), or all of them if those are fewer, with a remark. See `draw`."""
        return draw(self, "uniform", lambda leaves, _: [Fraction(1)] * len(leaves), count, seed)


@dataclass(frozen=True, slots=True)
class StratifiedSampler:
    """Samples each leaf in proportion to its size; the weights still follow the shares."""

    schema: CollectionSchema
    source: Source | None = None
    """The source of rows; None: the mirror that EVALSCOPE_DATA_DIR names, else the hub."""
    normalize: Normalization = "product"
    """The rule by which weights become shares, see `CollectionSchema.flatten`."""
    benchmarks: Sequence[Benchmark] = ()
    """Benchmarks of the user's own that the schema names."""

    def sample(self, count: int | None = None, seed: int = SEED) -> MixedSet:
        """Return `count` samples (None: all), or all of them if those are fewer, with a remark. See `draw`."""
        return draw(self, "stratified", lambda _, sizes: [Fraction(size) for size in sizes], count, seed)


Sampler = WeightedSampler | UniformSampler | StratifiedSampler
Rule = Callable[[Sequence[Leaf], Sequence[int]], Sequence[Fraction]]
"""The leaves and the number of samples of each → what they are sampled in proportion to."""


def draw(sampler: Sampler, name: str, rule: Rule, count: int | None, seed: int) -> MixedSet:
    """Return the mixed set of `count` samples that `rule` divides among the leaves; without a count all samples.

    Only ids are kept of what is read, and only the subsets that get a sample are read, once. Sizes on the cards are
    believed until then; where the data has other sizes, the division is made again with those, and a remark says so.

    Raises: UsageError: What `resolve` refuses; a count too small for one sample per leaf; a seed that is not a whole
        number. DataError: A leaf without any samples, or data that is missing or malformed.
    """
    for what, number in (("seed", seed), ("count", 0 if count is None else count)):
        if isinstance(number, bool) or not isinstance(number, int) or not -(2**63) <= number < 2**63:
            raise UsageError(f"{what}: not a whole number of 64 bits ({number!r})")
    leaves = resolve(sampler.schema, sampler.normalize, benchmarks=sampler.benchmarks)
    source = sampler.source or default_source()
    ranks = _Ranks(leaves, seed, source)
    counts = _divide(leaves, ranks, rule, count)
    made = [_pick(leaf, number, counts, ranks, seed) for number, leaf in enumerate(leaves)]
    counted = {} if count is None else {"count": count}
    return MixedSet(
        name=sampler.schema.name,
        leaves=filed(made, sampler.schema.name),
        drawn={
            "sampler": name,
            "seed": seed,
            **counted,
            "normalize": sampler.normalize,
            "collection": _canonical(sampler.schema.to_dict()),
        },
        remarks=tuple(_remarks(leaves, ranks, rule, count)),
        source=source,
    )


class _Ranks:
    """The size of each subset, and once it has been read the rank of each of its samples."""

    def __init__(self, leaves: Sequence[Leaf], seed: int, source: Source) -> None:
        self.leaves, self.seed, self.source = leaves, seed, source
        self.promised = {
            (number, subset): leaf.size(subset) for number, leaf in enumerate(leaves) for subset in leaf.subsets
        }
        self.read: dict[Spot, array[int]] = {}
        for spot, size in self.promised.items():
            if size is None:
                self.add(spot)

    def add(self, spot: Spot) -> None:
        """Read a subset, keeping 8 bytes per sample."""
        number, subset = spot
        leaf = self.leaves[number]
        samples = leaf.benchmark.samples(subset, self.source)
        self.read[spot] = array("Q", (rank(self.seed, leaf.dataset, subset, sample.id) for sample in samples))

    def sizes(self) -> dict[Spot, int]:
        """Return the sizes: as read, else as on the card."""
        return {spot: len(self.read[spot]) if spot in self.read else size or 0 for spot, size in self.promised.items()}

    def lowest(self, spot: Spot, count: int) -> array[int]:
        """Return the places of the `count` samples with the lowest ranks, in the order of the data."""
        ranks = self.read[spot]
        if count == len(ranks):
            return array("Q", range(count))
        return array("Q", sorted(nsmallest(count, range(len(ranks)), key=lambda place: (ranks[place], place))))


def _divide(leaves: Sequence[Leaf], ranks: _Ranks, rule: Rule, count: int | None) -> dict[Spot, int]:
    """Return how many samples each subset gives, after reading every subset that gives any."""
    while True:
        sizes = ranks.sizes()
        totals = _totals(leaves, sizes)
        available = dict(enumerate(totals))
        per_leaf = available if count is None else apportion(_weights(leaves, totals, rule), count, available=available)
        counts: dict[Spot, int] = {}
        for number, leaf in enumerate(leaves):
            shares = {subset: Fraction(sizes[number, subset]) for subset in leaf.subsets if sizes[number, subset]}
            within = apportion(
                shares, per_leaf[number], available={subset: int(size) for subset, size in shares.items()}, least=0
            )
            counts.update(((number, subset), given) for subset, given in within.items() if given)
        unread = [spot for spot in counts if spot not in ranks.read]
        for spot in unread:
            ranks.add(spot)
        if ranks.sizes() == sizes:
            return counts


def _totals(leaves: Sequence[Leaf], sizes: Sizes) -> list[int]:
    totals = [sum(sizes[number, subset] for subset in leaf.subsets) for number, leaf in enumerate(leaves)]
    for leaf, total in zip(leaves, totals, strict=True):
        if not total:
            raise DataError(f"index leaf {'/'.join((*leaf.categories, leaf.dataset))}: it has no samples")
    return totals


def _weights(leaves: Sequence[Leaf], totals: Sequence[int], rule: Rule) -> dict[int, Fraction]:
    # Leaves are in the order of their identities, so their numbers break ties as identities would.
    return dict(enumerate(rule(leaves, totals)))


def _pick(leaf: Leaf, number: int, counts: Sizes, ranks: _Ranks, seed: int) -> Leaf:
    subsets = tuple(sorted(subset for subset in leaf.subsets if (number, subset) in counts))
    places = {subset: ranks.lowest((number, subset), counts[number, subset]) for subset in subsets}
    kept = {subset: array("Q", (ranks.read[number, subset][place] for place in places[subset])) for subset in subsets}
    data = Sampled(benchmark=leaf.benchmark, places=places, ranks=kept, seed=seed, dataset=leaf.dataset)
    return replace(leaf, benchmark=replace(leaf.benchmark, data=data), subsets=subsets)


def _remarks(leaves: Sequence[Leaf], ranks: _Ranks, rule: Rule, count: int | None) -> Iterator[str]:
    totals = _totals(leaves, ranks.sizes())
    for number, leaf in enumerate(leaves):
        for subset in leaf.subsets:
            promised, read = ranks.promised[number, subset], ranks.read.get((number, subset))
            if promised is not None and read is not None and len(read) != promised:
                yield f"{leaf.dataset}/{subset}: the data has {len(read)} samples, its card promises {promised}"
    if count is None:
        return
    wanted = apportion(_weights(leaves, totals, rule), count)
    short = [number for number in range(len(leaves)) if wanted[number] > totals[number]]
    rest = "all are taken" if sum(totals) <= count else "the rest was sampled from the other leaves"
    for number in short:
        path = "/".join((*leaves[number].categories, leaves[number].dataset))
        yield f"{path}: {wanted[number]} samples requested, {totals[number]} exist; {rest}"
    if sum(totals) < count:
        yield f"{count} samples requested, {sum(totals)} exist; all are taken"


def _canonical(group: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema as a dict that is the same for every order of its parts."""
    children: Iterable[dict[str, Any]] = (
        _canonical(child) if "datasets" in child else {**plain(child), "hierarchy": []} for child in group["datasets"]
    )
    return {**plain(group), "datasets": sorted(children, key=repr)}
