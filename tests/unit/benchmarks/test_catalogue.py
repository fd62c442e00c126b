"""The catalogue knows every benchmark without importing any."""

import subprocess
import sys
from importlib.metadata import Distribution, EntryPoint
from pathlib import Path

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
    """A function that makes other distributions bring benchmarks: name=place, or (name, place) or an entry point."""

    def bring(*given, **places):
        pairs = [each for each in given if not isinstance(each, EntryPoint)]
        points = [each for each in given if isinstance(each, EntryPoint)]
        points += [EntryPoint(name, value, catalogue.GROUP) for name, value in (*pairs, *places.items())]
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


def test_a_built_in_benchmark_takes_precedence(plugins):
    plugins(gsm8k="plugin_of_a_test:MINE", mine="plugin_of_a_test:MINE")
    assert load("gsm8k").title == "GSM8K"
    assert field("gsm8k") == "math"
    assert load("mine") is MINE
    assert catalogue.unused() == (
        "benchmark gsm8k: the one in plugin_of_a_test:MINE is not used; the built-in one of this name takes precedence",
    )


def test_two_of_one_name_are_an_error_where_it_is_named(plugins):
    plugins(("mine", "plugin_of_a_test:MINE"), ("mine", "plugin_of_a_test:NOT_MINE"))
    assert "mine" in names()
    assert (field("mine"), catalogue.unused()) == ("plugin", ())
    with pytest.raises(UsageError, match=r"^benchmark mine: two have this name .*:MINE and .*:NOT_MINE.; one must go$"):
        load("mine")
    assert load("gsm8k").name == "gsm8k"


def test_the_same_place_twice_is_one(plugins):
    plugins(*[("mine", "plugin_of_a_test:MINE")] * 2)
    assert load("mine") is MINE


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Return a function that writes the module that an entry point names."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "broken_plugin", raising=False)

    def write(text):
        (tmp_path / "broken_plugin.py").write_text(text, encoding="utf-8")

    yield write
    sys.modules.pop("broken_plugin", None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x = 1\ndef f(:\n", "SyntaxError: invalid syntax, at {}:2"),
        ("\nraise ValueError('broken')\n", "ValueError: broken, at {}:2"),
        ("import sys\nsys.exit('no licence')\n", "SystemExit: no licence, at {}:2"),
        ("import pytest\n\npytest.skip('not here', allow_module_level=True)\n", "Skipped: not here, at {}:3"),
        ("import json\njson.loads('?')\n", "JSONDecodeError: Expecting value: line 1 column 1 (char 0), at {}:2"),
        ("import no_such_module_at_all\n", "ModuleNotFoundError: No module named 'no_such_module_at_all', at {}:1"),
        (
            "class E(Exception):\n    def __str__(self):\n        raise TypeError\nraise E\n",
            "E: its text cannot be shown, at {}:4",
        ),
        (
            "from pytest_evalscope import Benchmark, Rows\nBENCHMARK = Benchmark(name='', data=Rows([]), sample=str)\n",
            None,
        ),
    ],
)
def test_a_module_that_fails_is_an_error_of_its_name_alone(plugins, module, tmp_path, monkeypatch, text, problem):
    module(text)
    plugins(other="broken_plugin:BENCHMARK")
    monkeypatch.chdir(Path(__file__).parent)
    with pytest.raises(UsageError) as caught:
        load("other")
    message, place = caught.value.message, tmp_path / "broken_plugin.py"
    if problem is None:
        assert message.startswith("benchmark other: cannot be loaded from broken_plugin:BENCHMARK (")
        assert message.endswith(f", at {place}:2)")
    else:
        assert message == (f"benchmark other: cannot be loaded from broken_plugin:BENCHMARK ({problem.format(place)})")
    assert load("gsm8k").name == "gsm8k"


def test_the_distribution_is_named(plugins, module, tmp_path, monkeypatch):
    module("raise ValueError('broken')\n")
    folder = tmp_path / "theirs-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text(f"[{catalogue.GROUP}]\nother = broken_plugin:X\n")
    (point,) = Distribution.at(folder).entry_points
    plugins(point)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        load("other")
    assert caught.value.message == (
        "benchmark other: cannot be loaded from broken_plugin:X of theirs (ValueError: broken, at broken_plugin.py:1)"
    )


def test_a_value_that_is_no_place_is_told(plugins):
    plugins(other="not a module!")
    assert (field("other"), "other" in names()) == ("plugin", True)
    with pytest.raises(UsageError) as caught:
        load("other")
    assert caught.value.message == (
        "benchmark other: cannot be loaded from not a module! (not a place in a module; accepted: package.module:NAME)"
    )


def test_a_ctrl_c_while_a_module_loads_is_one(plugins, module):
    module("raise KeyboardInterrupt\n")
    plugins(other="broken_plugin:X")
    with pytest.raises(KeyboardInterrupt):
        load("other")


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
        (
            "no_such_module_at_all:X",
            "cannot be loaded from no_such_module_at_all:X .ModuleNotFoundError: No module named",
        ),
    ],
)
def test_what_a_distribution_brings_must_be_what_it_says(plugins, place, message):
    plugins(other=place)
    with pytest.raises(UsageError, match=f"benchmark other: {message}"):
        load("other")
