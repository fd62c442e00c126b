"""`pytest-evalscope init`: a first eval in a project of one's own."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click

from pytest_evalscope.errors import UsageError

STARTER = {
    "evals/test_smoke.py": "test_smoke.py.txt",
    "evals/thresholds.toml": "thresholds.toml",
    ".gitignore": "gitignore.txt",
}
"""File in the project → the file in `starter/` that it begins as."""
WORKFLOW = {".github/workflows/evals.yml": "evals.yml"}


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path), default=".")
@click.option("--ci", is_flag=True, help="Write .github/workflows/evals.yml as well.")
def init(directory: Path, ci: bool) -> None:
    """Write a first eval into DIRECTORY (default: here). A file that exists is left as it is."""
    for name, template in {**STARTER, **(WORKFLOW if ci else {})}.items():
        path = directory / name
        try:
            wrote = _write(path, template)
        except OSError as error:
            raise UsageError(f"init: the file cannot be written ({path}: {error.strerror})") from error
        click.echo(f"wrote   {path}" if wrote else f"exists  {path} (left as it is)")
    where = "" if directory == Path() else f"cd {directory} && "
    click.echo(f"\nNow run it on a small model that needs no network:\n  {where}pytest evals --model=smollm2")


def _write(path: Path, template: str) -> bool:
    """Write a file from `starter/` to `path`; return False when `path` exists."""
    content = (files("pytest_evalscope.cli") / "starter" / template).read_bytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        return False
    return True
