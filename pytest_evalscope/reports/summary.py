"""The summary of a run: for the terminal, as Markdown, and for the page of a GitHub Actions run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from pytest_evalscope.reports.results import agreement_blocks, gate_note, name_of, result_blocks
from pytest_evalscope.reports.table import Block, Note, markdown_lines, terminal_lines
from pytest_evalscope.types import RunSummary
from pytest_evalscope.types.names import near

_MOST_ROWS = 10
"""Rows of an index table in the terminal."""
STEP_LIMIT = 1_000_000
"""Bytes that a step may add to its summary: GitHub drops the whole of it above 1 MiB."""
_CUT = "\n\n… cut; the whole is in reports/summary.md of the run folder\n"


def summary_lines(summary: RunSummary, width: int) -> list[str]:
    """Return the terminal's summary of a run, in lines of at most `width` characters where possible."""
    blocks = [*result_blocks(summary), *agreement_blocks(summary.results, most_rows=_MOST_ROWS)]
    blocks += _further_blocks(summary, most_rows=_MOST_ROWS)
    place = near(summary.folder / "reports" / "summary.md")
    blocks.append(Note(lines=(*_index_lines(summary), f"{summary.seconds:.1f} seconds; reports: {place}")))
    return terminal_lines(blocks, width)


def summary_markdown(summary: RunSummary) -> str:
    """Return the whole run as one page of Markdown."""
    blocks = result_blocks(summary, every_subset=True)
    blocks += agreement_blocks(summary.results)
    blocks += gate_note(summary.results)
    blocks += _further_blocks(summary, every_subset=True)
    failing = _failing(summary) if any(result.failing for result in summary.results) else []
    lines = _index_lines(summary)
    blocks += [Note(lines=tuple(lines))] if lines else []
    run = f"{summary.folder.name}, started {summary.started or 'at an unknown time'}, {summary.seconds:.1f} seconds"
    return "\n".join(["## Evals", "", *markdown_lines([Note(lines=(run,)), *blocks]), *failing, ""])


def _failing(summary: RunSummary) -> list[str]:
    """Return the samples behind the gates that did not hold; they come last, so that they are what a limit cuts."""
    from pytest_evalscope.reports.samples import failing_markdown

    return [
        line
        for result in summary.results
        if result.failing is not None
        for line in failing_markdown(result.failing, f"{result.failing.title} of {name_of(result)}, {result.model}")
    ]


def _further_blocks(
    summary: RunSummary, *, most_rows: int | None = None, every_subset: bool = False
) -> Iterator[Block]:
    """Yield what few runs have: indexes, leaderboards, heat maps; each one's module is imported where there is one."""
    if summary.indexes:
        from pytest_evalscope.reports.indexes import index_blocks

        for report in summary.indexes:
            yield from index_blocks(report, most_rows=most_rows) if report.requested else ()
    if summary.leaderboards:
        from pytest_evalscope.reports.leaderboard import leaderboard_blocks

        for board in summary.leaderboards:
            yield from leaderboard_blocks(board, every_subset=every_subset)
    if any(result.axes for result in summary.results):
        from pytest_evalscope.reports.heatmap import heat_maps

        yield from (heat_map.table() for heat_map in heat_maps(summary))


def _index_lines(summary: RunSummary) -> list[str]:
    """Return a line for each index that nobody requested."""
    unrequested = [report for report in summary.indexes if not report.requested]
    if not unrequested:
        return []
    from pytest_evalscope.reports.indexes import index_line

    return [index_line(report) for report in unrequested]


def append_step_summary(summary: RunSummary, environ: Mapping[str, str]) -> str:
    """Append the run to the file that `GITHUB_STEP_SUMMARY` names, if it names one.

    Returns a remark when that could not be done in full, else an empty text; a report never fails a run.
    """
    named = environ.get("GITHUB_STEP_SUMMARY", "")
    if not named:
        return ""
    try:
        path = Path(named)
        room = STEP_LIMIT - (path.stat().st_size if path.exists() else 0)
        content = summary_markdown(summary).encode()
        cut = len(content) > room
        if cut:
            kept = content[: max(0, room - len(_CUT.encode()))]
            content = kept[: kept.rfind(b"\n") + 1] + _CUT.encode() if kept else b""
        with path.open("ab") as file:
            file.write(content)
    except (OSError, ValueError) as error:
        return f"GITHUB_STEP_SUMMARY: not written ({error})"
    return "GITHUB_STEP_SUMMARY: cut, a step may write 1 MiB" if cut else ""
