"""Named entities that a completion tags in a text: precision, recall and F1 over all texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pytest_evalscope.errors import ScorerError
from pytest_evalscope.text import entity_spans, response_of
from pytest_evalscope.text.entities import NOWHERE, Span
from pytest_evalscope.types import Completion, Context, Sample, Score

COUNTS = ("correct", "predicted", "expected")


@dataclass(frozen=True, slots=True)
class entities:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=entities()`
    """Count the entities that a completion tags, `<person>Ada Lovelace</person>`, and those that are right.

    `sample.metadata` has `tokens`, the words of the text, and `entities`, the right ones as (type, number of the
    first token, number behind the last). An entity is right when its type and both its ends are
    (`seqeval`; E. Tjong Kim Sang and F. De Meulder, arXiv:cs/0306050). `text.entity_spans` reads the completion.

    Values are counts: `correct`, `predicted`, `expected`, for metrics over all texts: `f1()`,
    `ratio("correct", "predicted", empty=0.0)`, `ratio("correct", "expected", empty=0.0)`.
    """

    types: tuple[str, ...] = ()
    """The accepted types, in small letters; other types in a completion are wrong."""
    per_type: bool = False
    """Count every type by itself too: `correct_person` and so on."""

    @property
    def metrics(self) -> tuple[str, ...]:
        """The counts, in all and (`per_type`) by type."""
        apart = [f"{count}_{kind}" for kind in self.types for count in COUNTS] if self.per_type else []
        return (*COUNTS, *apart)

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the score of one completion. Raises ScorerError for a sample without tokens."""
        tokens = _tokens(sample)
        text = completion.text
        found = entity_spans(text, tokens, self.types)
        wanted = _wanted(sample)
        said = bool(found) or response_of(text) != text or _flat(tokens) in _flat(text.split())
        return Score(
            values=self._counts(set(found), wanted),
            answer=(_shown(found, tokens) or "no entity") if text.strip() and said else None,
            explanation=_explain(found, wanted, tokens),
        )

    def failed(self, sample: Sample) -> Mapping[str, float]:
        """Return the values of a sample without a completion: its entities are expected, and none is found."""
        return self._counts(set(), _wanted(sample))

    def _counts(self, found: set[Span], wanted: set[Span]) -> dict[str, float]:
        sets = dict(zip(COUNTS, (found & wanted, found, wanted), strict=True))
        values = {count: float(len(spans)) for count, spans in sets.items()}
        if self.per_type:
            for kind in self.types:
                for count, spans in sets.items():
                    values[f"{count}_{kind}"] = float(sum(span[0] == kind for span in spans))
        return values


def _tokens(sample: Sample) -> Sequence[str]:
    tokens: Sequence[str] = sample.metadata.get("tokens", ())
    if not tokens:
        raise ScorerError(f"entities: the metadata of sample {sample.id!r} has no tokens; a list of words is needed")
    return tokens


def _wanted(sample: Sample) -> set[Span]:
    return {(kind, start, end) for kind, start, end in sample.metadata.get("entities", ())}


def _flat(words: Iterable[str]) -> str:
    return "".join("".join(words).split())


def _shown(spans: Iterable[Span], tokens: Sequence[str]) -> str:
    return "; ".join(
        f"{kind}: {' '.join(tokens[start:end]) if start > NOWHERE else 'not in the text'}" for kind, start, end in spans
    )


def _explain(found: Iterable[Span], wanted: set[Span], tokens: Sequence[str]) -> str:
    """Return the wrong and the missing entities, as text."""
    wrong = _shown([span for span in found if span not in wanted], tokens)
    missing = _shown(sorted(wanted.difference(found), key=lambda span: span[1]), tokens)
    return ". ".join(f"{what}: {spans}" for what, spans in (("wrong", wrong), ("missed", missing)) if spans)
