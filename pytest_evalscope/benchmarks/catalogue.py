"""Which benchmarks there are. Listing them imports none; naming one imports one file."""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.errors import UnknownName, UsageError

GROUP = "pytest_evalscope.benchmarks"


@cache
def _places() -> dict[str, EntryPoint]:
    # A file of this package and another distribution's entry point are the same thing: where a value is.
    found: dict[str, EntryPoint] = {}
    for folder in sorted(files(__package__).iterdir(), key=lambda item: item.name):
        if folder.is_dir() and not folder.name.startswith(("_", ".")):
            for file in sorted(folder.iterdir(), key=lambda item: item.name):
                name, _, suffix = file.name.rpartition(".")
                if suffix == "py" and not name.startswith("_"):
                    _add(found, EntryPoint(name, f"{__package__}.{folder.name}.{name}:BENCHMARK", GROUP))
    for point in entry_points(group=GROUP):
        _add(found, point)
    return found


def _add(found: dict[str, EntryPoint], point: EntryPoint) -> None:
    there = found.setdefault(point.name, point)
    if there.value != point.value:
        raise UsageError(f"benchmark: two have one name ({point.name!r}: {there.value} and {point.value})")


def names() -> tuple[str, ...]:
    """Return the names of all benchmarks, in alphabetical order; imports none of them."""
    return tuple(sorted(_places()))


def load(name: str) -> Benchmark:
    """Return the benchmark of this name, importing its one file. Raises UnknownName with the nearest names."""
    places = _places()
    if name not in places:
        raise UnknownName("benchmark", name, places)
    made = places[name].load()
    if not isinstance(made, Benchmark):
        raise UsageError(f"benchmark {name!r}: {places[name].value} is no Benchmark ({type(made).__name__})")
    return made


def field(name: str) -> str:
    """Return the folder a benchmark stands in (`math`); `plugin` for one that another distribution brings."""
    places = _places()
    if name not in places:
        raise UnknownName("benchmark", name, places)
    module = places[name].module
    return module.split(".")[-2] if module.startswith(f"{__package__}.") else "plugin"
