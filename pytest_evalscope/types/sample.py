"""A sample of a benchmark, and the messages that one may consist of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_evalscope.types.tools import Tool

Message = Mapping[str, Any]
"""One chat message in the OpenAI form: `{"role": "user", "content": "…"}`."""

Messages = tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One question of a benchmark."""

    id: str = ""
    """Stable: from the data, or (left empty) a hash of the content that the loader fills in; never a row number."""
    input: str | Messages
    """The question, as text or as chat messages."""
    target: str | tuple[str, ...] = ""
    """The right answer; several when any of them is right."""
    choices: tuple[str, ...] = ()
    """The options of a multiple-choice question, in order; the target is then the label of one (`"B"`)."""
    digest: str = ""
    """A hash over what is asked and what is right; the loader fills it in."""
    subset: str = ""
    """The subset it belongs to; the loader fills it in."""
    group: str = ""
    """Samples of one group are one cluster for the statistics (questions about one passage, say)."""
    tools: tuple[Mapping[str, Any] | Tool, ...] = ()
    """Tools that the model may call: definitions in OpenAI's form, or tools that `agent()` can run."""
    media: tuple[Mapping[str, Any], ...] = ()
    """Images, audio and video that go with the input."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """Anything a solver or scorer of this benchmark needs besides."""
