"""Options that several commands take."""

from __future__ import annotations

from pathlib import Path

import click

data_dir = click.option(
    "--data-dir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="EVALSCOPE_DATA_DIR",
    help="A mirror of benchmark data, `<hub id>/<config>/<split>.jsonl`; read in place of the hub.",
)
