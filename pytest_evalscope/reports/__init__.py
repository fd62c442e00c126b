"""Reports: one table model, rendered for the terminal, as JSON, as Markdown and as JUnit."""

from typing import TYPE_CHECKING

from pytest_evalscope.lazy import import_on_use

if TYPE_CHECKING:
    from pytest_evalscope.reports.summary import append_step_summary, summary_lines
    from pytest_evalscope.reports.write import write_reports

__all__ = ["append_step_summary", "summary_lines", "write_reports"]

if not TYPE_CHECKING:  # a type checker sees the imports above
    __getattr__ = import_on_use(
        __name__,
        {"reports.summary": ("append_step_summary", "summary_lines"), "reports.write": ("write_reports",)},
    )
