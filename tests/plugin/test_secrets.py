"""Every way to hand over a secret, and every place where one could be written or shown: none is."""

import json
import sqlite3
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from importlib.util import find_spec
from urllib.parse import quote

import pytest

from pytest_evalscope.compat import TaskConfig
from pytest_evalscope.compat.settings import settings_of
from pytest_evalscope.models import ModelOptions
from pytest_evalscope.models.http.endpoint import endpoint_at
from pytest_evalscope.run.options import described

SENTINEL = "S3ntin3lZ9"


def secret(way: str) -> str:
    """A secret of its own for each way to hand it over, with characters that are spelt otherwise in a URL."""
    return f"{way}/{SENTINEL}+x7"


def coded(way: str) -> str:
    return quote(secret(way), safe="")


def url(place: str, way: str) -> str:
    """A URL with credentials, a key in the path, and query parameters."""
    key = f"sk-{coded(way + '-path')}"
    query = "&".join(f"{name}={coded(f'{way}-{name}')}" for name in ("code", "sig", "key", "subscription-key", "other"))
    return f"http://{coded(way + '-user')}:{coded(way + '-password')}@{place}/{key}/v1?region=eu&{query}"


def parameters(way: str) -> dict[str, object]:
    """Generation parameters with secrets in headers, query and body."""
    names = ("Authorization", "X-Api-Key", "X-Tenant", "Cookie")
    return {
        "temperature": 0.5,
        "extra_headers": {name: f"Bearer {secret(f'{way}-{name}')}" for name in names},
        "extra_query": {"code": secret(f"{way}-code"), "anything": secret(f"{way}-anything")},
        "extra_body": {
            "api_key": secret(f"{way}-api_key"),
            "auth": {"user": secret(f"{way}-user"), "list": [secret(f"{way}-list")]},
            "callback": f"http://me:{coded(way + '-callback')}@127.0.0.1/?token={coded(way + '-token')}",
            "metadata": {"accessToken": secret(f"{way}-accessToken"), "note": f"use sk-{way}-{SENTINEL}"},
        },
    }


VARIABLES = {
    name: secret(name)
    for name in ("OPENAI_API_KEY", "JUDGE_KEY", "ANTHROPIC_API_KEY", "HF_TOKEN", "MODELSCOPE_API_TOKEN",
                 "MS_ENCLAVE_API_KEY", "AZURE_OPENAI_API_KEY", "GATEWAY_PASSWORD")
}  # fmt: skip


@pytest.fixture
def blabber():
    """An endpoint that repeats in its answer whatever it was sent: path, headers, body; also one for proxies."""
    sent = []

    class Echo(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            said = " ".join([self.path, *self.headers.values(), body])
            sent.append(said)
            question = str(json.loads(body)["messages"][-1]["content"])
            status = 401 if "1 + 1" in question else 500 if "2 + 2" in question else 200
            message = {"content": said, "reasoning_content": said}
            answer = {"error": {"message": said}} if status != 200 else {
                "model": said, "choices": [{"message": message, "finish_reason": "stop"}],
            }  # fmt: skip
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("X-Debug", said.replace("\n", " "))
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


EVALS = """
import os

from pytest_evalscope import Benchmark, Rows, Sample, benchmark, judge as by_judge

JUDGED = Benchmark(
    name="judged",
    data=Rows([{"q": f"{n} + {n}"} for n in range(1, 5)]),
    sample=lambda row: Sample(input=row["q"], target="4"),
    score=by_judge(),
)


@benchmark(JUDGED)
def test_judged(scores):
    assert scores.is_correct == 1


def test_door(model):
    assert model("3 + 3") == "4"


def test_refused(model):
    model("1 + 1")


def test_failing(model):
    print(model)
    model("2 + 2")


def test_verdict(judge):
    judge("1 + 1", "4", target="4")
"""


def found(contents):
    """Where a secret is, whole or in part: a sentinel survives every way to spell it but base64."""
    return sorted({(place, where(text)) for place, text in contents.items() if SENTINEL.encode() in text})


def where(text: bytes) -> str:
    at = text.find(SENTINEL.encode())
    return text[max(0, at - 60) : at + 20].decode("utf-8", "replace")


def written(project, result):
    contents = {str(path): path.read_bytes() for path in project.path.rglob("*") if path.is_file()}
    assert {path.rpartition(".")[2] for path in contents} >= {"sqlite", "jsonl", "xml", "md", "json"}
    for path in project.path.rglob("*.sqlite"):
        with closing(sqlite3.connect(path)) as base:
            contents[f"{path} rows"] = "\n".join(base.iterdump()).encode()
    contents["terminal"] = (result.stdout.str() + result.stderr.str()).encode()
    return {place: text for place, text in contents.items() if not place.endswith((".py", ".pyc", "pytest.ini"))}


@pytest.fixture
def at_once(monkeypatch):
    # Looked up anew: after an inner run, pytester forgets the modules that it imported.
    retrying, limiting = (
        import_module(f"pytest_evalscope.models.middleware.{name}") for name in ("retrying", "limiting")
    )
    for module, name in ((retrying, "FIRST_PAUSE"), (retrying, "SPREAD"), (limiting, "SPREAD")):
        monkeypatch.setattr(module, name, 0.0)


SHOWING = ("-l", "-vv", "-rA", "--full-trace", "--log-level=DEBUG", "--junitxml=junit.xml", "--eval-junit=samples")


@pytest.mark.parametrize(("door", "workers"), [("options", "0"), ("options", "1"), ("variables", "0"), ("ini", "0")])
def test_no_secret_is_anywhere(plain_project, blabber, monkeypatch, at_once, door, workers):
    place, sent = blabber
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(plain_project.path / "page.md"))
    options = {
        "api-url": url(place, "model"),
        "judge-api-url": url(place, "judge"),
        "judge-key-variable": "JUDGE_KEY",
        "generation-config": json.dumps(parameters("params")),
        "judge-generation-config": json.dumps(parameters("judge-params")),
        "judge-args": json.dumps({"two": {
            "model": "openai/j", "api_url": url(place, "two"), "generation_config": parameters("two-params"),
        }}),
        "dataset-args": json.dumps({"judged": {"limit": 3}}),
        "sandbox": f"enclave:{url('127.0.0.1:9', 'enclave')}",
        "attempts": "1", "cache-dir": "cache",
    }  # fmt: skip
    words = []
    if door == "options":
        words = [f"--eval-{name}={value}" for name, value in options.items()]
    elif door == "variables":
        for name, value in options.items():
            monkeypatch.setenv(f"EVALSCOPE_{name.upper().replace('-', '_')}", value)
    else:
        lines = [f"evalscope_{name.replace('-', '_')} = {value}" for name, value in options.items()]
        plain_project.write("pytest.ini", "\n".join(["[pytest]", *lines, ""]))
    plain_project.write("test_sums.py", EVALS)
    result = plain_project.run(
        "--model=openai/m", "--eval-judge=openai/j", "--eval-judge=two", *words, *SHOWING,
        *(["-n", workers] if find_spec("xdist") else []),
    )  # fmt: skip
    result.assert_outcomes(failed=4, errors=1)
    assert sum(SENTINEL in said for said in sent) == len(sent) >= 6
    assert found(written(plain_project, result)) == []
    options = plain_project.report("../configs/run.json")["options"]
    assert json.loads(options["generation-config"])["temperature"] == 0.5, "what is no secret stays"


def test_the_password_of_a_proxy_is_nowhere(plain_project, blabber, monkeypatch, at_once):
    place, sent = blabber
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://{coded('proxy-user')}:{coded('proxy-password')}@{place}")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    plain_project.write("test_sums.py", EVALS)
    result = plain_project.run(
        "--model=openai/m", "--eval-judge=fake/echo", "--eval-api-url=http://models.invalid/v1", *SHOWING,
        "--eval-attempts=1",
    )  # fmt: skip
    assert result.ret != 0
    assert sent, "the proxy was asked"
    assert found(written(plain_project, result)) == []
    assert "cHJveHktdXNlci" not in result.stdout.str(), "base64"


OWN = """
import os

from pytest_evalscope import Benchmark, Rows, Sample, benchmark, number


def score(sample, completion):
    raise ValueError(f"{completion.text} {os.environ['GATEWAY_PASSWORD']}")


def of(name, score):
    rows = Rows([{"q": f"{n} + {n}"} for n in range(1, 4)])
    return Benchmark(name=name, data=rows, sample=lambda row: Sample(input=row["q"], target="4"), score=score)


@benchmark(of("answered", number()))
def test_answered(scores):
    assert scores.accuracy == 1


@benchmark(of("raised", score))
def test_raised(scores):
    assert scores.accuracy == 1
"""
APPLICATION = """
import os


def made():
    key = os.environ["GATEWAY_PASSWORD"]

    def reply(messages):
        if "1 +" in str(messages):
            raise RuntimeError(f"refused: {key}")
        return "5"

    return reply


reply = made()
"""


def test_no_key_of_the_environment_comes_from_code_of_ones_own(plain_project, monkeypatch):
    monkeypatch.setenv("GATEWAY_PASSWORD", VARIABLES["GATEWAY_PASSWORD"])
    plain_project.write("app.py", APPLICATION)
    plain_project.write("test_sums.py", OWN)
    result = plain_project.run("--model=python/app:reply", "-vv", "-rA", "--junitxml=junit.xml", "--eval-junit=samples")
    result.assert_outcomes(errors=2)
    contents = written(plain_project, result)
    assert found(contents) == []
    assert "the function raised RuntimeError: refused: ***" in result.stdout.str()


@pytest.mark.parametrize(
    "words",
    [
        ("--model=openai/sk-abcdS3ntin3lZ9",),
        (f"--model=openai/{VARIABLES['GATEWAY_PASSWORD']}",),
        (f"--model=openai/http://me:{SENTINEL}@host/v1",),
        (f"--model=openai/m?url=http://host/v1?code={SENTINEL}",),
        ("--model=fake/echo", "--eval-judge=openai/sk-abcdS3ntin3lZ9"),
        ("--model=openai/m", f"--eval-api-url=ftp://me:{SENTINEL}@host"),
        ("--model=openai/m", f"--eval-api-url=me:{SENTINEL}@host/v1"),
        ("--model=openai/m", f"--eval-api-url=host/sk-{SENTINEL}a1/v1"),
        ("--model=fake/echo", f"--eval-sandbox=enclave:ftp://me:{SENTINEL}@host"),
        ("--model=fake/echo", f"--eval-sandbox=enclav:http://me:{SENTINEL}@host"),
        ("--model=fake/echo", f"--eval-generation-config=extra_headers: Bearer {SENTINEL}"),
        ("--model=fake/echo", f"--eval-generation-config={{api_key: {SENTINEL}"),
        ("--model=fake/echo", f'--eval-dataset-args={{"sums": "sk-{SENTINEL}a1"}}'),
        (
            "--model=fake/echo",
            "--eval-judge=fake/echo",
            f'--eval-judge-args={{"fake/echo": {{"api_key": "{SENTINEL}"}}}}',
        ),
        ("--model=fake/echo", "--eval-judge=openai/j", f"--eval-judge-key-variable=sk-{SENTINEL}a1"),
    ],
)
def test_a_mistake_shows_no_secret(plain_project, monkeypatch, words):
    monkeypatch.setenv("GATEWAY_PASSWORD", VARIABLES["GATEWAY_PASSWORD"])
    result = plain_project.run(*words, *SHOWING)
    assert result.ret == 4
    assert SENTINEL not in result.stdout.str() + result.stderr.str()
    assert not plain_project.folder.exists()


def test_a_task_shows_no_secret(monkeypatch):
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    body = {"extra_body": parameters("task")["extra_body"]}
    task = TaskConfig(
        model="m", api_url=url("host", "task"), api_key=secret("task-key"), generation_config=body,
        model_args={"token": secret("args")}, dataset_args={"gsm8k": {"hf_token": secret("data")}},
        judge={"models": [{"model_id": "j", "api_url": url("host", "j"), "api_key": secret("j"), "generation_config": body}]},
        sandbox={"enabled": True, "engine": "enclave", "manager_config": {"base_url": url("host", "enclave")}},
    )  # fmt: skip
    settings = settings_of(task)
    assert settings.params == body, "what is used is whole"
    shown = f"{task!r} {task} {settings!r} {settings} {settings.model!r} {described(settings)} {vars_of(settings)}"
    assert SENTINEL not in shown
    older = TaskConfig(model="m", judge_model_args={"model_id": "j", "api_key": secret("older")}, use_sandbox=True,
                       sandbox_manager_config={"base_url": url("host", "enclave")})  # fmt: skip
    assert SENTINEL not in f"{older!r} {settings_of(older)!r}"


def test_options_of_a_model_show_no_secret():
    options = ModelOptions(api_url=url("host", "options"), args={"hf_token": secret("options-token")})
    assert (options.api_url, options.args["hf_token"]) == (url("host", "options"), secret("options-token"))
    endpoint = endpoint_at(options.api_url, source="test")
    assert SENTINEL not in f"{options!r} {options} {endpoint!r} {endpoint.public}"


def vars_of(settings):
    return [repr(getattr(settings, name)) for name in type(settings).__slots__]
