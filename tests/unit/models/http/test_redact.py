"""A key never leaves the request's head: not by a message, a repr, an identity or an exception's attributes."""

import asyncio
import base64
import json
import logging
import traceback
from urllib.parse import quote

import pytest

from pytest_evalscope.errors import ModelError
from pytest_evalscope.models import ModelOptions, resolve

KEY = "sk-SENTINEL/+0123456789"
PASSWORD = "pw-SENTINEL-0123456789"
QUERY = "query-SENTINEL-0123456789"


def spellings(secret):
    encoded = base64.b64encode(secret.encode()).decode()
    return [secret, quote(secret, safe=""), encoded]


def reveals(text):
    return "SENTINEL" in text or any(form in text for secret in (KEY, PASSWORD, QUERY) for form in spellings(secret))


def everything_about(error):
    """What a report, a log or a debugger could show of an error."""
    seen, texts = [], []
    while error is not None and error not in seen:
        seen.append(error)
        texts += [str(error), repr(error), repr(error.args), repr(vars(error))]
        texts += traceback.format_exception(type(error), error, error.__traceback__)
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if "pytest_evalscope" in frame.f_code.co_filename and "tests" not in frame.f_code.co_filename:
                texts += map(repr, frame.f_locals.values())
        error = error.__cause__ or error.__context__
    return "\n".join(texts)


WAYS = {
    # The endpoint gives away, in its own words, what it was sent; some of it lies where a message is cut.
    "refused": lambda script, words: script.send(401, {"error": {"message": f"{'x' * 280} {words}"}}),
    "limited": lambda script, words: script.send(429, {"error": words}),
    "error with 200": lambda script, words: script.send(200, {"error": {"message": words}}),
    "plain text": lambda script, words: script.send(500, words, kind="text/plain"),
    "broken": lambda script, words: script.send(200, "x" * 110 + words),
    "redirect": lambda script, words: script.send(307, "", headers=f"Location: http://h/{words}\r\n"),
    "no HTTP": lambda script, words: lambda writer: writer.write(f"{words}\r\n\r\n".encode()),
    "odd encoding": lambda script, words: script.send(200, words, headers="Content-Encoding: gzip\r\n"),
    "stream": lambda script, words: script.stream(f"data: {json.dumps({'error': words})}\n\n"),
    "broken stream": lambda script, words: script.stream(f"data: {words}\n\n"),
    # It says nothing: what is left is what this side knows.
    "reset": lambda script, words: script.reset,
    "hang": lambda script, words: script.hang,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", ["key", "password"])
def test_no_error_reveals_a_secret(endpoint, script, request_for, monkeypatch, caplog, way, kind):
    sent = KEY if kind == "key" else PASSWORD
    if kind == "key":
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setattr("pytest_evalscope.models.middleware.retrying.FIRST_PAUSE", 0.0)
    monkeypatch.setattr("pytest_evalscope.models.middleware.retrying.PATIENCE", 0.0)
    caplog.set_level(logging.DEBUG)
    authorization = KEY if kind == "key" else base64.b64encode(f"user:{PASSWORD}".encode()).decode()
    words = " ".join([*spellings(sent), *spellings(QUERY), authorization])

    async def main():
        async with endpoint([WAYS[way](script, words)]) as served:
            url = f"{served.url}?key={QUERY}"
            if kind == "password":
                url = url.replace("//", f"//user:{PASSWORD}@")
            model = resolve("openai/m", ModelOptions(api_url=url, timeout=0.2, attempts=2))
            shown = [repr(model), str(model), repr(model.identity), model.name]
            try:
                with pytest.raises(ModelError) as caught:
                    await model.send(request_for())
            finally:
                await model.aclose()
            return served, caught.value, [*shown, repr(model)]

    served, error, shown = asyncio.run(main())
    assert f"?key={QUERY} HTTP" in served.heads[0]  # the endpoint did get them
    assert f" {authorization}\r\n" in served.heads[0]
    assert not reveals("\n".join(shown))
    assert not reveals(everything_about(error))
    assert not reveals(caplog.text)
