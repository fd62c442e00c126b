"""A stand-in for ModelScope on loopback: as much of its HTTP as its client uses to list and to download."""

import hashlib
import json
import re
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

TOKEN = "ms_SENTINEL"


class Hub:
    """The contents of the stand-in: repository → its files."""

    def __init__(self) -> None:
        self.repositories: dict[str, dict[str, bytes]] = {}
        self.private: set[str] = set()
        self.failures: list[tuple[int, dict[str, str]]] = []
        self.requested: list[str] = []


class Requests(BaseHTTPRequestHandler):
    """Responses of the hub."""

    protocol_version = "HTTP/1.1"
    hub: Hub

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        parts = urlsplit(self.path)
        query = parse_qs(parts.query)
        self.hub.requested.append(f"{self.command} {parts.path}")
        found = re.fullmatch(r"/(?:openapi/v1|api/v1)/datasets/([\w-]+/[\w-]+)(/repo/tree|/repo)?", parts.path)
        files = self.hub.repositories.get(found[1]) if found else None
        if self.hub.failures:
            status, headers = self.hub.failures.pop(0)
            self.send(status, b"{}", headers)
        elif found is None or files is None:
            self.send_json(404, {"Code": 404, "Message": "not found"})
        elif found[1] in self.hub.private and self.headers["Authorization"] != f"Bearer {TOKEN}":
            self.send_json(403, {"Code": 403, "Message": "no permission"})
        elif found[2] == "/repo":
            name = query["FilePath"][0]
            self.send(200, files[name])
        elif found[2]:
            entries = [
                {"Path": name, "Size": len(content), "Type": "blob", "Sha256": hashlib.sha256(content).hexdigest()}
                for name, content in files.items()
                if name.startswith(query.get("Root", [""])[0].strip("/"))
            ]
            page = int(query.get("PageNumber", ["1"])[0])
            data = {"Files": entries if page == 1 else [], "TotalCount": len(entries)}
            self.send_json(200, {"Code": 200, "Data": data})
        else:
            self.send_json(200, {"data": {"id": found[1], "private": found[1] in self.hub.private}})

    def send_json(self, status, value):
        self.send(status, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def send(self, status, content, headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_):
        pass
