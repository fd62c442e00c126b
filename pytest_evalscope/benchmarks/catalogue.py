"""The catalogue of benchmarks. Listing them imports none; loading one imports one file."""

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
        raise UsageError(f"benchmark {point.name}: two have this name ({there.value} and {point.value}); one must go")


def names() -> tuple[str, ...]:
    """Return the names of all benchmarks, in alphabetical order; imports none of them."""
    return tuple(sorted(_places()))


def load(name: str) -> Benchmark:
    """Return the benchmark of this name, importing its one file.

    Raises UnknownName with the nearest names, UsageError for a file that another distribution brings and that is none.
    """
    point = _place(name)
    try:
        made = point.load()
    except (ImportError, AttributeError) as error:
        raise UsageError(f"benchmark {name}: cannot be loaded from {point.value} ({error})") from error
    if not isinstance(made, Benchmark) or made.name != name:
        found = f"a Benchmark named {made.name!r}" if isinstance(made, Benchmark) else type(made).__name__
        raise UsageError(f"benchmark {name}: {point.value} is not one ({found}); accepted: a Benchmark of this name")
    return made


def field(name: str) -> str:
    """Return the folder of a benchmark (`math`); `plugin` for one from another distribution."""
    package, _, folder = _place(name).module.rpartition(".")[0].rpartition(".")
    return folder if package == __package__ else "plugin"


def _place(name: str) -> EntryPoint:
    places = _places()
    if name not in places:
        raise UnknownName("benchmark", name, places)
    return places[name]
