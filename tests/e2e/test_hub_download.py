"""The real client of Hugging Face against a hub on loopback: processes that read at once download once."""

import os
import subprocess
import sys
import threading
from http.server import ThreadingHTTPServer

import pytest

from tests.unit.data.hub_stub import COMMIT, Hub, Requests

pytest.importorskip("datasets", reason="needs the extra `datasets`")

FILES = {
    "README.md": b"---\nconfigs:\n- config_name: main\n  data_files:\n  - split: test\n    path: main/test-*\n---\n",
    "main/test-00000-of-00002.jsonl": b'{"n": 1}\n{"n": 2}\n',
    "main/test-00001-of-00002.jsonl": b'{"n": 3}\n',
    "main/train.jsonl": b'{"n": 0}\n',
}
SCRIPT = b"raise SystemExit('a script of the data set was run')\n"
READ = f"""
from pytest_evalscope.data import Hub, Source
hub = Hub("owner/set", config="main", revision="{COMMIT}")
print([row["n"] for row in hub.read("main", source=Source(offline=OFFLINE))])
"""


@pytest.fixture(params=["read by datasets", "with a script"])
def hub(request):
    made = Hub()
    made.repositories["owner/set"] = {**FILES, **({"set.py": SCRIPT} if request.param == "with a script" else {})}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Requests,), {"hub": made}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", made
    server.shutdown()
    server.server_close()


def test_processes_that_read_at_once_download_once_and_later_need_no_hub(hub, tmp_path):
    url, made = hub
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
    sent = {name: count for name, count in made.sent.items() if count and name.startswith("main/test-")}
    assert sent == {name: len(content) for name, content in FILES.items() if name.startswith("main/test-")}
    made.requested.clear()
    assert start(offline=True).communicate(timeout=120)[0].strip() == "[1, 2, 3]"
    assert made.requested == []
