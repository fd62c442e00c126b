"""Pieces of prompts that the solvers share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from pytest_evalscope.errors import UsageError
from pytest_evalscope.text import fields
from pytest_evalscope.types import Message, Messages, Sample

if TYPE_CHECKING:
    from pytest_evalscope.solvers.placing import Content


class _Shots:
    """Few-shot examples that equal only themselves: to compare them by identity costs nothing, by content much."""

    __slots__ = ("samples",)

    def __init__(self, samples: tuple[Sample, ...]) -> None:
        self.samples = samples

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Shots) and other.samples is self.samples

    def __hash__(self) -> int:
        return id(self.samples)


@lru_cache(maxsize=1024)
def _rendered(render: Callable[[Sample], str], intro: str, shots: _Shots) -> str:
    return "\n\n".join([intro, *map(render, shots.samples), ""])


def shots_prefix(render: Callable[[Sample], str], intro: str, shots: Sequence[Sample]) -> str:
    """Return the few-shot examples as text, empty without any.

    They are rendered once for all samples of a job, which share one tuple of them (of which `tuple` makes no other);
    `render` is a method of the solver.
    """
    if not shots:
        return ""
    return _rendered(render, intro, _Shots(tuple(shots)))


def content_of(
    render: Callable[[Sample], str], intro: str, shots: Sequence[Sample], question: str, sample: Sample
) -> Content:
    """Return the content of the user message: the few-shot examples, and under them the question.

    It is text, or parts where the sample or an example has pictures, sound or video: each goes where its own text
    places it, or before it.
    """
    if not sample.media and not any(shot.media for shot in shots):
        return shots_prefix(render, intro, shots) + question
    from pytest_evalscope.solvers.placing import placed, under

    if not any(shot.media for shot in shots):
        return under(shots_prefix(render, intro, shots), placed(question, sample.media))
    above: Content = f"{intro}\n\n"
    for shot in shots:
        above = under(under(above, placed(render(shot), shot.media)), "\n\n")
    return under(above, placed(question, sample.media))


def with_attached(messages: Messages, sample: Sample) -> Messages:
    """Return the messages with the sample's pictures, sound and video in the user's. Raises UsageError without one."""
    if not sample.media:
        return messages
    from pytest_evalscope.solvers.placing import attached

    return attached(messages, sample.media)


def refuse_media(solver: str, sample: Sample) -> None:
    """Raise UsageError for a sample with pictures, sound or video, where the solver sends text alone."""
    if sample.media:
        raise UsageError(
            f"{solver}: sends text alone, and sample {sample.id!r} has pictures, sound or video ({len(sample.media)}); "
            "chat(), multiple_choice() and turns() send them"
        )


def as_messages(system: str, content: Content) -> Messages:
    """Return one user message, the system's before it if there is one."""
    user: Message = {"role": "user", "content": content}
    return ({"role": "system", "content": system}, user) if system else (user,)


def texts(sample: Sample) -> dict[str, str]:
    """Return the texts in the metadata of `sample`, which a template may name besides the question."""
    return {name: value for name, value in sample.metadata.items() if isinstance(value, str)}


def check(solver: str, template: str, needed: str, few_shot: int) -> None:
    """Raise UsageError for a template that would drop the question, or a negative number of few-shot examples."""
    if needed not in fields(template):
        raise UsageError(
            f"{solver}: the template has no place for the question ({template!r}); accepted: one with {{{needed}}}"
        )
    if few_shot < 0:
        raise UsageError(f"{solver}: not a number of few-shot examples ({few_shot}); accepted: 0 or more")
