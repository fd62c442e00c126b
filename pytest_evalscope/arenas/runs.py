"""The completions of runs that have ended, as entrants of an arena."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_evalscope.arenas.schedule import Entrant
from pytest_evalscope.errors import UsageError
from pytest_evalscope.folder.recorded import open_run

Measured = Mapping[str, Sequence[str]]
"""Data set → its subsets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """Entrants of several finished runs, and the data sets that they have in common."""

    entrants: tuple[Entrant, ...]
    shared: Measured
    """Data sets and subsets that every entrant has completions to."""
    left_out: tuple[str, ...]
    """Data set/subset that only some entrants have completions to."""


def entrants_of(runs: Iterable[tuple[str, Path]]) -> Finished:
    """Return the models of finished runs, each `(name, run folder)`; an empty name keeps the models' own.

    A name is for a run of one model, and distinguishes two runs of the same model.

    Raises UsageError for a folder that is no run folder, a name for several models, and runs without a data set in
    common; DataError for a report that cannot be read.
    """
    entrants: list[Entrant] = []
    measured: list[dict[str, list[str]]] = []
    for label, folder in runs:
        found = _models_of(folder)
        if label and len(found) > 1:
            raise UsageError(
                f"arena: {label}={folder}: one name for several models ({', '.join(found)}); accepted: a run of one"
            )
        for model, data in found.items():
            entrants.append(Entrant(name=label or model, folder=folder, model=model))
            measured.append(data)
    everywhere = [{(data, subset) for data, subsets in each.items() for subset in subsets} for each in measured]
    shared = set.intersection(*everywhere) if everywhere else set()
    if not shared:
        raise UsageError(
            "arena: the runs have no data set and subset in common; battles need completions to one prompt"
        )
    kept: dict[str, list[str]] = {}
    for name, subsets in measured[0].items():
        if here := [subset for subset in subsets if (name, subset) in shared]:
            kept[name] = here
    left_out = sorted(set.union(*everywhere) - shared)
    return Finished(
        entrants=tuple(entrants), shared=kept, left_out=tuple(f"{data}/{subset}" for data, subset in left_out)
    )


def _models_of(folder: Path) -> dict[str, dict[str, list[str]]]:
    """Return model → data set → subsets of one run folder."""
    found: dict[str, dict[str, list[str]]] = {}
    for job in open_run(folder, "arena").jobs():
        found.setdefault(job.model, {}).setdefault(job.benchmark, []).append(job.subset)
    if not found:
        raise UsageError(f"arena: no completions in this run folder ({folder})")
    return found
