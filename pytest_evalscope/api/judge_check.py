"""Measuring the judges of a run, or of a file, against people's labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from pytest_evalscope.data.files import read_rows
from pytest_evalscope.errors import UsageError
from pytest_evalscope.folder.records import read_reviews
from pytest_evalscope.reports.calibration import JudgeCheck, check_judge
from pytest_evalscope.scorers.judging.panel import majority
from pytest_evalscope.types import Record
from pytest_evalscope.types.names import folder_name

PANEL = "panel"
TIED = "(tied)"
"""The label of a panel whose verdicts have no majority: never a label of people's."""
_PLACES = ("model", "benchmark", "subset")


@dataclass(frozen=True, slots=True)
class Checked:
    """Agreement of each judge with a file of labels."""

    checks: tuple[JudgeCheck, ...]
    remarks: tuple[str, ...]


def judge_check(labels: Path, run: Path | None = None) -> Checked:
    """Return how the judges of a run do against people's labels, or, without a run, the judges in the file itself.

    Args:
        labels: A file of rows (.jsonl, .csv …). `label` is people's: a label, or a list of votes of which the majority
            counts; empty without one. With a run: `sample_id`, and as many of `model`, `benchmark`, `subset`,
            `repeat` as identify one completion, and `item` for one criterion of a rubric (from 0). Without a run:
            `judge`, the judge's verdict; rows without a label are then those that are corrected.
        run: A run folder.

    Raises:
        UsageError: A file that lacks a field, or labels that fit no completion or several.
        DataError: A file that cannot be read.
    """
    if not labels.is_file():
        raise UsageError(f"--labels: no such file ({labels})")
    rows = [dict(row) for row in read_rows(labels)]
    remarks: list[str] = []
    human = {number: label for number, row in enumerate(rows) if (label := _vote(row.get("label"))) is not None}
    tied = sum(map(_has_label, rows)) - len(human)
    if tied:
        remarks.append(f"{tied} rows of {labels.name} have as many votes for one label as for another: left out")
    judged = _of_file(rows, human) if run is None else _of_run(rows, human, run, remarks)
    spelled = _spellings(rows, run)
    checks = [check_judge(name, *_shown(pairs, spelled)) for name, pairs in judged.items() if pairs[0]]
    if not checks:
        raise UsageError(f"--labels: no row has both people's label and a judge's ({labels})")
    return Checked(tuple(checks), tuple(remarks))


Pairs = dict[str, tuple[list[tuple[str, str]], list[str]]]
"""Judge → people's and its labels, and its labels of the rest."""


def _spellings(rows: Sequence[Mapping[str, Any]], run: Path | None) -> dict[str, str]:
    """Return a label as it is compared → as it is written, by a judge where one gives it."""
    made: dict[str, str] = {}
    records = () if run is None else (record for _, record in read_reviews(run))
    judges = [said for record in records for verdicts in record.verdicts.values() for said in verdicts]
    for said in (*judges, *(row.get("judge") for row in rows), *(row.get("label") for row in rows)):
        for each in said if isinstance(said, (list, tuple)) else (said,):
            if isinstance(each, str):
                made.setdefault(_said(each), " ".join(each.split()))
    return made


def _shown(
    pairs: tuple[list[tuple[str, str]], list[str]], spelled: Mapping[str, str]
) -> tuple[list[tuple[str, str]], list[str]]:
    labelled, rest = pairs
    return (
        [(spelled.get(label, label), spelled.get(said, said)) for label, said in labelled],
        [spelled.get(said, said) for said in rest],
    )


def _of_file(rows: Sequence[Mapping[str, Any]], human: Mapping[int, str]) -> Pairs:
    found: Pairs = {"judge": ([], [])}
    labelled, rest = found["judge"]
    for number, row in enumerate(rows):
        said = _text(row.get("judge"))
        if said is None:
            raise UsageError(
                f"--labels: row {number + 1} has no field judge",
                hint="give the folder of a run, whose verdicts are then looked up by sample_id",
            )
        if number in human:
            labelled.append((human[number], said))
        elif not _has_label(row):
            rest.append(said)
    return found


def _of_run(rows: Sequence[Mapping[str, Any]], human: Mapping[int, str], run: Path, remarks: list[str]) -> Pairs:
    if not (run / "reviews").is_dir():
        raise UsageError(f"judge-check: not a run folder ({run}); accepted: one with reviews/")
    records = [(place, record) for place, record in read_reviews(run) if record.verdicts]
    if not records:
        raise UsageError(f"judge-check: no judge has scored anything in this run ({run})")
    by_id: dict[str, list[int]] = {}
    for number, (_, record) in enumerate(records):
        by_id.setdefault(record.sample_id, []).append(number)
    given: dict[tuple[int, int], str] = {}
    lost = 0
    for number, label in human.items():
        row = rows[number]
        repeat, item = (_whole(row, name, number) for name in ("repeat", "item"))
        fits = [each for each in by_id.get(str(row.get("sample_id")), ()) if _fits(row, repeat, *records[each])]
        if len(fits) > 1:
            raise UsageError(
                f"--labels: row {number + 1} fits {len(fits)} completions of the run (sample_id "
                f"{row.get('sample_id')!r}); model, benchmark, subset and repeat tell them apart"
            )
        lost += not fits
        if fits and given.setdefault((fits[0], item or 0), label) != label:
            raise UsageError(f"--labels: row {number + 1} contradicts another about the same completion")
    if lost:
        remarks.append(f"{lost} of {len(human)} labels fit no judged completion of the run")
    return _paired([record for _, record in records], given)


def _paired(records: Sequence[Record], given: Mapping[tuple[int, int], str]) -> Pairs:
    found: Pairs = {}
    for number, record in enumerate(records):
        verdicts = {judge: tuple(map(_said, said)) for judge, said in record.verdicts.items()}
        if len(verdicts) > 1:
            verdicts[PANEL] = tuple(majority(votes) or TIED for votes in zip(*verdicts.values(), strict=True))
        for judge, said in verdicts.items():
            labelled, rest = found.setdefault(judge, ([], []))
            for item, verdict in enumerate(said):
                label = given.get((number, item))
                if label is None:
                    rest.append(verdict)
                else:
                    labelled.append((label, verdict))
    return found


def _whole(row: Mapping[str, Any], name: str, number: int) -> int | None:
    given = row.get(name)
    if given is None or given == "":
        return None
    text = str(given)
    if not text.isdecimal() or len(text) > 9:
        raise UsageError(f"--labels: row {number + 1} has a {name} that is no whole number from 0 ({text[:20]!r})")
    return int(text)


def _fits(row: Mapping[str, Any], repeat: int | None, place: Mapping[str, str], record: Record) -> bool:
    if repeat not in (None, record.repeat):
        return False
    return all(not row.get(name) or folder_name(str(row[name])) == place[name] for name in _PLACES)


def _vote(label: Any) -> str | None:
    """Return people's label; None for none, and for votes without a majority."""
    if isinstance(label, (list, tuple)):
        votes = [text for each in label if (text := _text(each)) is not None]
        return majority(votes) if votes else None
    return _text(label)


def _text(label: Any) -> str | None:
    return None if label is None else _said(label) or None


def _has_label(row: Mapping[str, Any]) -> bool:
    label = row.get("label")
    return bool(label) if isinstance(label, (list, tuple)) else _text(label) is not None


def _said(verdict: Any) -> str:
    """Return a label or a rating as it is compared: case, blanks and the form of a number make no other class."""
    text = " ".join(str(verdict).split()).casefold()
    try:
        number = float(text)
    except ValueError:
        return text
    return f"{number:g}" if isfinite(number) else text
