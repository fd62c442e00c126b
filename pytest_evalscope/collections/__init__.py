"""The weighted index: schema, samplers, mixed sets. Names follow EvalScope's."""

from typing import TYPE_CHECKING

from pytest_evalscope.lazy import import_on_use

if TYPE_CHECKING:
    from pytest_evalscope.benchmarks.options import DATA_COLLECTION, configure, subsets_of
    from pytest_evalscope.collections.leaf import Leaf
    from pytest_evalscope.collections.mixed import Member, MixedSet, dump_jsonl_data, members
    from pytest_evalscope.collections.read import load_mixed
    from pytest_evalscope.collections.resolve import resolve
    from pytest_evalscope.collections.samplers import StratifiedSampler, UniformSampler, WeightedSampler
    from pytest_evalscope.collections.schema import CollectionSchema, DatasetInfo

__all__ = [
    "DATA_COLLECTION",
    "CollectionSchema",
    "DatasetInfo",
    "Leaf",
    "Member",
    "MixedSet",
    "StratifiedSampler",
    "UniformSampler",
    "WeightedSampler",
    "configure",
    "dump_jsonl_data",
    "load_mixed",
    "members",
    "resolve",
    "subsets_of",
]

if not TYPE_CHECKING:  # a type checker sees the imports above
    __getattr__ = import_on_use(
        __name__,
        {
            "benchmarks.options": ("DATA_COLLECTION", "configure", "subsets_of"),
            "collections.leaf": ("Leaf",),
            "collections.mixed": ("Member", "MixedSet", "dump_jsonl_data", "members"),
            "collections.read": ("load_mixed",),
            "collections.resolve": ("resolve",),
            "collections.samplers": ("StratifiedSampler", "UniformSampler", "WeightedSampler"),
            "collections.schema": ("CollectionSchema", "DatasetInfo"),
        },
    )
