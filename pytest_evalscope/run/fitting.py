"""Limits on the pictures, sound and video that a model is sent, and a check that it takes their kinds.

They apply before the cache of completions: a picture that is made smaller has the hash of its new bytes there and in
the run folder.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pytest_evalscope.errors import MediaError
from pytest_evalscope.models.capabilities import check_media, media_of_model
from pytest_evalscope.run.settings import MediaLimits
from pytest_evalscope.types import (
    Chat,
    Likelihood,
    Media,
    Messages,
    Model,
    Request,
    media_in,
    prompt_of,
    with_media,
)
from pytest_evalscope.types.parts import Part, replaced

REMEMBERED = 4
"""Pictures made smaller that are kept for the other repeats of their samples, which are sent one after the other."""


class Fitting:
    """The limits of a run, applied to requests; used on one event loop."""

    def __init__(self, limits: MediaLimits) -> None:
        self._limits = limits
        self._made: OrderedDict[str, Media] = OrderedDict()
        # One at a time: an unpacked picture is a hundred times larger than its file.
        self._one = asyncio.Lock()

    async def fitted(self, model: Model, request: Request, smaller: set[str]) -> Request:
        """Return `request` as `model` is sent it; `smaller` gets the hashes of what was made smaller for it.

        Parts of messages in OpenAI's form are read into Media first. What the model does not take is RequestRefused;
        what is too large, broken or gone is MediaError.
        """
        messages = tuple(map(with_media, prompt_of(request)))
        check_media(model.name, messages, media_of_model(model))
        if next(media_in(messages), None) is None:
            return request
        messages = await self._fitted(messages, smaller)
        assert isinstance(request, (Chat, Likelihood))
        return replace(request, messages=messages)

    async def _fitted(self, messages: Messages, smaller: set[str]) -> Messages:
        made: dict[str, Media] = {}
        for media in media_in(messages):
            excess = self._limits.excess(media.size, media.dimensions)
            if excess and media.sha256 not in made:
                made[media.sha256] = await self._smaller(media, excess)
        if not made:
            return messages
        smaller.update(made)

        def fitted(part: Part, media: Media) -> Mapping[str, Any]:
            return {**part, "media": made.get(media.sha256, media)}

        return tuple(replaced(message, fitted) for message in messages)

    async def _smaller(self, media: Media, excess: str) -> Media:
        if media.kind != "image" or self._limits.oversize == "refuse":
            raise MediaError(f"media: the {media.kind} is too large ({media.mime}, {excess})")
        async with self._one:
            if (known := self._made.get(media.sha256)) is None:
                known = self._made[media.sha256] = await asyncio.to_thread(self._resize, media)
            self._made.move_to_end(media.sha256)
            if len(self._made) > REMEMBERED:
                self._made.popitem(last=False)
        return known

    def _resize(self, media: Media) -> Media:
        from pytest_evalscope.media.resize import resized  # few runs have pictures to resize

        limits = self._limits
        data = resized(media.read(), media.mime, max_bytes=limits.max_bytes, max_pixels=limits.max_pixels)
        return Media.from_bytes(data)
