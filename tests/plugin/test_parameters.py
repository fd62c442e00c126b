"""Generation parameters that were typed: misspelt ones end the run before it begins, null leaves one out."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

DECLARED = """

@benchmark(SUMS, params={"temprature": 1})
def test_sums(scores):
    assert scores.accuracy.n == 10
"""
COLD = """
from dataclasses import replace


@benchmark(replace(SUMS, params={"temperature": 0.0, "max_tokens": 9}), PARAMS)
def test_sums(scores):
    assert scores.accuracy.n == 10
"""
DOOR = """

def test_door(model):
    model("1 + 1", temprature=1)
"""


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("temprature=1", "generation parameter: unknown name ('temprature'); did you mean temperature"),
        ("temperature=hot", "generation parameter temperature: does not fit ('hot'); accepted: a number of at least 0"),
        ('{"stop": [3]}', "generation parameter stop: does not fit ([3]); accepted: a text, or a list of texts"),
    ],
)
def test_what_does_not_fit_is_refused(project, given, words):
    result = project.run(f"--eval-generation-config={given}")
    shown = result.stdout.str() + result.stderr.str()
    assert result.ret != 0
    assert words in " ".join(shown.split())
    assert "Traceback" not in shown
    assert "passed" not in shown


def test_a_name_that_only_the_endpoint_knows_goes_under_extra_body(plain_project):
    plain_project.run('--eval-generation-config={"extra_body": {"temprature": 1}}').assert_outcomes(passed=1)


def test_a_declared_one_is_refused_with_its_place(plain_project, sums):
    plain_project.write("test_sums.py", sums + DECLARED)
    line = next(number for number, text in enumerate((sums + DECLARED).split("\n"), 1) if text.startswith("@benchmark"))
    says = (
        f"test_sums.py:{line}: @benchmark: generation parameter: unknown name ('temprature'); did you mean temperature"
    )
    alone = plain_project.run()
    assert alone.ret == 4
    assert f"ERROR: {says}" in alone.stderr.str()
    plain_project.write("test_plain.py", "def test_plain():\n    pass\n")
    beside = plain_project.run()
    beside.assert_outcomes(passed=1, errors=1)
    assert beside.ret == 10
    assert "generation parameter: unknown name ('temprature')" in beside.stdout.str()
    beside.stdout.fnmatch_lines([f"test_sums.py:{line}"])


def test_one_of_a_call_is_refused(plain_project):
    plain_project.write("test_door.py", DOOR)
    result = plain_project.run("test_door.py")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*model: generation parameter: unknown name ('temprature'); did you mean temperature*"]
    )


@pytest.fixture
def endpoint():
    """An endpoint of both protocols that answers 4; its URL, and the bodies that it got."""
    bodies: list[dict[str, object]] = []

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            text = {"type": "text", "text": "4"}
            reply = {
                "model": "m", "choices": [{"message": {"content": "<plan>5</plan>4"}, "finish_reason": "stop"}],
                "content": [text], "stop_reason": "end_turn",
            }  # fmt: skip
            content = json.dumps(reply).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", bodies
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("model", "declared", "given", "sent"),
    [
        ("anthropic/m", "", "", {"max_tokens": 9}),
        ("anthropic/m", "", '{"thinking": {"type": "enabled"}}', {"max_tokens": 9, "thinking": {"type": "enabled"}}),
        ("anthropic/m", "", "temperature=0", {"max_tokens": 9, "temperature": 0}),
        ("anthropic/m", "params={'temperature': 1}", "", {"max_tokens": 9, "temperature": 1}),
        ("openai/m", "", "", {"max_tokens": 9, "temperature": 0.0}),
        ("openai/m", "", "temperature=null", {"max_tokens": 9}),
        ("openai/m", "params={'temperature': None}", "", {"max_tokens": 9}),
        ("openai/o3", "", "", {"max_completion_tokens": 9}),
    ],
)
def test_what_is_sent(plain_project, sums, endpoint, monkeypatch, model, declared, given, sent):
    url, bodies = endpoint
    monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
    monkeypatch.setenv("OPENAI_BASE_URL", f"{url}/v1")
    plain_project.write("test_sums.py", sums + COLD.replace("PARAMS", declared))
    plain_project.run(f"--model={model}", f"--eval-generation-config={given}").assert_outcomes(passed=1)
    params = [{key: body[key] for key in body if key not in ("model", "messages")} for body in bodies]
    assert params == [sent] * 10


def test_reasoning_in_tags_of_ones_own(plain_project, endpoint, monkeypatch):
    url, bodies = endpoint
    monkeypatch.setenv("OPENAI_BASE_URL", f"{url}/v1")
    plain_project.run("--model=openai/m", '--eval-generation-config={"reasoning_tags": ["<plan>", "</plan>"]}')
    assert len(bodies) == 10
    assert all("reasoning_tags" not in body for body in bodies)
    lines = [
        json.loads(line)
        for path in plain_project.folder.glob("predictions/**/*.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    assert {(line["completion"]["text"], line["completion"]["reasoning"]) for line in lines} == {("4", "5")}
