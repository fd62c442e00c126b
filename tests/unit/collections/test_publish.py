"""Pushing and pulling a mixed set through Hugging Face: its real client against a stand-in for the hub on loopback."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler

import pytest
import yaml

from pytest_evalscope.collections import load_mixed
from pytest_evalscope.data.repositories import upload
from pytest_evalscope.errors import MissingExtra

pytest.importorskip("huggingface_hub", reason="needs the extra `hub`")

pytestmark = pytest.mark.slow  # hubs on loopback

TOKEN = "hf_SENTINEL"


class Hub:
    """What the stand-in holds: repository → its commits, each a dict of files."""

    def __init__(self):
        self.empty()

    def empty(self):
        self.repositories: dict[str, list[dict[str, bytes]]] = {}
        self.private: set[str] = set()
        self.asked: list[str] = []

    def commit(self, repository, files):
        self.repositories[repository].append({**self.files(repository), **files})

    def files(self, repository, revision="main"):
        commits = self.repositories[repository]
        return ([{}, *commits])[int(revision, 16) if revision != "main" else -1]

    def sha(self, repository):
        return f"{len(self.repositories[repository]):040x}"


class Requests(BaseHTTPRequestHandler):
    """As much of the hub's HTTP as its client uses here."""

    protocol_version = "HTTP/1.1"
    hub: Hub

    def do_GET(self):
        self.hub.asked.append(self.path)
        path = self.path.partition("?")[0]
        if found := re.fullmatch(r"/api/datasets/(\w+/\w+)(?:/revision/(\w+))?", path):
            self.info(found[1], found[2] or "main")
        elif found := re.fullmatch(r"/datasets/(\w+/\w+)/resolve/(\w+)/([\w.]+)", path):
            content = self.hub.files(found[1], found[2])[found[3]]
            digest = hashlib.sha1(content).hexdigest()
            self.send(200, content, {"ETag": f'"{digest}"', "X-Repo-Commit": found[2]})
        else:
            self.send(404, b"")

    def do_HEAD(self):
        self.do_GET()

    def do_POST(self):
        self.hub.asked.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/api/validate-yaml":
            card = yaml.safe_load(json.loads(body)["content"].split("---\n")[1])
            self.send_json({"errors": [] if card["license"] else [{"message": "license"}], "warnings": []})
        elif self.headers["Authorization"] != f"Bearer {TOKEN}":
            self.send(401, b'{"error": "Invalid credentials in Authorization header"}')
        elif self.path == "/api/repos/create":
            self.create(json.loads(body))
        elif found := re.fullmatch(r"/api/datasets/(\w+/\w+)/preupload/main", self.path):
            named = [file["path"] for file in json.loads(body)["files"]]
            self.send_json({"files": [{"path": p, "uploadMode": "regular", "shouldIgnore": False} for p in named]})
        elif found := re.fullmatch(r"/api/datasets/(\w+/\w+)/commit/main", self.path):
            lines = [json.loads(line) for line in body.splitlines()]
            files = [line["value"] for line in lines if line["key"] == "file"]
            self.hub.commit(found[1], {file["path"]: base64.b64decode(file["content"]) for file in files})
            sha = self.hub.sha(found[1])
            self.send_json({"commitUrl": self.address(f"{found[1]}/commit/{sha}"), "commitOid": sha})
        else:
            self.send(404, b"")

    def create(self, asked):
        repository = f"{asked['organization']}/{asked['name']}"
        if asked["organization"] != "me":
            self.send(403, b'{"error": "You do not have the right to create this"}')
        elif repository in self.hub.repositories:
            self.send(409, json.dumps({"url": self.address(repository)}).encode())
        else:
            self.hub.repositories[repository] = []
            if asked.get("private") or asked.get("visibility") == "private":
                self.hub.private.add(repository)
            self.send_json({"url": self.address(repository)})

    def info(self, repository, revision):
        token = self.headers["Authorization"]
        if token not in (None, f"Bearer {TOKEN}"):
            self.send(401, b'{"error": "Invalid credentials in Authorization header"}')
        elif repository not in self.hub.repositories or (repository in self.hub.private and token is None):
            self.send(404 if token else 401, b"", {"X-Error-Code": "RepoNotFound"} if token else {})
        elif revision not in ("main", *(f"{n:040x}" for n in range(9))):
            self.send(404, b"", {"X-Error-Code": "RevisionNotFound"})
        else:
            sha = self.hub.sha(repository) if revision == "main" else revision
            siblings = [{"rfilename": name} for name in self.hub.files(repository, sha)]
            private = repository in self.hub.private
            self.send_json({"id": repository, "sha": sha, "private": private, "siblings": siblings})

    def address(self, path):
        return f"http://{self.headers['Host']}/datasets/{path}"

    def send_json(self, value):
        self.send(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def send(self, status, content, headers=()):
        self.send_response(status)
        for name, value in {**dict(headers), "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_):
        """Say nothing on the terminal."""


@pytest.fixture(scope="module")
def server(stand_in):
    with stand_in(Hub(), Requests) as served:
        yield served


@pytest.fixture(scope="module")
def shell(server, command_line, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    (home / "token").write_text("hf_saved_by_a_login")  # none of ours
    with command_line(
        ("HF_", "HUGGING"), {"HF_ENDPOINT": server.url, "HF_HOME": str(home), "HOME": str(home)}
    ) as typed:
        yield typed


@pytest.fixture
def hub(server):
    """The stand-in, emptied."""
    server.hub.empty()
    return server.hub


@pytest.fixture
def run(shell, hub):
    """Type `pytest-evalscope index …`; returns status, stdout, stderr."""
    return lambda *words, token=TOKEN: shell("index", *words, HF_TOKEN=token)


def test_a_set_comes_back_byte_for_byte(run, hub, packaged, tmp_path):
    pushed = run("push", packaged, "me/mine")
    assert (pushed.status, pushed.stderr) == (0, "")
    assert pushed.stdout.splitlines()[-1].endswith("/datasets/me/mine")
    pulled = run("pull", "me/mine", "-o", tmp_path / "folder" / "back.jsonl")
    assert (pulled.status, pulled.stderr) == (0, "")
    assert "mine: 12 samples" in pulled.stdout
    assert (tmp_path / "folder" / "back.jsonl").read_bytes() == packaged.read_bytes()
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["back.jsonl"]


def test_the_repository_has_the_layout_that_evalscope_reads_and_a_card(run, hub, packaged):
    run("push", packaged, "me/mine")
    files = hub.files("me/mine")
    assert files["test.jsonl"] == packaged.read_bytes()
    card = files["README.md"].decode()
    assert yaml.safe_load(card.split("---\n")[1])["license"] == "apache-2.0"
    assert "pytest-evalscope index pull me/mine -o index.jsonl" in card
    assert hashlib.sha256(packaged.read_bytes()).hexdigest() in card


def test_a_folder_is_pushed_too(run, hub, packaged, tmp_path):
    (tmp_path / "folder").mkdir()
    packaged.rename(tmp_path / "folder" / "test.jsonl")
    assert run("push", tmp_path / "folder", "me/mine").status == 0
    assert hub.files("me/mine")["test.jsonl"]


def test_an_older_revision_can_be_pulled(run, hub, packaged, tmp_path):
    run("push", packaged, "me/mine")
    hub.commit("me/mine", {"test.jsonl": b"something else"})
    assert run("pull", "me/mine", "-o", tmp_path / "old.jsonl", "--revision", f"{1:040x}").status == 0
    assert (tmp_path / "old.jsonl").read_bytes() == packaged.read_bytes()


def test_any_name_will_do_where_there_is_one_file_only(run, hub, packaged, tmp_path):
    hub.repositories["me/mine"] = [{"README.md": b"", "enterprise.jsonl": packaged.read_bytes()}]
    assert run("pull", "me/mine", "-o", tmp_path / "back.jsonl").status == 0
    hub.commit("me/mine", {"other.jsonl": b""})
    result = run("pull", "me/mine", "-o", tmp_path / "back.jsonl")
    assert result.status == 1
    assert "several files may be the mixed set (enterprise.jsonl, other.jsonl)" in result.stderr


def test_a_private_repository_stays_private(run, hub, packaged, tmp_path):
    assert run("push", packaged, "me/secret", "--private").status == 0
    assert hub.private == {"me/secret"}
    assert run("push", packaged, "me/secret", "--private").status == 0, "the same again"
    assert run("pull", "me/secret", "-o", tmp_path / "back.jsonl").status == 0
    result = run("pull", "me/secret", "-o", tmp_path / "back.jsonl", token="")
    assert result.status == 1
    assert "me/secret could not be read; not found, or not visible to the public" in result.stderr
    assert "hint: is the name right? For a private one set HF_TOKEN" in result.stderr


def test_what_is_private_is_not_put_where_everybody_reads_it(run, hub, packaged):
    run("push", packaged, "me/mine")
    result = run("push", packaged, "me/mine", "--private")
    assert result.status == 2
    assert "me/mine: this repository is public already" in result.stderr
    assert len(hub.repositories["me/mine"]) == 1


def test_a_public_set_needs_no_token(run, hub, packaged, tmp_path):
    run("push", packaged, "me/mine")
    assert run("pull", "me/mine", "-o", tmp_path / "back.jsonl", token="").status == 0


def test_pushing_without_a_token_asks_nobody(run, hub, packaged):
    result = run("push", packaged, "me/mine", token="")
    assert result.status == 2
    assert result.stderr.startswith("error: Hugging Face: an upload needs a token")
    assert "hint: set HF_TOKEN" in result.stderr
    assert hub.asked == []


@pytest.mark.parametrize("words", [("push", "FILE", "me/mine"), ("pull", "me/mine", "-o", "OUT")])
def test_a_token_that_is_not_accepted(run, hub, packaged, tmp_path, words):
    hub.repositories["me/mine"] = [{"test.jsonl": packaged.read_bytes()}]
    given = {"FILE": packaged, "OUT": tmp_path / "back.jsonl"}
    result = run(*(given.get(word, word) for word in words), token="hf_wrong")
    assert result.status == 2
    assert "the token in HF_TOKEN is not accepted (401)" in result.stderr
    assert "hf_wrong" not in result.stderr


def test_a_token_that_may_not_write_there(run, packaged):
    result = run("push", packaged, "others/mine")
    assert result.status == 2
    assert "others/mine could not be written; the token in HF_TOKEN has no permission (403)" in result.stderr


def test_a_repository_or_a_revision_that_is_not_there(run, hub, packaged, tmp_path):
    hub.repositories["me/mine"] = [{"test.jsonl": packaged.read_bytes()}]
    for words in (("me/nothing",), ("me/mine", "--revision", "old")):
        result = run("pull", *words, "-o", tmp_path / "back.jsonl")
        assert result.status == 1
        assert "not found, or not visible to the token in HF_TOKEN" in result.stderr
    assert not (tmp_path / "back.jsonl").exists()


def test_a_repository_without_a_mixed_set(run, hub, tmp_path):
    hub.repositories["me/mine"] = [{"README.md": b"", "data.parquet": b""}]
    result = run("pull", "me/mine", "-o", tmp_path / "back.jsonl")
    assert result.status == 1
    assert "error: me/mine: contains no mixed set (README.md, data.parquet)" in result.stderr


def test_a_set_that_was_changed_is_refused_and_what_was_there_stays(run, hub, packaged, tmp_path):
    changed = packaged.read_bytes().replace(b'"target":"', b'"target":"1', 1)
    hub.repositories["me/mine"] = [{"test.jsonl": changed}]
    (tmp_path / "back.jsonl").write_text("mine")
    result = run("pull", "me/mine", "-o", tmp_path / "back.jsonl")
    assert result.status == 1
    assert "error: me/mine, test.jsonl, line 1: the record was changed since it was written" in result.stderr
    assert (tmp_path / "back.jsonl").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["back.jsonl", "mine.jsonl"]


@pytest.mark.parametrize("name", ["mine", "me/", "../mine", "me/mine/x", "https://hub/me/mine", "me/..", "m e/mine"])
def test_a_name_that_is_none(run, hub, packaged, name):
    result = run("push", packaged, name)
    assert result.status == 2
    assert "accepted: owner/name" in result.stderr
    assert hub.asked == []


def test_a_hub_that_cannot_be_reached(packaged, tmp_path):
    environment = {**os.environ, "HF_ENDPOINT": "http://127.0.0.1:9", "HF_TOKEN": TOKEN, "HF_HOME": str(tmp_path)}
    code = "from pytest_evalscope.cli import main; main()"
    for words in (("push", str(packaged), "me/mine"), ("pull", "me/mine", "-o", str(tmp_path / "back.jsonl"))):
        done = subprocess.run(
            [sys.executable, "-c", code, "index", *words], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        assert re.search(r"error: Hugging Face: me/mine could not be (read|written); \w+ \(", done.stderr)
        assert "Traceback" not in done.stderr
        assert "SENTINEL" not in done.stderr


def test_a_client_that_is_not_installed(packaged, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(MissingExtra, match="Hugging Face: needs the package 'huggingface_hub'") as raised:
        upload("me/mine", {"test.jsonl": packaged}, message="")
    assert raised.value.hint == "pip install 'pytest-evalscope[hub]'"


def test_what_was_pulled_is_the_same_set(run, packaged, tmp_path):
    run("push", packaged, "me/mine")
    run("pull", "me/mine", "-o", tmp_path / "back.jsonl")
    assert list(load_mixed(tmp_path / "back.jsonl")) == list(load_mixed(packaged))
