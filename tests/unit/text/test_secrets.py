"""The policy on what may be written down: unknown query values, headers and what is or looks like a key may not."""

import json
from urllib.parse import urlsplit

import pytest

from pytest_evalscope.text.secrets import (
    has_key,
    has_secret,
    is_secret,
    public,
    secrets_of_url,
    shown_url,
    without_secrets,
)

SECRET = "hunter2Hunter2"


@pytest.mark.parametrize(
    "text",
    [
        f"http://user:{SECRET}@host/v1",
        f"http://{SECRET}@host/v1",
        f"http://host/?key={SECRET}&x=1",
        f"http://host/v1?code={SECRET}",
        f"http://host/v1?sig={SECRET}&api-version=1",
        f"http://host/v1?anything={SECRET}#top",
        f"https://host/v1?subscription-key={SECRET}",
        f"HTTPS://host/v1/{SECRET}a1B2c3/chat",
        f"http://host/sk-{SECRET}/v1",
        f"http://host/v1#access_token={SECRET}",
        f"enclave:http://me:{SECRET}@host:8#image",
        f"api_key={SECRET},x=1",
        f"token={SECRET}",
        f"a=1,apiKey={SECRET}",
        f"client-secret={SECRET}",
        f"Authorization: Bearer {SECRET}",
        f"Authorization: {SECRET}",
        f"Basic {SECRET}",
        f"X-Api-Key: {SECRET}",
        f"openai/sk-proj-{SECRET}",
        f'{{"extra_headers": {{"Authorization": "Bearer {SECRET}"}}}}',
        f'{{"extra_headers": {{"X-Tenant": "{SECRET}"}}}}',
        f'{{"extra_query": {{"code": "{SECRET}"}}}}',
        f'{{"extra_body": {{"my_api-key" : "a\\"{SECRET}"}}}}',
        f'{{"extra_body": {{"auth": {{"user": "{SECRET}"}}}}}}',
        f'{{"extra_body": {{"keys": ["{SECRET}"]}}}}',
        f'cut off {{"password": "{SECRET}',
        f'cut off {{"password": "{SECRET}", "a"',
        f'["http://me:{SECRET}@host"]',
    ],
)
def test_secrets_are_blotted_out(text):
    shown = without_secrets(text)
    assert SECRET not in shown
    assert "***" in shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "openai/gpt-4o-mini-2024-07-18",
        "hf/Qwen/Qwen2.5-7B-Instruct",
        'fake/fixed:{"reason": "30 days", "verdict": "CORRECT"}',
        "http://127.0.0.1:8000/v1",
        "https://h.openai.azure.com/openai/deployments/gpt-4o?api-version=2024-10-21&region=eu",
        "https://api.fireworks.ai/inference/v1/accounts/fireworks/models/llama-v3p1-70b-instruct",
        "temperature=0.7,max_tokens=100,eos_token=</s>",
        '{"max_tokens":5,"stop":["\\n"],"stop_token_ids":[1],"token_budget":2,"eos_token":"</s>"}',
        '{"gsm8k":{"few_shot":0,"filters":{"key":3}}}',
        "The answer key: B",
        "/data/models/key/smollm2.gguf",
    ],
)
def test_what_is_no_secret_is_shown_as_it_is(text):
    assert without_secrets(text) == text


def test_what_the_environment_holds_as_a_key_is_shown_nowhere(monkeypatch):
    monkeypatch.setenv("MY_GATEWAY_TOKEN", "plain words+")
    monkeypatch.setenv("SHORT_KEY", "EMPTY")
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "warehouse")
    assert without_secrets("openai/plain words+ EMPTY warehouse") == "openai/*** EMPTY warehouse"
    assert without_secrets("http://h/plain%20words%2B/v1?region=eu").startswith("http://h/***")
    assert (has_key("a plain words+"), has_key("a plain word")) == (True, False)


PLACEHOLDERS = (
    *("lm-studio", "ollama", "EMPTY", "dummy", "not-needed", "sk-no-key-required", "your-api-key-here", "llama.cpp"),
    *("token-abc123", "sk-1234567", "sk-xxxxxxxxxxxx", "placeholder", "NOT_NEEDED", "Local-Server", "test1234"),
)
KEYS = (
    *("sk-proj-abcDEF123", "plain words+", "hunter2hunter2", "deadbeefcafe0123", "abcdefghijklmnop"),
    *("ABCDEFGHIJKLMNOP", "correct-horse-battery-staple-more", "lm-studiO", "sk-no-key-requir3d", "pxkqzwvt"),
)


@pytest.mark.parametrize("key", PLACEHOLDERS)
@pytest.mark.parametrize("variable", ["OPENAI_API_KEY", "HF_TOKEN", "MY_KEY"])
def test_words_given_to_a_local_server_as_a_key_hide_nothing(monkeypatch, key, variable):
    monkeypatch.setenv(variable, key)
    assert without_secrets(f"openai/{key}/qwen at http://h/{key}/v1") == f"openai/{key}/qwen at http://h/{key}/v1"
    assert not has_secret(f"openai/{key}")


@pytest.mark.parametrize("key", KEYS)
def test_what_is_not_words_alone_is_a_key(monkeypatch, key):
    monkeypatch.setenv("OPENAI_API_KEY", key)
    assert key not in without_secrets(f"openai/{key}-community")
    assert has_secret(f"openai/{key}")


@pytest.mark.parametrize("variable", ["DATABASE_PASSWORD", "app_secret", "AWS_SECRET_ACCESS_KEY", "MY_PASSWD"])
def test_a_password_may_be_a_word(monkeypatch, variable):
    monkeypatch.setenv(variable, "lm-studio")
    assert without_secrets("openai/lm-studio") == "openai/***"


def test_structures_keep_their_form():
    given = {
        "temperature": 0.5,
        "extra_headers": {"Anthropic-Beta": "b", "X-Other": "s"},
        "extra_query": {"api-version": "1", "code": "s"},
        "extra_body": {
            "token": ["s", 1, None],
            "chat_template_kwargs": {"enable_thinking": False},
            "url": "http://a:s@h",
        },
    }
    assert public(given) == {
        "temperature": 0.5,
        "extra_headers": {"Anthropic-Beta": "b", "X-Other": "***"},
        "extra_query": {"api-version": "1", "code": "***"},
        "extra_body": {
            "token": ["***", 1, None], "chat_template_kwargs": {"enable_thinking": False}, "url": "http://***@h"
        },
    }  # fmt: skip
    assert public(public(given)) == public(given)
    assert json.loads(without_secrets(json.dumps(given))) == public(given)


@pytest.mark.parametrize("name", ["key", "api_key", "apiKey", "X-Functions-Key", "ocpApimSubscriptionKey",
                                  "accessToken",
                                  "proxy-authorization", "hf_token", "clientSecret", "sig", "Cookie"])  # fmt: skip
def test_a_name_tells_of_a_secret(name):
    assert is_secret(name)


@pytest.mark.parametrize("name", ["", "max_tokens", "stop_token_ids", "eos_token", "pad-token", "keyword", "monkey"])
def test_a_name_tells_of_none(name):
    assert not is_secret(name)


def test_two_keys_in_a_path_are_two_places():
    first, second = (
        shown_url(f"http://h/v1/{key}/openai?api-version=1") for key in ("sk-abcd12345678", "sk-abcd12345679")
    )
    assert first != second
    assert [part[:3] for part in urlsplit(first).path.split("/")] == ["", "v1", "***", "ope"]
    assert first.endswith("/openai?api-version=1")


def test_the_secrets_of_a_url_are_found():
    url = "http://me:pass%2Fword@h/v1/sk-abcd12345678/x?region=eu&code=c%2Fd"
    assert secrets_of_url(url) == {"me:pass%2Fword", "pass%2Fword", "sk-abcd12345678", "c/d"}


def test_no_url_is_shown_in_parts():
    assert shown_url("http://[::1") == "***"


def test_what_follows_a_hash_in_a_url_is_secret():
    assert shown_url("http://host/v1#hunter2") == "http://host/v1#***"
