"""Pictures, sound and video in the forms that the protocols have for them. Here alone they are encoded in base64.

Sources: OpenAI's references of chat completions (`image_url`, `input_audio` with wav or mp3) and of responses
(`input_image`), Anthropic's of Messages (`image` with a base64 or a URL source), and vLLM's of its OpenAI-compatible
server (`video_url`, and `input_audio` with any format).
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pytest_evalscope.errors import RequestRefused
from pytest_evalscope.media import Kind, extension
from pytest_evalscope.models.capabilities import not_taken
from pytest_evalscope.types import Media, Messages, has_parts, media_in
from pytest_evalscope.types.parts import replaced

T = TypeVar("T")

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""The formats of pictures that OpenAI and Anthropic take."""
SOUNDS = frozenset({"audio/wav", "audio/mpeg"})
"""The formats of sound that OpenAI takes."""
HOSTED: frozenset[Kind] = frozenset({"image", "audio"})
"""The kinds that OpenAI's own chat takes."""
SERVED: frozenset[Kind] = frozenset({"image", "audio", "video"})
"""The kinds that servers of open weights take through the same protocol."""
SEEN: frozenset[Kind] = frozenset({"image"})
"""The kinds of protocols that have a form for pictures alone."""


def data_url(media: Media) -> str:
    """Return the bytes as a data URL. Raises DataError where they cannot be read."""
    return f"data:{media.mime};base64,{_base64(media)}"


def url_of(media: Media) -> str:
    """Return the http(s) URL, or the bytes as a data URL. Raises DataError where they cannot be read."""
    return media.url or data_url(media)


def chat_messages(name: str, messages: Messages, *, hosted: bool = False) -> Messages:
    """Return the messages in the form of OpenAI's chat; the same ones where there is nothing to encode.

    `hosted`: whether it is OpenAI's own service, which refuses the formats and kinds that other servers take.

    Raises RequestRefused for what the protocol has no form for, DataError for a file that cannot be read.
    """
    if not has_parts(messages):
        return messages

    def made(part: Mapping[str, Any], media: Media) -> dict[str, Any]:
        if media.kind == "image":
            if hosted:
                _check_format(name, media, PICTURES)
            detail = {"detail": part["detail"]} if part.get("detail") else {}
            return {"type": "image_url", "image_url": {"url": url_of(media), **detail}}
        if media.kind == "audio":
            return _sound(name, media, hosted=hosted)
        if hosted:
            raise not_taken(name, media.kind, HOSTED)
        return {"type": "video_url", "video_url": {"url": url_of(media)}}

    if hosted and any(True for _ in media_in(each for each in messages if each.get("role") == "tool")):
        raise RequestRefused(
            f"{name}: takes no picture, sound or video in the result of a tool; accepted: text",
            hint="anthropic/ and responses/ take pictures there, and so do openai/ endpoints of one's own",
        )
    return tuple(replaced(message, made) for message in messages)


def _sound(name: str, media: Media, *, hosted: bool) -> dict[str, Any]:
    if media.url:
        raise RequestRefused(f"{name}: takes no sound by URL ({media.url}); accepted: the file or its bytes")
    if hosted:
        _check_format(name, media, SOUNDS)
    return {"type": "input_audio", "input_audio": {"data": _base64(media), "format": extension(media.mime)}}


def anthropic_image(name: str, media: Media) -> dict[str, Any]:
    """Return a picture as a block of Anthropic's Messages. The errors are those of `chat_messages`."""
    if media.kind != "image":
        raise not_taken(name, media.kind, SEEN)
    if media.url:
        return {"type": "image", "source": {"type": "url", "url": media.url}}
    _check_format(name, media, PICTURES)
    return {"type": "image", "source": {"type": "base64", "media_type": media.mime, "data": _base64(media)}}


def responses_image(name: str, part: Mapping[str, Any], media: Media) -> dict[str, Any]:
    """Return a picture as an item of OpenAI's Responses API. The errors are those of `chat_messages`."""
    if media.kind != "image":
        raise not_taken(name, media.kind, SEEN)
    _check_format(name, media, PICTURES)
    return {"type": "input_image", "image_url": url_of(media), "detail": part.get("detail") or "auto"}


def _check_format(name: str, media: Media, formats: frozenset[str]) -> None:
    if not media.url and media.mime not in formats:
        raise RequestRefused(
            f"{name}: takes no {media.kind} of the format {media.mime}; accepted: {', '.join(sorted(formats))}"
        )


def _base64(media: Media) -> str:
    return base64.b64encode(media.read()).decode()


async def built(messages: Messages, build: Callable[[], T]) -> T:
    """Return what `build` makes of the messages, in a thread where files are to be read and encoded for it."""
    shown = has_parts(messages) and any(True for _ in media_in(messages))
    return await asyncio.to_thread(build) if shown else build()
