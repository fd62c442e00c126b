"""What an endpoint's refusal becomes, and what of its words is shown."""

import json
import time

import pytest

from pytest_evalscope.errors import ContentFiltered, RequestRefused, TransientError
from pytest_evalscope.models.http.errors import (
    SPENT,
    error_inside,
    message_in,
    one_line,
    refusal,
    wished_wait,
    worth_retrying,
)

NOW = 1_700_000_000.0


@pytest.mark.parametrize("status", [408, 409, 424, 425, 429, 500, 502, 503, 504, 529])
def test_worth_retrying(status):
    error = refusal("m", status, "http://h/v1", '{"error": {"message": "later"}}', {})
    assert isinstance(error, TransientError)
    assert (str(error), error.status) == (f"m: HTTP {status} from http://h/v1 (later)", status)
    assert worth_retrying(status)


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 413, 415, 422, 501, 505])
def test_not_worth_retrying(status):
    error = refusal("m", status, "http://h/v1", '{"error": {"message": "never"}}', {})
    assert isinstance(error, RequestRefused)
    assert (error.message, error.status) == (f"m: HTTP {status} from http://h/v1 (never)", status)


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        (401, "OPENAI_API_KEY"),
        (403, "OPENAI_API_KEY"),
        (404, "the base URL of most endpoints ends"),
        (407, "a proxy wants a name and a password"),
        (413, "the request is too large for the server"),
    ],
)
def test_hints(status, hint):
    assert hint in refusal("m", status, "http://h", "", {}).hint


def test_a_used_up_quota_is_no_passing_limit():
    body = json.dumps({"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}})
    error = refusal("m", 429, "http://h", body, {"Retry-After": "1"})
    assert isinstance(error, RequestRefused)
    assert error.hint == SPENT


def test_the_wish_to_wait_travels_with_the_error():
    error = refusal("m", 429, "http://h", "", {"Retry-After": "2.5"})
    assert isinstance(error, TransientError)
    assert error.retry_after == 2.5


@pytest.fixture
def elsewhere(monkeypatch):
    """A machine in another time zone; where it cannot be moved, it stays."""
    move = getattr(time, "tzset", lambda: None)
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        move()
        yield
    move()


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "3"}, 3.0),
        ({"Retry-After": " 0.25 "}, 0.25),
        ({"Retry-After": "0"}, 0.0),
        ({"retry-after-ms": "1500", "Retry-After": "9"}, 1.5),
        ({"retry-after-ms": "soon", "Retry-After": "9"}, 9.0),
        ({"Retry-After": "Tue, 14 Nov 2023 22:13:30 GMT"}, 10.0),
        ({"Retry-After": "Tue, 14 Nov 2023 22:13:30 -0000"}, 10.0),
        ({"Retry-After": "Tue, 14 Nov 2023 23:13:30 +0100"}, 10.0),
        ({"Retry-After": "Tue, 14 Nov 2023 22:13:00 GMT"}, 0.0),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "inf"}, None),
        ({"Retry-After": "tomorrow"}, None),
        ({"Retry-After": "Tue, 99 Nov 2023 22:13:30 GMT"}, None),
    ],
)
@pytest.mark.usefixtures("elsewhere")
def test_wished_wait(headers, seconds):
    assert wished_wait(headers, NOW) == seconds


DAY = 86400


@pytest.mark.parametrize(
    "wish",
    [{"Retry-After": "Tue, 14 Nov 2023 22:13:30 GMT"}, {"anthropic-ratelimit-requests-reset": "2023-11-14T22:13:30Z"}],
)
def test_dates_are_reckoned_from_the_endpoints_own_clock(monkeypatch, wish):
    for ours in (NOW - DAY, NOW, NOW + DAY, 0.0):
        monkeypatch.setattr(time, "time", lambda ours=ours: ours)
        error = refusal("m", 429, "http://h", "", {"Date": "Tue, 14 Nov 2023 22:13:20 GMT", **wish})
        assert isinstance(error, TransientError)
        assert error.retry_after == 10.0
    monkeypatch.setattr(time, "time", lambda: NOW + 4)
    for date in ({}, {"Date": "yesterday"}):
        error = refusal("m", 429, "http://h", "", {**date, **wish})
        assert isinstance(error, TransientError)
        assert error.retry_after == 6.0, "where the endpoint tells no date, our clock has to do"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"error": {"message": "no such model", "type": "x"}}', "no such model"),
        ('{"error": "no such model"}', "no such model"),
        ('{"object": "error", "message": "too long", "code": 400}', "too long"),
        ('{"detail": "Not Found"}', "Not Found"),
        ('{"detail": [{"loc": ["body"], "msg": "field required"}]}', "field required"),
        ('[{"error": {"code": 400, "message": "API key not valid"}}]', "API key not valid"),
        ('{"errors": 3}', '{"errors": 3}'),
        ('{"error": {}}', '{"error": {}}'),
        ("[]", "[]"),
        ("null", "null"),
        ("Internal Server Error", "Internal Server Error"),
        ("<html>\n<h1>502</h1></html>", "502"),
        ("<!DOCTYPE html><head><title>502 Bad Gateway</title></head><body>x</body>", "502 Bad Gateway"),
        ("<style>p {color: red}</style><!-- a --><p>Bad&nbsp;Gateway</p>", "Bad Gateway"),
        ("a < b", "a < b"),
        ("", ""),
        ("[" * 5000, "[" * 299 + "…"),
    ],
)
def test_message_in(body, words):
    assert message_in(body) == words


@pytest.mark.parametrize(
    ("error", "kind", "status"),
    [
        ({"message": "overloaded"}, TransientError, None),
        ({"message": "overloaded", "code": "server_error"}, TransientError, None),
        ({"message": "overloaded", "code": 502}, TransientError, 502),
        ({"message": "overloaded", "code": 429}, TransientError, 429),
        ({"message": "overloaded", "code": 400}, RequestRefused, 400),
        ({"message": "overloaded", "code": 7}, TransientError, None),
        ("overloaded", TransientError, None),
    ],
)
def test_error_inside(error, kind, status):
    made = error_inside("m", json.dumps(error))
    assert type(made) is kind
    assert (str(made), vars(made)["status"]) == ("m: the endpoint returned an error (overloaded)", status)


def test_one_line_takes_out_what_could_steer_a_terminal():
    assert one_line("\x1b[31mred\x1b[0m\r\n\tand\x00 \u202e\ud83d so on") == "[31mred [0m and � so on"


def test_one_line_is_short():
    assert one_line("word " * 1_000_000, 10) == "word word…"


@pytest.mark.parametrize(
    "error",
    [
        {"error": {"code": "content_filter", "message": "no", "innererror": {"code": "ResponsibleAIPolicyViolation"}}},
        {"error": {"code": "invalid_prompt", "message": "no"}},
        {"error": {"type": "data_inspection_failed", "message": "no"}},
        {"code": "DataInspectionFailed", "message": "no"},
        {"error": {"message": "no", "innererror": {"code": "content_filter"}}},
    ],
)
def test_a_content_filter_is_told_apart(error):
    refused = refusal("m", 400, "http://h", json.dumps(error), {})
    assert type(refused) is ContentFiltered
    assert refused.message == "m: HTTP 400 from http://h (no)"
    assert type(error_inside("m", json.dumps(error.get("error", error)))) is ContentFiltered


@pytest.mark.parametrize(
    ("error", "kind", "status"),
    [
        ({"type": "rate_limit_exceeded"}, TransientError, 429),
        ({"type": "server_error"}, TransientError, None),
        ({"code": "503"}, TransientError, 503),
        ({"code": "1234"}, TransientError, None),
        ({"code": 200}, TransientError, None),
        ({"type": "invalid_request_error", "code": None}, RequestRefused, 400),
        ({"code": "insufficient_quota"}, RequestRefused, 402),
        ("overloaded", TransientError, None),
        (["overloaded"], TransientError, None),
    ],
)
def test_an_error_without_a_status_may_name_its_type(error, kind, status):
    made = error_inside("m", json.dumps(error))
    assert (type(made), vars(made)["status"]) == (kind, status)
