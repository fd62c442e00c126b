"""The samples behind a gate that failed or was not computed, read from the run folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest

from pytest_evalscope.errors import EvalscopeError, one_line
from pytest_evalscope.folder.paths import RunFolder
from pytest_evalscope.folder.records import read_records
from pytest_evalscope.folder.samples import place_of, whole_records
from pytest_evalscope.gates.telling import Ranked, most_telling, ranked
from pytest_evalscope.reports.samples import more_command, shown_sample
from pytest_evalscope.types import Record
from pytest_evalscope.types.names import JobKey
from pytest_evalscope.types.shown import FailingSamples, ShownSample

MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """One subset behind a gate, and the metric by which its worst samples are found."""

    key: JobKey
    metric: str
    reads: tuple[str, ...] = ()
    """The values that the metric is made of."""
    rising: bool = False
    """True if more is worse: the gate wanted the metric to be low."""


def failing_samples(
    folder: RunFolder, behind: Sequence[Behind], *, computed: bool, redact: bool = False
) -> FailingSamples | None:
    """Return the three most telling samples of the subsets behind a gate, in turns; None without any.

    It raises nothing: a folder that cannot be read is a sentence in what is returned.
    """
    title = "worst samples" if computed else "samples without a score"
    try:
        samples = tuple(_shown(folder, behind, computed=computed, redact=redact))
    except (EvalscopeError, OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        return FailingSamples(title=title, problem=one_line(error))
    _, benchmark, subset = behind[0].key if len(behind) == 1 else ("", "", "")
    more = more_command(folder.path, benchmark, subset)
    return FailingSamples(title=title, samples=samples, more=more) if samples else None


def _shown(folder: RunFolder, behind: Sequence[Behind], *, computed: bool, redact: bool) -> Iterator[ShownSample]:
    found = [most_telling(_ranked(folder, each), computed=computed, most=MOST) for each in behind]
    turns = ((at, one) for row in zip_longest(*found) for at, one in enumerate(row) if one is not None)
    chosen = list(islice(turns, MOST))
    whole: dict[tuple[int, int], Record] = {}
    for at in {at for at, _ in chosen}:
        own = [one for number, one in chosen if number == at]
        read = whole_records(folder, behind[at].key, [one.record for one in own])
        whole.update(((at, one.line), record) for one, record in zip(own, read, strict=True))
    for at, one in chosen:
        yield shown_sample(whole[at, one.line], place_of(folder, behind[at].key, one.line), redact=redact)


def _ranked(folder: RunFolder, behind: Behind) -> Iterator[Ranked]:
    for line, record in enumerate(read_records(folder, *behind.key), 1):
        yield ranked(record, line, behind.metric, behind.reads, rising=behind.rising)
