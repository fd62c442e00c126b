"""A judge compared with people: the report of `judge-check`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pytest_evalscope.errors import GateError
from pytest_evalscope.reports.table import Block, Note, Table
from pytest_evalscope.stats.calibration import Interval, kappa, prediction_powered, proportion, rogan_gladen

Method = Literal["rogan_gladen", "prediction_powered", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassCheck:
    """One class: the judge's accuracy on it, and its share before and after correction."""

    label: str
    people: int
    """Number of labelled items that people put in it."""
    sensitivity: Interval | None
    """Share of those that the judge puts in it too; None without such an item."""
    specificity: Interval | None
    """Share of the others that the judge leaves out of it; None without such an item."""
    judged: Interval | None
    """Its share of the items without a label by people, by the judge's labels; None without such an item."""
    corrected: Interval | None
    """The same share corrected for the judge's errors; None where no correction can be computed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeCheck:
    """One judge, or a panel, against people's labels."""

    judge: str
    labelled: int
    unlabelled: int
    accuracy: Interval
    kappa: Interval | None
    """Cohen's kappa; None where people or the judge gave one label throughout."""
    confusion: dict[str, dict[str, int]]
    """People's label → judge's label → number of items."""
    classes: tuple[ClassCheck, ...]
    method: Method
    problem: str = ""
    """Reason why no correction was computed; empty if one was."""


def check_judge(judge: str, labelled: Sequence[tuple[str, str]], unlabelled: Sequence[str]) -> JudgeCheck:
    """Return a judge's agreement with people, and the corrected shares.

    Two classes are corrected by Rogan and Gladen, more by prediction-powered inference. Items count as independent of
    each other; several repeats of one sample are not.

    Args:
        judge: Its name.
        labelled: People's label and the judge's, per item; one or more.
        unlabelled: The judge's labels of the items that people did not label.
    """
    people, verdicts = [one for one, _ in labelled], [other for _, other in labelled]
    labels = sorted({*people, *verdicts, *unlabelled})
    method: Method = "none" if not unlabelled else "rogan_gladen" if len(labels) == 2 else "prediction_powered"
    classes, problem = [], "every item has a label of people's" if not unlabelled else ""
    for label in labels:
        corrected = None
        if method != "none":
            try:
                corrected = _corrected(method, label, labelled, unlabelled)
            except GateError as error:
                problem = error.message
        classes.append(_class(label, labelled, unlabelled, corrected))
    counts = Counter(labelled)
    accuracy = proportion(sum(one == other for one, other in labelled), len(labelled))
    assert accuracy is not None
    return JudgeCheck(
        judge=judge,
        labelled=len(labelled),
        unlabelled=len(unlabelled),
        accuracy=accuracy,
        kappa=_kappa(people, verdicts),
        confusion={one: {other: counts[one, other] for other in labels} for one in labels},
        classes=tuple(classes),
        method="none" if problem else method,
        problem=problem,
    )


def check_blocks(check: JudgeCheck) -> list[Block]:
    """Return a check as tables."""
    labels = tuple(check.confusion)
    found = [
        f"accuracy {_text(check.accuracy)}; Cohen's kappa {_text(check.kappa)}",
        f"{check.labelled} items with people's label, {check.unlabelled} without",
    ]
    confusion = Table(
        title="rows: people; columns: judge",
        headers=("", *labels),
        rows=tuple((one, *(str(check.confusion[one][other]) for other in labels)) for one in labels),
        numbers=frozenset(labels),
    )
    headers = ("class", "people", "sensitivity", "specificity", "judge's share", "corrected share")
    rows = tuple(
        (item.label, str(item.people), *map(_text, (item.sensitivity, item.specificity, item.judged, item.corrected)))
        for item in check.classes
    )
    how = {
        "rogan_gladen": "corrected by Rogan and Gladen, interval by Lang and Reiczigel: holds while the judge errs as "
        "often on items without a label as on those with one",
        "prediction_powered": "corrected by prediction-powered inference (PPI++): holds while the labelled items are a "
        "random sample of all",
        "none": f"no corrected shares: {check.problem}",
    }[check.method]
    table = Table(title="classes", headers=headers, rows=rows, numbers=frozenset(headers[1:]))
    return [Note(title=f"judge {check.judge}", lines=tuple(found)), confusion, table, Note(lines=(how,))]


def _class(
    label: str, labelled: Sequence[tuple[str, str]], unlabelled: Sequence[str], corrected: Interval | None
) -> ClassCheck:
    inside = [verdict == label for people, verdict in labelled if people == label]
    outside = [verdict != label for people, verdict in labelled if people != label]
    return ClassCheck(
        label=label,
        people=len(inside),
        sensitivity=proportion(sum(inside), len(inside)),
        specificity=proportion(sum(outside), len(outside)),
        judged=proportion(sum(verdict == label for verdict in unlabelled), len(unlabelled)),
        corrected=corrected,
    )


def _corrected(method: Method, label: str, labelled: Sequence[tuple[str, str]], unlabelled: Sequence[str]) -> Interval:
    seen = [verdict == label for verdict in unlabelled]
    if method == "rogan_gladen":
        yes = [verdict == label for people, verdict in labelled if people == label]
        return rogan_gladen(seen, yes, [verdict == label for people, verdict in labelled if people != label])
    return prediction_powered([one == label for one, _ in labelled], [other == label for _, other in labelled], seen)


def _kappa(people: Sequence[str], verdicts: Sequence[str]) -> Interval | None:
    try:
        return kappa(people, verdicts)
    except GateError:
        return None


def _text(found: Interval | None) -> str:
    return "–" if found is None else f"{found.value:.3f} ({found.low:.2f}–{found.high:.2f})"
