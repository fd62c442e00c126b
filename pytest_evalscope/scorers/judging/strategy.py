"""Scoring of a benchmark that has a rule: by the rule, by judges, or by judges where the rule found no right answer."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pytest_evalscope.errors import ScorerError
from pytest_evalscope.scorers.functions import failed_values
from pytest_evalscope.scorers.judging.criteria import SAME_ANSWER
from pytest_evalscope.scorers.judging.prompt import question_text, reference_text
from pytest_evalscope.scorers.judging.scorer import judge
from pytest_evalscope.text import label_of
from pytest_evalscope.types import Completion, Context, Sample, Score, Scorer
from pytest_evalscope.types.sample import is_texts

RIGHT = 0.99
"""A completion whose every value by the rule is above this is right, and no judge is called (EvalScope's bound)."""
BY_RULE = "by the rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class judged:  # noqa: N801  # it is called like a function in a benchmark's slots: `score=judged(number())`
    """Let judges decide whether a completion gives the target, in place of a rule or (`recall`) where the rule says no.

    Each metric of the rule is the judges' score: 1, 0, or the panel's pooling of both. With `recall` it is the higher
    of rule and judges: judges can only add. A completion that the rule could not score has no score. A sample without a
    target has no score, and with `recall` the rule's.
    """

    rule: Scorer
    recall: bool = False
    needs: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "needs", (*getattr(self.rule, "needs", ()), "judge"))

    @property
    def metrics(self) -> tuple[str, ...]:
        """The rule's metrics."""
        return self.rule.metrics

    async def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the score. Raises ScorerError where rule or judges give none."""
        if not self.recall:
            return await self._by_judges(sample, completion, context)
        found = self.rule(sample, completion, context)
        ruled = await found if inspect.isawaitable(found) else found
        if min(ruled.values.values()) > RIGHT or not reference_text(sample).strip():
            return replace(ruled, explanation="\n".join(filter(None, [BY_RULE, ruled.explanation])))
        said = await self._by_judges(sample, completion, context)
        values = {name: max(value, said.values[name]) for name, value in ruled.values.items()}
        return replace(said, values=values, answer=said.answer if ruled.answer is None else ruled.answer)

    def failed(self, sample: Sample) -> Mapping[str, float]:
        """Return the rule's values of a sample without a completion."""
        return failed_values(self.rule, sample)

    async def _by_judges(self, sample: Sample, completion: Completion, context: Context) -> Score:
        if not reference_text(sample).strip():
            raise ScorerError(
                "judge: no verdict without a target to compare with",
                hint="--eval-judge-strategy=auto scores this benchmark by its rule",
            )
        right = dict.fromkeys(self.metrics, 1.0)
        by = judge(criteria=SAME_ANSWER, labels={"CORRECT": right, "INCORRECT": {}})
        return await by(_spelled(sample), completion, context)


def _spelled(sample: Sample) -> Sample:
    """Return the sample with its options below the question, and the text of the right ones as target."""
    if not sample.choices or not (isinstance(sample.target, str) or is_texts(sample.target)):
        return sample
    options = {label_of(index): text for index, text in enumerate(sample.choices)}
    question = "\n".join([question_text(sample), *(f"{label}) {text}" for label, text in options.items())])
    targets = sample.targets
    spelled = tuple(f"{target}) {options[target]}" if target in options else target for target in targets)
    return replace(sample, input=question, target=spelled)
