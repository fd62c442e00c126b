"""Solvers by log-probabilities: the likeliest option, and the likelihood of a whole text; nothing is generated."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from pytest_evalscope.errors import UsageError
from pytest_evalscope.solvers.prompt import check, refuse_media, shots_prefix, texts
from pytest_evalscope.text import fill, label_of
from pytest_evalscope.types import Completion, Context, Likelihood, Messages, Sample, Usage, raw

BY_TEXT = "Question: {question}\nAnswer:"
"""The LM Evaluation Harness's prompt for ARC: the options are not shown, and each is tried as the answer."""

BY_LETTER = "{question}\n{choices}\nAnswer:"
"""The prompt of MMLU (arXiv:2009.03300): the options are shown, and their letters are tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class likelihood:  # noqa: N801 - it is called like a function in a benchmark's slots: `solve=likelihood()`
    r"""Request the log-probability of every option as the answer, without a chat template; few-shot examples above.

    Templates may name `{question}`, `{choices}` (one option a line), `{subset}` and every text in the sample's
    metadata. The scorer `likeliest` scores the result.
    """

    by: Literal["text", "letter"] = "text"
    template: str = ""
    """Empty: `BY_TEXT` or `BY_LETTER`."""
    option: str = ""
    """Continuation tried after the prompt, with `{text}` or `{label}`; empty: one of them after a space."""
    shown: str = "{label}. {text}"
    """Template of one option where the prompt shows them."""
    few_shot: int = 0
    """Number of few-shot examples above the question: the first of the few-shot part."""
    system: str = ""
    """Text above all, such as a description of the task."""
    blank: str = ""
    """The blank in the question that options replace ("_"): the text after the blank is then what is tried."""
    unconditional: str | None = None
    """A prompt without the question ("Answer:", or ""), to measure how much likelier the question makes an option."""
    chat: bool = False
    """True: the prompt is a user's message, in the model's chat template, and the option begins the completion."""

    needs_requests: ClassVar[frozenset[type]] = frozenset({Likelihood})

    def __post_init__(self) -> None:
        if self.by not in ("text", "letter"):
            raise UsageError(f"likelihood: unknown way to try options (by={self.by!r}); accepted: 'text', 'letter'")
        if self.blank and self.unconditional is not None:
            raise UsageError("likelihood: blank and unconditional cannot be combined; accepted: one of them")
        if not self.template:
            object.__setattr__(self, "template", BY_TEXT if self.by == "text" else BY_LETTER)
        if not self.option:
            option = "{text}" if self.by == "text" else "{label}"
            object.__setattr__(self, "option", option if self.chat or self.blank else f" {option}")
        check("likelihood", self.template, "question", self.few_shot)

    async def __call__(self, sample: Sample, context: Context) -> Completion:
        """Return the log-probabilities of the options, and `ANSWER: ` with the label of the likeliest as the text.

        Those of the unconditional prompt come after the others.
        """
        options = self.options(sample)
        alone: tuple[Completion, ...] = ()
        if self.unconditional is not None:
            # First, since the prompt that is sent last is the one that the run folder shows.
            alone = (await context.likelihoods(self._messages(self.unconditional), options),)
        if self.blank:
            found = await self._fill_blank(sample, context, options)
        else:
            found = await context.likelihoods(self.render(sample, context.shots), options)
        ranks = [likelihood.logprob for likelihood in found.likelihoods]
        return replace(_joined([found, *alone]), text=f"ANSWER: {label_of(ranks.index(max(ranks)))}")

    def options(self, sample: Sample) -> tuple[str, ...]:
        """Return the continuations to try. Raises UsageError for a sample without options."""
        if not sample.choices:
            raise UsageError(f"likelihood: sample {sample.id!r} has no options (choices=()); multiple choice is needed")
        return tuple(
            fill(self.option, {"label": label_of(index), "text": text}) for index, text in enumerate(sample.choices)
        )

    def render(self, sample: Sample, shots: Sequence[Sample] = ()) -> Messages:
        """Return the prompt of `sample`."""
        return self._messages(self._above(shots) + self._question(sample))

    def render_shot(self, sample: Sample) -> str:
        """Return `sample` as a few-shot example."""
        target = sample.targets[0]
        labels = [label_of(index) for index in range(len(sample.choices))]
        if target not in labels:
            raise UsageError(f"likelihood: the target of a few-shot example is not one of its options ({target!r})")
        right = self.options(sample)[labels.index(target)]
        question = self._question(sample)
        return question.replace(self.blank, right, 1) if self.blank else question + right

    async def _fill_blank(self, sample: Sample, context: Context, options: Sequence[str]) -> Completion:
        before, blank, after = self._question(sample).partition(self.blank)
        if not blank:
            raise UsageError(f"likelihood: the question of sample {sample.id!r} has no blank ({self.blank!r})")
        prompts = [self._messages(self._above(context.shots) + before + option) for option in options]
        rest = (f" {after.strip()}",)
        return _joined(await asyncio.gather(*(context.likelihoods(prompt, rest) for prompt in prompts)))

    def _above(self, shots: Sequence[Sample]) -> str:
        examples = shots_prefix(self.render_shot, "", shots).removeprefix("\n\n")
        return f"{self.system}\n\n{examples}" if self.system else examples

    def _messages(self, prompt: str) -> Messages:
        return ({"role": "user", "content": prompt},) if self.chat else raw(prompt)

    def _question(self, sample: Sample) -> str:
        refuse_media("likelihood", sample)
        if not isinstance(sample.input, str):
            raise UsageError(f"likelihood: the question of sample {sample.id!r} must be text (messages were given)")
        labelled = [{"label": label_of(index), "text": text} for index, text in enumerate(sample.choices)]
        choices = "\n".join(fill(self.shown, values) for values in labelled)
        values = {**texts(sample), "question": sample.input, "choices": choices, "subset": sample.subset}
        return fill(self.template, values)


@dataclass(frozen=True, slots=True)
class perplexity:  # noqa: N801 - as `likelihood`
    """Request the log-probability of the sample's input as a text from its beginning, however long it is.

    The scorer `surprisal` scores the result, and `stats.perplexities` are the metrics of that.
    """

    needs_requests: ClassVar[frozenset[type]] = frozenset({Likelihood})

    async def __call__(self, sample: Sample, context: Context) -> Completion:
        """Return the log-probability of the text. Raises UsageError for an input that is messages, or has pictures."""
        refuse_media("perplexity", sample)
        if not isinstance(sample.input, str):
            raise UsageError(f"perplexity: the input of sample {sample.id!r} must be text (messages were given)")
        return await context.likelihoods(self.render(sample), (sample.input,))

    def render(self, sample: Sample, shots: Sequence[Sample] = ()) -> Messages:
        """Return the prompt, which is empty."""
        return raw("")


def _joined(parts: Sequence[Completion]) -> Completion:
    """Return several completions as one."""
    usages = [part.usage for part in parts]
    return replace(
        parts[0],
        likelihoods=tuple(one for part in parts for one in part.likelihoods),
        usage=Usage(
            prompt_tokens=sum(usage.prompt_tokens for usage in usages),
            completion_tokens=sum(usage.completion_tokens for usage in usages),
        ),
        cached=all(part.cached for part in parts),
        attempts=sum(part.attempts for part in parts if not part.cached) or 1,
    )
