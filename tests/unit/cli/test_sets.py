"""What `pytest-evalscope index` shows of schemas and sets, as whole texts."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.cli import index as command
from pytest_evalscope.collections import publish
from pytest_evalscope.reports import card

SCHEMA = {
    "name": "mine",
    "datasets": [
        {"name": "smoke_arithmetic", "weight": 2},
        {"name": "words", "weight": 2, "datasets": [
            {"name": "smoke_facts", "weight": 3, "task_type": "facts", "tags": ["a", "b"]},
            {"name": "in_house", "args": {"subset_list": ["x"], "few_shot_num": 0}},
            {"name": "in_house", "args": {"subset_list": ["y"]}},
        ]},
    ],
}  # fmt: skip


@pytest.fixture
def typed(monkeypatch, tmp_path, invoke):
    """Type a command line in a folder with a schema; returns click's result."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EVALSCOPE_DATA_DIR", raising=False)
    Path("mine.json").write_text(json.dumps(SCHEMA))
    return lambda *words: invoke(["index", *words])


def test_a_schema_is_a_table_of_leaves(typed):
    shown = typed("show", "mine.json")
    title, header, rule, *rows, last = shown.stdout.splitlines()
    assert title == "mine: a schema of 4 data sets"
    assert header.split("  ")[0] == "leaf"
    assert header.split() == ["leaf", "share", "share", "by", "level", "task", "type", "tags", "args"]
    assert set(rule) == {"-", " "}
    assert [[cell.strip() for cell in row.split("  ") if cell.strip()] for row in rows] == [
        ["mine/smoke_arithmetic", "0.1667", "0.5000"],
        ["mine/words/smoke_facts", "0.5000", "0.3000", "facts", "a, b"],
        ["mine/words/in_house", "0.1667", "0.1000", "subset_list=['x'], few_shot_num=0"],
        ["mine/words/in_house", "0.1667", "0.1000", "subset_list=['y']"],
    ]
    assert last == "no benchmark of this name is known here: in_house"


def test_how_a_set_was_drawn_is_told_as_far_as_it_is_known():
    drawn: Any = SimpleNamespace(drawn={"count": 5, "seed": 0, "collection": "x", "sampler": "uniform"})
    assert command._provenance(drawn) == (
        "sampled: sampler uniform, seed 0, count 5\n"
        "Every record is as it was written, none is missing, and the shares sum to 1."
    )
    silent: Any = SimpleNamespace(drawn={})
    assert command._provenance(silent) == (
        "It does not record how it was sampled, and has no hashes: its records are not checked."
    )


@pytest.fixture
def pushed(typed, monkeypatch):
    """Return a function that pushes a set whose leaves have these args, and what the hub is given."""

    def push(*words: str, **args: Any) -> tuple[Any, list[Any]]:
        portions = [SimpleNamespace(name=name, args=given) for name, given in args.items()]
        contents = SimpleNamespace(portions=portions, name="mine", count=9)
        given: list[Any] = []

        def put(*told: Any, **named: Any) -> str:
            given.append((*told, named))
            return "https://hub/me/mine"

        def carded(*told: Any, **named: Any) -> Any:
            given.append((*told, named))
            return SimpleNamespace(text="a card", licence="mit")

        monkeypatch.setattr("pytest_evalscope.collections.inspect.contents_of", lambda file: contents)
        monkeypatch.setattr(card, "data_card", carded)
        monkeypatch.setattr(publish, "push", put)
        result = typed("push", "mine.jsonl", "me/mine", *words)
        assert [one[0] for one in given] == [contents] * 2
        return result, [one[1:] for one in given]

    return push


def test_a_set_is_pushed_with_its_card(pushed):
    result, given = pushed(a={"subset_list": ["x"]})
    assert (result.exit_code, result.stdout) == (0, "mine: 9 samples, licence mit\nhttps://hub/me/mine\n")
    named = {"card": "a card", "licence": "mit", "hub": "huggingface", "private": False}
    assert given == [("me/mine", {"hub": "huggingface"}), ("me/mine", named)]
    result, given = pushed(
        "--hub", "modelscope", "--private", a={"path": "x"}, b={}, c={"dataset_id": "y", "local_path": "z"}
    )
    assert result.stdout.startswith("note: it names paths of this machine, in the args of a, c\n")  # fmt: skip
    assert given[1] == ("me/mine", {**named, "hub": "modelscope", "private": True})
    assert given[0] == ("me/mine", {"hub": "modelscope"})


def test_samples_are_drawn_from_the_hub_and_mirror_that_are_named(typed, monkeypatch, tmp_path):
    from pytest_evalscope.run import indexes

    made: list[Any] = []

    class Sampler:
        def __init__(self, schema: Any, **named: Any) -> None:
            made.append((schema.name, named))

        def sample(self, *given: Any) -> str:
            made.append(given)
            return "a set"

    monkeypatch.setattr(indexes, "sampler_named", {"weighted": Sampler}.__getitem__)
    monkeypatch.setattr("pytest_evalscope.collections.dump_jsonl_data", lambda mixed, path: made.append((mixed, path)))
    Path("mirror").mkdir()
    result = typed("sample", "mine.json", "-o", "x.jsonl")
    assert (result.exit_code, result.stdout) == (0, "a set\n\nwrote x.jsonl\n")
    (name, named), drawn, written = made
    source = named.pop("source")
    assert (name, named, drawn, written) == ("mine", {"normalize": "product"}, (None, 42), ("a set", Path("x.jsonl")))
    assert (source.hub, source.data_dir, source.offline) == ("huggingface", None, False)
    made.clear()
    typed(
        "sample",
        "mine.json",
        "-o",
        "x.jsonl",
        "--hub",
        "modelscope",
        "--data-dir",
        "mirror",
        "--count",
        "1",
        "--seed",
        "-1",
    )
    source = made[0][1]["source"]
    assert (source.hub, source.data_dir, made[1]) == ("modelscope", Path("mirror"), (1, -1))  # fmt: skip
