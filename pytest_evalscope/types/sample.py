"""A sample of a benchmark, and the messages that one may consist of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard

from pytest_evalscope.errors import DataError, MediaError, ScorerError

if TYPE_CHECKING:
    from pytest_evalscope.types.media import Attached, Media

from pytest_evalscope.types.plain import not_json
from pytest_evalscope.types.tools import Tool

Message = Mapping[str, Any]
"""One chat message in the OpenAI form: `{"role": "user", "content": "…"}`."""

Messages = tuple[Message, ...]

Json: TypeAlias = Any
"""A value that JSON has a form for: text, a number, true, false, null, a list or an object of these."""

_TEXT = frozenset({str})
_MESSAGES = 'accepted: a text, or messages such as [{"role": "user", "content": "…"}]'


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
    target: Json = ""
    """The right answer: a text, or several when any of them is right; for a scorer of one's own any JSON."""
    choices: tuple[str, ...] = ()
    """The options of a multiple-choice question, in order; the target is then the label of one (`"B"`). White space
    around an option is left out: where only one has some, it may give the answer away."""
    digest: str = ""
    """A hash over the question and the right answer; the loader fills it in."""
    subset: str = ""
    """The subset it belongs to; the loader fills it in."""
    language: str = ""
    """Code of its language (`de`), which decides how numbers are read; the loader fills in that of its subset, where
    the benchmark has `languages`."""
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
    """Anything a solver or scorer of this benchmark needs besides: never sent, and not in the records."""

    def __post_init__(self) -> None:
        if self.media:
            object.__setattr__(self, "media", _attached(self.media))
        if type(self.input) is not str:
            object.__setattr__(self, "input", _read(self.input))
        if type(self.target) is not str:
            _refuse_target(self.target)
        if type(self.id) is not str or type(self.group) is not str or self.choices or self.metadata:
            _check(self)

    @property
    def targets(self) -> tuple[str, ...]:
        """The targets as texts, of which any one is right. Raises ScorerError for a target of another form."""
        found = self.target
        if isinstance(found, str):
            return (found,)
        if not is_texts(found):
            raise ScorerError(
                f"target: neither a text nor texts ({_shown(found)}); accepted by this scorer: a text, or texts of "
                "which any one is right",
                hint="a scorer of your own reads any JSON: def score(sample, completion): … sample.target …",
            )
        return tuple(found)


def is_texts(value: object) -> TypeGuard[Sequence[str]]:
    """Return whether `value` is a list of nothing but texts."""
    # By their types first: rows of options are read by the ten thousand, and hold nothing but plain texts.
    return isinstance(value, (list, tuple)) and (
        _TEXT.issuperset(map(type, value)) or all(isinstance(each, str) for each in value)
    )


def target_text(target: Json, between: str) -> str:
    """Return a target to read: a text as it is, texts with `between` between them, anything else as JSON."""
    if isinstance(target, str):
        return target
    if is_texts(target):
        return between.join(target)
    import json

    return json.dumps(target, ensure_ascii=False)


def _check(sample: Sample) -> None:
    """Refuse what does not fit."""
    if type(sample.id) is not str or type(sample.group) is not str:
        _name(sample)
    if sample.choices and not is_texts(sample.choices):
        raise DataError(f"choices of a sample: not texts ({_shown(sample.choices)}); accepted: choices=('4', '5')")
    object.__setattr__(sample, "choices", tuple(map(str.strip, sample.choices)))
    if type(sample.metadata) is not dict and not isinstance(sample.metadata, Mapping):
        raise DataError(
            f"metadata of a sample: no mapping ({_shown(sample.metadata)}); accepted: metadata={{'source': …}}"
        )


def _name(sample: Sample) -> None:
    """Make the id and the group text, where they are integers, and refuse others."""
    for name in ("id", "group"):
        value = getattr(sample, name)
        if value is None or type(value) is int:
            object.__setattr__(sample, name, "" if value is None else str(value))
        elif not isinstance(value, str):
            raise DataError(
                f"{name} of a sample: neither text nor integer ({_shown(value)}); accepted: {name}={str(value)!r}"
            )


def _refuse_target(target: object) -> None:
    problem = not_json(target)
    if problem:
        raise DataError(
            f"target of a sample: not JSON ({problem.removeprefix(': ')}); accepted: a text, texts, numbers, true, "
            "false, null, and lists and objects of these"
        )


def _shown(value: object) -> str:
    text = repr(value)
    return f"{type(value).__name__} {text if len(text) <= 60 else f'{text[:57]}…'}"


def _read(given: object) -> str | Messages:
    """Return messages with the parts that are in OpenAI's form read into Media. Raises DataError for anything else."""
    if isinstance(given, str):
        return given
    if not isinstance(given, (list, tuple)):
        raise DataError(f"input of a sample: neither text nor messages ({_shown(given)}); {_MESSAGES}")
    if not given:  # an empty text is one: a template may have it all, and a text may begin with nothing before it
        raise DataError(f"input of a sample: no message in the list ({_shown(given)}); {_MESSAGES}")
    for message in given:
        if not isinstance(message, Mapping) or not isinstance(message.get("role"), str):
            raise DataError(f"input of a sample: not a message with a role ({_shown(message)}); {_MESSAGES}")
        if not isinstance(message.get("content"), (str, list, tuple, NoneType)):
            raise DataError(f"input of a sample: no content of a message ({_shown(message['content'])}); {_MESSAGES}")
    if not has_parts(given):
        return tuple(given)
    from pytest_evalscope.types.parts import with_media

    return tuple(map(with_media, given))


def _attached(given: object) -> tuple[Media, ...]:
    if isinstance(given, (list, tuple)):
        from pytest_evalscope.types.media import Media

        return tuple(map(Media.of, given))
    raise MediaError(f"media of a sample: not a tuple ({type(given).__name__}); accepted: media=(Path('x.png'),)")
