"""Failures of the hubs' clients: which are tried again, and what is said of the others."""

from types import SimpleNamespace

import pytest

from pytest_evalscope.data import failures
from pytest_evalscope.data.failures import ATTEMPTS, cut_off, explained, patiently, status_of


class Refused(Exception):
    def __init__(self, status, text="", **headers):
        super().__init__(text)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self.response = SimpleNamespace(status_code=status, headers=names)


@pytest.fixture
def pauses(monkeypatch):
    """The seconds of every pause that was made."""
    made: list[float] = []
    monkeypatch.setattr(failures, "sleep", made.append)
    return made


def calls(*answers):
    left = iter(answers)

    def get():
        answer = next(left)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return get


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 529])
def test_overload_is_waited_for(pauses, status):
    assert patiently(calls(Refused(status), Refused(status), 7)) == 7
    assert pauses == [1.0, 2.0]


def test_the_hub_says_how_long_within_reason(pauses):
    asked = [Refused(429, Retry_After="3"), Refused(429, Retry_After="9999"), Refused(503, Retry_After="Mon, 1 Jan")]
    assert patiently(calls(*asked, 7)) == 7
    assert pauses == [3.0, 30.0, 4.0]


def test_it_is_given_up_after_a_few_attempts(pauses):
    with pytest.raises(Refused):
        patiently(calls(*[Refused(503)] * ATTEMPTS, 7))
    assert len(pauses) == ATTEMPTS - 1


@pytest.mark.parametrize("failure", [Refused(401), Refused(404), OSError("no network")])
def test_other_failures_are_final(pauses, failure):
    with pytest.raises(type(failure)):
        patiently(calls(failure, 7))
    assert pauses == []


def test_the_status_is_that_of_the_response_which_led_to_the_error():
    error = ConnectionError("no file")
    error.__cause__ = Refused(503)
    assert status_of(error) == 503
    assert status_of(OSError()) is None


def said(error):
    made = explained(error, page="https://hub/datasets/owner/set", variable="TOKEN")
    return made.message, made.hint


def test_a_gated_set_names_the_terms():
    expected = (
        "gated: only for accounts that accepted its terms",
        "accept the terms on https://hub/datasets/owner/set, then set TOKEN to a token of that account",
    )
    for error in (Refused(403, "Cannot access gated repo"), Refused(401, "Access to owner/set is restricted.")):
        assert said(error) == expected


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_set_that_is_not_visible(status):
    assert said(Refused(status)) == (
        f"not found, or private ({status})",
        "is the name right? For a private one set TOKEN to a token that may read it",
    )


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (RuntimeError("  what\n\nfor url"), "RuntimeError (what)"),
        (RuntimeError("x" * 201), f"RuntimeError ({'x' * 200})"),
        (RuntimeError("a\x1b[31mb"), "RuntimeError (ab)"),
        (OSError(), "OSError (no message)"),
    ],
)
def test_other_failures_are_one_line(error, message):
    assert said(error) == (message, "")


def test_a_hub_is_tried_once_a_minute(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(failures, "_probed", {})
    monkeypatch.setattr(failures, "monotonic", lambda: now[0])
    tried = []

    def head(endpoint):
        tried.append(endpoint)
        raise OSError("no\x1b[31m route\nto host")

    said = "https://hub cannot be reached (no route), and not downloaded before"
    assert [cut_off("https://hub", head) for _ in range(3)] == [said] * 3
    assert cut_off("https://other", lambda _: None) == ""
    assert tried == ["https://hub"]
    now[0] = 61
    assert cut_off("https://hub", lambda _: None) == ""
