"""Deployments of Azure OpenAI: where requests go, what opens them, and what its filter says."""

import asyncio

import pytest

from pytest_evalscope.errors import ContentFiltered, UsageError
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.types import Chat, Embed

KEY = "azure-SENTINEL-0123456789"


@pytest.fixture
def asked(endpoint, monkeypatch):
    """Asks `azure/my deployment`; returns the endpoint, the model and the reply or error."""

    def ask(*script, request):
        async def main():
            async with endpoint(script) as served:
                monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", served.url.removesuffix("/v1") + "/")
                model = resolve("azure/my deployment", ModelOptions(attempts=1))
                try:
                    return served, model, await model.send(request)
                except ContentFiltered as error:
                    return served, model, error
                finally:
                    await model.aclose()

        return asyncio.run(main())

    return ask


def test_a_reply(asked, script, request_for, monkeypatch):
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", KEY)
    served, model, reply = asked(script.say(f"42 {KEY}"), request=request_for())
    assert reply.text == "42 ***"
    (head,) = served.heads
    assert head.startswith(
        "POST /openai/deployments/my%20deployment/chat/completions?api-version=2024-10-21 HTTP/1.1\r\n"
    )
    assert f"api-key: {KEY}\r\n" in head
    assert model.identity["endpoint"].endswith("/openai/deployments/my%20deployment?api-version=2024-10-21")


def test_calls_and_their_results_go_as_they_are(asked, script):
    calls = [{"id": "c", "type": "function", "function": {"name": "add", "arguments": "{}"}}]
    messages = (
        {"role": "assistant", "content": "", "tool_calls": calls},
        {"role": "tool", "tool_call_id": "c", "content": "1"},
    )
    served, _, reply = asked(script.say({"tool_calls": calls}), request=Chat(messages=messages))
    assert (served.bodies[0]["messages"], reply.tool_calls) == ([*messages], (calls[0],))


def test_embeddings_by_a_token_and_another_version(asked, script, monkeypatch):
    monkeypatch.setenv("AZURE_OPENAI_AD_TOKEN", KEY)
    monkeypatch.setenv("OPENAI_API_VERSION", "2099-01-01-preview")
    reply = {"data": [{"index": 0, "embedding": [1.0]}]}
    served, _, got = asked(script.send(200, reply), request=Embed(texts=("a",)))
    assert got.embeddings == ((1.0,),)
    assert "/embeddings?api-version=2099-01-01-preview HTTP" in served.heads[0]
    assert f"Authorization: Bearer {KEY}\r\n" in served.heads[0]


def test_a_prompt_that_its_filter_refuses_is_filtered(asked, script, request_for):
    body = {"error": {"code": "content_filter", "message": "The prompt was filtered.", "status": 400}}
    _, _, error = asked(script.send(400, body), request=request_for())
    assert type(error) is ContentFiltered
    assert error.message.endswith("(The prompt was filtered.)")


def test_its_mistakes_are_told_at_once(monkeypatch):
    with pytest.raises(
        UsageError, match=r"^azure/m: AZURE_OPENAI_ENDPOINT is not set; accepted: the URL of the resource"
    ):
        resolve("azure/m", ModelOptions())
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "https://x.openai.azure.com/")
    with pytest.raises(UsageError, match=r"^azure/m: needs a key, and neither AZURE_OPENAI_API_KEY nor"):
        resolve("azure/m", ModelOptions())
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", KEY)
    assert resolve("azure/m", ModelOptions()).identity["model"] == "m"
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "x.openai.azure.com")
    with pytest.raises(UsageError, match=r"^AZURE_OPENAI_ENDPOINT: not a base URL"):
        resolve("azure/m", ModelOptions())
