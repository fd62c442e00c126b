"""Resolution of a schema to the data sets it names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.benchmarks.options import DATA_COLLECTION, lookup, mixed_path, subsets_of
from pytest_evalscope.collections.leaf import Leaf, tagged
from pytest_evalscope.collections.read import load_mixed
from pytest_evalscope.collections.schema import CollectionSchema, DatasetInfo, Normalization, exact_shares, identity
from pytest_evalscope.errors import UsageError


def resolve(
    schema: CollectionSchema, normalize: Normalization = "product", *, benchmarks: Sequence[Benchmark] = ()
) -> tuple[Leaf, ...]:
    """Return the leaves of `schema` with their benchmarks and exact shares, in the order of their identities.

    A leaf without task_type or tags takes those of its benchmark's card. A leaf that is a mixed set counts as the
    group of that set's own leaves: they divide its share as they divide their own index.

    Args:
        schema: The index.
        normalize: The rule by which weights become shares, see `CollectionSchema.flatten`.
        benchmarks: Benchmarks of the user's own, which take precedence over those of the catalogue.

    Raises: UsageError: As `CollectionSchema.flatten` does; or, naming the path within the schema, an unknown benchmark,
        subset or option, or a subset that would be sampled twice.
    """
    shares = sorted(exact_shares(schema, normalize), key=lambda item: identity(item.leaf))
    single = [_leaf(info, share, benchmarks) for info, share in shares if info.name != DATA_COLLECTION]
    _check_overlap(single)
    within = [
        leaf for info, share in shares if info.name == DATA_COLLECTION for leaf in _within(info, share, benchmarks)
    ]
    return tuple(sorted([*single, *within], key=lambda leaf: leaf.identity))


def _within(info: DatasetInfo, share: Fraction, benchmarks: Sequence[Benchmark]) -> Iterator[Leaf]:
    mixed = load_mixed(mixed_path(info.args, where=_where(info)), benchmarks=benchmarks)
    for leaf in mixed.leaves:
        yield replace(
            leaf,
            share=share * leaf.share,
            task_type=info.task_type or leaf.task_type,
            tags=tuple(dict.fromkeys([*leaf.tags, *info.tags])),
            categories=(*info.hierarchy, *leaf.categories),
        )


def _leaf(info: DatasetInfo, share: Fraction, benchmarks: Sequence[Benchmark]) -> Leaf:
    where = _where(info)
    benchmark = lookup(info.name, info.args, benchmarks, where=where)
    own_tags = [tag for tag in info.tags if tag not in info.hierarchy]
    tags = tuple(info.tags) if own_tags else tuple(dict.fromkeys([*benchmark.tags, *info.hierarchy]))
    return Leaf(
        dataset=info.name,
        share=share,
        benchmark=tagged(benchmark, tags),
        subsets=subsets_of(benchmark, info.args, where=where),
        task_type=info.task_type or benchmark.task_type,
        tags=tags,
        categories=tuple(info.hierarchy),
        args=info.args,
        version=benchmark.version,
    )


def _check_overlap(leaves: Sequence[Leaf]) -> None:
    """Refuse two leaves that run the same subset in the same way: its samples would count twice."""
    seen: dict[tuple[str, str, str], Leaf] = {}
    for leaf in leaves:
        args = repr(sorted((key, value) for key, value in leaf.args.items() if key not in ("subset_list", "subsets")))
        for subset in leaf.subsets:
            other = seen.setdefault((leaf.dataset, args, subset), leaf)
            if other is not leaf:
                raise UsageError(
                    f"schema {'/'.join(leaf.categories)}/{leaf.dataset}: its subset {subset!r} is in another leaf too "
                    f"({'/'.join(other.categories)}/{other.dataset}); accepted: once for each set of args"
                )


def _where(info: DatasetInfo) -> str:
    return "schema " + "/".join([*info.hierarchy, info.name])
