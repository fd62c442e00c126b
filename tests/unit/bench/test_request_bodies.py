"""Bodies of whole benchmarks against OpenAI's OpenAPI document, where it is found, and what counts as an error."""

import importlib
import json
import os
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[3] / "bench"
KINDS = {
    "CreateChatCompletionRequest": {"allOf": [{"$ref": "#/components/schemas/Named"}], "required": ["messages"]},
    "Named": {
        "properties": {
            "model": {"type": "string"},
            "messages": {
                "type": "array",
                "items": {"oneOf": [{"$ref": "#/components/schemas/Said"}, {"type": "string"}]},
            },
            "metadata": {"type": "object"},
        }
    },
    "Said": {"type": "object", "properties": {"content": {"type": "string"}}, "required": ["content"]},
}


@pytest.fixture
def bodies(monkeypatch):
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "")
    monkeypatch.syspath_prepend(str(BENCH))
    return importlib.import_module("request_bodies")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"model": "m", "messages": ["x", {"content": "x"}], "metadata": {"any": {"thing": 1}}}, ""),
        ({"model": "m"}, "$: 'messages' is a required property"),
        ({"model": 1, "messages": []}, "$.model: 1 is not of type 'string'"),
        ({"messages": [{"content": 1}]}, "$.messages[0].content: 1 is not of type 'string'"),
        ({"messages": [], "temprature": 1}, "$.temprature: the schema has no such field"),
        ({"messages": [{"content": "x", "step": 1}]}, "$.messages[0].step: the schema has no such field"),
    ],
)
def test_what_counts_as_an_error(bodies, body, error):
    check = bodies.openai_check({"components": {"schemas": KINDS}})
    assert check("/chat/completions", body) == error


def test_a_path_that_the_document_does_not_have_is_named(bodies):
    assert bodies.openai_check({"components": {"schemas": KINDS}})("/rerank", {}) == bodies.NOT_IN_IT


@pytest.mark.slow
def test_every_body_is_valid(bodies):
    path = Path(os.environ.get("OPENAI_OPENAPI", ""))
    if not path.is_file():
        pytest.skip("no OpenAPI document: set OPENAI_OPENAPI to openapi.json of openai/openai-openapi")
    made = list(bodies.lines(json.loads(path.read_text("utf-8"))))
    assert len({line.benchmark for line in made}) >= 20
    assert all(line.bodies for line in made)
    assert {line.benchmark: line.errors for line in made if set(line.errors) - {bodies.NOT_IN_IT}} == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mt_bench", "tool-pictures"])
def test_messages_of_a_benchmark_fit_anthropic_s_types(bodies, name, tmp_path):
    """Without the document too: through judges, several turns and tools."""
    pytest.importorskip("anthropic", reason="is needed: pip install anthropic")
    [case] = [case for case in bodies.cases() if case.benchmark.name == name]
    check, sent = bodies.anthropic_check(), bodies.sent_by(case, "anthropic", tmp_path)
    assert sent
    assert [error for path, body in sent if (error := check(path, body))] == []
