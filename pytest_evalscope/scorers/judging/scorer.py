"""Scorer by the verdicts of other models."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_evalscope.errors import ScorerError, UsageError
from pytest_evalscope.scorers.judging.criteria import CORRECTNESS, GRADES
from pytest_evalscope.scorers.judging.options import HINT, NO_JUDGE
from pytest_evalscope.scorers.judging.panel import POOLINGS, Pooling, explained, pooled
from pytest_evalscope.scorers.judging.prompt import judge_messages, question_text, reference_text
from pytest_evalscope.scorers.judging.requests import verdicts_of
from pytest_evalscope.scorers.judging.verdict import Answers, Labels, Scale
from pytest_evalscope.types import Completion, Context, Messages, Sample, Score


@dataclass(frozen=True, slots=True, kw_only=True)
class judge:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=judge()`
    """Let the judges of the run (`--eval-judge`) score a completion: by a label, or by a rating on a scale.

    A judge sees the question, the target as reference (if there is one) and the completion, each as data between
    boundaries made for each request. Its verdict must be one JSON object in the form that the prompt names; anything
    else is requested once more, and then the sample has no score. The sample has none either when any judge of a panel
    gives no verdict: a smaller panel is another measurement. An empty completion has no answer and is not shown to a
    judge.

    `judge()` distinguishes correct, incorrect and not attempted: `is_correct`, `is_incorrect`, `is_not_attempted`.
    """

    criteria: str = CORRECTNESS
    """The criteria, in your words; blocks named QUESTION, REFERENCE and ANSWER follow."""
    labels: Mapping[str, Mapping[str, float]] = field(default_factory=lambda: GRADES)
    """Label → the values that it gives, such as `{"PASS": {"accuracy": 1}, "FAIL": {}}`; unless there is a `scale`."""
    scale: tuple[float, float] | None = None
    """Lowest and highest rating; the value `metric` is where the rating lies between them, in [0, 1]."""
    metric: str = "rating"
    """The name of the value of a `scale`."""
    empty: str = ""
    """The label of an empty completion; empty: all its values are 0."""
    panel: Pooling | None = None
    """Pooling of several judges; None: the majority of labels, the mean of ratings."""
    params: Mapping[str, Any] = field(default_factory=lambda: {"temperature": 0.0})
    """Generation parameters of the judges; those of the model under test are not theirs."""
    needs: tuple[str, ...] = field(default=("judge",), init=False)

    def __post_init__(self) -> None:
        if self.panel is not None and self.panel not in POOLINGS:
            raise UsageError(f"judge: unknown panel ({self.panel!r}); accepted: {', '.join(POOLINGS)}")
        answers = self.answers  # made here to report a mistake before any request
        if self.panel == "median" and not answers.ordered:
            raise UsageError("judge: labels have no median (panel='median'); accepted: majority or mean")
        if self.empty and self.empty not in self.labels:
            raise UsageError(f"judge: empty is not a label ({self.empty!r}); accepted: {', '.join(self.labels)}")

    @property
    def answers(self) -> Answers:
        """The verdicts that a judge may give."""
        return Labels(self.labels) if self.scale is None else Scale(*self.scale, metric=self.metric)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The keys of every Score's values."""
        return self.answers.metrics

    async def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the panel's score. Raises ScorerError without judges, and when one of them gives no verdict."""
        answers, answer = self.answers, completion.text.strip()
        if not answer:
            labelled = self.empty and self.scale is None
            values = answers.value_of(self.empty)[1] if labelled else dict.fromkeys(self.metrics, 0.0)
            return Score(values=values, answer=None, explanation="an empty completion; no judge was called")
        if not context.judges:
            raise ScorerError(f"judge: {NO_JUDGE}", hint=HINT)
        messages = self.render(sample, answer, seed=context.seed)
        verdicts = await verdicts_of(context.judges, messages, answers, params=self.params, repeat=context.repeat)
        panel: Pooling = self.panel or ("majority" if self.scale is None else "mean")
        prompt = hashlib.blake2b(f"{self.criteria}\n{answers.form}".encode(), digest_size=4).hexdigest()
        return Score(
            values=pooled(verdicts, panel),
            answer=answer,
            explanation=explained(verdicts, panel, prompt),
            verdicts={verdict.judge: (verdict.vote,) for verdict in verdicts},
        )

    def render(self, sample: Sample, answer: str, *, seed: int = 0) -> Messages:
        """Return the judge's prompt for `answer`."""
        blocks = {"QUESTION": question_text(sample), "REFERENCE": reference_text(sample), "ANSWER": answer}
        return judge_messages(self.criteria, self.answers.form, blocks, f"{seed}/{sample.id}")
