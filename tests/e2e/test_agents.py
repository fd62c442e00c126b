"""Agents over a real protocol: what each way of acting ends in, and nothing that is in the cache is requested again.

The endpoint serves assistant messages by the length of the conversation: one of our own, and a stand-in of another make
where it is found (EVALSCOPE_OMNI_MOCK names it; it needs numpy and pillow).
"""

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
EVALS = """
from pytest_evalscope import Benchmark, Rows, Sample, agent, benchmark, environment_verdict, in_process, number


class Till:
    def __init__(self):
        self.sums = []

    def add(self, a: int, b: int) -> int:
        "Add two numbers."
        self.sums.append(a + b)
        return a + b


def counted(till, sample):
    return {"success": bool(till.sums), "sums": len(till.sums)}


def made(name, score):
    return Benchmark(
        name=name,
        data=Rows([{"q": f"{name}: what is 2 + {n}?", "a": "5"} for n in range(COUNT)]),
        sample=lambda row: Sample(input=row["q"], target=row["a"]),
        solve=agent(max_turns=4),
        environment=in_process(lambda sample, seed: Till(), tools=[Till.add], verdict=counted),
        score=score,
    )


@benchmark(made("answers", number()))
def test_answers(scores):
    assert scores.accuracy >= 1


@benchmark(made("states", environment_verdict(metrics=("success", "sums"))))
def test_states(scores):
    assert scores.success >= 1
"""


def calling(*arguments: Any) -> dict[str, Any]:
    calls = [
        {"id": f"c{place}", "type": "function", "function": {"name": "add", "arguments": json.dumps(each)}}
        for place, each in enumerate(arguments)
    ]
    return {"content": None, "tool_calls": calls}


RIGHT, AGAIN, WRONG = {"a": 2, "b": 3}, {"a": 2, "b": 4}, {"a": "two"}
ANSWER = {"content": "It is 5."}


class Served:
    """What the endpoint was sent and has answered; from the request with the number `hold` on, it answers no more."""

    def __init__(self, script: list[dict[str, Any]], behind: str) -> None:
        self.script, self.behind = script, behind
        self.bodies: list[bytes] = []
        self.answered: list[bytes] = []
        self.hold: int | None = None
        self.holding = threading.Event()
        self.released = threading.Event()
        self.url = ""

    def reply(self, body: bytes) -> bytes | None:
        self.bodies.append(body)
        if self.hold is not None and len(self.bodies) >= self.hold:
            self.holding.set()
            self.released.wait(120)
            return None
        self.answered.append(body)
        if self.behind:
            request = urllib.request.Request(self.behind, body, {"Content-Type": "application/json"})
            with urllib.request.urlopen(request, timeout=60) as response:
                said: bytes = response.read()
            return said
        turn = sum(said["role"] == "assistant" for said in json.loads(body)["messages"])
        message = {"role": "assistant", **self.script[min(turn, len(self.script) - 1)]}
        usage = {"prompt_tokens": 10, "completion_tokens": 5}
        return json.dumps({"model": "m", "choices": [{"index": 0, "message": message}], "usage": usage}).encode()


@contextmanager
def listening(served: Served) -> Iterator[Served]:
    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            reply = served.reply(self.rfile.read(int(self.headers["Content-Length"])))
            self.close_connection = reply is None
            if reply is not None:
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        served.url = f"http://127.0.0.1:{server.server_port}/v1"
        try:
            yield served
        finally:
            served.released.set()
            server.shutdown()


@pytest.fixture(params=["ours", "theirs"])
def serve(request, tmp_path):
    """Return a function that serves a script."""
    if request.param == "theirs":
        named = os.environ.get("EVALSCOPE_OMNI_MOCK")
        other = Path(named) if named else ROOT.parent / "shared" / "tools" / "omni_mock.py"
        if not other.is_file() or find_spec("numpy") is None or find_spec("PIL") is None:
            pytest.skip("no other endpoint: set EVALSCOPE_OMNI_MOCK to omni_mock.py, and install numpy and pillow")

    @contextmanager
    def serving(*script: dict[str, Any]) -> Iterator[Served]:
        if request.param == "ours":
            with listening(Served([*script], "")) as served:
                yield served
            return
        path = tmp_path / "script.json"
        path.write_text(json.dumps(script), encoding="utf-8")
        with subprocess.Popen(
            [sys.executable, str(other), "--script", str(path)], stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout is not None
            try:
                with listening(Served([], child.stdout.readline().strip() + "/chat/completions")) as served:
                    yield served
            finally:
                child.terminate()

    return serving


def arguments(served, *more):
    return ("--model=openai/m", f"--eval-api-url={served.url}", "--eval-cache-dir=cache", *more)


def completions(evals, benchmark):
    (path,) = (evals.folder / "predictions").glob(f"*/{benchmark}/*.jsonl")
    return [json.loads(line)["completion"] for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    ("script", "outcomes", "scores", "ran"),
    [
        ([calling(RIGHT), ANSWER], ("scored", "scored"), (1.0, 1.0), ["ok"]),
        ([calling(WRONG), calling(RIGHT), ANSWER], ("scored", "scored"), (1.0, 1.0), ["wrong_arguments", "ok"]),
        ([calling(RIGHT, AGAIN), ANSWER], ("scored", "scored"), (1.0, 1.0), ["ok", "ok"]),
        ([calling(RIGHT)], ("no_answer", "no_answer"), (0.0, 0.0), ["ok"] * 4),
        ([ANSWER], ("scored", "scored"), (1.0, 0.0), []),
    ],
    ids=["right calls", "wrong arguments", "two calls at once", "an endless loop", "no call"],
)
def test_how_an_agent_acts_decides_how_it_ends(evals, serve, script, outcomes, scores, ran):
    (evals.path / "test_agents.py").write_text(EVALS.replace("COUNT", "2"), encoding="utf-8")
    with serve(*script) as served:
        status, output = evals.run(*arguments(served))
        assert status == (0 if scores == (1.0, 1.0) else 1), output
    for name, outcome, score, metric in zip(
        ("answers", "states"), outcomes, scores, ("accuracy", "success"), strict=True
    ):
        reviews = evals.reviews(name)
        assert [(each["outcome"], each["values"][metric]) for each in reviews] == [(outcome, score)] * 2
        assert all(set(each["environment"]) == {"start", "close"} for each in reviews)
        for completion in completions(evals, name):
            answers = [said for said in completion["trajectory"] if said["role"] == "tool"]
            assert [said["step"]["outcome"] for said in answers] == ran
            ids = [call["id"] for said in completion["trajectory"] for call in said.get("tool_calls", ())]
            assert [said["tool_call_id"] for said in answers] == ids
            assert completion["verdict"]["sums"] == ran.count("ok")
            assert completion["finish_reason"] == ("max_turns" if len(ran) == 4 else "stop")
    turns = 4 if outcomes[0] == "no_answer" else len(script)
    assert len(served.bodies) == len(set(served.bodies)) == 2 * 2 * turns
    assert "Traceback" not in b"".join(served.bodies).decode()
    assert not any(b'"step"' in body or b"counted" in body for body in served.bodies), "the record is not sent"


def test_after_a_kill_no_step_that_is_in_the_cache_is_requested_again(evals, serve):
    (evals.path / "test_agents.py").write_text(EVALS.replace("COUNT", "6"), encoding="utf-8")
    # One at a time: with the ninth request on its way, the eight completions before it are in the cache.
    only = ("-k", "answers", "--eval-concurrency=1")
    with serve(calling(WRONG), calling(RIGHT, AGAIN), ANSWER) as served:
        served.hold = 9
        with evals.start(*arguments(served, *only)) as child:
            assert served.holding.wait(120)
            os.kill(child.pid, signal.SIGKILL)
        before = set(served.answered)
        assert len(before) == 8
        served.hold = None
        served.released.set()
        sent = len(served.bodies)
        status, output = evals.run(*arguments(served, *only))
        assert status == 0, output
        after = served.bodies[sent:]
        assert before.isdisjoint(after)
        assert (len(after), len(before | set(after))) == (18 - 8, 18)
        status, output = evals.run(*arguments(served, *only, "--eval-cache=replay"))
        assert status == 0, output
        assert len(served.bodies) == sent + 10, "a replay requests nothing"
    assert [each["outcome"] for each in evals.reviews("answers")] == ["scored"] * 6
