"""A key is for the server that the user named: whoever redirects gets no further request, and gives no result."""

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec

import pytest

from pytest_evalscope.errors import RequestRefused, SandboxError
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.sandbox.enclave import EnclaveSandbox, require_server
from pytest_evalscope.types import Chat, Embed, Program, Rerank

KEY = "sk-SENTINEL-0123456789"
STATUSES = (301, 302, 303, 307, 308)
FORGED = {
    "choices": [{"message": {"content": "forged"}, "finish_reason": "stop"}],
    "output": [{"type": "message", "content": [{"type": "output_text", "text": "forged"}]}],
    "content": [{"type": "text", "text": "forged"}],
    "data": [{"embedding": [1.0], "index": 0}],
    "results": [{"index": 0, "relevance_score": 1.0}],
    "id": "forged", "healthy": True, "sandbox_id": "forged", "status": "success",
}  # fmt: skip
"""What the other host says to anything, in every protocol's form."""


class Place(ThreadingHTTPServer):
    """One of two hosts: the one that was named redirects to the other."""

    def __init__(self, status=200, location=""):
        super().__init__(("127.0.0.1", 0), Answer)
        self.status, self.location = status, location
        self.seen = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answer(BaseHTTPRequestHandler):
    server: Place

    def log_message(self, *_):
        pass

    def answer(self):
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.server.seen.append((self.path, str(self.headers)))
        content = json.dumps(FORGED).encode()
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location + self.path)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self):
        self.answer()

    def do_POST(self):
        self.answer()

    def do_DELETE(self):
        self.answer()


@pytest.fixture
def places():
    """Return a function that makes the two hosts."""
    made = []

    def two(status):
        other = Place()
        named = Place(status, other.url)
        for place in (named, other):
            thread = threading.Thread(target=place.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
            thread.start()
            made.append((place, thread))
        return named, other

    yield two
    for place, thread in made:
        place.shutdown()
        place.server_close()
        thread.join()


CHAT = Chat(messages=({"role": "user", "content": "?"},))
ASKED = [
    ("openai/m", CHAT),
    ("openai/m", Chat(messages=CHAT.messages, params={"stream": True})),
    ("openai/m", Embed(texts=("?",))),
    ("openai/m", Rerank(query="?", documents=("a",))),
    ("responses/m", CHAT),
    ("anthropic/m", CHAT),
    ("azure/m", CHAT),
    ("openai-batch/m", CHAT),
]


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize(("name", "request_"), ASKED, ids=lambda value: value if isinstance(value, str) else "")
def test_the_key_of_a_model_follows_no_redirect(places, monkeypatch, name, request_, status):
    if name.startswith("openai-batch") and find_spec("openai") is None:
        pytest.skip("the package openai is not installed")
    named, other = places(status)
    for provider, url in (("OPENAI", named.url), ("ANTHROPIC", named.url), ("AZURE_OPENAI", named.url)):
        monkeypatch.setenv(f"{provider}_API_KEY", KEY)
        monkeypatch.setenv("AZURE_OPENAI_ENDPOINT" if "AZURE" in provider else f"{provider}_BASE_URL", url)

    async def send():
        model = resolve(name, ModelOptions(attempts=1, timeout=20))
        try:
            return await model.send(request_)
        finally:
            await model.aclose()

    with pytest.raises(RequestRefused, match=f"HTTP {status}"):
        asyncio.run(send())
    assert len(named.seen) == 1
    assert KEY in named.seen[0][1]
    assert other.seen == []


@pytest.mark.parametrize("status", STATUSES)
def test_the_key_of_a_sandbox_follows_no_redirect(places, monkeypatch, status):
    named, other = places(status)
    monkeypatch.setenv("MS_ENCLAVE_API_KEY", KEY)
    message = f"sandbox enclave: the server at {named.url} redirects (HTTP {status})"
    with pytest.raises(SandboxError) as caught:
        require_server(named.url)
    assert caught.value.message == message
    assert caught.value.hint == "redirects are not followed; name the final URL, as in --eval-sandbox=enclave:URL"

    async def run():
        sandbox = EnclaveSandbox(named.url, "", 1)
        try:
            await sandbox.run(Program(command=("true",)))
        finally:
            await sandbox.aclose()

    with pytest.raises(SandboxError) as caught:
        asyncio.run(run())
    assert caught.value.message == message
    assert all(KEY in headers for _, headers in named.seen)
    assert other.seen == []


def test_a_sandbox_s_address_is_told_without_its_secrets(monkeypatch):
    monkeypatch.setenv("MS_ENCLAVE_API_KEY", KEY)
    with pytest.raises(SandboxError) as caught:
        require_server("http://me:hunter2hunter2@127.0.0.1:9/enclave?code=hunter2hunter2")
    assert "http://***@127.0.0.1:9/enclave?code=***" in caught.value.message
    assert "hunter2" not in caught.value.message
