"""Judges with options of their own: model, URL, key, generation parameters; each has its own, and no other's."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pytest_evalscope.api import evaluate
from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.data import Rows
from pytest_evalscope.errors import UsageError
from pytest_evalscope.models import ModelOptions
from pytest_evalscope.run import Settings, require_known_judges
from pytest_evalscope.scorers import judge
from pytest_evalscope.types import Sample

VERDICT = json.dumps({"reason": "as the reference says", "verdict": "CORRECT"})
KEYS = {"OPENAI_API_KEY": "sk-of-the-model-0000", "ONE_KEY": "sk-of-judge-one-0000", "TWO_KEY": "sk-of-judge-two-0000"}
OWN = Benchmark(
    name="own",
    data=Rows([{"q": "question"}]),
    sample=lambda row: Sample(input=row["q"], target="an answer"),
    score=judge(),
)


@pytest.fixture
def endpoint():
    """An endpoint that accepts no temperature but 1, and remembers key and body of every request."""
    seen = []

    class Picky(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            key = self.headers.get("Authorization") or self.headers.get("x-api-key")
            seen.append((self.path, key, body))
            picky = body["model"].startswith("picky") and body.get("temperature", 1) != 1
            message = {"message": {"content": VERDICT}, "finish_reason": "stop"}
            said = {"error": {"message": "temperature must be 1"}} if picky else {
                "choices": [message], "content": [{"type": "text", "text": VERDICT}], "stop_reason": "end_turn",
            }  # fmt: skip
            content = json.dumps(said).encode()
            self.send_response(400 if picky else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Picky) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", seen
        server.shutdown()
        thread.join()


@pytest.fixture
def run(tmp_path, monkeypatch):
    for name, key in KEYS.items():
        monkeypatch.setenv(name, key)

    def run(*judges, completions="fake/echo", **fields):
        settings = Settings(cache_dir=tmp_path / "cache", work_dir=tmp_path / "out", judges=judges, **fields)
        return evaluate([OWN], models=[completions], settings=settings, progress=False)

    return run


def test_a_judge_that_accepts_one_temperature_only(run, endpoint):
    url, seen = endpoint
    failed = run("openai/picky", judge_api_url=f"{url}/v1")
    assert failed.results[0].outcomes == {"scorer_error": 1}
    for params in ({"temperature": 1}, {"temperature": None}):
        assert run("openai/picky", judge_api_url=f"{url}/v1", judge_params=params).results[0].primary == 1.0
    assert [body.get("temperature", "none") for _, _, body in seen] == [0.0, 1, "none"]


def test_each_judge_has_its_own_url_key_and_parameters(run, endpoint, tmp_path):
    url, seen = endpoint
    summary = run(
        "strict", "lenient", "anthropic/third",
        judge_params={"max_tokens": 50, "top_p": 0.9},
        judge_args={
            "strict": {"model": "openai/m", "api_url": f"{url}/one/v1", "key_variable": "ONE_KEY"},
            "lenient": {
                "model": "openai/m", "api_url": f"{url}/two/v1", "key_variable": "TWO_KEY",
                "generation_config": {"temperature": 0.5, "top_p": None},
            },
            "anthropic/third": {"api_url": f"{url}/three", "key_variable": "ONE_KEY"},
        },
    )  # fmt: skip
    assert summary.results[0].primary == 1.0
    assert summary.results[0].judges == ("strict", "lenient", "anthropic/third")
    found = {path: (key, body.get("temperature", "none"), body.get("top_p", "none")) for path, key, body in seen}
    assert found == {
        "/one/v1/chat/completions": (f"Bearer {KEYS['ONE_KEY']}", 0.0, 0.9),
        "/two/v1/chat/completions": (f"Bearer {KEYS['TWO_KEY']}", 0.5, "none"),
        "/three/v1/messages": (KEYS["ONE_KEY"], 0.0, 0.9),
    }
    assert {body["max_tokens"] for _, _, body in seen} == {50}
    [line] = (summary.folder / "judgements").rglob("*.jsonl")
    noted = {each["judge"]: each["params"] for each in json.loads(line.read_text("utf-8"))["exchanges"]}
    assert noted["lenient"] == {"temperature": 0.5, "max_tokens": 50}
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert not [key for key in KEYS.values() if key.encode() in written]


def test_the_judges_key_is_not_the_model_s(run, endpoint):
    url, seen = endpoint
    run(
        "openai/j", completions="openai/m", model=ModelOptions(api_url=f"{url}/model/v1"),
        judge_api_url=f"{url}/judge/v1", judge_key_variable="ONE_KEY",
    )  # fmt: skip
    keys = {path.split("/")[1]: key for path, key, _ in seen}
    assert keys == {"model": f"Bearer {KEYS['OPENAI_API_KEY']}", "judge": f"Bearer {KEYS['ONE_KEY']}"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"judge_key_variable": "NO_SUCH"}, "--eval-judge-key-variable: the environment variable NO_SUCH is not set"),
        ({"judge_args": {"openai/jay": {}}}, "--eval-judge-args: judge: unknown name ('openai/jay'); did you mean"),
        ({"judge_args": {"openai/j": {"url": "x"}}}, "--eval-judge-args openai/j: unknown name ('url')"),
        ({"judge_args": {"openai/j": {"api_key": KEYS["ONE_KEY"]}}}, "--eval-judge-args openai/j: a key is not accep"),
        ({"judge_args": {"openai/j": {"api_url": "localhost"}}}, "--eval-judge-args openai/j: api_url: not a base URL"),
        ({"judge_args": {"openai/j": {"generation_config": 3}}}, "--eval-judge-args openai/j: generation_config is no"),
        ({"judge_args": {"openai/j": {"model": "opnai/j"}}}, "model provider: unknown name ('opnai'); did you mean op"),
        (
            {"judge_args": {"openai/j": {"model": "fake/echo", "api_url": "http://h"}}},
            "judge openai/j: fake/echo takes",
        ),
    ],
)
def test_a_mistake_is_told_before_anything_is_requested(run, fields, said):
    with pytest.raises(UsageError) as caught:
        run("openai/j", judge_api_url="http://127.0.0.1:9/v1", **fields)
    assert str(caught.value).startswith(said)
    assert KEYS["ONE_KEY"] not in str(caught.value)


def test_options_without_a_judge_are_told():
    with pytest.raises(UsageError, match=r"^--eval-judge-args: no judge is named \(openai/j\)"):
        require_known_judges(Settings(judge_args={"openai/j": {}}))


def test_a_judge_of_no_network_has_parameters_too(run):
    assert run(f"fake/fixed:{VERDICT}", judge_params={"temperature": None}).results[0].primary == 1.0


def test_a_key_for_all_judges_is_for_those_that_take_one(run, endpoint):
    url, seen = endpoint
    own = f"fake/fixed:{VERDICT}"
    summary = run(own, "openai/j", judge_api_url=f"{url}/v1", judge_key_variable="ONE_KEY")
    assert (summary.results[0].primary, [key for _, key, _ in seen]) == (1.0, [f"Bearer {KEYS['ONE_KEY']}"])
    with pytest.raises(UsageError, match="takes no key of its own"):
        run(own, judge_key_variable="ONE_KEY")
