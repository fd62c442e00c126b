"""What the stand-ins for hubs have in common: responses over HTTP on loopback."""

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler


class Responses(BaseHTTPRequestHandler):
    """A handler whose `answer` responds to each request; of a POST it is given the body."""

    protocol_version = "HTTP/1.1"
    answer: Callable[..., None]

    def do_HEAD(self):
        self.answer()

    def do_GET(self):
        self.answer()

    def do_POST(self):
        self.answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

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
