"""When an allowance is back: durations, dates, and which of several allowances counts."""

import pytest

from pytest_evalscope.errors import TransientError
from pytest_evalscope.models.http.errors import refusal
from pytest_evalscope.models.http.rate_limit_headers import wait_for_reset

NOW = 1_700_000_000.0
REQUESTS, TOKENS = "x-ratelimit-reset-requests", "x-ratelimit-reset-tokens"
LEFT_REQUESTS, LEFT_TOKENS = "x-ratelimit-remaining-requests", "x-ratelimit-remaining-tokens"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1s", 1.0),
        ("6m0s", 60.0),
        ("0m7.5s", 7.5),
        ("20ms", 0.02),
        ("1s250ms", 1.25),
        ("0s", 0.0),
        (" 8.64s ", 8.64),
        ("1h", 60.0),
        ("1d2h", 60.0),
        ("12", 12.0),
        ("2023-11-14T22:13:30Z", 10.0),
        ("2023-11-14T23:13:30+01:00", 10.0),
        ("2023-11-14T22:13:30", 10.0),
        ("2023-11-14T22:13:00Z", 0.0),
        ("", None),
        ("s", None),
        ("-5s", None),
        ("1s1m", None),
        ("soon", None),
        ("9999-99-99T00:00:00Z", None),
        ("9" * 5000 + "x", None),
        ("inf", None),
    ],
)
def test_forms(text, seconds):
    assert wait_for_reset({REQUESTS: text}, NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({REQUESTS: "5s", TOKENS: "9s"}, 9.0),
        ({REQUESTS: "5s", LEFT_REQUESTS: "0", TOKENS: "9s", LEFT_TOKENS: "100"}, 5.0),
        ({REQUESTS: "5s", LEFT_REQUESTS: "0", TOKENS: "9s", LEFT_TOKENS: "0"}, 9.0),
        ({REQUESTS: "5s", LEFT_REQUESTS: "0", TOKENS: "9s"}, 5.0),
        ({REQUESTS: "5s", LEFT_REQUESTS: "7", TOKENS: "9s"}, 9.0),
        ({REQUESTS: "5s", LEFT_REQUESTS: "7", TOKENS: "9s", LEFT_TOKENS: "100"}, None),
        (
            {
                "anthropic-ratelimit-requests-reset": "2023-11-14T22:13:50Z",
                "anthropic-ratelimit-requests-remaining": "3",
                "anthropic-ratelimit-input-tokens-reset": "2023-11-14T22:13:24Z",
                "anthropic-ratelimit-input-tokens-remaining": "0",
            },
            4.0,
        ),
    ],
)
def test_which_allowance_counts(headers, seconds):
    assert wait_for_reset(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {REQUESTS: "3s"}, 3.0),
        (429, {REQUESTS: "3s", "Retry-After": "1"}, 1.0),
        (429, {REQUESTS: "3s", "Retry-After": "0"}, 0.0),
        (500, {REQUESTS: "3s"}, None),  # such headers come with every reply; only a 429 is about them
    ],
)
def test_a_refusal_waits_for_the_reset_when_it_does_not_say_otherwise(status, headers, seconds):
    error = refusal("m", status, "http://h", "", headers)
    assert isinstance(error, TransientError)
    assert error.retry_after == seconds
