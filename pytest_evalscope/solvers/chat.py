"""Solver that sends a question as one chat message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from pytest_evalscope.errors import UsageError
from pytest_evalscope.solvers.prompt import as_messages, check, content_of, texts, with_attached
from pytest_evalscope.text import fill
from pytest_evalscope.types import Chat, Completion, Context, Messages, Sample

SHOTS_INTRO = "Here are some examples of how to solve similar problems:"
"""EvalScope's line above few-shot examples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class chat:  # noqa: N801 - it is called like a function in a benchmark's slots: `solve=chat(few_shot=4)`
    """Send the question in one user message, few-shot examples above it.

    Templates may name `{input}`, `{target}` (few-shot examples only) and every text in the sample's metadata; a brace
    in the data is a brace. An input that is a list of messages is sent unchanged, with neither template nor examples.
    `dataclasses.replace(solver, few_shot=8)` makes a variant.

    The sample's pictures, sound and video come before the text in their order, unless a marker in the text places one:
    `<image 1>` is the first picture, `<audio 2>` the second sound.
    """

    template: str = "{input}"
    few_shot: int = 0
    """Number of few-shot examples above the question: the first of the few-shot part."""
    system: str = ""
    shot_template: str = "{input}\n{target}"
    shots_intro: str = SHOTS_INTRO

    needs_requests: ClassVar[frozenset[type]] = frozenset({Chat})

    def __post_init__(self) -> None:
        check("chat", self.template, "input", self.few_shot)

    async def __call__(self, sample: Sample, context: Context) -> Completion:
        """Return the model's completion to the rendered prompt."""
        return await context.generate(self.render(sample, context.shots), tools=sample.tools)

    def render(self, sample: Sample, shots: Sequence[Sample] = ()) -> Messages:
        """Return the prompt of `sample`."""
        if not isinstance(sample.input, str):
            if shots:
                raise UsageError("chat: few-shot examples need an input that is text (messages were given)")
            messages = with_attached(sample.input, sample)
            return ({"role": "system", "content": self.system}, *messages) if self.system else messages
        question = fill(self.template, {**texts(sample), "input": sample.input})
        return as_messages(self.system, content_of(self.render_shot, self.shots_intro, shots, question, sample))

    def render_shot(self, sample: Sample) -> str:
        """Return `sample` as a few-shot example."""
        target = sample.targets[0]
        return fill(self.shot_template, {**texts(sample), "input": str(sample.input), "target": target})
