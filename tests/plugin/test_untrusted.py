"""What models and endpoints write reaches terminal, logs and files as text that can do nothing, and without any key."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from importlib.util import find_spec
from urllib.parse import quote

import pytest

NASTY = "\x1b[2J\x1b]0;owned\x07\n::error::owned\n \t::add-mask::owned\n##[error]owned\r::stop-commands::x\n\x9b31m\u202eowned"

APP = f"""
NASTY = {NASTY!r}

def answer(prompt: str):
    if prompt.startswith("1 "):
        raise ValueError(NASTY)
    return NASTY
"""

EVALS = """
from pytest_evalscope import Benchmark, Rows, Sample, Score, benchmark, number
from shop import NASTY


class Odd:
    metrics = ("accuracy",)

    def __call__(self, sample, completion, context):
        if sample.target == "4":
            raise ValueError(completion.text)
        return Score(values={"accuracy": 0.0}, answer=completion.text, explanation=completion.text)

    def failed(self, sample):
        return {"accuracy": 0.0}


def rows(score, subset="default"):
    return Benchmark(
        name="nasty" + subset,
        data=Rows([{"q": f"{n} + {n}", "a": str(2 * n)} for n in range(1, 4)]),
        sample=lambda row: Sample(id=f"{row['q']}{NASTY}", input=row["q"], target=row["a"]),
        score=score,
    )


@benchmark(rows(Odd()))
def test_errors(scores):
    pass


@benchmark(rows(number(), "b"), threshold=0.5)
def test_low(scores, threshold):
    assert scores.samples[1].completion is None, scores.samples[1].answer
    assert scores.accuracy >= threshold


def test_door(model):
    reply = model("2 + 2")
    print(reply)
    assert reply == "4"


def test_door_error(model):
    model("1 + 1")
"""


def obeyed(text):
    """What of a log a terminal or a CI runner would obey."""
    lines = text.replace("\r", "\n").split("\n")
    return [line for line in lines if line.lstrip().startswith("::") or "##[" in line] + [
        char for char in text if char in "\x1b\x07\x9b\u202e"
    ]


def test_text_of_a_model_commands_nothing(plain_project):
    plain_project.write("shop.py", APP)
    plain_project.write("test_sums.py", EVALS)
    result = plain_project.run(
        "--model=python/shop:answer", "-l", "-vv", "-rA", "--junitxml=junit.xml", "--eval-junit=samples",
        "--eval-max-errors=0.5",
    )  # fmt: skip
    shown = result.stdout.str() + result.stderr.str()
    assert "owned" in shown, "it is shown all the same"
    assert "1 failed" not in shown, "every test is red"
    assert obeyed(shown) == []
    reports = plain_project.folder / "reports"
    files = [plain_project.path / "junit.xml", *(path for path in reports.rglob("*") if path.is_file())]
    assert len(files) >= 5
    for path in files:
        if path.suffix != ".json":
            assert obeyed(path.read_text(encoding="utf-8")) == [], path
    inside = [path.relative_to(plain_project.folder) for path in plain_project.folder.rglob("*")]
    assert not [path for path in inside if not path.as_posix().isascii() or any(map(str.isspace, path.name))]


KEY = "sk-SENTINEL/0+123456789"
PASSWORD = "pw-SENTINEL/0+98765"
QUERY = "q-SENTINEL/0+5555555"
HEADER = "h-SENTINEL/0+7777777"
TENANT = "t-SENTINEL/0+8888888"
FORMS = [
    form
    for secret in (KEY, PASSWORD, QUERY, HEADER, TENANT)
    for form in (
        secret,
        quote(secret, safe=""),
        quote(secret, safe="").lower().replace("sentinel", "SENTINEL"),
        json.dumps(secret).replace("/", "\\/")[1:-1],
        base64.b64encode(secret.encode()).decode(),
        base64.urlsafe_b64encode(secret.encode()).decode(),
        base64.b64encode(f"api:{secret}".encode()).decode(),
        base64.b64encode(f"me:{secret}\n".encode()).decode(),
    )
]


@pytest.fixture
def blabber():
    """An endpoint that repeats whatever it was sent, in errors, headers and replies, and the keys in every form."""

    sent: list[str] = []

    class Echo(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            said = " ".join([*FORMS, self.path, *self.headers.values()])
            sent.append(said)
            question = body["messages"][0]["content"]
            status = 401 if question.startswith("1 ") else 500 if question.startswith("2 ") else 200
            reply = {"error": {"message": said}} if status != 200 else {
                "model": said, "choices": [{"message": {
                    "content": said, "reasoning_content": said,
                    "tool_calls": [{"id": said, "function": {"name": "f", "arguments": json.dumps({"x": said})}}],
                }, "finish_reason": "stop"}]
            }  # fmt: skip
            content = json.dumps(reply).encode()
            self.send_response(status, KEY)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("X-Debug", said)
            self.send_header("Retry-After", "0")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}", sent
    server.shutdown()
    server.server_close()
    thread.join()


DOORS = """

def test_door(model):
    assert model("3 + 3") == "4"


def test_refused(model):
    model("1 + 1")


def test_failing(model):
    model("2 + 2")
"""


@pytest.mark.parametrize("workers", ["0", "1"])
def test_keys_are_nowhere(plain_project, blabber, monkeypatch, workers):
    place, sent = blabber
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    extras = {"extra_headers": {"X-Gateway": f"Custom {HEADER}"}, "extra_query": {"tenant": TENANT}}
    monkeypatch.setenv("EVALSCOPE_GENERATION_CONFIG", json.dumps(extras))
    # Looked up anew: after an inner run, pytester forgets the modules that it imported.
    retrying, limiting = (
        import_module(f"pytest_evalscope.models.middleware.{name}") for name in ("retrying", "limiting")
    )
    monkeypatch.setattr(retrying, "FIRST_PAUSE", 0.0)
    monkeypatch.setattr(retrying, "SPREAD", 0.0)
    monkeypatch.setattr(limiting, "SPREAD", 0.0)
    url = f"http://me:{quote(PASSWORD, safe='')}@{place}/v1?key={quote(QUERY, safe='')}"
    plain_project.write("test_sums.py", plain_project.path.joinpath("test_sums.py").read_text() + DOORS)
    result = plain_project.run(
        "--model=openai/m", f"--eval-api-url={url}", "-l", "-vv", "-rA", "--full-trace", "--log-level=DEBUG",
        "--junitxml=junit.xml", "--eval-junit=samples",
        f"--eval-attempts={2 - int(workers)}",
        *(["-n", workers] if find_spec("xdist") else []),
    )  # fmt: skip
    result.assert_outcomes(failed=3, errors=1)
    given = (base64.b64encode(f"me:{PASSWORD}".encode()).decode(), QUERY, HEADER, TENANT)
    assert all(secret in said for said in sent for secret in given)
    written = {str(path): path.read_bytes() for path in plain_project.path.rglob("*") if path.is_file()}
    assert {path.rpartition(".")[2] for path in written} >= {"sqlite", "jsonl", "xml", "md", "json"}
    written["terminal"] = (result.stdout.str() + result.stderr.str()).encode()
    shown = {
        (path, form) for path, content in written.items() for form in ("SENTINEL", *FORMS) if form.encode() in content
    }
    assert not shown


@pytest.mark.parametrize("name", ["openai", "anthropic", "azure"])
def test_a_key_that_cannot_be_sent_is_not_shown_either(plain_project, monkeypatch, name):
    monkeypatch.setenv({"azure": "AZURE_OPENAI"}.get(name, name.upper()) + "_API_KEY", f"{KEY}\u00e9")
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "http://127.0.0.1:9")
    result = plain_project.run(f"--model={name}/m", "-l", "-vv", "--full-trace")
    shown = result.stdout.str() + result.stderr.str()
    assert "_API_KEY: holds characters that no HTTP header may carry" in shown
    assert "SENTINEL" not in shown
