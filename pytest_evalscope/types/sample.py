"""A sample of a benchmark, and the messages that one may consist of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pytest_evalscope.errors import MediaError

if TYPE_CHECKING:
    from pytest_evalscope.types.media import Attached, Media

from pytest_evalscope.types.tools import Tool

Message = Mapping[str, Any]
"""One chat message in the OpenAI form: `{"role": "user", "content": "…"}`."""

Messages = tuple[Message, ...]


def has_parts(messages: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether the content of a message is more than a text: nearly all are not, and need no closer look."""
    for message in messages:  # noqa: SIM110  # several times a sample: a generator would cost twice as much
        if not isinstance(message.get("content"), (str, type(None))):
            return True
    return False


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
    """A hash over the question and the right answer; the loader fills it in."""
    subset: str = ""
    """The subset it belongs to; the loader fills it in."""
    group: str = ""
    """Samples of one group are one cluster for the statistics (questions about one passage, say)."""
    tools: tuple[Mapping[str, Any] | Tool, ...] = ()
    """Tools that the model may call: definitions in OpenAI's form, or tools that `agent()` can run."""
    if TYPE_CHECKING:
        media: Attached = Attached()
    else:
        media: tuple[Any, ...] = ()  # of Media, which few samples have
    """Pictures, sound and video that go with the input, each a path, bytes, a URL or a Media; Media once it is made."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """Anything a solver or scorer of this benchmark needs besides."""

    def __post_init__(self) -> None:
        if self.media:
            object.__setattr__(self, "media", _attached(self.media))
        if not isinstance(self.input, str):
            object.__setattr__(self, "input", _read(self.input))

    @property
    def targets(self) -> tuple[str, ...]:
        """The targets, of which any one is right."""
        return (self.target,) if isinstance(self.target, str) else self.target


def _read(messages: Messages) -> Messages:
    """Return messages with the parts that are in OpenAI's form read into Media."""
    if not has_parts(messages):
        return tuple(messages)
    from pytest_evalscope.types.parts import with_media

    return tuple(map(with_media, messages))


def _attached(given: object) -> tuple[Media, ...]:
    if isinstance(given, (list, tuple)):
        from pytest_evalscope.types.media import Media

        return tuple(map(Media.of, given))
    raise MediaError(f"media of a sample: not a tuple ({type(given).__name__}); accepted: media=(Path('x.png'),)")
