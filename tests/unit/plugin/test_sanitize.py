"""No text of a test's report drives a terminal."""

from types import SimpleNamespace

import pytest

from pytest_evalscope.plugin import sanitize as module
from pytest_evalscope.plugin.sanitize import sanitize
from pytest_evalscope.text import harmless

NASTY = "\x1b[2J::error::owned\x07"


def test_sections_and_a_failure_in_every_form_are_made_harmless():
    own = SimpleNamespace(message=NASTY)
    for longrepr, harmed in (
        (NASTY, harmless(NASTY)),
        (("t.py", 3, NASTY), ("t.py", 3, harmless(NASTY))),
        ([NASTY, None], [harmless(NASTY), None]),
        (None, None),
        (own, own),
    ):
        report = pytest.TestReport(
            "t.py::a", ("t.py", 1, "a"), {}, "failed", longrepr, "call",  # type: ignore[arg-type]  # a list is none
            sections=[("Captured stdout", NASTY), ("more", "plain")],
        )  # fmt: skip
        sanitize(report)
        assert report.longrepr == harmed
        assert type(report.longrepr) is type(harmed)
        assert report.sections == [("Captured stdout", harmless(NASTY)), ("more", "plain")]
    assert own.message == NASTY, "what is not pytest's is left alone"
    assert harmless(NASTY) != NASTY


def test_what_pytest_shows_of_an_exception_is_made_harmless_at_any_depth():
    with pytest.raises(ValueError, match="owned") as told:
        raise ValueError(NASTY)
    shown = told.getrepr(showlocals=True)
    assert "\x1b" in str(shown)
    made = module._sanitized(shown)
    assert made is shown
    assert "owned" in str(made)
    assert "\x1b" not in str(made)
    assert "\x07" not in str(made)
