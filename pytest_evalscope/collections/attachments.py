"""Pictures, sound and video in a mixed set: as URLs, a data URL for what is a file or bytes.

A mixed set is one file, so that nothing can be parted from it. In `prompt` they have EvalScope's form, a part
`{"type": "image", "image": URL}`; in `sample`, that of OpenAI's chat.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from pytest_evalscope.models.http.media_parts import url_of
from pytest_evalscope.types import Media, Messages, media_of

if TYPE_CHECKING:
    from pytest_evalscope.collections.format import Attachment


def prompt_messages(messages: Messages) -> Messages:
    """Return the messages with each picture, sound and video in EvalScope's form. Raises DataError for a lost file."""
    return _written(messages, lambda media, url: {"type": media.kind, media.kind: url})


def sample_messages(messages: Messages) -> Messages:
    """Return the messages with each picture, sound and video in OpenAI's form. Raises DataError for a lost file."""
    return _written(messages, lambda media, url: {"type": f"{media.kind}_url", f"{media.kind}_url": {"url": url}})


def written_media(media: Sequence[Media]) -> list[dict[str, Any]]:
    """Return what goes with a sample as JSON types. Raises DataError for a lost file."""
    return [{"kind": one.kind, "url": url_of(one)} for one in media]


def attached(written: Sequence[Attachment]) -> tuple[Media, ...]:
    """Return what `written_media` wrote. Raises DataError for what is none."""
    return tuple(Media.from_url(one.url, kind=one.kind) for one in written)


def _written(messages: Messages, made: Callable[[Media, str], dict[str, Any]]) -> Messages:
    return tuple(
        {**message, "content": [_part(part, made) for part in content]}
        if isinstance(content := message.get("content"), (list, tuple))
        else message
        for message in messages
    )


def _part(part: Any, made: Callable[[Media, str], dict[str, Any]]) -> Any:
    media = media_of(part)
    return part if media is None else made(media, url_of(media))
