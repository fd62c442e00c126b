"""Benchmarks: one file each, in folders by field."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.catalogue import field, load, names

__all__ = ["Benchmark", "field", "load", "names"]
