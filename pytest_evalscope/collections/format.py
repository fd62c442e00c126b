"""The form of a mixed set's records and of its provenance, checked against every line of a file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Annotated, Any, ClassVar, Literal

import orjson
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from pytest_evalscope.errors import DataError
from pytest_evalscope.media import Kind

_STRICT = ConfigDict(strict=True, extra="ignore")

Weight = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Ratio = Annotated[str, Field(pattern=r"^[0-9]{1,4000}(/[1-9][0-9]{0,3999})?$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """EvalScope's dumped Sample, as far as it is used here."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    input: str | list[dict[str, Any]]
    target: Any = None
    """A text or texts; in a set of ours any JSON."""
    choices: list[str] | None = None
    metadata: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A picture, a sound or a video that goes with a Sample of ours."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    kind: Kind
    url: str
    """A data URL for what was a file or bytes, so that nothing is parted from the set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """The parts of a Sample that `prompt` has no field for."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    id: Annotated[str, Field(min_length=1)]
    input: str | list[dict[str, Any]] | None = None
    language: str = ""
    group: str = ""
    metadata: dict[str, Any] | None = None
    media: list[Attachment] = field(default_factory=list)
    tools: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One leaf in the provenance."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    name: str
    dataset: Annotated[str, Field(min_length=1)]
    version: str
    share: Ratio
    count: Annotated[int, Field(ge=1)]
    task_type: str
    tags: list[str]
    categories: list[str]
    args: dict[str, Any]
    rendered: bool

    @property
    def exact_share(self) -> Fraction:
        """The share as a number."""
        return Fraction(self.share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Provenance of a mixed set. Only the fields of `schema` 1 are read."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    schema: Literal[1]
    name: Annotated[str, Field(min_length=1)]
    leaves: Annotated[list[Entry], Field(min_length=1)]
    remarks: list[str] = field(default_factory=list)
    sampler: str | None = None
    seed: int | None = None
    count: int | None = None
    normalize: str | None = None
    collection: dict[str, Any] | None = None

    @property
    def drawn(self) -> dict[str, Any]:
        """Options by which the set was sampled, as far as it names them."""
        named = {key: getattr(self, key) for key in ("sampler", "seed", "count", "normalize", "collection")}
        return {key: value for key, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One line."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    index: Annotated[int, Field(ge=0)]
    prompt: Prompt
    weight: Weight
    dataset_name: Annotated[str, Field(min_length=1)]
    subset_name: str
    tags: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    task_type: str = ""
    leaf: int | None = None
    sample: Extra | None = None
    hash: str | None = None
    provenance: Provenance | None = None


@cache
def _adapter() -> TypeAdapter[Record]:
    return TypeAdapter(Record)


def checked(line: bytes, *, where: str) -> Record:
    """Return one line of a mixed set as a value. Raises DataError, beginning with `where`, for the first misfit."""
    try:
        return _adapter().validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"])) or "the record"
        given = repr(first["input"])
        given = given if len(given) <= 60 else f"{given[:57]}..."
        raise DataError(f"{where}: {place} does not fit ({given}); {first['msg']}") from None


def record_hash(record: Mapping[str, Any]) -> str:
    """Return 16 hex digits over everything in a record but its index, its hash and the provenance."""
    return content_hash({key: value for key, value in record.items() if key not in ("index", "provenance")})


def content_hash(fields: Mapping[str, Any]) -> str:
    """Return 16 hex digits over an object without its field `hash`."""
    content = {key: value for key, value in fields.items() if key != "hash"}
    return hashlib.blake2b(orjson.dumps(content, option=orjson.OPT_SORT_KEYS), digest_size=8).hexdigest()


def intact(line: bytes, record: Record) -> bool:
    """Return whether a line of ours is unchanged, its provenance too; one of EvalScope's, without a hash, always is.

    A provenance that was written before it had a hash is compared with the weights of the records alone.
    """
    if record.hash is None:
        return record.leaf is None
    try:
        fields = orjson.loads(line)
        provenance = fields.get("provenance") or {}
        return record.hash == record_hash(fields) and provenance.get("hash") in (None, content_hash(provenance))
    except orjson.JSONDecodeError:  # NaN, say, in what is not looked at: never written by us
        return False
