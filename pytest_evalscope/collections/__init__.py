"""The weighted index: schema, samplers, mixed sets. Names follow EvalScope's."""

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
