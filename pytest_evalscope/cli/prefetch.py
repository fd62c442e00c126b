"""`pytest-evalscope prefetch`: download the data now, so that later runs need no network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from pytest_evalscope.cli.options import data_dir
from pytest_evalscope.data.hub import FETCH_HINT, MIRROR_HINT
from pytest_evalscope.errors import DataError

if TYPE_CHECKING:
    from pytest_evalscope.benchmarks import Benchmark
    from pytest_evalscope.data import Source


_HINTS = {
    FETCH_HINT: "can the hub be reached from here? --hub names another one, --data-dir a mirror",
    MIRROR_HINT: "where a mirror is named (--data-dir, EVALSCOPE_DATA_DIR), nothing is downloaded: leave it out",
}
"""Hint for a run → hint for this command: it is the download, and has options of its own."""


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--hub", type=click.Choice(["huggingface", "modelscope"]), default="huggingface", show_default=True)
@data_dir
def prefetch(names: tuple[str, ...], hub: Literal["huggingface", "modelscope"], data_dir: Path | None) -> None:
    """Read all rows of the named benchmarks, downloading what is not on disk, and count them.

    Afterwards --eval-offline=true reads them without a network.
    """
    from pytest_evalscope.benchmarks import load
    from pytest_evalscope.data import Source
    from pytest_evalscope.text import harmless

    source = Source(data_dir=data_dir, hub=hub)
    lost = []
    for benchmark in [load(name) for name in dict.fromkeys(names)]:
        try:
            _read(benchmark, source)
        except DataError as error:
            error.hint = _HINTS.get(error.hint, error.hint)
            click.echo(harmless(f"error: {error}"), err=True)
            lost.append(benchmark.name)
    if lost:
        raise DataError(f"prefetch: {len(lost)} of {len(set(names))} could not be read ({', '.join(lost)})")


def _read(benchmark: Benchmark, source: Source) -> None:
    """Read every subset and say how many rows it has."""
    for subset in benchmark.data.subsets:
        rows = sum(1 for _ in benchmark.samples(subset, source))
        shots = len(benchmark.shots(subset, source))
        expected = benchmark.data.size(subset)
        click.echo(
            f"{benchmark.name}/{subset}: {rows:,} rows"
            + (f", {expected:,} expected" if expected not in (None, rows) else "")
            + (f", {shots} few-shot examples" if shots else "")
        )
