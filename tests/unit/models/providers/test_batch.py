"""The Batch API: one batch for what is asked together, and none paid for twice."""

import asyncio
import json
import logging
from typing import Any

import pytest
from aiohttp import web

from pytest_evalscope.errors import (
    ContentFiltered,
    MissingExtra,
    ModelError,
    RequestRefused,
    TransientError,
    UsageError,
)
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.models.providers import batch, batch_client
from pytest_evalscope.models.providers.batch_store import Tickets
from pytest_evalscope.types import Chat, Embed

pytest.importorskip("openai", reason="the package openai is not installed")

KEY = "sk-SENTINEL-0123456789"
QUERY = "query-SENTINEL-0123456789"


class Service:
    """A Batch API on loopback. What it does wrong is put into `faults`: path → statuses, one per call."""

    def __init__(self):
        self.files, self.batches, self.made = {}, {}, []
        self.looks = 0
        self.looked = asyncio.Event()
        self.looks_until_done = 1
        self.faults = {}
        self.nameless = False  # whether an uploaded file gets no name
        self.lose = 0  # batches that are made although the answer is lost
        self.answer: Any = lambda line: (
            200,
            {"choices": [{"message": {"content": line["body"]["messages"][0]["content"]}}]},
        )
        self.end = {"status": "completed"}
        self.heads, self.queries = [], []

    async def __aenter__(self):
        app = web.Application(middlewares=[self._fail])
        app.router.add_post("/v1/files", self._upload)
        app.router.add_get("/v1/files/{name}/content", self._content)
        app.router.add_post("/v1/batches", self._create)
        app.router.add_get("/v1/batches", self._list)
        app.router.add_get("/v1/batches/{name}", self._look)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        server: Any = site._server
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        return self

    async def __aexit__(self, *_):
        await self._runner.cleanup()

    @web.middleware
    async def _fail(self, request, handler):
        self.heads.append(request.headers)
        self.queries.append(request.query_string)
        kind = f"{request.method} {request.path.split('/')[2]}"
        if self.faults.get(kind):
            status = self.faults[kind].pop(0)
            body = {"error": {"message": f"no, {KEY}"}}
            return web.json_response(body, status=status, headers={"X-Debug": KEY})
        return await handler(request)

    async def _upload(self, request):
        form = await request.post()
        assert form["purpose"] == "batch"
        name = f"file-{len(self.files)}"
        with form["file"].file as uploaded:
            self.files[name] = uploaded.read()
        return web.json_response({"id": None if self.nameless else name, "object": "file"})

    async def _create(self, request):
        body = await request.json()
        assert (body["endpoint"], body["completion_window"]) == ("/v1/chat/completions", "24h")
        name = f"batch_{len(self.batches)}"
        self.batches[name] = body["input_file_id"]
        self.made.append([json.loads(line) for line in self.files[body["input_file_id"]].splitlines()])
        if self.lose:
            self.lose -= 1
            return web.json_response({"error": {"message": "lost"}}, status=500)
        return web.json_response({"id": name, "object": "batch", "status": "validating"})

    async def _list(self, request):
        data = [{"id": name, "object": "batch", "input_file_id": file} for name, file in self.batches.items()]
        return web.json_response({"object": "list", "data": data, "has_more": False})

    async def _look(self, request):
        self.looks += 1
        self.looked.set()
        name = request.match_info["name"]
        if self.looks < self.looks_until_done:
            return web.json_response({"id": name, "status": "in_progress"})
        return web.json_response({"id": name, "output_file_id": f"out-{name}", **self.end})

    async def _content(self, request):
        file = self.batches[request.match_info["name"].removeprefix("out-")]
        lines = []
        for text in reversed(self.files[file].splitlines()):  # in no particular order
            line = json.loads(text)
            status, body = self.answer(line) or (None, None)
            if status:
                response = {"status_code": status, "body": body}
                lines.append(json.dumps({"custom_id": line["custom_id"], "response": response, "error": None}))
        return web.Response(text="\n".join(lines))


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(batch, "QUIET", 0.0)
    monkeypatch.setattr(batch, "POLL", 0)
    monkeypatch.setattr("pytest_evalscope.models.middleware.retrying.FIRST_PAUSE", 0.0)


def ask(text, **fields):
    return Chat(messages=({"role": "user", "content": text},), **fields)


async def replies(service, *requests, **options):
    """Ask all at once; returns texts and errors."""
    model = resolve("openai-batch/m", ModelOptions(api_url=service.url, **options))
    try:
        got = await asyncio.gather(*map(model.send, requests), return_exceptions=True)
    finally:
        await model.aclose()
    return [item if isinstance(item, BaseException) else item.text for item in got]


def run(main):
    return asyncio.run(main())


def test_what_is_asked_together_is_one_batch(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)

    async def main():
        async with Service() as service:
            requests = [
                ask(str(n), params={"temperature": 0, "stream": True}, repeat=r) for n in range(5) for r in (0, 1)
            ]
            got = await replies(service, *requests, ask("0", params={"temperature": 0, "stream": True}))
            return service, got

    service, got = run(main)
    assert got == ["0", "0", "1", "1", "2", "2", "3", "3", "4", "4", "0"]
    [lines] = service.made
    assert len(lines) == 10, "equal requests are asked once, repeats are not equal"
    assert len({line["custom_id"] for line in lines}) == 10
    assert lines[0]["body"] == {"model": "m", "messages": [{"role": "user", "content": "0"}], "temperature": 0}
    assert {head["Authorization"] for head in service.heads} == {f"Bearer {KEY}"}


def test_a_batch_is_sent_when_no_more_may_be_in_flight():
    async def main():
        async with Service() as service:
            return service, await replies(service, *(ask(str(n)) for n in range(6)), concurrency=4)

    service, got = run(main)
    assert got == list("012345")
    assert [len(lines) for lines in service.made] == [4, 2]


def test_a_run_that_was_cut_off_takes_up_its_batches(tmp_path):
    async def main():
        async with Service() as service:
            service.looks_until_done = 10**9
            first = asyncio.ensure_future(replies(service, ask("1"), ask("2"), ask("3"), keep=tmp_path))
            await service.looked.wait()
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)
            service.looks_until_done = 0
            again = await replies(service, ask("3"), ask("1"), ask("4"), keep=tmp_path)
            last = await replies(service, ask("2"), keep=tmp_path)
            return service, again, last

    service, again, last = run(main)
    assert (again, last) == (["3", "1", "4"], ["2"])
    assert [[line["body"]["messages"][0]["content"] for line in lines] for lines in service.made] == [
        ["1", "2", "3"], ["4"],
    ]  # fmt: skip


def test_a_batch_whose_making_was_not_confirmed_is_found_and_not_made_again(tmp_path):
    async def main():
        async with Service() as service:
            service.lose = 1
            first = await replies(service, ask("1"), keep=tmp_path, attempts=1)
            again = await replies(service, ask("1"), keep=tmp_path, attempts=1)
            return service, first, again

    service, [error], again = run(main)
    assert isinstance(error, TransientError)
    assert again == ["1"]
    assert (len(service.made), len(service.files)) == (1, 1)


def test_a_file_or_batch_without_a_name_is_a_broken_reply(monkeypatch):
    async def main():
        async with Service() as service:
            monkeypatch.setattr(service, "nameless", True)
            return await replies(service, ask("1"), attempts=1)

    [error] = run(main)
    assert isinstance(error, TransientError)
    assert "names no file or batch" in error.message


def test_tickets_go_when_all_replies_were_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "_FORGOTTEN", 0.0)

    async def main():
        async with Service() as service:
            model: Any = resolve("openai-batch/m", ModelOptions(api_url=service.url, keep=tmp_path))
            await model.send(ask("1"))
            kept = list(tmp_path.rglob("*.json"))
            assert model._model._endings
            while list(tmp_path.rglob("*.json")):  # noqa: ASYNC110  # a file that goes away sends no event
                await asyncio.sleep(0)
            assert not model._model._endings
            monkeypatch.setattr(batch, "_FORGOTTEN", 3600.0)
            await model.send(ask("1"))
            assert list(tmp_path.rglob("*.json"))
            await model.aclose()
            assert not list(tmp_path.rglob("*.json"))
            return kept, len(service.made)

    kept, made = run(main)
    assert (len(kept), made) == (1, 2), "what asks again is the reply cache's affair"


def test_an_old_or_broken_ticket_is_none(tmp_path):
    async def main():
        async with Service() as service:
            model = resolve("openai-batch/m", ModelOptions(api_url=service.url, keep=tmp_path))
            await model.send(ask("0"))
            [old] = tmp_path.rglob("*.json")
            fields = json.loads(old.read_bytes())
            await model.aclose()
            old.write_text(json.dumps({**fields, "since": 1.0, "keys": ["a"]}))
            for n, content in enumerate(["", "[]", "3", '{"file": "x"}', '{"since": "x"}', '{"since": 9, "keys": 1}']):
                old.with_name(f"broken-{n}.json").write_text(content)
            return old.exists(), await replies(service, ask("1"), keep=tmp_path), old.exists()

    assert run(main) == (True, ["1"], False)


def test_a_ticket_survives_a_clock_that_jumps_a_day_either_way(tmp_path, monkeypatch):
    begun = 1_700_000_000.0
    for days, there in ((-1, True), (1, True), (30.9, True), (-400, True), (31.1, False)):
        monkeypatch.setattr("time.time", lambda: begun)
        made = Tickets(tmp_path, b"m").add("file-1", ["a"])
        monkeypatch.setattr("time.time", lambda days=days: begun + days * 86400)
        found = Tickets(tmp_path, b"m").find("a")
        assert (found is not None and found.file == made.file) is there, days


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ((400, {"error": {"message": "too long"}}), RequestRefused, r"HTTP 400 from .* \(too long\)"),
        ((400, {"error": {"code": "content_filter", "message": "no"}}), ContentFiltered, r"HTTP 400 from .* \(no\)"),
        ((200, {"choices": []}), TransientError, "the response contains no choices after 2 attempts"),
        ((200, {"error": {"message": "died"}}), TransientError, r"returned an error \(died\) after 2"),
        ((429, {"error": {"message": "slow"}}), TransientError, r"HTTP 429 from .* \(slow\)"),
        (None, TransientError, "the batch batch_1 ended without a response to this request after 2 attempts"),
    ],
)
def test_a_request_that_fails_fails_alone(answer, kind, words, monkeypatch):
    monkeypatch.setattr("pytest_evalscope.models.middleware.retrying.PATIENCE", 0.0)

    async def main():
        async with Service() as service:
            good = service.answer
            service.answer = lambda line: answer if line["body"]["messages"][0]["content"] == "bad" else good(line)
            return await replies(service, ask("1"), ask("bad"), attempts=2)

    fine, error = run(main)
    assert fine == "1"
    assert type(error) is kind
    with pytest.raises(kind, match=rf"^openai-batch/m: .*{words}"):
        raise error


@pytest.mark.parametrize(
    ("errors", "kind", "words"),
    [
        ([{"code": "invalid_json_line", "message": f"line 1, {KEY}"}], RequestRefused, r"failed \(line 1, \*\*\*\)"),
        ([{"code": "token_limit_exceeded", "message": "queue full"}], TransientError, r"failed \(queue full\)"),
        (None, RequestRefused, r"failed \(no message\)"),
    ],
)
def test_a_batch_that_fails_fails_for_all(errors, kind, words, monkeypatch, tmp_path):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setattr("pytest_evalscope.models.middleware.retrying.PATIENCE", 0.0)

    async def main():
        async with Service() as service:
            service.end = {"status": "failed", "errors": errors and {"object": "list", "data": errors}}
            return await replies(service, ask("1"), ask("2"), attempts=1, keep=tmp_path)

    first, second = run(main)
    assert first is not second, "each counts its own attempts"
    for error in (first, second):
        assert type(error) is kind
        with pytest.raises(kind, match=words):
            raise error
    assert not list(tmp_path.rglob("*.json"))


@pytest.mark.parametrize("call", ["POST files", "POST batches", "GET batches", "GET files"])
def test_passing_failures_pass(call):
    async def main():
        async with Service() as service:
            service.faults = {call: [500, 429]}
            return service, await replies(service, ask("1"), ask("2"))

    service, got = run(main)
    assert got == ["1", "2"]
    assert len(service.made) == 1


def test_a_refusal_is_told_without_the_key(monkeypatch, caplog):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    caplog.set_level(logging.DEBUG)

    async def main():
        async with Service() as service:
            service.faults = {"POST files": [401]}
            service.url += f"?key={QUERY}"
            return service, await replies(service, ask("1"))

    service, [error] = run(main)
    assert service.queries[-1] == f"key={QUERY}"
    assert error.message == f"openai-batch/m: HTTP 401 from {service.url.partition('?')[0]} (no, ***)"
    assert error.hint == "the key is read from OPENAI_API_KEY"
    assert error.__cause__ is None
    assert error.__context__ is None
    assert not [text for name, _, text in caplog.record_tuples if name != "aiohttp.access" and "SENTINEL" in text]


def test_no_server_is_a_passing_failure(monkeypatch):
    async def main():
        async with Service() as service:
            pass
        return await replies(service, ask("1"), attempts=1)

    [error] = run(main)
    assert isinstance(error, TransientError)
    assert str(error).startswith("openai-batch/m: no response from http://127.0.0.1:")


def test_it_shares_the_identity_of_the_model_that_answers_at_once():
    options = ModelOptions(api_url="http://h/v1")
    assert resolve("openai-batch/m", options).identity == resolve("openai/m", options).identity


def test_mistakes_are_told_at_once(monkeypatch):
    with pytest.raises(UsageError, match=r"^openai-batch/m: api.openai.com needs a key"):
        resolve("openai-batch/m", ModelOptions())
    local = ModelOptions(api_url="http://h/v1")
    with pytest.raises(UsageError, match=r"^openai-batch/m model argument: unknown name \('pol'\); did you mean poll"):
        resolve("openai-batch/m", ModelOptions(api_url="http://h/v1", args={"pol": 3}))
    with pytest.raises(ModelError, match=r"cannot embed texts"):
        asyncio.run(resolve("openai-batch/m", local).send(Embed(texts=("a",))))
    monkeypatch.setattr(batch_client, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra) as caught:
        resolve("openai-batch/m", local)
    assert caught.value.hint == "pip install 'pytest-evalscope[openai]'"
