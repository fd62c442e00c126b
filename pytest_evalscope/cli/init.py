"""`pytest-evalscope init`: a first eval in a project of one's own."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click

STARTER = {
    "evals/test_smoke.py": "starter/test_smoke.py.txt",
    "evals/thresholds.toml": "starter/thresholds.toml",
}
"""File in the project → file of this package that it starts as."""
WORKFLOW = {".github/workflows/evals.yml": "starter/evals.yml"}


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path), default=".")
@click.option("--ci", is_flag=True, help="Write .github/workflows/evals.yml as well.")
def init(directory: Path, ci: bool) -> None:
    """Write a first eval into DIRECTORY (default: here). A file that exists is left as it is."""
    for name, template in {**STARTER, **(WORKFLOW if ci else {})}.items():
        path = directory / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write(files("pytest_evalscope.cli").joinpath(*template.split("/")).read_bytes())
            click.echo(f"wrote   {path}")
        except FileExistsError:
            click.echo(f"exists  {path} (left as it is)")
        except OSError as error:
            raise click.FileError(str(path), hint=error.strerror) from error
    where = "" if directory == Path() else f"cd {directory} && "
    click.echo(f"\nNow run it on a small model that needs no network:\n  {where}pytest evals --model=smollm2")
