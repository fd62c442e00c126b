"""`pytest-evalscope benchmarks`: the list of benchmarks, and the description of one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pytest_evalscope.cli.options import data_dir

if TYPE_CHECKING:
    from pytest_evalscope.benchmarks import Benchmark


@click.command()
@click.argument("name", required=False)
@click.option("--tag", help="List only those with this tag, language, task type or field.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@data_dir
def benchmarks(name: str | None, tag: str | None, as_json: bool, data_dir: Path | None) -> None:
    """List the benchmarks, or describe the one called NAME.

    A description ends with the prompt of the first sample, where its rows are at hand: in this package, or under
    --data-dir.
    """
    if name is None:
        _list(tag, as_json)
    elif tag is not None:
        raise click.UsageError("--tag chooses from the list; it does not go with a NAME.")
    else:
        _describe(name, as_json, data_dir)


def _list(tag: str | None, as_json: bool) -> None:
    from tabulate import tabulate

    from pytest_evalscope.cli.cards import labels, rows_of
    from pytest_evalscope.errors import UnknownName

    cards = _cards()
    if tag is not None:
        known = set().union(*map(labels, cards))
        if tag not in known:
            raise UnknownName("--tag", tag, known)
        cards = [facts for facts in cards if tag in labels(facts)]
    if as_json:
        _print_json(cards)
        return
    rows = [
        (facts["name"], facts["field"], len(facts["subsets"]), rows_of(facts), ", ".join(facts["tags"]), facts["title"])
        for facts in cards
    ]
    headers = ("name", "field", "subsets", "rows", "tags", "title")
    align = ("left", "left", "right", "right", "left", "left")
    click.echo(tabulate(rows, headers=headers, tablefmt="simple", colalign=align, disable_numparse=True))


def _cards() -> list[dict[str, Any]]:
    """Return the cards of all benchmarks; those of other distributions that are broken or not used are said instead."""
    from pytest_evalscope.benchmarks import field, load, names
    from pytest_evalscope.benchmarks.catalogue import unused
    from pytest_evalscope.cli.cards import card
    from pytest_evalscope.errors import UsageError
    from pytest_evalscope.reports.escape import one_line

    cards, remarks = [], list(unused())
    for name in names():
        try:
            cards.append(card(load(name)))
        except UsageError as error:
            if field(name) != "plugin":
                raise
            remarks.append(error.message)
    for remark in remarks:
        click.echo(one_line(remark, 1000), err=True)
    return cards


def _describe(name: str, as_json: bool, data_dir: Path | None) -> None:
    from pytest_evalscope.benchmarks import load
    from pytest_evalscope.cli.cards import card, describe

    benchmark = load(name)
    if as_json:
        _print_json(card(benchmark))
    else:
        click.echo("\n\n".join([describe(card(benchmark)), *_sandbox(benchmark), _prompt(benchmark, data_dir)]))


def _sandbox(benchmark: Benchmark) -> list[str]:
    """Return the needs of a benchmark of code, and whether they are met, as far as that shows without running code."""
    from pytest_evalscope.sandbox import problem_here

    if "sandbox" not in benchmark.needs:
        return []
    lines = ["It runs code that a model wrote, in a sandbox: bubblewrap, on Linux, or Docker (--eval-sandbox=docker)."]
    if (problem := problem_here("local")) is not None:
        lines += [problem.message, f"hint: {problem.hint}"]
    return ["\n".join(lines)]


def _print_json(value: Any) -> None:
    from json import dumps

    click.echo(dumps(value, ensure_ascii=False, indent=2))


def _prompt(benchmark: Benchmark, data_dir: Path | None) -> str:
    """Return the first sample's messages as text made safe to show, or the reason why not."""
    from pytest_evalscope.data import Hub, Source
    from pytest_evalscope.errors import EvalscopeError
    from pytest_evalscope.text import harmless

    render = getattr(benchmark.solve, "render", None)
    if render is None:
        return "no prompt to show: the solver is a function of its own"
    if isinstance(benchmark.data, Hub) and data_dir is None:
        return "no prompt to show: the rows are not in this package; name their folder with --data-dir"
    source = Source(data_dir=data_dir, offline=True)
    try:
        subset = benchmark.data.subsets[0]
        shots = benchmark.shots(subset, source)
        messages = next(render(sample, shots) for sample in benchmark.samples(subset, source, limit=1))
    except EvalscopeError as error:
        return f"no prompt to show: {error.message}"
    except StopIteration:
        return f"no prompt to show: {benchmark.name}/{subset} has no rows"
    parts = (f"--- {message['role']}\n{harmless(str(message['content']))}\n" for message in messages)
    return f"The prompt of the first sample of {subset}:\n\n{''.join(parts)}---"
