"""Refusals in the words of many providers: what is final, what waits and how long, what a filter withheld."""

import json

import pytest

from pytest_evalscope.errors import ContentFiltered, RequestRefused, TransientError
from pytest_evalscope.models.http.errors import SPENT, error_inside, refusal


def refused(status, body, **headers):
    text = body if isinstance(body, str) else json.dumps(body)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return refusal("m", status, "http://h/v1", text, names)


@pytest.mark.parametrize(
    ("status", "wish", "kind"),
    [
        (429, "false", RequestRefused),
        (503, "false", RequestRefused),
        (400, "true", TransientError),
        (429, "true", TransientError),
        (429, "perhaps", TransientError),
        (400, "perhaps", RequestRefused),
    ],
)
def test_the_endpoint_may_say_whether_to_retry(status, wish, kind):
    assert type(refused(status, {"error": "no"}, x_should_retry=wish)) is kind


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, {"error": {"message": "Your team has crossed budget. Max: 1.0", "type": "rate_limit_error"}}),
        (429, {"error": {"message": "no", "type": "budget_exceeded"}}),
        (422, {"error": {"message": "Budget has been exceeded! Current cost: 3", "code": "422"}}),
        (400, {"error": {"message": "ExceededBudget: User=x over budget", "type": "budget_exceeded"}}),
        (429, {"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}),
        (429, {"error": {"type": "exceeded_current_quota_error", "message": "no"}}),
        (429, {"error": {"code": "1113", "message": "您的账户已欠费"}}),
        (402, {"error": {"message": "Insufficient Balance"}}),
        (400, {"error": {"message": "Your credit balance is too low to access the Anthropic API"}}),
        (400, {"code": "Arrearage", "message": "Access denied"}),
        (503, {"error": {"message": "out of credits"}}),
        (429, {"detail": "ExceededTokenBudget: Current spend for token: 2; Max Budget for Token: 1"}),
        (429, {"error": {"message": "You have reached your specified API usage limits. You will regain access on …"}}),
        (429, {"error": {"message": "Monthly spend limit reached"}}),
        (403, {"error": {"message": "Key limit exceeded (total limit)"}}),
        (429, {"error": {"message": "no", "type": "payment_required"}}),
    ],
)
def test_spent_money_is_final(status, body):
    error = refused(status, body, Retry_After="3")
    assert type(error) is RequestRefused
    assert (error.status, error.hint) == (status, SPENT)


@pytest.mark.parametrize(
    "message",
    [
        "Rate limit reached for gpt-4o: visit https://platform.openai.com/account/billing",
        "You exceeded your current quota, please check your plan and billing details.",
        "too many requests within this budget window",
    ],
)
def test_words_of_a_passing_limit_are_not_taken_for_spent_money(message):
    assert type(refused(429, {"error": {"message": message, "status": "RESOURCE_EXHAUSTED"}})) is TransientError


def gemini(quota, delay="34.5s"):
    details = [
        {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": quota}]},
        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay},
    ]
    return [{"error": {"code": 429, "message": "quota", "status": "RESOURCE_EXHAUSTED", "details": details}}]


def test_gemini_says_in_the_body_how_long_to_wait():
    error = refused(429, gemini("GenerateRequestsPerMinutePerProjectPerModel"))
    assert isinstance(error, TransientError)
    assert error.retry_after == 34.5
    inside = error_inside("m", json.dumps(gemini("RequestsPerMinute", "7s")[0]["error"]))
    assert isinstance(inside, TransientError)
    assert inside.retry_after == 7.0


def test_a_header_takes_precedence_over_the_body():
    error = refused(429, gemini("RequestsPerMinute"), Retry_After="2")
    assert isinstance(error, TransientError)
    assert error.retry_after == 2.0


def test_the_limit_of_a_day_is_final():
    assert type(refused(429, gemini("GenerateRequestsPerDayPerProjectPerModel-FreeTier"))) is RequestRefused


def test_the_wish_of_a_provider_behind_litellm():
    error = refusal("m", 429, "h", "", {"llm_provider-retry-after": "9"})
    assert isinstance(error, TransientError)
    assert error.retry_after == 9.0


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {"error": {"message": "Content Exists Risk", "code": "invalid_request_error"}}),
        (400, {"contentFilter": [{"level": 1}], "error": {"code": "1301", "message": "敏感内容"}}),
        (400, {"error": {"code": "x", "innererror": {"code": "ResponsibleAIPolicyViolation"}, "message": "no"}}),
        (400, {"error": {"code": "BadRequest", "inner_error": {"code": "content_filter"}, "message": "no"}}),
        (400, {"error": {"code": "SensitiveContentDetected.SevereViolation", "message": "no"}}),
        (400, {"error": {"code": "InputTextSensitiveContentDetected", "message": "no"}}),
        (400, {"error": {"type": "content_filter", "message": "high risk"}}),
        (400, {"error": {"type": "ContentPolicyViolationError", "message": "no"}}),
        (403, {"error": {"code": 403, "message": "flagged", "metadata": {"flagged_input": "x"}}}),
        (500, {"error": {"code": "data_inspection_failed", "message": "no"}}),
    ],
)
def test_filters_of_many_providers(status, body):
    assert type(refused(status, body)) is ContentFiltered


def test_lm_studio_reports_a_wrong_path_with_status_200():
    error = error_inside("m", json.dumps("Unexpected endpoint or method. (POST /chat/completions)"))
    assert isinstance(error, RequestRefused)
    assert error.status == 404
    assert "the base URL of most endpoints ends in /v1" in error.hint


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (
            "<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>",
            "400 The plain HTTP request was sent to HTTPS port",
        ),
        ("Client sent an HTTP request to an HTTPS server.\n", "Client sent an HTTP request to an HTTPS server."),
    ],
    ids=["nginx", "Go"],
)
def test_plain_http_sent_to_an_https_port(page, said):
    error = refused(400, page)
    assert f"HTTP 400 from http://h/v1 ({said})" in error.message
    assert error.hint == "the server speaks HTTPS: its URL begins with https://"


def test_the_400_of_litellm_for_an_unknown_key_is_told_as_one():
    error = refused(400, {"error": {"message": "No connected db.", "type": "no_db_connection", "code": "400"}})
    assert error.hint == "the key is read from OPENAI_API_KEY"


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("`temperature` is deprecated for this model", "temperature"),
        ("Unsupported value: 'temperature' does not support 0 with this model.", "temperature"),
        ("Unsupported parameter: 'max_tokens' is not supported with this model.", "max_tokens"),
        ("stream_options: Extra inputs are not permitted", "stream_options"),
    ],
)
def test_a_parameter_that_is_refused_can_be_left_out(message, name):
    error = refused(400, {"error": {"message": message}})
    assert f"--eval-generation-config='{{\"{name}\": null}}' leaves the parameter out" in error.hint
