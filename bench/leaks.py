"""Every way to hand over a secret, each with a value of its own, and where a run writes or shows it.

    python bench/leaks.py

Runs pytest with tests that fail (`-l -vv -rA --junitxml --eval-junit=samples`, DEBUG logs) against an
endpoint that repeats all that it is sent, and looks for the values in every file that was written, the rows of every
SQLite file, and the terminal. Prints a row for each way; exits with 1 if any was found. What tests print, log or
raise themselves is theirs, and the text of a prompt no secret.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

from tabulate import tabulate

VARIABLES = (
    *("OPENAI_API_KEY", "JUDGE_KEY", "HF_TOKEN", "MODELSCOPE_API_TOKEN", "MS_ENCLAVE_API_KEY", "DATABASE_PASSWORD"),
    *("AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "app_secret"),
)
QUERY = ("code", "sig", "key", "subscription-key", "other")
HEADERS = ("Authorization", "X-Api-Key", "Cookie", "X-Tenant")
EVALS = """
import os

import pytest

from pytest_evalscope import Benchmark, Rows, Sample, benchmark, judge as by_judge, number

ROWS = Rows([{"q": f"{n} + {n}"} for n in range(1, 5)])
JUDGED = Benchmark(name="judged", data=ROWS, sample=lambda row: Sample(input=row["q"], target="4"), score=by_judge())
PLAIN = Benchmark(name="plain", data=ROWS, sample=lambda row: Sample(input=row["q"], target="4"), score=number())
RAISED = Benchmark(name="raised", data=ROWS, sample=lambda row: Sample(input=row["q"], target="4"),
                   score=lambda sample, completion: 1 / len(completion.text[:0] or fail(completion.text)))


def fail(text):
    raise ValueError(f"{text} {os.environ['DATABASE_PASSWORD']}")


@benchmark(JUDGED)
def test_judged(scores, model):
    assert scores.is_correct == 1, (scores, model)


@benchmark(PLAIN)
def test_plain(scores):
    assert scores.accuracy == 1


@benchmark(RAISED)
def test_raised(scores):
    assert scores.accuracy == 1


def test_door(model):
    text = model("1 + 1")
    assert text == "5"


def test_judge(judge):
    judge("1 + 1", "4", target="4")
"""
APPLICATION = """
import os


def make():
    key = os.environ["app_secret"]

    def reply(messages):
        if "2 + 2" in str(messages):
            raise RuntimeError(f"refused: {key} {os.environ['DATABASE_PASSWORD']} {os.environ['GITHUB_TOKEN']}")
        return "4"

    return reply


reply = make()
"""
SHOWING = ("-l", "-vv", "-rA", "--log-level=DEBUG", "--junitxml=junit.xml", "--eval-junit=samples")


class Ways:
    """The ways, by the value that each hands over."""

    def __init__(self) -> None:
        self.of: dict[str, str] = {}

    def __call__(self, way: str) -> str:
        """Return a new value for a way: letters and digits, which no spelling changes."""
        value = next((value for value, known in self.of.items() if known == way), f"Zq{len(self.of):03d}xK7vRm29w")
        self.of[value] = way
        return value

    def url(self, place: str, who: str) -> str:
        """Return a URL with a secret in every part."""
        query = "&".join(f"{name}={self(f'{who}: query {name}')}" for name in QUERY)
        user, password = self(f"{who}: user of the URL"), self(f"{who}: password of the URL")
        return f"http://{user}:{password}@{place}/sk-{self(f'{who}: path')}/v1?region=eu&{query}"

    def parameters(self, who: str) -> dict[str, object]:
        """Return generation parameters with secrets in headers, query and body."""
        return {
            "extra_headers": {name: f"Bearer {self(f'{who}: header {name}')}" for name in HEADERS},
            "extra_query": {"anything": self(f"{who}: extra_query")},
            "extra_body": {
                "api_key": self(f"{who}: extra_body"),
                "auth": {"list": [self(f"{who}: extra_body, nested")]},
                "callback": f"http://me:{self(f'{who}: URL within extra_body')}@127.0.0.1/",
            },
        }


class Echo(BaseHTTPRequestHandler):
    """An endpoint, and a proxy, that repeats what it was sent; an error for some questions."""

    seen: list[str]

    def do_POST(self) -> None:
        """Repeat it."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        said = " ".join([self.path, *self.headers.values(), body])
        self.seen.append(said)
        question = str(json.loads(body)["messages"][-1]["content"])
        status = 401 if "1 + 1" in question else 200
        choice = {"message": {"content": said, "reasoning_content": said}, "finish_reason": "stop"}
        answer = {"error": {"message": said}} if status == 401 else {"model": said, "choices": [choice]}
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def contents(folder: Path) -> dict[str, str]:
    """Return what files have, and the rows of SQLite files, but for the tests themselves."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix not in (".py", ".pyc", ".ini"):
            found[str(path)] = path.read_bytes().decode("utf-8", "replace")
            if path.suffix == ".sqlite":
                with closing(sqlite3.connect(path)) as base:
                    found[f"{path} rows"] = "\n".join(base.iterdump())
    return found


def ran(folder: Path, words: tuple[str, ...], variables: dict[str, str]) -> str:
    """Run pytest; return what it printed. Raises RuntimeError if no test failed."""
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *SHOWING, "--eval-attempts=1", *words]
    done = subprocess.run(
        command, cwd=folder, env=environment | variables, capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode != 1:
        raise RuntimeError(f"pytest: exit code {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout + done.stderr


def doors(ways: Ways, place: str) -> list[tuple[str, tuple[str, ...], dict[str, str], str]]:
    """Return runs: a name, options, variables and the text of pytest.ini; each has ways of its own."""
    keys = {name: ways(f"variable {name}") for name in VARIABLES}
    judges = ("--eval-judge=openai/j", "--eval-judge=two")
    made = []
    for door in ("options", "variables", "ini"):
        two = {"model": "openai/j", "api_url": ways.url(place, f"{door}, second judge")}
        options = {
            "api-url": ways.url(place, f"{door}, model"),
            "judge-api-url": ways.url(place, f"{door}, judge"),
            "judge-key-variable": "JUDGE_KEY",
            "generation-config": json.dumps(ways.parameters(f"{door}, model")),
            "judge-generation-config": json.dumps(ways.parameters(f"{door}, judge")),
            "judge-args": json.dumps({"two": two}),
            "sandbox": f"enclave:{ways.url('127.0.0.1:9', f'{door}, enclave')}",
        }
        words = tuple(f"--eval-{name}={value}" for name, value in options.items()) if door == "options" else ()
        given = {f"EVALSCOPE_{name.upper().replace('-', '_')}": value for name, value in options.items()}
        lines = [f"evalscope_{name.replace('-', '_')} = {value}" for name, value in options.items()]
        made.append(
            (
                door,
                ("--model=openai/m", *judges, *words),
                keys | (given if door == "variables" else {}),
                "\n".join(["[pytest]", *(lines if door == "ini" else ()), ""]),
            )
        )
    proxy = f"http://{ways('proxy: user')}:{quote(ways('proxy: password'))}@{place}"
    proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy"), proxy)
    elsewhere = ("--model=openai/m", "--eval-judge=fake/echo", "--eval-api-url=http://models.invalid/v1")
    made.append(("proxy", elsewhere, keys | proxies, ""))
    made.append(("python/", ("--model=python/app:reply", "--eval-judge=fake/echo"), keys, ""))
    return made


def main() -> None:
    """Run all and print the table."""
    Echo.seen = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    ways = Ways()
    written: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as room:
        for door, words, variables, ini in doors(ways, f"127.0.0.1:{server.server_port}"):
            folder = Path(room) / door.strip("/")
            folder.mkdir()
            (folder / "pytest.ini").write_text(ini or "[pytest]\n", encoding="utf-8")
            (folder / "test_it.py").write_text(EVALS, encoding="utf-8")
            (folder / "app.py").write_text(APPLICATION, encoding="utf-8")
            page = {"GITHUB_STEP_SUMMARY": str(folder / "page.md"), "HOME": str(folder)}
            text = ran(folder, (*words, "--eval-cache-dir=cache"), variables | page)
            written |= contents(folder) | {f"terminal of {door}": text}
    server.shutdown()
    sent = "\n".join(Echo.seen)
    rows = []
    for value, way in ways.of.items():
        places = [place for place, text in written.items() if value in text]
        rows.append((way, "yes" if value in sent else "", len(places), ", ".join(place[-40:] for place in places[:9])))
    print(tabulate(rows, headers=("way", "reached the endpoint", "found", "first place")))
    found = sum(bool(row[2]) for row in rows)
    size = sum(len(text) for text in written.values())
    print(f"\n{len(rows)} ways, {len(written)} files and texts ({size >> 10} KiB), {found} found")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
