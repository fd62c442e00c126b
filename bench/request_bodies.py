"""Request bodies of 20 benchmarks against what the providers publish: OpenAI's OpenAPI document, Anthropic's types.

    python bench/request_bodies.py --openapi openapi.json [--only mmlu,pictures]

The document is openapi.json of https://github.com/openai/openai-openapi; Anthropic's types are those of its package.
Each benchmark is run through `openai/`, `responses/` and `anthropic/`, whole and streamed, against an endpoint here
that keeps what it receives; judges go the same way. Rows are those of tests/cases. A field that a schema does not name
counts as invalid, also where the schema would allow it. `oneOf` is read as `anyOf`: members of the document's unions
overlap, so that a message with a picture, as in its own examples, fits two. `/rerank` is not in the document.

Prints a line for each benchmark and protocol: bodies, how many are invalid, and the first error. The exit status is 1
where any is invalid, or where a benchmark sent nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import struct
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from unittest.mock import patch

import yaml
from openapi_document import NOT_IN_IT, Check, openai_check  # type: ignore[import-not-found]  # beside this script
from tabulate import tabulate

from pytest_evalscope import Benchmark, Rows, Sample, agent, chat, exact, in_process, turns
from pytest_evalscope.api import evaluate
from pytest_evalscope.benchmarks import load
from pytest_evalscope.models import ModelOptions
from pytest_evalscope.run import Settings
from pytest_evalscope.types import Completion, Context

CASES = Path(__file__).resolve().parent.parent / "tests" / "cases"
PROTOCOLS = ("openai", "responses", "anthropic")
FORM = {
    "type": "json_schema",
    "json_schema": {
        "name": "answer",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {"answer": {"type": "integer"}},
            "required": ["answer"],
            "additionalProperties": False,
        },
    },
}


@dataclass(frozen=True)
class Case:
    """A benchmark, its generation parameters, and the protocols that have what it needs."""

    benchmark: Benchmark
    params: Mapping[str, Any] = field(default_factory=dict)
    protocols: tuple[str, ...] = PROTOCOLS
    judged: bool = False


@dataclass(frozen=True)
class Line:
    """A line of the table."""

    benchmark: str
    protocol: str
    bodies: int
    errors: tuple[str, ...]


class Till:
    """What the agents' tools act on."""

    def add(self, a: int, b: int = 0) -> int:
        """Add two numbers."""
        return a + b

    def look(self) -> Any:
        """Return a picture."""
        return [{"type": "text", "text": "a square"}, {"type": "image_url", "image_url": {"url": _data_url(picture())}}]


def picture() -> bytes:
    """Return a PNG of 2 x 2 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header, rows = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0), (b"\0" + bytes(6)) * 2
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    )


def sound() -> bytes:
    """Return sixteen samples of silence as a WAV file."""
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16)
    return struct.pack("<4sI4s", b"RIFF", 68, b"WAVE") + form + struct.pack("<4sI", b"data", 32) + bytes(32)


def _data_url(content: bytes) -> str:
    import base64

    return "data:image/png;base64," + base64.b64encode(content).decode()


def of_catalogue(name: str, params: Mapping[str, Any] | None = None, **fields: Any) -> Case:
    """Return a benchmark of the catalogue with the rows of its cases; these are too few for examples."""
    benchmark = load(name)
    rows: dict[str, list[Any]] = {}
    for case in yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8")):
        rows.setdefault(case.get("subset") or benchmark.data.subsets[0], []).append(case["row"])
    solve: Any = benchmark.solve
    solve = replace(solve, few_shot=0) if hasattr(solve, "few_shot") else solve
    benchmark = replace(benchmark, data=Rows(rows), solve=solve)
    if "sandbox" in benchmark.needs:  # the code is not run: its request is what is looked at
        benchmark = replace(benchmark, score=exact(), needs=(), primary_metric="accuracy")
    return Case(benchmark, params or {}, **fields)


def of_one(name: str, params: Mapping[str, Any] | None = None, **fields: Any) -> Case:
    """Return a benchmark of one question."""
    protocols = fields.pop("protocols", PROTOCOLS)
    fields = {
        "sample": lambda row: Sample(input=row["q"], target="42"),
        "solve": chat(system="Be brief."),
        "score": exact(),
        **fields,
    }
    made = Benchmark(name=name, data=Rows([{"q": "What is 6 x 7?"}]), **fields)
    return Case(made, params or {}, protocols)


async def embedded(sample: Sample, context: Context) -> Completion:
    """Embed and rank, as a benchmark of retrieval does."""
    await context.embed([str(sample.input), "42"])
    await context.rerank(str(sample.input), ["42", "43"])
    return Completion(text="42")


def cases() -> list[Case]:
    """Return what is sent."""
    return [
        *of_our_own(),
        of_catalogue("mmlu"),
        of_catalogue("gsm8k", {"max_tokens": 100}),
        of_catalogue("humaneval"),
        of_catalogue("ifeval"),
        of_catalogue("boolq"),
        of_catalogue("conll2003"),
        of_catalogue("wmt24pp"),
        of_catalogue("needle_haystack", judged=True),
        of_catalogue("simple_qa", judged=True),
        of_catalogue("mt_bench", judged=True),
        of_catalogue("arena_hard", judged=True),
        of_catalogue("health_bench", judged=True),
        of_catalogue("multi_if"),
        of_catalogue("truthful_qa_mc2", protocols=("openai",)),
    ]


def of_our_own() -> list[Case]:
    """Return benchmarks of one question each, for what those of the catalogue do not send."""
    till = partial(in_process, lambda sample, seed: Till(), verdict=lambda till, sample: {"success": True})
    media = {"picture": picture(), "sound": sound()}

    def shown(kind: str) -> Callable[[Any], Sample]:
        return lambda row: Sample(input=row["q"], target="42", media=(media[kind],))

    return [
        of_one("pictures", sample=shown("picture")),
        of_one("sound", sample=shown("sound"), protocols=("openai",)),
        of_one("tools", solve=agent(max_turns=3), environment=till(tools=[Till.add])),
        of_one(
            "tools-one-at-a-time",
            {"tool_choice": "auto", "parallel_tool_calls": False},
            solve=agent(max_turns=3),
            environment=till(tools=[Till.add]),
        ),
        of_one(
            "tool-pictures",
            solve=agent(max_turns=3),
            environment=till(tools=[Till.look]),
            protocols=("responses", "anthropic"),
        ),
        of_one(
            "several-turns",
            solve=turns(),
            sample=lambda row: Sample(
                input=tuple({"role": "user", "content": text} for text in (row["q"], "And twice that?")), target="84"
            ),
        ),
        of_one("response-format", {"response_format": FORM}),
        of_one("sampling", {"temperature": 0.5, "top_p": 0.9}, protocols=("openai", "responses")),
        of_one("reasoning-effort", {"reasoning_effort": "low", "max_completion_tokens": 99}),
        of_one("log-probabilities", {"logprobs": True, "top_logprobs": 2}, protocols=("openai", "responses")),
        of_one("stop-and-seed", {"stop": ["\n\n"], "seed": 7, "presence_penalty": 0.5}, protocols=("openai",)),
        of_one("stop", {"stop": ["\n\n"]}, protocols=("openai", "anthropic")),
        of_one("retrieval", solve=embedded, protocols=("openai",)),
    ]


class Endpoint(BaseHTTPRequestHandler):
    """Keeps what it receives, and replies in the form of the path."""

    received: list[tuple[str, dict[str, Any]]]

    def do_POST(self) -> None:
        """Keep and reply."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        path = self.path.removeprefix("/v1")
        self.received.append((path, body))
        content = json.dumps(reply(path, body)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def reply(path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return a reply to a request, whole also where a stream was requested."""
    if path == "/completions":
        tokens, scores = [*body["prompt"], "."], [None] + [-1.0] * len(body["prompt"])
        logprobs = {"tokens": tokens, "token_logprobs": scores, "top_logprobs": None}
        return {
            "choices": [{"text": body["prompt"], "logprobs": logprobs}],
            "usage": {"prompt_tokens": len(tokens) - 1},
        }
    if path == "/embeddings":
        return {"data": [{"index": place, "embedding": [1.0, 0.0]} for place in range(len(body["input"]))]}
    if path == "/rerank":
        return {"results": [{"index": place, "relevance_score": 0.5} for place in range(len(body["documents"]))]}
    said = text_of(body)
    acted = any(each in json.dumps(body) for each in ('"role": "tool"', '"function_call_output"', '"tool_result"'))
    tool = None if acted or not body.get("tools") else body["tools"][0]
    if path == "/responses":
        call = {"type": "function_call", "call_id": "c", "name": tool and tool["name"], "arguments": '{"a": 1}'}
        text = {"type": "message", "content": [{"type": "output_text", "text": said}]}
        return {"status": "completed", "output": [call if tool else text]}
    if path == "/messages":
        use = {"type": "tool_use", "id": "c", "name": tool and tool["name"], "input": {"a": 1}}
        stop = "tool_use" if tool else "end_turn"
        return {"content": [use if tool else {"type": "text", "text": said}], "stop_reason": stop}
    message: dict[str, Any] = {"role": "assistant", "content": said}
    if tool:
        function = {"name": tool["function"]["name"], "arguments": '{"a": 1}'}
        message = {**message, "content": None, "tool_calls": [{"id": "c", "type": "function", "function": function}]}
    return {"choices": [{"index": 0, "message": message, "finish_reason": "tool_calls" if tool else "stop"}]}


def text_of(body: dict[str, Any]) -> str:
    """Return a verdict in the form that a judge's prompt wants, the second time; otherwise 42."""
    prompt = json.dumps(body, ensure_ascii=False).replace('\\"', '"')
    form = re.search(r'"verdict": (?:"([^"]+)"|a number)', prompt)
    if form is None:
        return "[[5]]" if "[[" in prompt else "42"
    if "That was not what was asked for" not in prompt:
        return "I cannot say."  # so that the second request to a judge is looked at too
    return json.dumps({"reason": "compared", "verdict": form[1] or 5})


@contextmanager
def endpoint() -> Iterator[tuple[str, list[tuple[str, dict[str, Any]]]]]:
    """Serve on the loopback interface; the URL, and what is received."""
    received: list[tuple[str, dict[str, Any]]] = []
    handler = type("Receiving", (Endpoint,), {"received": received})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1", received
        finally:
            server.shutdown()
            thread.join()


def sent_by(case: Case, protocol: str, folder: Path) -> list[tuple[str, dict[str, Any]]]:
    """Return the bodies of a benchmark's requests in a protocol, whole and streamed, with their paths."""
    with (
        endpoint() as (url, received),
        patch.dict(os.environ, {f"{name}_BASE_URL": url for name in ("ANTHROPIC", "OPENAI")}),
    ):
        for stream in (False, True):
            settings = Settings(
                model=ModelOptions(attempts=1),
                params={**case.params, **({"stream": True} if stream else {})},
                judges=(f"{protocol}/judge",) if case.judged else (),
                judge_params={"stream": True} if stream and case.judged else {},
                cache="off",
                work_dir=folder,
                max_errors=1.0,
            )
            evaluate([case.benchmark], models=[f"{protocol}/m"], settings=settings, progress=False)
        return received


def anthropic_check() -> Check:
    """Return the check of bodies against the types of Anthropic's package: `published_types`."""
    from anthropic.types import message_create_params as published
    from published_types import first_error  # type: ignore[import-not-found]  # it is beside this script

    def check(path: str, body: dict[str, Any]) -> str:
        if path != "/messages":
            return "not a path of the Messages"
        streamed = published.MessageCreateParamsStreaming
        kind = streamed if "stream" in body else published.MessageCreateParamsNonStreaming
        return str(first_error(body, kind))

    return check


def lines(document: Mapping[str, Any], only: Sequence[str] = ()) -> Iterator[Line]:
    """Yield the lines of the table."""
    openai, anthropic = openai_check(document), anthropic_check()
    with tempfile.TemporaryDirectory() as folder:
        for case in cases():
            if only and case.benchmark.name not in only:
                continue
            for protocol in case.protocols:
                check = anthropic if protocol == "anthropic" else openai
                bodies = sent_by(case, protocol, Path(folder) / f"{case.benchmark.name}-{protocol}")
                errors = tuple(filter(None, (check(path, body) for path, body in bodies)))
                yield Line(case.benchmark.name, protocol, len(bodies), errors)


def main() -> int:
    """Print the table; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--openapi", type=Path, required=True, help="openapi.json of openai/openai-openapi")
    parser.add_argument("--only", default="", help="names of benchmarks, separated by commas")
    options = parser.parse_args()
    document = json.loads(options.openapi.read_text("utf-8"))
    made = list(lines(document, [name for name in options.only.split(",") if name]))
    invalid = [[error for error in line.errors if error != NOT_IN_IT] for line in made]
    rows = [
        [line.benchmark, line.protocol, line.bodies, len(wrong), next(iter(wrong or line.errors), "")]
        for line, wrong in zip(made, invalid, strict=True)
    ]
    print(tabulate(rows, headers=["benchmark", "protocol", "bodies", "invalid", "first error"]))
    print(f"{sum(line.bodies for line in made)} bodies, {sum(map(len, invalid))} invalid")
    return int(any(invalid) or not all(line.bodies for line in made))


if __name__ == "__main__":
    sys.exit(main())
