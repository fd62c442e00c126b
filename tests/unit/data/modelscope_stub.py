"""A stand-in for ModelScope on loopback: as much of its HTTP as its client uses to list and to download."""

import hashlib
import json
import re
from urllib.parse import parse_qs, urlsplit

from tests.unit.data.http_stub import Responses

TOKEN = "ms_SENTINEL"


class Hub:
    """The contents of the stand-in: repository → its files."""

    def __init__(self) -> None:
        self.repositories: dict[str, dict[str, bytes]] = {}
        self.private: set[str] = set()
        self.failures: list[tuple[int, dict[str, str]]] = []
        self.requested: list[str] = []


class Requests(Responses):
    """Responses of the hub."""

    hub: Hub

    def answer(self):
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
