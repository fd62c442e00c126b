"""A script in the place of the one that runs llama.cpp's server: it reads its order, and serves on loopback."""

SCRIPT = """
import json, os, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

order = json.loads(sys.stdin.readline())["model"]

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

METHODS
    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(json.dumps({"url": f"http://127.0.0.1:{server.server_port}"}), flush=True)
sys.stdin.read()
"""


def serving(methods: str) -> str:
    """Return the script with the methods of its HTTP handler, which may use `order` and `json`."""
    return SCRIPT.replace("METHODS", methods)
