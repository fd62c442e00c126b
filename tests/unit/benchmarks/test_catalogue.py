"""The catalogue knows every benchmark without importing any."""

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest

from pytest_evalscope.benchmarks import Benchmark, catalogue, field, load, names
from pytest_evalscope.data import Rows
from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.scorers import exact
from pytest_evalscope.types import Sample

MINE = Benchmark(name="mine", data=Rows([]), sample=lambda row: Sample(input=row["q"]), score=exact())
NOT_MINE = "just a text"


@pytest.fixture
def plugins(monkeypatch):
    """A function that makes other distributions bring benchmarks: name=place."""

    def bring(**places):
        points = [EntryPoint(name, value, catalogue.GROUP) for name, value in places.items()]
        monkeypatch.setattr(catalogue, "entry_points", lambda group: points if group == catalogue.GROUP else [])
        catalogue._places.cache_clear()

    # The module of this very test is what the entry points name.
    monkeypatch.setitem(sys.modules, "plugin_of_a_test", sys.modules[__name__])
    yield bring
    catalogue._places.cache_clear()


def test_names_are_sorted_and_there():
    known = names()
    assert list(known) == sorted(known)
    assert {"gsm8k", "mmlu", "ceval", "arc", "hellaswag"} <= set(known)
    assert not any(name.startswith("_") for name in known)


def test_the_field_is_the_folder():
    assert [field(name) for name in ("gsm8k", "mmlu", "arc")] == ["math", "knowledge", "reasoning"]


def test_listing_imports_no_benchmark_and_naming_imports_one():
    code = """
import sys
from pytest_evalscope.benchmarks import field, load, names
def files():
    start = "pytest_evalscope.benchmarks."
    return sorted(name for name in sys.modules if name.startswith(start) and name.count(".") > 2)
assert len(names()) >= 5 and field("mmlu") == "knowledge"
print(files())
load("gsm8k")
print(files())
print(sorted({"datasets", "huggingface_hub", "pyarrow", "yaml", "numpy", "torch", "pytest"} & set(sys.modules)))
"""
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.splitlines()
    assert shown == ["[]", "['pytest_evalscope.benchmarks.math.gsm8k']", "[]"]


@pytest.mark.parametrize("ask", [load, field])
def test_an_unknown_name_gets_the_nearest(ask):
    with pytest.raises(UnknownName, match=r"benchmark: unknown name \('gsm8'\); did you mean gsm8k"):
        ask("gsm8")


def test_another_distribution_may_bring_a_benchmark(plugins):
    plugins(mine="plugin_of_a_test:MINE")
    assert "mine" in names()
    assert load("mine") is MINE
    assert field("mine") == "plugin"


def test_two_of_one_name_are_an_error(plugins):
    plugins(gsm8k="plugin_of_a_test:MINE")
    with pytest.raises(UsageError, match=r"benchmark gsm8k: two have this name .*plugin_of_a_test:MINE.; one must go"):
        names()


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (
            "plugin_of_a_test:NOT_MINE",
            r"plugin_of_a_test:NOT_MINE is not one \(str\); accepted: a Benchmark of this name",
        ),
        (
            "plugin_of_a_test:MINE",
            "plugin_of_a_test:MINE is not one .a Benchmark named 'mine'.; accepted: a Benchmark of this name",
        ),
        ("plugin_of_a_test:MISSING", "cannot be loaded from plugin_of_a_test:MISSING"),
        ("no_such_module_at_all:X", "cannot be loaded from no_such_module_at_all:X .No module named"),
    ],
)
def test_what_a_distribution_brings_must_be_what_it_says(plugins, place, message):
    plugins(other=place)
    with pytest.raises(UsageError, match=f"benchmark other: {message}"):
        load("other")
