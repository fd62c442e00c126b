"""Pushing and pulling a mixed set through ModelScope: its real client against a stand-in for the hub on loopback."""

import base64
import hashlib
import json
import re
import sys
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from pytest_evalscope.data.repositories import upload
from pytest_evalscope.errors import MissingExtra

pytestmark = pytest.mark.slow  # hubs on loopback

TOKEN = "ms_SENTINEL"


class Hub:
    """What the stand-in holds: repository → its files, and blobs by their hash."""

    def __init__(self):
        self.empty()

    def empty(self):
        self.repositories: dict[str, dict[str, bytes]] = {}
        self.licences: dict[str, str] = {}
        self.private: set[str] = set()
        self.blobs: dict[str, bytes] = {}
        self.asked: list[str] = []


class Requests(BaseHTTPRequestHandler):
    """As much of the hub's HTTP as its client uses here."""

    protocol_version = "HTTP/1.1"
    hub: Hub

    def do_GET(self):
        self.hub.asked.append(self.path)
        parts = urlsplit(self.path)
        found = re.fullmatch(r"/(?:openapi/v1|api/v1)/datasets/(\w+/\w+)(/repo/tree|/repo)?", parts.path)
        repository = found[1] if found else ""
        if self.headers["Authorization"] not in (None, f"Bearer {TOKEN}"):
            self.send_json(401, {"Code": 401, "Message": "invalid token"})
        elif not found or not self.sees(repository):
            self.send_json(404, {"Code": 404, "Message": "not found"})
        elif found[2] == "/repo":
            name = parse_qs(parts.query)["FilePath"][0]
            self.send(200, self.hub.repositories[repository][name])
        elif found[2]:
            files = self.hub.repositories[repository]
            entries = [{"Path": name, "Size": len(content), "Type": "blob"} for name, content in files.items()]
            self.send_json(200, {"Code": 200, "Data": {"Files": entries, "TotalCount": len(entries)}})
        else:
            self.send_json(200, {"data": {"id": repository, "private": repository in self.hub.private}})

    def sees(self, repository):
        hidden = repository in self.hub.private and self.headers["Authorization"] is None
        return repository in self.hub.repositories and not hidden

    def do_POST(self):
        self.hub.asked.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            self.send_json(401, {"Code": 401, "Message": "invalid token"})
        elif self.path == "/api/v1/datasets":
            self.create(body)
        elif self.path.endswith("/info/lfs/objects/batch"):
            objects = [item["oid"] for item in json.loads(body)["objects"]]
            address = f"http://{self.headers['Host']}/blobs/"
            actions = [{"oid": oid, "actions": {"upload": {"href": address + oid}}} for oid in objects]
            self.send_json(200, {"Code": 200, "Data": {"objects": actions}})
        elif found := re.fullmatch(r"/api/v1/repos/datasets/(\w+/\w+)/commit/master", self.path):
            for action in json.loads(body)["actions"]:
                inline = action["type"] == "normal"
                content = base64.b64decode(action["content"]) if inline else self.hub.blobs[action["sha256"]]
                self.hub.repositories[found[1]][action["path"]] = content
            self.send_json(200, {"Code": 200, "Success": True, "Data": {}})
        else:
            self.send_json(404, {"Code": 404, "Message": "not found"})

    def do_PUT(self):
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.hub.blobs[hashlib.sha256(content).hexdigest()] = content
        self.send_json(200, {"Code": 200})

    def create(self, body):
        form = message_from_bytes(b"Content-Type: " + self.headers["Content-Type"].encode() + b"\n\n" + body)
        parts: Any = form.get_payload()
        fields = {part.get_param("name", header="Content-Disposition"): part.get_payload().strip() for part in parts}
        if fields["Owner"] != "me":
            self.send_json(403, {"Code": 403, "Message": "no right to create this"})
            return
        repository = f"{fields['Owner']}/{fields['Name']}"
        if repository in self.hub.repositories:  # the client makes every repository once more before it uploads
            self.send_json(400, {"Code": 400, "Message": "the repository already exists"})
            return
        self.hub.repositories[repository] = {}
        self.hub.licences[repository] = fields["License"]
        if fields["Visibility"] == "1":
            self.hub.private.add(repository)
        self.send_json(200, {"Code": 200, "Data": {}})

    def send_json(self, status, value):
        self.send(status, json.dumps(value).encode(), "application/json")

    def send(self, status, content, kind="application/octet-stream"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """Say nothing on the terminal."""


@pytest.fixture(scope="module")
def server(stand_in):
    with stand_in(Hub(), Requests) as served:
        yield served


@pytest.fixture(scope="module")
def shell(server, command_line, tmp_path_factory):
    pytest.importorskip("modelscope_hub", reason="needs the extra `modelscope`")
    home = str(tmp_path_factory.mktemp("home"))
    with command_line(("MODELSCOPE_",), {"MODELSCOPE_ENDPOINT": server.url, "HOME": home}) as typed:
        yield typed


@pytest.fixture
def hub(server):
    """The stand-in, emptied."""
    server.hub.empty()
    return server.hub


@pytest.fixture
def run(shell, hub):
    """Type `pytest-evalscope index … --hub modelscope`; returns status, stdout, stderr."""
    return lambda *words, token=TOKEN: shell("index", *words, "--hub", "modelscope", MODELSCOPE_API_TOKEN=token)


def test_a_set_comes_back_byte_for_byte(run, hub, packaged, tmp_path):
    pushed = run("push", packaged, "me/mine")
    assert (pushed.status, pushed.stderr) == (0, "")
    assert pushed.stdout.splitlines()[-1].endswith("/datasets/me/mine")
    assert hub.repositories["me/mine"]["test.jsonl"] == packaged.read_bytes()
    assert hub.licences == {"me/mine": "apache-2.0"}
    pulled = run("pull", "me/mine", "-o", tmp_path / "folder" / "back.jsonl")
    assert pulled.status == 0
    assert "mine: 12 samples" in pulled.stdout
    assert (tmp_path / "folder" / "back.jsonl").read_bytes() == packaged.read_bytes()
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["back.jsonl"]


def test_the_card_names_this_hub(run, hub, packaged):
    run("push", packaged, "me/mine")
    card = hub.repositories["me/mine"]["README.md"].decode()
    assert yaml.safe_load(card.split("---\n")[1])["license"] == "apache-2.0"
    assert "pytest-evalscope index pull me/mine --hub modelscope -o index.jsonl" in card


def test_a_private_repository_stays_private(run, hub, packaged, tmp_path):
    assert run("push", packaged, "me/secret", "--private").status == 0
    assert hub.private == {"me/secret"}
    assert run("push", packaged, "me/secret", "--private").status == 0, "the same again"
    assert run("pull", "me/secret", "-o", tmp_path / "back.jsonl").status == 0
    result = run("pull", "me/secret", "-o", tmp_path / "again.jsonl", token="")
    assert result.status == 1
    assert "not found, or not visible to the public" in result.stderr
    assert "For a private one set MODELSCOPE_API_TOKEN" in result.stderr


def test_what_is_private_is_not_put_where_everybody_reads_it(run, hub, packaged):
    hub.repositories["me/mine"] = {}
    result = run("push", packaged, "me/mine", "--private")
    assert result.status == 2
    assert "me/mine: this repository is public already" in result.stderr
    assert hub.repositories["me/mine"] == {}


def test_pushing_without_a_token_asks_nobody(run, hub, packaged):
    result = run("push", packaged, "me/mine", token="")
    assert result.status == 2
    assert "error: ModelScope: an upload needs a token" in result.stderr
    assert hub.asked == []


@pytest.mark.parametrize("words", [("push", "FILE", "me/mine"), ("pull", "me/mine", "-o", "OUT")])
def test_a_token_that_is_not_accepted(run, hub, packaged, tmp_path, words):
    hub.repositories["me/mine"] = {"test.jsonl": packaged.read_bytes()}
    given = {"FILE": packaged, "OUT": tmp_path / "back.jsonl"}
    result = run(*(given.get(word, word) for word in words), token="ms_wrong")
    assert result.status == 2
    assert "the token in MODELSCOPE_API_TOKEN is not accepted (401)" in result.stderr
    assert "ms_wrong" not in result.stderr


def test_a_token_that_may_not_write_there(run, packaged):
    result = run("push", packaged, "others/mine")
    assert result.status == 2
    assert "the token in MODELSCOPE_API_TOKEN has no permission (403)" in result.stderr


def test_a_repository_that_is_not_there(run, tmp_path):
    result = run("pull", "me/nothing", "-o", tmp_path / "back.jsonl")
    assert result.status == 1
    assert "me/nothing could not be read; not found" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_set_that_was_changed_is_refused(run, hub, packaged, tmp_path):
    hub.repositories["me/mine"] = {"test.jsonl": packaged.read_bytes().replace(b'"target":"', b'"target":"1', 1)}
    result = run("pull", "me/mine", "-o", tmp_path / "back.jsonl")
    assert result.status == 1
    assert "error: me/mine, test.jsonl, line 1: the record was changed since it was written" in result.stderr


def test_a_client_that_is_not_installed(packaged, monkeypatch):
    monkeypatch.setenv("MODELSCOPE_API_TOKEN", TOKEN)
    monkeypatch.setitem(sys.modules, "modelscope_hub", None)
    with pytest.raises(MissingExtra, match="ModelScope: needs the package 'modelscope'") as raised:
        upload("me/mine", {"test.jsonl": packaged}, message="", hub="modelscope")
    assert raised.value.hint == "pip install 'pytest-evalscope[modelscope]'"
