"""Thoughts that the chat template of a GGUF file opens; the server is a stub, whose text is the last message's."""

import asyncio
import json

import pytest

from pytest_evalscope.errors import RequestRefused
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.models.gguf import model as gguf
from pytest_evalscope.models.gguf import process as gguf_process
from pytest_evalscope.models.gguf.template import opened_completion_of
from pytest_evalscope.types import Chat
from tests.unit.models.gguf.served import serving

SERVER = serving("""    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = body["messages"][-1]["content"]
        if self.path == "/apply-template":
            thinks = body.get("chat_template_kwargs", {}).get("enable_thinking", True)
            tail = "<think>\\n" if thinks else "<think>\\n\\n</think>\\n\\n"
            return self.reply(APPLIED)
        message = {"content": said}
        if body.get("reasoning_format") != "none":
            message["reasoning_content"] = "by llama.cpp"
        self.reply({"choices": [{"message": message, "finish_reason": "length"}]})

    def do_GET(self):
        self.reply({"chat_template": TEMPLATE})

    def reply(self, value):
        data = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
""")
APPLIED = '{"prompt": f"<s>{said}</s><s>assistant\\n{tail}"}'


@pytest.fixture
def complete(tmp_path, monkeypatch):
    """Sends a request to a model whose server applies a template."""
    file = tmp_path / "tiny.gguf"
    file.write_bytes(b"GGUF and so on")
    monkeypatch.setattr(gguf, "find_spec", lambda name: object())

    def completion(text, *, template="<think>", applied=APPLIED, **params):
        script = tmp_path / "child.py"
        script.write_text(SERVER.replace("TEMPLATE", json.dumps(template)).replace("APPLIED", applied))
        monkeypatch.setattr(gguf_process, "_SCRIPT", script)

        async def send():
            model = resolve(f"gguf/{file}", ModelOptions())
            try:
                return await model.send(Chat(messages=({"role": "user", "content": text},), params=params))
            finally:
                await model.aclose()

        return asyncio.run(send())

    return completion


@pytest.mark.parametrize(
    ("text", "reasoning", "answer"),
    [
        ("It is 4", "It is 4", ""),
        ("It is 4</think>5", "It is 4", "5"),
        ("</think>\n\n5", "", "5"),
        ("<think>It is 4", "It is 4", ""),
        ("", "", ""),
    ],
)
def test_what_the_template_opens(complete, text, reasoning, answer):
    completion = complete(text)
    assert (completion.reasoning, completion.text, completion.finish_reason) == (reasoning, answer, "length")


def test_a_request_may_turn_thoughts_off(complete):
    completion = complete("5", chat_template_kwargs={"enable_thinking": False})
    assert (completion.reasoning, completion.text) == ("by llama.cpp", "5")


@pytest.mark.parametrize("options", [{"template": "no tags"}, {"template": None}, {"applied": '["a"]'}])
def test_without_a_thought_the_text_is_as_it_came(complete, options):
    assert complete("5", **options).text == "5"


def test_a_completion_without_text_is_read_as_any_other():
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    response = {"choices": [{"message": {"content": None, "tool_calls": [call]}}]}
    assert len(opened_completion_of(response, opening="<think>").tool_calls) == 1
    with pytest.raises(ValueError, match="the response contains no choices"):
        opened_completion_of([], opening="<think>")


def test_a_picture_is_refused_before_anything_is_started(tmp_path, monkeypatch):
    file = tmp_path / "tiny.gguf"
    file.write_bytes(b"GGUF and so on")
    monkeypatch.setattr(gguf, "find_spec", lambda name: object())
    monkeypatch.setattr(gguf_process.ServerProcess, "start", lambda self: pytest.fail("the server was started"))
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
    model = resolve(f"gguf/{file}", ModelOptions())
    with pytest.raises(RequestRefused, match=r"takes no image; accepted: text"):
        asyncio.run(model.send(Chat(messages=({"role": "user", "content": [picture]},))))
