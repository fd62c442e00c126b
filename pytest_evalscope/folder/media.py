"""The pictures, sound and video of a run folder: `media/<sha256>.<ending>`, each once, however often it was sent.

A record contains `{"type": "media", "kind": …, "mime": …, "sha256": …}` in the place of each, and never its bytes. For
an http(s) URL no bytes are kept: its record has the URL, without credentials and query.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from threading import get_ident
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from pytest_evalscope.errors import MediaError
from pytest_evalscope.folder.paths import RunFolder
from pytest_evalscope.types import Media, Message, has_parts, with_media
from pytest_evalscope.types.media import KINDS
from pytest_evalscope.types.parts import MEDIA, changed, every_part, parts_of, replaced

_HASH = re.compile(r"[0-9a-f]{64}")
_LOG = logging.getLogger(__name__)


def keep(folder: RunFolder, media: Media) -> None:
    """Write the bytes of `media` into the folder unless they are there; whole or not at all, whoever else does.

    A file that is gone or has changed since it was sent is left out, with a remark in the log. Raises StorageError.
    """
    path = folder.media_file(media.file_name)
    if media.url or path.exists():
        return
    try:
        data = media.read()
    except MediaError as error:
        _LOG.warning("not kept in the run folder: %s", error.message)
        return
    partial = path.with_name(f"{path.name}.{os.getpid()}-{get_ident()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(data)
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise folder.failure(error) from error


def stored(folder: RunFolder, messages: Sequence[Message]) -> Sequence[Message]:
    """Return the messages as a record contains them, with their media kept in the folder. Raises StorageError."""
    if not has_parts(messages):
        return messages

    def made(part: Mapping[str, Any], media: Media) -> dict[str, Any]:
        keep(folder, media)
        return {**{name: value for name, value in part.items() if name != MEDIA}, **reference(media)}

    return [replaced(_typed(message), made) for message in messages]


def reference(media: Media) -> dict[str, Any]:
    """Return what a record contains in the place of `media`."""
    made = {"type": MEDIA, "kind": media.kind, "mime": media.mime, "sha256": media.sha256}
    return {**made, "url": _public(media.url)} if media.url else made


def references(messages: object) -> Iterator[Mapping[str, Any]]:
    """Yield every reference in the messages of a record."""
    for message in parts_of(messages):  # what is none, in a file that somebody else wrote, refers to nothing
        for part in every_part(message.get("content") if isinstance(message, Mapping) else None):
            if _is_reference(part):
                yield part


def loaded(folder: RunFolder, messages: Sequence[Message]) -> Sequence[Message]:
    """Return the messages of a record with the Media that it refers to; what the folder has not stays as it is."""

    def made(part: Any) -> Any:
        media = find(folder, part) if _is_reference(part) else None
        return part if media is None else {**_own(part), MEDIA: media}

    # A line that somebody else wrote may contain anything: what is no message refers to nothing.
    return [changed(message, made) if isinstance(message, Mapping) else message for message in messages]


def find(folder: RunFolder, named: Mapping[str, Any]) -> Media | None:
    """Return what a reference names, in the folder; None where the folder does not contain it."""
    kind, mime, sha256 = named.get("kind"), named.get("mime"), named.get("sha256")
    if kind not in KINDS or not isinstance(mime, str) or not isinstance(sha256, str) or not _HASH.fullmatch(sha256):
        return None
    media = Media(kind=kind, mime=mime, sha256=sha256, size=0, _place="")
    path = folder.media_file(media.file_name)
    try:
        return Media(kind=kind, mime=mime, sha256=sha256, size=path.stat().st_size, _place=path)
    except OSError:
        return None


def _own(part: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name not in ("kind", "mime", "sha256", "url")}


def _is_reference(part: object) -> bool:
    return isinstance(part, Mapping) and part.get("type") == MEDIA and MEDIA not in part


def _typed(message: Message) -> Message:
    """Return the message with what a solver of the user's own wrote in OpenAI's form read, where it can be read."""
    try:
        return with_media(message)
    except MediaError:
        return message


def _public(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
