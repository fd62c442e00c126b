"""Base URLs: where requests go, and what of it is shown."""

import pytest

from pytest_evalscope.errors import UsageError
from pytest_evalscope.models.http.endpoint import endpoint_at, openai_headers


@pytest.mark.parametrize(
    ("given", "url", "public"),
    [
        ("http://h:8000/v1", "http://h:8000/v1/chat/completions", "http://h:8000/v1"),
        (" https://h/v1/ ", "https://h/v1/chat/completions", "https://h/v1"),
        ("http://h", "http://h/chat/completions", "http://h"),
        ("http://h/v1/chat/completions", "http://h/v1/chat/completions", "http://h/v1"),
        ("HTTP://H/V1", "http://H/V1/chat/completions", "http://h/V1"),
        ("http://[::1]:80/v1", "http://[::1]:80/v1/chat/completions", "http://[::1]:80/v1"),
        ("http://u:p@h/v1", "http://h/v1/chat/completions", "http://h/v1"),
        ("http://h/v1?key=s", "http://h/v1/chat/completions?key=s", "http://h/v1"),
        (
            "http://h/v1?api-version=1&key=s",
            "http://h/v1/chat/completions?api-version=1&key=s",
            "http://h/v1?api-version=1",
        ),
        ("http://h/v1#x", "http://h/v1/chat/completions", "http://h/v1"),
    ],
)
def test_endpoint_at(given, url, public):
    found = endpoint_at(given, source="test")
    assert (found.url, found.public) == (url, public)


@pytest.mark.parametrize(
    "given", ["", "localhost:8000/v1", "h/v1", "ftp://h/v1", "http://", "http:///v1", "http://[::1", "http://h:x/v1"]
)
def test_no_base_url(given):
    with pytest.raises(UsageError) as caught:
        endpoint_at(given, source="OPENAI_BASE_URL")
    message = f"OPENAI_BASE_URL: not a base URL ({given!r}); accepted: http[s]://host[:port][/path]"
    assert caught.value.message == message


def test_a_forgotten_scheme_is_named():
    with pytest.raises(UsageError) as caught:
        endpoint_at("localhost:8000/v1", source="--eval-api-url")
    assert caught.value.hint == "did you mean http://localhost:8000/v1?"


def test_a_wrong_url_is_shown_without_its_secrets():
    with pytest.raises(UsageError) as caught:
        endpoint_at("ftp://user:password@h/v1?key=secret", source="--eval-api-url")
    assert "'ftp://h/v1'" in caught.value.message
    assert "password" not in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "loopback"),
    [("http://localhost/v1", True), ("http://127.1.2.3/v1", True), ("http://[::1]/v1", True), ("http://h/v1", False)],
)
def test_loopback(url, loopback):
    assert endpoint_at(url, source="test").loopback is loopback


def test_credentials_in_the_url_go_before_the_key(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    found = endpoint_at("http://user:p%40ss@h/v1", source="test")
    assert found.headers()["Authorization"] == "Basic dXNlcjpwQHNz"


def test_an_environment_of_its_own(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    assert "Authorization" not in endpoint_at("http://127.0.0.1/v1", source="test", environment=dict).headers()


@pytest.mark.parametrize("variable", ["OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"])
@pytest.mark.parametrize("value", ["sk-1\nX-Other: 1", "sk-é"])
def test_what_no_header_may_carry(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    with pytest.raises(UsageError) as caught:
        openai_headers()
    assert str(caught.value) == f"{variable}: holds characters that no HTTP header may carry; accepted: printable ASCII"


def test_every_spelling_of_a_secret_is_known():
    found = endpoint_at("http://u:pass%2Fword@h/v1?key=que%2Fry-value&region=north-america", source="test")
    secrets = found.secrets(found.headers())
    assert {"pass%2Fword", "pass/word", "que/ry-value", "que%2Fry-value", "dTpwYXNzL3dvcmQ="} <= set(secrets)
    assert "north-america" not in secrets
    assert list(secrets) == sorted(secrets, key=len, reverse=True)


def test_stand_ins_are_no_secrets():
    found = endpoint_at("http://h/v1", source="test")
    for key in ("EMPTY", "lm-studio", "sk-no-key-required"):
        assert found.secrets({"Authorization": f"Bearer {key}"}) == ()
    words = endpoint_at("http://me:lm-studio@h/v1", source="x", environment=dict)
    assert "lm-studio" in words.secrets({}), "a password may be a word"
