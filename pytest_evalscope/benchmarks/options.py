"""Options of a data set, with EvalScope's names or ours, applied to a benchmark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from inspect import signature
from pathlib import Path
from typing import Any

from pytest_evalscope.benchmarks import Benchmark, field, load, names
from pytest_evalscope.errors import UnknownName, UsageError

DATA_COLLECTION = "data_collection"
"""EvalScope's name for a mixed set."""

OPTIONS = {
    "subset_list": "subsets",
    "few_shot_num": "few_shot",
    "prompt_template": "template",
    "system_prompt": "system",
    "local_path": "path",
    "dataset_id": "path",
    "extra_params": "extra",
    "review_timeout": "review_timeout",
}
"""EvalScope's name of an option → ours. Either may be written."""

UNSUPPORTED = (
    *("aggregation", "dataset_revision", "eval_split", "few_shot_prompt_template", "few_shot_random", "filters"),
    *("force_redownload", "metric_list", "primary_metric", "sandbox_config", "shuffle", "shuffle_choices"),
    "train_split",
)
"""Options of EvalScope that are not supported; refused by name, so that no setting is lost in silence."""
_NOTHING: Mapping[str, tuple[Any, ...]] = {
    "aggregation": ("mean",),
    "filters": ({"remove_until": "</think>"},),  # reasoning is split off everywhere
}
"""Option → further values that change nothing: those that are done here anyway."""


def lookup(
    name: str, args: Mapping[str, Any], own: Sequence[Benchmark], *, where: str, stored: bool = False
) -> Benchmark:
    """Return the benchmark of this name with `args` applied; `own` ones come before those of the catalogue.

    `stored`: the samples are there already, so that a custom benchmark needs no path.

    Raises UnknownName with the nearest names, and UsageError as `configure` does; both begin with `where`.
    """
    options = _ours(args, where=where)
    for benchmark in own:
        if benchmark.name == name:
            return configure(benchmark, args, where=where)
    known = names()
    if name not in known:
        raise UnknownName(f"{where}: benchmark", name, {*known, *(item.name for item in own), DATA_COLLECTION})
    benchmark = load(name)
    if not stored and _takes_files(benchmark) and getattr(benchmark.data, "path", "") is None:  # none is named yet
        _path(dict(options), where=where)
    return configure(benchmark, args, where=where)


def mixed_path(args: Mapping[str, Any], *, where: str) -> Path:
    """Return the path that the args of a `data_collection` name. Raises UsageError for any other option."""
    options = _ours(args, where=where)
    path = _path(options, where=where)
    if options:
        raise UsageError(f"{where}: a mixed set takes local_path and nothing else ({', '.join(sorted(options))})")
    return path


def configure(benchmark: Benchmark, args: Mapping[str, Any], *, where: str) -> Benchmark:
    """Return `benchmark` with the solver of `args`; a custom one on the files that they name.

    Raises UsageError for a value that does not fit or an option that this benchmark's solver has not, and UnknownName
    for an unknown option. The option `subset_list` is for `subsets_of`.
    """
    options = _ours(args, where=where)
    benchmark = _pointed(benchmark, options, args, where=where)
    if options.get("review_timeout") is not None:
        benchmark = _within(benchmark, options["review_timeout"], where=where)
    if "solve" in options:
        benchmark = _solved_by(benchmark, options["solve"], where=where)
    changes = {name: options[name] for name in ("few_shot", "template", "system") if name in options}
    for name, value in changes.items():
        if not hasattr(benchmark.solve, name):
            raise UsageError(f"{where}: the solver of {benchmark.name} does not accept {_written(name, args)}")
        if name == "few_shot":
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                raise UsageError(f"{where}: {_written(name, args)} is not a whole number of at least 0 ({value!r})")
        elif not isinstance(value, str):
            raise UsageError(f"{where}: {_written(name, args)} is not text ({value!r})")
    if "template" in changes:
        said = f"{where}: {_written('template', args)}"
        changes["template"] = _template(benchmark, changes["template"], said=said)
    if not changes:
        return benchmark
    return replace(benchmark, solve=replace(benchmark.solve, **changes))  # type: ignore[type-var]  # checked: a solver with these fields is a dataclass


def _pointed(benchmark: Benchmark, options: dict[str, Any], args: Mapping[str, Any], *, where: str) -> Benchmark:
    """Return a benchmark with its extra options, and on the files that are named; both are taken out of `options`."""
    if "path" not in options and "extra" not in options:
        return benchmark
    if "path" in options and not _takes_files(benchmark):
        custom = ", ".join(name for name in names() if field(name) == "custom")
        raise UsageError(
            f"{where}: {benchmark.name} does not accept {_written('path', args)}; accepted by: {custom}",
            hint="a local copy of a benchmark's data is named by --eval-data-dir",
        )
    files = {"path": _path(options, where=where)} if "path" in options else {}
    extra, written = options.pop("extra", {}), _written("extra", args)
    if not isinstance(extra, Mapping):
        raise UsageError(f"{where}: {written} is not a dict ({extra!r})")
    if benchmark.vary is None:
        raise UsageError(f"{where}: {benchmark.name} does not accept {written}")
    try:
        made = benchmark.vary(**files, **extra)
    except TypeError as error:
        raise UsageError(f"{where}: {written} do not fit ({error})") from None
    return made if "name" in extra else replace(made, name=benchmark.name)


def _within(benchmark: Benchmark, seconds: Any, *, where: str) -> Benchmark:
    """Return `benchmark` with this time limit of a program; nothing else that scores has a limit of its own."""
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not seconds > 0:
        raise UsageError(f"{where}: review_timeout is not a number of seconds above 0 ({seconds!r})")
    score: Any = benchmark.score
    if hasattr(score, "limits"):
        return replace(benchmark, score=replace(score, limits=replace(score.limits, seconds=float(seconds))))
    return replace(benchmark, score=replace(score, seconds=float(seconds))) if hasattr(score, "seconds") else benchmark


def _takes_files(benchmark: Benchmark) -> bool:
    return benchmark.vary is not None and "path" in signature(benchmark.vary).parameters


def _solved_by(benchmark: Benchmark, solve: Any, *, where: str) -> Benchmark:
    """Return `benchmark` with another solver, and with the scorer that belongs to it."""
    from pytest_evalscope.scorers import likeliest
    from pytest_evalscope.solvers import likelihood

    if solve == "likelihood":
        solve = likelihood()
    if not callable(solve) or isinstance(solve, type):
        raise UsageError(
            f"{where}: solve is no solver ({solve!r}); accepted: 'likelihood', likelihood(), "
            "or an async function of sample and context"
        )
    if not isinstance(solve, likelihood) or isinstance(benchmark.solve, likelihood):
        return replace(benchmark, solve=solve)
    score = likeliest(option=solve.option, unconditional=solve.unconditional is not None)
    return replace(benchmark, solve=solve, score=score, metrics={}, primary_metric="", axes=())


def subsets_of(benchmark: Benchmark, args: Mapping[str, Any], *, where: str) -> tuple[str, ...]:
    """Return the subsets that `args` names, in the order of the data set; all of them when it names none."""
    known = benchmark.data.subsets
    wanted = _ours(args, where=where).get("subsets")
    if wanted is None:
        return known
    if not isinstance(wanted, (list, tuple)) or not wanted or not all(isinstance(name, str) for name in wanted):
        raise UsageError(f"{where}: {_written('subsets', args)} is not a list of names ({wanted!r})")
    for name in wanted:
        if name not in known:
            raise UnknownName(f"{where}: subset of {benchmark.name}", name, known)
    return tuple(name for name in known if name in wanted)


def _ours(args: Mapping[str, Any], *, where: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in _with_query(args, where=where).items():
        if key in UNSUPPORTED and (not value or value in _NOTHING.get(key, ())):
            continue
        if key in UNSUPPORTED:
            hint = "pytest's --eval-shuffle=SEED shuffles the samples of each subset" if key == "shuffle" else ""
            raise UsageError(f"{where}: this option of EvalScope is not supported ({key!r}); leave it out", hint=hint)
        name = OPTIONS.get(key, key)
        if name not in OPTIONS.values() and name != "solve":
            raise UnknownName(f"{where}: args", key, {*OPTIONS, *OPTIONS.values(), "solve"})
        if name in found:
            raise UsageError(f"{where}: one option under two names ({_theirs(name)} and {name})")
        found[name] = value
    return found


def _with_query(args: Mapping[str, Any], *, where: str) -> Mapping[str, Any]:
    """Return `args` with EvalScope's `query_template`, the question's part of a prompt, put into its template."""
    if "query_template" not in args:
        return args
    made = {name: value for name, value in args.items() if name != "query_template"}
    query, prompt = args["query_template"], args.get("prompt_template")
    if query and isinstance(prompt, str) and "{query}" not in prompt:
        raise UsageError(
            f"{where}: query_template has no place in prompt_template ({prompt!r}); accepted: one with {{query}}"
        )
    return made if not query else {**made, "prompt_template": prompt.replace("{query}", query) if prompt else query}


def _written(name: str, args: Mapping[str, Any]) -> str:
    """Return the name by which `args` have an option, so that a message names what was written."""
    return next((key for key in args if OPTIONS.get(key, key) == name), _theirs(name))


def _theirs(name: str) -> str:
    return next(theirs for theirs, ours in OPTIONS.items() if ours == name)


def _path(options: dict[str, Any], *, where: str) -> Path:
    path = options.pop("path", None)
    if not isinstance(path, (str, Path)) or not str(path):
        raise UsageError(f"{where}: local_path names no file or folder ({path!r}); it is needed here")
    return Path(path).expanduser()


def _template(benchmark: Benchmark, template: str, *, said: str) -> str:
    """Return `template` with the name that the benchmark's solver has for the question.

    EvalScope's templates have `{question}` everywhere; ours for chat have `{input}`. A template without the question
    would make the same prompt of every sample.
    """
    name = "{input}" if "{input}" in benchmark.solve.template else "{question}"  # type: ignore[attr-defined]  # checked by configure
    made = template.replace("{question}", name).replace("{query}", name)
    if name not in made:
        raise UsageError(f"{said} has no place for the question ({template!r}); accepted: one with {{question}}")
    return made
