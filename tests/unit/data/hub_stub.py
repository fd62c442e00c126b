"""A stand-in for the Hugging Face hub on loopback: as much of its HTTP as `datasets` uses, failures on request."""

import hashlib
import json
import re
from collections import Counter
from urllib.parse import parse_qs, unquote, urlsplit

from tests.unit.data.http_stub import Responses

TOKEN = "hf_SENTINEL"
COMMIT = "c" * 40
CONVERTED = "d" * 40


class Hub:
    """The contents of the stand-in: repository → its files, and what was requested of it."""

    def __init__(self) -> None:
        self.repositories: dict[str, dict[str, bytes]] = {}
        self.converted: dict[str, dict[str, bytes]] = {}
        """Repository → the files of its branch refs/convert/parquet."""
        self.gated: set[str] = set()
        self.moved: dict[str, str] = {}
        """Earlier name of a repository → its name."""
        self.failures: list[tuple[int, dict[str, str]]] = []
        """Statuses and headers of the responses to come, before any other."""
        self.requested: list[str] = []
        self.sent: Counter[str] = Counter()
        """File → its bytes that were sent."""

    def empty(self) -> None:
        """Forget everything."""
        self.__init__()  # type: ignore[misc]  # the same object, as the server refers to it


class Requests(Responses):
    """Responses of the hub."""

    hub: Hub

    def answer(self, body=None):
        parts = urlsplit(self.path)
        path = unquote(parts.path)
        self.hub.requested.append(f"{self.command} {path}")
        earlier = next((name for name in self.hub.moved if f"/{name}/" in f"{path}/"), "")
        if self.hub.failures:
            status, headers = self.hub.failures.pop(0)
            self.send(status, b"{}", headers)
        elif earlier:
            self.send(307, b"", {"Location": self.path.replace(earlier, self.hub.moved[earlier])})
        elif found := re.fullmatch(r"/datasets/([\w.-]+/[\w.-]+)/resolve/(refs/convert/parquet|[^/]+)/(.+)", path):
            self.resolve(*found.groups())
        elif found := re.fullmatch(
            r"/api/datasets/([\w.-]+/[\w.-]+)(?:/(revision|tree|paths-info)/(refs/convert/parquet|[^/]+)(?:/(.*))?)?",
            path,
        ):
            self.api(found[1], found[2] or "revision", found[3] or "main", found[4] or "", body, parse_qs(parts.query))
        else:
            self.send(404, b"{}")

    def files(self, repository, revision):
        """Return the files and the commit, or send the refusal and return None."""
        if repository in self.hub.gated and self.headers["Authorization"] != f"Bearer {TOKEN}":
            self.send(
                401, b"{}", {"X-Error-Code": "GatedRepo", "X-Error-Message": f"Access to {repository} is restricted"}
            )
            return None
        files = self.hub.repositories.get(repository)
        if files is None:
            self.refuse(401, "RepoNotFound", "Repository Not Found")
            return None
        if revision in ("main", COMMIT):
            return files, COMMIT
        converted = self.hub.converted.get(repository)
        if converted is not None and revision in ("refs/convert/parquet", CONVERTED):
            return converted, CONVERTED
        self.refuse(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        return None

    def resolve(self, repository, revision, name):
        seen = self.files(repository, revision)
        if seen is None:
            return
        files, commit = seen
        if name not in files:
            self.send(
                404,
                b"{}",
                {"X-Error-Code": "EntryNotFound", "X-Error-Message": "Entry not found", "X-Repo-Commit": commit},
            )
            return
        content = files[name]
        head = {"ETag": f'"{hashlib.sha1(content).hexdigest()}"', "X-Repo-Commit": commit, "Accept-Ranges": "bytes"}
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers["Range"] or "")
        if wanted:
            last = min(int(wanted[2] or len(content)), len(content) - 1)
            part = content[int(wanted[1]) : last + 1]
            head["Content-Range"] = f"bytes {wanted[1]}-{last}/{len(content)}"
            self.hub.sent[name] += len(part) * (self.command == "GET")
            self.send(206, part, head)
        else:
            self.hub.sent[name] += len(content) * (self.command == "GET")
            self.send(200, content, head)

    def api(self, repository, what, revision, under, body, query):
        seen = self.files(repository, revision)
        if seen is None:
            return
        files, commit = seen
        if what == "revision":
            siblings = [{"rfilename": name} for name in files]
            self.send_json({"id": repository, "sha": commit, "siblings": siblings, "private": False, "tags": []})
            return
        folders = sorted({name[: at.start()] for name in files for at in re.finditer("/", name)})
        entries = [self.entry(name, files[name]) for name in sorted(files)] + [
            {"type": "directory", "oid": "0" * 40, "size": 0, "path": folder} for folder in folders
        ]
        if what == "paths-info":
            self.send_json([entry for entry in entries if entry["path"] in body["paths"]])
            return
        inside = [entry for entry in entries if not under or entry["path"].startswith(under + "/")]
        if query.get("recursive", ["false"])[0].lower() != "true":
            depth = under.count("/") + 1 if under else 0
            inside = [entry for entry in inside if entry["path"].count("/") == depth]
        if under and not inside:
            self.refuse(404, "EntryNotFound", "Entry not found")
            return
        self.send_json(inside)

    @staticmethod
    def entry(name, content):
        return {"type": "file", "oid": hashlib.sha1(content).hexdigest(), "size": len(content), "path": name}

    def refuse(self, status, code, message, headers=None):
        self.send(status, b"{}", {"X-Error-Code": code, "X-Error-Message": message, **(headers or {})})

    def send_json(self, value):
        self.send(200, json.dumps(value).encode(), {"Content-Type": "application/json"})
