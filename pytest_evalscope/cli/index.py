"""`pytest-evalscope index`: sample a mixed set, show one, and publish it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from pytest_evalscope.cli.options import data_dir
from pytest_evalscope.errors import UsageError

if TYPE_CHECKING:
    from pytest_evalscope.collections import CollectionSchema
    from pytest_evalscope.collections.inspect import Contents
    from pytest_evalscope.data.repositories import HubName
    from pytest_evalscope.run.indexes import SamplerName

hub = click.option("--hub", type=click.Choice(["huggingface", "modelscope"]), default="huggingface", show_default=True)
output = click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file to write."
)


@click.group()
def index() -> None:
    """Sample, show and share the mixed set of a weighted index.

    A mixed set is run by `pytest --eval-index=FILE` or by a test with `@index`.
    """


@index.command()
@click.argument("schema", type=click.Path(path_type=Path))
@output
@click.option("--count", type=click.IntRange(min=1), help="Number of samples. [default: all]")
@click.option(
    "--sampler",
    type=click.Choice(["weighted", "uniform", "stratified"]),
    default="weighted",
    show_default=True,
    help="Samples per leaf: by its share, the same for all, or by its size.",
)
@click.option("--seed", type=int, default=42, show_default=True)
@click.option(
    "--normalize",
    type=click.Choice(["product", "level"]),
    default="product",
    show_default=True,
    help="Rule by which nested weights become shares.",
)
@hub
@data_dir
def sample(
    schema: Path,
    output: Path,
    count: int | None,
    sampler: SamplerName,
    seed: int,
    normalize: Literal["product", "level"],
    hub: HubName,
    data_dir: Path | None,
) -> None:
    """Sample a mixed set from SCHEMA (.json) and write it as JSON Lines.

    The same seed gives the same samples, on every machine; a larger count gives the same ones and some more.
    """
    from pytest_evalscope.collections import CollectionSchema, dump_jsonl_data
    from pytest_evalscope.data import Source
    from pytest_evalscope.run.indexes import sampler_named

    source = Source(data_dir=data_dir, hub=hub)
    draw = sampler_named(sampler)(CollectionSchema.from_json(schema), source=source, normalize=normalize)
    mixed = draw.sample(count, seed)
    try:
        dump_jsonl_data(mixed, output)
    except OSError as error:
        raise _unwritten("sample", output, error) from error
    _say(f"{mixed}\n\nwrote {output}")


@index.command()
@click.argument("file", type=click.Path(path_type=Path))
def show(file: Path) -> None:
    """Describe FILE: a schema (.json), or a mixed set (.jsonl, or a folder with test.jsonl).

    Every record of a mixed set is checked; one that was changed is an error.
    """
    from pytest_evalscope.collections import CollectionSchema
    from pytest_evalscope.collections.inspect import contents_of

    if file.suffix == ".json":
        _say(_described(CollectionSchema.from_json(file)))
    else:
        contents = contents_of(file)
        _say(f"{contents}\n\n{_provenance(contents)}")


@index.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("repository")
@hub
@click.option("--private", is_flag=True, help="Visible to the repository's owner only.")
def push(file: Path, repository: str, hub: HubName, private: bool) -> None:
    """Upload the mixed set FILE and its data card to REPOSITORY (owner/name) on a hub.

    The token is taken from HF_TOKEN or MODELSCOPE_API_TOKEN. The repository is created if it does not exist. The
    samples' texts become readable to whoever may read the repository: make sure that their licences allow that.
    """
    from pytest_evalscope.collections.inspect import contents_of
    from pytest_evalscope.collections.publish import push as put
    from pytest_evalscope.reports.card import data_card

    if file.suffix == ".json":
        raise UsageError(
            f"index push: a schema contains no samples ({file}); accepted: a mixed set (.jsonl)",
            hint="pytest-evalscope index sample makes one",
        )
    contents = contents_of(file)
    card = data_card(contents, repository, hub=hub)
    paths = [portion.name for portion in contents.portions if {"local_path", "dataset_id", "path"} & set(portion.args)]
    if paths:
        _say(f"note: it names paths of this machine, in the args of {', '.join(paths)}")
    address = put(contents, repository, card=card.text, licence=card.licence, hub=hub, private=private)
    _say(f"{contents.name}: {contents.count} samples, licence {card.licence}\n{address}")


@index.command()
@click.argument("repository")
@output
@hub
@click.option("--revision", default="", help="A branch, tag or commit. [default: the newest]")
def pull(repository: str, output: Path, hub: HubName, revision: str) -> None:
    """Download the mixed set of REPOSITORY (owner/name) from a hub; a set that was changed is refused.

    A private one needs a token in HF_TOKEN or MODELSCOPE_API_TOKEN.
    """
    from pytest_evalscope.collections.publish import pull as take

    try:
        contents = take(repository, output, hub=hub, revision=revision)
    except OSError as error:
        raise _unwritten("pull", output, error) from error
    _say(f"{contents}\n\nwrote {output}")


def _described(schema: CollectionSchema) -> str:
    """Return a schema as a table of its leaves with both kinds of share."""
    from tabulate import tabulate

    from pytest_evalscope.benchmarks import names
    from pytest_evalscope.collections import DATA_COLLECTION

    leaves, by_level = schema.flatten(), schema.flatten("level")
    rows = [
        [
            "/".join([*leaf.hierarchy, leaf.name]),
            f"{leaf.weight:.4f}",
            f"{level.weight:.4f}",
            leaf.task_type,
            ", ".join(tag for tag in leaf.tags if tag not in leaf.hierarchy),
            ", ".join(f"{key}={value}" for key, value in leaf.args.items()),
        ]
        for leaf, level in zip(leaves, by_level, strict=True)
    ]
    headers = ["leaf", "share", "share by level", "task type", "tags", "args"]
    known = {*names(), DATA_COLLECTION}
    missing = dict.fromkeys(leaf.name for leaf in leaves if leaf.name not in known)
    return "\n".join(
        [
            f"{schema.name}: a schema of {len(leaves)} data sets",
            tabulate(rows, headers=headers, disable_numparse=True),
            *(f"no benchmark of this name is known here: {name}" for name in missing),
        ]
    )


def _provenance(contents: Contents) -> str:
    """Return the options that a mixed set was sampled with, and the checks that it passed."""
    if not contents.drawn:
        return "It does not record how it was sampled, and has no hashes: its records are not checked."
    keys = ("sampler", "seed", "count", "normalize")
    options = ", ".join(f"{key} {contents.drawn[key]}" for key in keys if key in contents.drawn)
    return f"sampled: {options}\nEvery record is as it was written, none is missing, and the shares sum to 1."


def _unwritten(command: str, path: Path, error: OSError) -> UsageError:
    return UsageError(f"index {command}: the file cannot be written ({path}: {error.strerror or error})")


def _say(text: str) -> None:
    """Print text that may contain names from a file of somebody else's."""
    from pytest_evalscope.text import harmless

    click.echo(harmless(text))
