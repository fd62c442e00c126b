"""Solver of multiple-choice questions by the letter of one option."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from pytest_evalscope.errors import UsageError
from pytest_evalscope.solvers.prompt import as_messages, check, content_of, texts
from pytest_evalscope.text import fill, label_of
from pytest_evalscope.types import Chat, Completion, Context, Messages, Sample

DIRECT = (
    "Answer the following multiple choice question. The entire content of your response should be of the following "
    "format: 'ANSWER: [LETTER]' (without quotes) where [LETTER] is one of {letters}.\n\n{question}\n\n{choices}"
)
"""EvalScope's single-answer prompt."""

STEP_BY_STEP = (
    "Answer the following multiple choice question. The last line of your response should be of the following "
    "format: 'ANSWER: [LETTER]' (without quotes) where [LETTER] is one of {letters}. "
    "Think step by step before answering.\n\n{question}\n\n{choices}"
)
"""EvalScope's single-answer prompt with reasoning."""

CHINESE_STEP_BY_STEP = (
    "回答下面的单项选择题，请选出其中的正确答案。你的回答的最后一行应该是这样的格式："
    '"答案：[LETTER]"（不带引号），其中 [LETTER] 是 {letters} 中的一个。请在回答前进行一步步思考。\n\n'
    "问题：{question}\n选项：\n{choices}"
)
"""EvalScope's single-answer prompt with reasoning, in Chinese."""

CHINESE_SEVERAL_STEP_BY_STEP = (
    "回答下面的多项选择题，请选出其中的所有正确答案。你的回答的最后一行应该是这样的格式："
    '"答案：[LETTERS]"（不带引号），其中 [LETTERS] 是 {letters} 中的一个或多个。请在回答前进行一步步思考。\n\n'
    "问题：{question}\n选项：\n{choices}"
)
"""EvalScope's prompt for questions with several right options, with reasoning, in Chinese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class multiple_choice:  # noqa: N801 - it is called like a function in a benchmark's slots
    """Request the letter of the right option in one user message, few-shot examples above it.

    Templates may name `{question}`, `{choices}` (one option a line), `{letters}` ("A,B,C,D"), `{subset}` and every
    text in the sample's metadata, those of few-shot examples `{target}` too. Media are placed as in `chat`; a marker
    may be in an option, too.
    """

    template: str = DIRECT
    templates: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Subset → its own template, where one differs."""
    few_shot: int = 0
    """Number of few-shot examples above the question: the first of the few-shot part."""
    system: str = ""
    shot_template: str = "{question}\n{choices}\nANSWER: {target}"
    shots_intro: str = "Here are some examples of how to answer similar questions:"
    """The line above the few-shot examples; it may name `{subset}`."""
    option: str = "{label}) {text}"
    """Template of one option."""
    subset_titles: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Subset → the text of `{subset}`; a subset that is not in it has its own name there."""

    needs_requests: ClassVar[frozenset[type]] = frozenset({Chat})

    def __post_init__(self) -> None:
        for template in (self.template, *self.templates.values()):
            check("multiple_choice", template, "question", self.few_shot)

    async def __call__(self, sample: Sample, context: Context) -> Completion:
        """Return the model's completion to the rendered prompt."""
        return await context.generate(self.render(sample, context.shots), tools=sample.tools)

    def render(self, sample: Sample, shots: Sequence[Sample] = ()) -> Messages:
        """Return the prompt of `sample`."""
        values = self._fields(sample)
        question = fill(self.templates.get(sample.subset, self.template), values)
        intro = fill(self.shots_intro, {"subset": values["subset"]}) if shots else ""
        return as_messages(self.system, content_of(self.render_shot, intro, shots, question, sample))

    def render_shot(self, sample: Sample) -> str:
        """Return `sample` as a few-shot example."""
        target = ",".join(sample.targets)
        return fill(self.shot_template, {**self._fields(sample), "target": target})

    def _fields(self, sample: Sample) -> dict[str, str]:
        if not isinstance(sample.input, str):
            raise UsageError(
                f"multiple_choice: the question of sample {sample.id!r} must be text (messages were given)"
            )
        fields = texts(sample)
        fields["question"] = sample.input
        labels = [label_of(index) for index in range(len(sample.choices))]
        fields["choices"] = "\n".join(
            fill(self.option, {"label": label, "text": text})
            for label, text in zip(labels, sample.choices, strict=True)
        )
        fields["letters"] = ",".join(labels)
        fields["subset"] = self.subset_titles.get(sample.subset, sample.subset)
        return fields
