"""Reports: one table model, rendered for the terminal, as JSON, as Markdown and as JUnit."""

from pytest_evalscope.reports.summary import append_step_summary, summary_lines
from pytest_evalscope.reports.write import write_reports

__all__ = ["append_step_summary", "summary_lines", "write_reports"]
