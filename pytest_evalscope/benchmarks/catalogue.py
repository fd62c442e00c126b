"""The catalogue of benchmarks. Listing them imports none; loading one imports one file."""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.errors import EvalscopeError, UnknownName, UsageError

GROUP = "pytest_evalscope.benchmarks"


@cache
def _places() -> dict[str, tuple[EntryPoint, ...]]:
    """Return name → the places that have it, ours first; one, unless other distributions have the name too."""
    # A file of this package and another distribution's entry point are the same thing: where a value is.
    found: dict[str, dict[str, EntryPoint]] = {}
    for folder in sorted(files(__package__).iterdir(), key=lambda item: item.name):
        if folder.is_dir() and not folder.name.startswith(("_", ".")):
            for file in sorted(folder.iterdir(), key=lambda item: item.name):
                name, _, suffix = file.name.rpartition(".")
                if suffix == "py" and not name.startswith("_"):
                    value = f"{__package__}.{folder.name}.{name}:BENCHMARK"
                    found.setdefault(name, {})[value] = EntryPoint(name, value, GROUP)
    for point in entry_points(group=GROUP):
        found.setdefault(point.name, {}).setdefault(point.value, point)
    return {name: tuple(points.values()) for name, points in found.items()}


def names() -> tuple[str, ...]:
    """Return the names of all benchmarks, in alphabetical order; imports none of them."""
    return tuple(sorted(_places()))


def unused() -> tuple[str, ...]:
    """Return a sentence for each benchmark of another distribution that has the name of one of ours, which is used."""
    from pytest_evalscope.types.entry_points import place_of  # few have another distribution's benchmarks

    return tuple(
        f"benchmark {name}: the one in {place_of(point)} is not used; the built-in one of this name takes precedence"
        for name, (first, *others) in sorted(_places().items())
        for point in others
        if _is_ours(first)
    )


def load(name: str) -> Benchmark:
    """Return the benchmark of this name, importing its one file.

    One of ours takes precedence over one of another distribution.

    Raises UnknownName with the nearest names; UsageError for two of this name in other distributions, for one that
    cannot be loaded, whatever its import raises, and for what is no benchmark.
    """
    point = _place(name)
    try:
        made = point.load()
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # another's module may raise anything, sys.exit() too
        if _is_ours(point) and isinstance(error, EvalscopeError):
            raise
        from pytest_evalscope.types.entry_points import failure_of, place_of

        problem = failure_of(point, error)
        raise UsageError(f"benchmark {name}: cannot be loaded from {place_of(point)} ({problem})") from error
    if not isinstance(made, Benchmark) or made.name != name:
        from pytest_evalscope.types.entry_points import place_of

        found = f"a Benchmark named {made.name!r}" if isinstance(made, Benchmark) else type(made).__name__
        raise UsageError(
            f"benchmark {name}: {place_of(point)} is not one ({found}); accepted: a Benchmark of this name"
        )
    return made


def field(name: str) -> str:
    """Return the folder of a benchmark (`math`); `plugin` for one from another distribution."""
    module = _points(name)[0].value.partition(":")[0]
    package, _, folder = module.rpartition(".")[0].rpartition(".")
    return folder if package == __package__ else "plugin"


def _place(name: str) -> EntryPoint:
    first, *others = _points(name)
    if others and not _is_ours(first):
        from pytest_evalscope.types.entry_points import place_of

        found = " and ".join(map(place_of, (first, *others)))
        raise UsageError(f"benchmark {name}: two have this name ({found}); one must go")
    return first


def _points(name: str) -> tuple[EntryPoint, ...]:
    places = _places()
    if name not in places:
        raise UnknownName("benchmark", name, places)
    return places[name]


def _is_ours(point: EntryPoint) -> bool:
    return point.value.startswith(f"{__package__}.")
