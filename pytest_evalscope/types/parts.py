"""The parts of a message: text beside pictures, sound and video.

A message's content is text, or a list of parts: `{"type": "text", "text": …}` and `{"type": "media", "media": Media}`.
Parts in the forms of OpenAI's chat (`image_url`, `input_audio`, `video_url`, `audio_url`), of its responses
(`input_image`), of Anthropic's Messages (`image` with a `source`) and of chat templates (`image`, `audio` and `video`
beside their own value, a `url`, a `path` or `base64`) are read into these.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pytest_evalscope.errors import MediaError
from pytest_evalscope.media import Kind
from pytest_evalscope.types.media import KINDS, Media, decoded

Part = Mapping[str, Any]
MEDIA = "media"
"""The type of a part that is a picture, a sound or a video."""
_URLS: Mapping[str, Kind] = {"image_url": "image", "audio_url": "audio", "video_url": "video"}
"""Types of OpenAI's chat and of the endpoints that follow it, whose part holds a URL."""
_OWN: Mapping[str, Kind] = {"image": "image", "audio": "audio", "video": "video"}
"""Types of Anthropic's Messages and of chat templates."""
_KINDS: Mapping[str, Kind] = {**_URLS, **_OWN, "input_image": "image", "input_audio": "audio"}
"""All types of parts that show something."""


def text_part(text: str) -> Part:
    """Return text as a part of a message."""
    return {"type": "text", "text": text}


def media_part(media: Media) -> Part:
    """Return a picture, a sound or a video as a part of a message."""
    return {"type": MEDIA, MEDIA: media}


def parts_of(content: object) -> Iterator[Any]:
    """Yield the parts of a message's content; nothing for text."""
    if isinstance(content, (list, tuple)):
        yield from content


def every_part(content: object) -> Iterator[Any]:
    """Yield the parts of a message's content, those within the results of tools in Anthropic's form too."""
    for part in parts_of(content):
        yield part
        yield from parts_of(_inner(part))


def _inner(part: object) -> object:
    """Return the content of a tool's result in Anthropic's form; None for any other part."""
    return part.get("content") if isinstance(part, Mapping) and part.get("type") == "tool_result" else None


def media_of(part: object) -> Media | None:
    """Return what a part of type `media` holds; None for any other part."""
    found = part.get(MEDIA) if isinstance(part, Mapping) and part.get("type") == MEDIA else None
    return found if isinstance(found, Media) else None


def kind_of_part(part: object) -> Kind | None:
    """Return the kind of what a part shows, whichever form it has; None for text and for what is not known."""
    if not isinstance(part, Mapping):
        return None
    if part.get("type") == MEDIA:
        kind = part.get("kind") if (media := media_of(part)) is None else media.kind
        return kind if kind in KINDS else "image"
    return _KINDS.get(str(part.get("type")))


def media_in(messages: Iterable[Mapping[str, Any]]) -> Iterator[Media]:
    """Yield every picture, sound and video of the messages, in their order."""
    for message in messages:
        for part in every_part(message.get("content")):
            if (found := media_of(part)) is not None:
                yield found


def replaced(message: Mapping[str, Any], made: Callable[[Part, Media], Part]) -> Mapping[str, Any]:
    """Return the message with what `made` returns in the place of each part that is a picture, a sound or a video."""
    content = message.get("content")
    if isinstance(content, str) or next(media_in((message,)), None) is None:
        return message
    shown = changed(message, lambda part: part if (media := media_of(part)) is None else made(part, media))
    return {**shown, "content": list(shown["content"])}


def with_media(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the message with its pictures, sound and video as parts of type `media`; itself where it has none.

    Raises MediaError for what is none: a broken data URL, bytes of no known format.
    """
    return message if isinstance(message.get("content"), str) else changed(message, _read)


def changed(message: Mapping[str, Any], made: Callable[[Any], Any]) -> Mapping[str, Any]:
    """Return the message with `made` of `every_part`; itself where that returns each part as it is."""

    def within(holder: Mapping[str, Any], each: Callable[[Any], Any]) -> Mapping[str, Any]:
        content = holder.get("content")
        parts = [each(part) for part in parts_of(content)]
        if all(one is other for one, other in zip(parts, parts_of(content), strict=True)):
            return holder
        return {**holder, "content": parts if isinstance(content, list) else tuple(parts)}

    return within(message, lambda part: made(part) if _inner(part) is None else within(part, made))


def _read(part: Any) -> Any:
    if not isinstance(part, Mapping):
        return part
    kind = str(part.get("type"))
    if kind == MEDIA:
        known = MEDIA not in part or isinstance(part[MEDIA], Media)  # without it: a record's, whose bytes are lost
        return part if known else {**part, MEDIA: Media.of(part[MEDIA])}
    if kind in _OWN:
        return _of_own_form(part, _OWN[kind])
    given = part.get("image_url" if kind == "input_image" else kind)
    inner: dict[str, Any] = dict(given) if isinstance(given, Mapping) else {"url": given}
    if kind in (*_URLS, "input_image") and _is_url(inner.get("url")):
        media = Media.from_url(inner.pop("url"), kind=_KINDS[kind])
        detail = {"detail": part["detail"]} if "detail" in part else {}
        return {**media_part(media), **detail, **inner}
    if kind == "input_audio" and isinstance(inner.get("data"), str):
        return media_part(_coded(inner["data"], kind))
    return part


def _of_own_form(part: Part, kind: Kind) -> Part:
    """Return a part of Anthropic's form or of a chat template's as one of type `media`; itself where it has no bytes.

    What it has besides (`cache_control`) stays.
    """
    source = part.get("source")
    inner = source if isinstance(source, Mapping) else part
    held, text = part.get(kind), inner.get("data" if inner is source else "base64")
    url = next((each for each in (inner.get("url"), held) if _is_url(each)), None)
    if isinstance(text, str):
        media = _coded(text, kind)
    elif url is not None:
        media = Media.from_url(str(url), kind=kind)
    elif isinstance(held, (Media, bytes, bytearray, os.PathLike)) or (isinstance(held, Mapping) and "bytes" in held):
        media = Media.of(held)
    elif isinstance(part.get("path"), (str, os.PathLike)):
        media = Media.from_file(part["path"])
    else:
        return part
    rest = {name: value for name, value in part.items() if name not in ("source", "url", "base64", "path", kind)}
    return {**rest, **media_part(media)}


def _is_url(value: object) -> bool:
    """Return whether it is a URL that can be read or handed on; any other (`file:…`) stays as it is."""
    return isinstance(value, str) and value[:8].lower().startswith(("data:", "http://", "https://"))


def _coded(text: str, kind: str) -> Media:
    try:
        data = decoded(text)
    except ValueError as error:
        raise MediaError(f"media: the data of an {kind} part is no base64 ({error})") from None
    return Media.from_bytes(data)
