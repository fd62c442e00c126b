"""AllenNLP's tests of DROP's and SQuAD's metrics, in the two repositories that have had them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from bench.suites.case import Book, Claim, Suite
from bench.suites.playing import play

Spans = str | Sequence[str]


def collect(book: Book, root: Path, files: Sequence[str]) -> None:
    """Enter the cases of normal forms, of one question's metrics, and of files of one question."""
    stand_ins = {
        "_normalize_answer": partial(_Normal, book, "drop"),
        "_normalize_answer_squad": partial(_Normal, book, "squad"),
        "get_metrics": lambda predicted, gold: _claim(book, predicted, [gold]),
        "get_metric_drop": lambda predicted, golds: _claim(book, predicted, golds),
        "get_metric_squad": lambda predicted, golds: _claim(book, predicted, golds, metric="squad"),
        "evaluate_json": partial(_evaluated, book),
        "DropEmAndF1": lambda: _Metric(book, "drop"),
        "SquadEmAndF1": lambda: _Metric(book, "squad"),
    }
    for file in files:
        play(book, root, file, stand_ins)


def _claim(book: Book, predicted: Spans, golds: Iterable[Spans], metric: str = "drop") -> Claim:
    reply = predicted if isinstance(predicted, str) else "\n".join(predicted)
    target = [[gold] if isinstance(gold, str) else list(gold) for gold in golds]
    count = 1 if isinstance(predicted, str) else len(predicted)
    return book.claim("spans", reply, target, read=tuple, settings={"metric": metric, "spans": count})


class _Normal(Claim):
    """A normal form: compared with another it makes a case of two texts, compared with a text one of this text."""

    def __init__(self, book: Book, metric: str, text: str) -> None:
        claim = book.claim("span form", text, "", settings={"metric": metric})
        super().__init__(book, claim.case)

    def __eq__(self, expected: object) -> bool:
        if not isinstance(expected, _Normal):
            return super().__eq__(expected)
        both = self.book.claim("same span", self.case.reply, expected.case.reply, settings=self.case.settings)
        return both == True  # noqa: E712 - the comparison makes the case

    __hash__ = None


def _evaluated(book: Book, annotation: Mapping[str, Any], prediction: Mapping[str, str]) -> Any:
    pairs = [pair for passage in annotation.values() for pair in passage["qa_pairs"]]
    if len(pairs) != 1 or pairs[0]["query_id"] not in prediction:
        return _Many()
    answers = [pairs[0]["answer"], *pairs[0].get("validated_answers", [])]
    return _claim(book, prediction[pairs[0]["query_id"]], list(map(_answer, answers)))


class _Many:
    """The metrics of several questions or of none: equal to anything, and no case."""

    def __eq__(self, expected: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]  # as a claim


def _answer(answer: Mapping[str, Any]) -> Spans:
    if "number" in answer:
        return str(answer["number"])
    if "spans" in answer:
        return [str(span) for span in answer["spans"]]
    date = answer["date"]
    return " ".join(part for part in (date["day"], date["month"], date["year"]) if part)


class _Metric:
    """Stands for a metric that is given one question and then read."""

    def __init__(self, book: Book, metric: str) -> None:
        self.book, self.metric = book, metric

    def __call__(self, predicted: Spans, golds: Iterable[Any]) -> None:
        self.claim = _claim(
            self.book, predicted, [gold if isinstance(gold, str) else gold["spans"] for gold in golds], self.metric
        )

    def get_metric(self) -> tuple[Any, Any]:
        """Return the exact match, which is no case by itself, and the F1, which makes one of both."""
        exact = _Half()
        self.claim.read = lambda expected: (exact.expected, expected)
        return exact, self.claim


class _Half:
    expected: Any = None

    def __eq__(self, expected: object) -> bool:
        self.expected = expected
        return True

    __hash__ = None  # type: ignore[assignment]  # as a claim


MODELS = (
    "tests/rc/evaluations/drop_test.py", "tests/rc/evaluations/orb_test.py",
    "tests/rc/metrics/drop_em_and_f1_test.py", "tests/rc/metrics/squad_em_and_f1_test.py",
)  # fmt: skip
READING = ("tests/eval/drop_eval_test.py", "tests/eval/orb_eval_test.py")
SUITES = (
    Suite(name="AllenNLP (models)", repository="allennlp-models", paths=MODELS, collect=partial(collect, files=MODELS)),
    Suite(
        name="AllenNLP (reading)", repository="allennlp-reading-comprehension", paths=READING,
        collect=partial(collect, files=READING),
    ),
)  # fmt: skip
