"""A picture, a sound or a video: what it is, known by its bytes, and where they are."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from pytest_evalscope.errors import MediaError
from pytest_evalscope.media.formats import Kind, extension, kind_of
from pytest_evalscope.types.names import BESIDE

T = TypeVar("T")
U = TypeVar("U")
_URL_SAFE = str.maketrans("-_", "+/")

KINDS: tuple[Kind, ...] = ("image", "audio", "video")
FORMS = "Path('x.png'), the file's bytes, an http(s) or data URL, {'bytes': …} of a Parquet file, or a Media"
"""The forms that are taken for a Media, for messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture, a sound or a video, made by `from_file`, `from_bytes`, `from_url` or `of`.

    Two are equal when their bytes are, wherever these are. JSON of it holds no bytes and no place.
    """

    kind: Kind
    """`image`, `audio` or `video`."""
    mime: str
    """The type, known by the bytes; "" behind an http(s) URL, of which nothing is known."""
    sha256: str
    """64 hex digits over the bytes, which are its identity; of an http(s) URL over the URL."""
    size: int
    """Bytes; 0 for an http(s) URL."""
    # A name that begins with an underscore is left out of JSON by orjson, and by `plain`.
    _place: Path | bytes | str = field(compare=False, repr=False)
    _dimensions: tuple[int, int] | None = field(default=None, compare=False, repr=False)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Media:
        """Return the file at `path`, which is read now and, for its bytes, again when it is sent; it is not kept.

        A path that is not absolute is looked for beside the data file whose row is being read, then in the working
        directory. Raises MediaError for a file that is not there or none of the formats, or broken.
        """
        from pytest_evalscope.media.inspect import inspect_file  # what a run without media does not load

        found = _found(Path(path))
        try:
            if not found.is_file():  # a device or a pipe might never end
                raise MediaError(f"media: no such file ({path}; looked for at {found}); accepted: {FORMS}")
            inspected = inspect_file(found)
        except (OSError, ValueError) as error:  # a path with a zero byte is a ValueError
            raise MediaError(f"media: cannot be read ({path}: {error}); accepted: {FORMS}") from error
        return cls._made(inspected, found, str(path))

    @classmethod
    def from_bytes(cls, data: bytes) -> Media:
        """Return what `data` is. Raises MediaError for bytes that are none of the formats, or broken."""
        from pytest_evalscope.media.inspect import inspect_bytes  # as above

        return cls._made(inspect_bytes(data), bytes(data), f"{len(data)} bytes")

    @classmethod
    def from_url(cls, url: str, *, kind: Kind = "image") -> Media:
        """Return what a data URL holds, whatever type it names; or what is behind an http(s) URL.

        An http(s) URL is never fetched here: it is handed to the providers that take one, its identity is a hash of
        the URL itself, and its kind is what `kind` says. Raises MediaError for any other URL.
        """
        scheme = url[:8].partition(":")[0].lower()
        if scheme == "data":
            return cls.from_bytes(_unpacked(url))
        try:
            whole = scheme in ("http", "https") and bool(urlsplit(url).hostname)
        except ValueError:
            whole = False
        if not whole:
            raise MediaError(f"media: neither an http(s) nor a data URL ({_shown(url)}); accepted: {FORMS}")
        if kind not in KINDS:
            raise MediaError(f"media: unknown kind ({kind!r}); accepted: {', '.join(KINDS)}")
        return cls(kind=kind, mime="", sha256=hashlib.sha256(url.encode()).hexdigest(), size=0, _place=url)

    @classmethod
    def of(cls, value: object) -> Media:
        """Return `value` as a Media: a path, bytes, a URL, `{"bytes": …, "path": …}`, or one already.

        The mapping is how the hub's Parquet files have pictures and sound; where it has no bytes, the path is read.
        Raises MediaError for anything else.
        """
        if isinstance(value, Media):
            return value
        if isinstance(value, Mapping) and "bytes" in value:
            held, path = value["bytes"], value.get("path")
            if isinstance(held, (bytes, bytearray, memoryview)):
                return cls.from_bytes(bytes(held))
            if held is None and isinstance(path, (str, os.PathLike)) and path:
                web = isinstance(path, str) and path[:8].lower().startswith(("http://", "https://"))
                return cls.from_url(str(path)) if web else cls.from_file(path)
        if isinstance(value, (bytes, bytearray, memoryview)):
            return cls.from_bytes(bytes(value))
        if isinstance(value, os.PathLike):
            return cls.from_file(value)
        if isinstance(value, str):
            return cls.from_url(value)
        raise MediaError(f"media: not a picture, sound or video ({_shown(value)}); accepted: {FORMS}")

    @classmethod
    def _made(cls, found: Inspected, place: Path | bytes, name: str) -> Media:
        if found.problem:
            raise MediaError(f"media: {name} {found.problem}")
        return cls(
            kind=kind_of(found.mime),
            mime=found.mime,
            sha256=found.sha256,
            size=found.size,
            _place=place,
            _dimensions=found.dimensions,
        )

    @property
    def path(self) -> Path | None:
        """The file, where it is one."""
        return self._place if isinstance(self._place, Path) else None

    @property
    def url(self) -> str:
        """The http(s) URL, where it is one; else ""."""
        return self._place if isinstance(self._place, str) else ""

    @property
    def dimensions(self) -> tuple[int, int] | None:
        """Width and height of a picture in pixels; None where its header was not read."""
        return self._dimensions

    @property
    def in_memory(self) -> int:
        """Number of bytes in memory: all of what was given as bytes, none of a file or a URL."""
        return len(self._place) if isinstance(self._place, bytes) else 0

    @property
    def file_name(self) -> str:
        """The name under which a run folder keeps it, `<sha256>.<ending of its type>`."""
        return f"{self.sha256}.{extension(self.mime)}"

    def read(self) -> bytes:
        """Return the bytes. Raises MediaError for a URL, and for a file that is gone or has changed since."""
        if isinstance(self._place, bytes):
            return self._place
        if isinstance(self._place, str):
            raise MediaError(f"media: the bytes behind a URL are not fetched ({_shown(self._place)})")
        try:
            data = self._place.read_bytes()
        except OSError as error:
            raise MediaError(f"media: cannot be read ({self._place}: {error.strerror or error})") from error
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise MediaError(f"media: the file has changed since the sample was made ({self._place})")
        return data


if TYPE_CHECKING:
    from pytest_evalscope.media.inspect import Inspected

    Given = Media | bytes | str | os.PathLike[str] | Mapping[str, Any]
    """The values that `Media.of` takes."""

    class Attached:
        """The type of a field that takes all that `Media.of` does and holds Media."""

        @overload
        def __get__(self, instance: None, owner: Any) -> tuple[Given, ...]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> tuple[Media, ...]: ...
        def __get__(self, instance: Any, owner: Any) -> Any: ...
        def __set__(self, instance: object, value: tuple[Given, ...]) -> None: ...


def _found(path: Path) -> Path:
    folder = BESIDE.get()
    beside = None if folder is None else folder / path
    return (beside if beside is not None and beside.is_file() else path).absolute()


def _unpacked(url: str) -> bytes:
    """Return the bytes in a data URL (RFC 2397). Raises MediaError."""
    head, comma, body = url.partition(",")
    if not comma:
        raise MediaError(f"media: a data URL without a comma ({_shown(url)}); accepted: data:TYPE;base64,…")
    if not head.lower().endswith(";base64"):
        return unquote_to_bytes(body)
    try:
        return decoded(unquote(body) if "%" in body else body)
    except ValueError as error:
        raise MediaError(f"media: a data URL that is no base64 ({_shown(url)}: {error})") from None


def decoded(text: str) -> bytes:
    """Return the bytes of base64, in either alphabet of RFC 4648; white space and missing padding do not matter.

    Raises ValueError.
    """
    whole = "".join(text.split()).rstrip("=").translate(_URL_SAFE)
    return base64.b64decode(whole + "=" * (-len(whole) % 4), validate=True)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
