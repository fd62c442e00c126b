"""Schema of an index: data sets with weights, in groups of any depth. Names follow EvalScope's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import inf
from pathlib import Path
from typing import Any, Literal, NamedTuple

import orjson
from tabulate import tabulate

from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.types import plain
from pytest_evalscope.types.plain import repeated_key

Normalization = Literal["product", "level"]
NORMALIZATIONS: tuple[Normalization, ...] = ("product", "level")

LEAF_KEYS = ("name", "weight", "task_type", "tags", "args", "hierarchy")
GROUP_KEYS = ("name", "weight", "datasets")


@dataclass
class DatasetInfo:
    """A leaf of the index: one data set. A plain value; `CollectionSchema.flatten` checks it."""

    name: str
    """The benchmark's name; `data_collection` for another mixed set."""
    weight: float = 1.0
    """Finite and above 0; only its ratio to the weights beside it counts."""
    task_type: str = ""
    """Empty: the benchmark's own."""
    tags: list[str] = field(default_factory=list)
    """Empty: the benchmark's own. The names of the groups above come after them."""
    args: dict[str, Any] = field(default_factory=dict)
    """Options of the data set, with EvalScope's names: `subset_list`, `few_shot_num`, `local_path` …"""
    hierarchy: list[str] = field(default_factory=list)
    """The names of the groups above, the root first. `flatten` fills it in and ignores a value given."""


@dataclass
class CollectionSchema:
    """A group of data sets and further groups; the outermost one is the index. `str()` gives a readable table."""

    name: str
    weight: float = 1.0
    """Finite and above 0; that of the outermost group is not used."""
    datasets: list[DatasetInfo | CollectionSchema] = field(default_factory=list)

    def flatten(self, normalize: Normalization = "product") -> list[DatasetInfo]:
        """Return copies of the leaves, in the order they are written, with their shares of the index as weights.

        The shares are above 0 and sum to 1:

        - `product`: the product of the weights from below the root down to the leaf, divided by the sum of these
          products over all leaves. The formula of EvalScope's documents.
        - `level`: each group divides its own share among its children by their weights. What EvalScope computes.

        Both agree where sibling groups have the same sum of products. Every leaf's hierarchy becomes the names of its
        groups, which join its tags too.

        Raises UsageError, naming the path within the schema: a weight that is not a finite number above 0, an empty
        group, a repeated leaf (same name, same args), a value of a wrong type.
        """
        return [replace(leaf, weight=float(share)) for leaf, share in exact_shares(self, normalize)]

    def to_dict(self) -> dict[str, Any]:
        """Return the schema as nested dicts, as EvalScope writes them."""
        children = [
            child.to_dict() if isinstance(child, CollectionSchema) else {key: getattr(child, key) for key in LEAF_KEYS}
            for child in self.datasets
        ]
        return {"name": self.name, "weight": self.weight, "datasets": children}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> CollectionSchema:
        """Return the schema that `to_dict` gave; a child that has the key `datasets` is a group.

        Raises UsageError as `flatten` does, and UnknownName for a key that EvalScope does not have.
        """
        made = _group(data, "schema")
        exact_shares(made, "product")
        return made

    def dump_json(self, path: str | Path) -> None:
        """Write the schema as JSON."""
        Path(path).write_bytes(orjson.dumps(plain(self.to_dict()), option=orjson.OPT_INDENT_2) + b"\n")

    @classmethod
    def from_json(cls, path: str | Path) -> CollectionSchema:
        """Read a schema from a JSON file, EvalScope's or ours. Raises UsageError."""
        try:
            content = Path(path).read_bytes()
            data = orjson.loads(content)
        except OSError as error:
            raise UsageError(f"schema {path}: cannot be read ({error.strerror or error})") from None
        except orjson.JSONDecodeError as error:
            raise UsageError(f"schema {path}: not JSON ({error})") from None
        if twice := repeated_key(content, data):
            raise UsageError(f"schema {path}: an object has the key {twice!r} twice; accepted: each key once")
        return cls.from_dict(data)

    def __str__(self) -> str:
        try:
            shares = exact_shares(self, "product")
        except UsageError as error:  # a schema that is still being built can be printed too
            return str(error)
        rows = [
            ["/".join([*leaf.hierarchy, leaf.name]), f"{float(share):.4f}", leaf.task_type, ", ".join(leaf.tags)]
            for leaf, share in shares
        ]
        return tabulate(rows, headers=["leaf", "share", "task_type", "tags"], disable_numparse=True)


class Share(NamedTuple):
    """A leaf, its hierarchy and tags filled in, with its exact share of the index."""

    leaf: DatasetInfo
    share: Fraction


def exact_shares(schema: CollectionSchema, normalize: Normalization) -> list[Share]:
    """Return what `CollectionSchema.flatten` returns, with shares that sum to exactly 1. Raises as it does."""
    if normalize not in NORMALIZATIONS:
        raise UnknownName("normalize", str(normalize), NORMALIZATIONS)
    if not isinstance(schema, CollectionSchema):
        raise UsageError(f"schema: not a CollectionSchema ({type(schema).__name__})")
    found = list(_leaves(schema, (), Fraction(1), normalize))
    seen: dict[str, str] = {}
    for leaf, _ in found:
        path = "/".join([*leaf.hierarchy, leaf.name])
        other = seen.setdefault(identity(leaf), path)
        if other is not path:
            raise UsageError(
                f"schema {path}: repeated leaf (also as {other}, with the same args); accepted: each once",
                hint="add the two weights in one leaf, or give them different args",
            )
    total = sum((share for _, share in found), Fraction())
    shares = [Share(leaf, share / total) for leaf, share in found]
    for leaf, share in shares:
        if not float(share):
            path = "/".join([*leaf.hierarchy, leaf.name])
            raise UsageError(f"schema {path}: the weight is too small beside the others")
    return shares


def identity(leaf: DatasetInfo) -> str:
    """Return the identity of a leaf: its name and args, whatever the order they are written in."""
    args = dict(leaf.args)
    if isinstance(args.get("subset_list"), (list, tuple)):
        args["subset_list"] = sorted(map(str, args["subset_list"]))
    return f"{leaf.name} {orjson.dumps(plain(args), option=orjson.OPT_SORT_KEYS).decode()}"


def usable(weight: object) -> bool:
    """Return whether `weight` is a finite number above 0, and not a whole number of more than 63 bits."""
    if isinstance(weight, bool) or not isinstance(weight, (int, float)):
        return False
    return 0 < weight < (inf if isinstance(weight, float) else 2**63)  # JSON holds no larger whole number


def exact(weight: float) -> Fraction:
    """Return a weight as the decimal that a person writes for it: 0.1 is 1/10."""
    return Fraction(repr(float(weight))) if isinstance(weight, float) else Fraction(weight)


def _leaves(
    group: CollectionSchema, above: tuple[CollectionSchema, ...], share: Fraction, normalize: Normalization
) -> Iterator[Share]:
    path = "/".join([*(str(node.name) for node in above), str(group.name)])
    _check_group(group, above, path)
    nodes = (*above, group)
    names = [node.name for node in nodes]
    for child in group.datasets:
        _check_child(child, f"{path}/{getattr(child, 'name', '?')}")
    total = sum((exact(child.weight) for child in group.datasets), Fraction()) if normalize == "level" else 1
    for child in group.datasets:
        part = share * exact(child.weight) / total
        if isinstance(child, CollectionSchema):
            yield from _leaves(child, nodes, part, normalize)
        else:
            tags = list(dict.fromkeys([*child.tags, *names]))
            yield Share(replace(child, tags=tags, args=dict(child.args), hierarchy=names), part)


def _check_group(group: CollectionSchema, above: Sequence[CollectionSchema], path: str) -> None:
    if any(node is group for node in above):
        raise UsageError(f"schema {path}: the group contains itself")
    if not isinstance(group.name, str) or not group.name:
        raise UsageError(f"schema {path}: a group needs a name ({group.name!r}); accepted: any text that is not empty")
    if not isinstance(group.datasets, (list, tuple)):
        raise UsageError(f"schema {path}: datasets is not a list ({type(group.datasets).__name__})")
    if not group.datasets:
        raise UsageError(f"schema {path}: the group is empty; at least one data set is needed")


def _check_child(child: object, path: str) -> None:
    if not isinstance(child, (DatasetInfo, CollectionSchema)):
        raise UsageError(
            f"schema {path}: not a part of a schema ({type(child).__name__}); accepted: DatasetInfo, CollectionSchema"
        )
    if not usable(child.weight):
        raise UsageError(f"schema {path}: invalid weight ({child.weight!r}); accepted: any finite number above 0")
    if isinstance(child, DatasetInfo):
        _check_leaf(child, path)


def _check_leaf(leaf: DatasetInfo, path: str) -> None:
    if not isinstance(leaf.name, str) or not leaf.name:
        raise UsageError(f"schema {path}: a leaf needs the name of a benchmark ({leaf.name!r})")
    if not isinstance(leaf.task_type, str):
        raise UsageError(f"schema {path}: task_type is not text ({leaf.task_type!r})")
    if not isinstance(leaf.tags, (list, tuple)) or not all(isinstance(tag, str) for tag in leaf.tags):
        raise UsageError(f"schema {path}: tags is not a list of texts ({leaf.tags!r})")
    if not isinstance(leaf.args, Mapping) or not all(isinstance(key, str) for key in leaf.args):
        raise UsageError(f"schema {path}: args is not a dict with names as keys ({leaf.args!r})")
    try:
        identity(leaf)
    except TypeError as error:
        raise UsageError(f"schema {path}: args cannot be written as JSON ({error})") from None


def _group(data: object, path: str) -> CollectionSchema:
    fields = _fields(data, path, GROUP_KEYS)
    path = f"{path} {fields['name']}" if path == "schema" else f"{path}/{fields['name']}"
    children = fields.get("datasets", [])
    if not isinstance(children, (list, tuple)):
        raise UsageError(f"{path}: datasets is not a list ({type(children).__name__})")
    made = [
        _group(child, path)
        if isinstance(child, Mapping) and "datasets" in child
        else DatasetInfo(**_fields(child, path, LEAF_KEYS))
        for child in children
    ]
    return CollectionSchema(**{**fields, "datasets": made})


def _fields(data: object, path: str, known: Sequence[str]) -> dict[str, Any]:
    """Return the keys of one node. `path` is that of its group."""
    if not isinstance(data, Mapping):
        raise UsageError(f"{path}: a part is not an object ({type(data).__name__}); each has at least a name")
    if "name" not in data:
        raise UsageError(f"{path}: a part has no name (its keys: {', '.join(map(str, data)) or 'none'})")
    for key in data:
        if key not in known:
            raise UnknownName(f"{path}/{data['name']}: key", str(key), known)
    return dict(data)
