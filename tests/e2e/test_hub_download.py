"""The real client of Hugging Face against a hub on loopback: processes that read at once download once."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

pytest.importorskip("huggingface_hub", reason="needs the extra `datasets`")

COMMIT = "0123456789abcdef0123456789abcdef01234567"
FILES = {
    "README.md": b"---\nconfigs:\n- config_name: main\n  data_files:\n  - split: test\n    path: main/test-*\n---\n",
    "main/test-00000-of-00002.jsonl": b'{"n": 1}\n{"n": 2}\n',
    "main/test-00001-of-00002.jsonl": b'{"n": 3}\n',
    "main/train.jsonl": b'{"n": 0}\n',
    "set.py": b"raise SystemExit('a script of the data set was run')\n",
}
READ = f"""
from pytest_evalscope.data import Hub, Source
hub = Hub("owner/set", config="main", revision="{COMMIT}")
print([row["n"] for row in hub.read("main", source=Source(offline=OFFLINE))])
"""


class Stub(BaseHTTPRequestHandler):
    """As much of the hub as the client asks for; counts the files it sends."""

    sent: "Counter[str]"

    def do_HEAD(self):
        self.answer(body=False)

    def do_GET(self):
        self.answer(body=True)

    def answer(self, *, body):
        path = self.path.partition("?")[0]
        file = path.partition(f"/datasets/owner/set/resolve/{COMMIT}/")[2]
        if file in FILES:
            self.send(
                FILES[file], body, {"ETag": f'"{hashlib.sha1(FILES[file]).hexdigest()}"', "X-Repo-Commit": COMMIT}
            )
            self.sent.update([file] if body else [])
        elif path == f"/api/datasets/owner/set/tree/{COMMIT}":
            self.send_json(
                {"type": "file", "path": name, "size": len(content), "oid": hashlib.sha1(content).hexdigest()}
                for name, content in FILES.items()
            )
        elif path == f"/api/datasets/owner/set/revision/{COMMIT}":
            siblings = [{"rfilename": name} for name in FILES]
            self.send_json({"id": "owner/set", "sha": COMMIT, "siblings": siblings})
        else:
            self.send_error(404)

    def send_json(self, value):
        value = value if isinstance(value, dict) else list(value)
        self.send(json.dumps(value).encode(), True, {"Content-Type": "application/json"})

    def send(self, content, body, headers):
        self.send_response(200)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(content)

    def log_message(self, *_):
        """Say nothing on the terminal."""


@pytest.fixture
def hub():
    sent: Counter[str] = Counter()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Stub,), {"sent": sent}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", sent
    server.shutdown()
    server.server_close()


def test_processes_that_read_at_once_download_once_and_later_need_no_hub(hub, tmp_path):
    url, sent = hub
    environment = {
        **os.environ,
        "HF_ENDPOINT": url,
        "HF_HOME": str(tmp_path),
        "HF_HUB_OFFLINE": "0",
        "NO_PROXY": "127.0.0.1",
    }

    def start(offline):
        code = READ.replace("OFFLINE", str(offline))
        return subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)

    readers = [start(offline=False) for _ in range(2)]
    assert [reader.communicate(timeout=120)[0].strip() for reader in readers] == ["[1, 2, 3]", "[1, 2, 3]"]
    assert sent == dict.fromkeys(("README.md", *(name for name in FILES if "test-" in name)), 1)
    assert start(offline=True).communicate(timeout=120)[0].strip() == "[1, 2, 3]"
    assert sent.total() == 3
