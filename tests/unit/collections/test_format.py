"""The form of a record: what its hash is of, what of it is read, and what is said of one that does not fit."""

import json
from array import array
from dataclasses import replace
from fractions import Fraction

import pytest

from pytest_evalscope.collections.datasets import Stored, rank, sample_of
from pytest_evalscope.collections.format import checked, intact, record_hash
from pytest_evalscope.data import Source
from pytest_evalscope.errors import DataError
from pytest_evalscope.types import Media, Sample

RECORD = {
    "index": 0,
    "prompt": {"input": "Q: one?", "target": ["1", "one"], "choices": ["1", "2"], "metadata": {"row": 1}},
    "weight": 0.5,
    "dataset_name": "a",
    "subset_name": "x",
}
OURS = {
    "id": "s1",
    "input": "one?",
    "group": "g",
    "metadata": {"limit": 2},
    "media": [{"kind": "image", "url": "https://pets.example/cat.png"}],
    "tools": [{"type": "function"}],
}


def read(record, where="here"):
    return checked(json.dumps(record).encode(), where=where)


def test_what_a_record_need_not_say():
    record = read({**RECORD, "more": 1})
    assert (record.tags, record.categories, record.task_type) == ([], [], "")
    assert (record.leaf, record.sample, record.hash, record.provenance) == (None, None, None, None)
    bare = read({**RECORD, "prompt": {"input": "?"}, "leaf": 1, "sample": {"id": "s"}})
    assert (bare.prompt.target, bare.prompt.choices, bare.prompt.metadata) == (None, None, None)
    assert bare.sample is not None
    assert (bare.sample.input, bare.sample.group, bare.sample.metadata) == (None, "", None)
    assert (bare.sample.media, bare.sample.tools) == ([], [])


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"index": -1}, "here: index does not fit (-1); "),
        ({"weight": 0.0}, "here: weight does not fit (0.0); "),
        ({"subset_name": 7}, "here: subset_name does not fit (7); "),
        ({"prompt": {"input": 7}}, "here: prompt.input."),
        ({"sample": {"id": ""}}, "here: sample.id does not fit (''); "),
        ({"dataset_name": "", "tags": 3}, "here: dataset_name does not fit (''); "),
        ({"task_type": ["x" * 54]}, f"here: task_type does not fit (['{'x' * 54}']); "),
        ({"task_type": ["x" * 56]}, f"here: task_type does not fit (['{'x' * 56}']); "),
        ({"task_type": ["x" * 57]}, f"here: task_type does not fit (['{'x' * 55}...); "),
    ],
)
def test_the_first_misfit_is_told_with_what_was_given(changes, told):
    with pytest.raises(DataError) as caught:
        read({**RECORD, **changes})
    assert caught.value.message.startswith(told)
    assert caught.value.message != told, "what would fit"


def test_the_hash_is_of_all_but_index_hash_and_provenance():
    plain = record_hash(RECORD)
    assert plain == "538371e0a5b27a0b"
    assert record_hash({**RECORD, "index": 9, "hash": "x", "provenance": {}}) == plain
    assert record_hash(dict(reversed(RECORD.items()))) == plain
    for key in ("prompt", "weight", "dataset_name", "subset_name"):
        assert record_hash({**RECORD, key: None}) != plain


def test_a_record_is_intact_when_its_hash_fits_and_without_one_when_it_is_not_ours():
    def said(record):
        line = json.dumps(record).encode()
        return intact(line, checked(line, where=""))

    assert said(RECORD)
    assert not said({**RECORD, "leaf": 0})
    ours = {**RECORD, "leaf": 0}
    assert said({**ours, "hash": record_hash(ours)})
    assert not said({**ours, "hash": record_hash(RECORD)})
    assert not said({**ours, "hash": record_hash(ours), "more": float("nan")})


def test_a_sample_of_ours_comes_back_whole():
    sample = sample_of(read({**RECORD, "sample": OURS}), where="here")
    assert sample == Sample(
        id="s1",
        input="one?",
        target=("1", "one"),
        choices=("1", "2"),
        group="g",
        media=("https://pets.example/cat.png",),
        tools=({"type": "function"},),
        metadata={"limit": 2},
    )
    bare = {key: value for key, value in OURS.items() if key in ("id", "input")}
    sample = sample_of(read({**RECORD, "sample": {**bare, "input": [{"role": "tool"}]}}), where="here")
    assert (sample.input, sample.metadata, sample.group) == (({"role": "tool"},), {}, "")
    assert sample_of(read({**RECORD, "sample": {"id": "s"}}), where="here").input == "Q: one?"


def test_a_sample_of_evalscopes_is_its_ready_prompt():
    sample = sample_of(read(RECORD), where="here")
    assert sample == Sample(id="", input="Q: one?", target=("1", "one"), choices=("1", "2"), metadata={"row": 1})
    bare = sample_of(read({**RECORD, "prompt": {"input": "?", "target": None}}), where="here")
    assert (bare.target, bare.choices, bare.metadata) == ("", (), {})


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (
            {"role": "tool", "content": "42"},
            "a message cannot be sent (role 'tool'); accepted: system, user and assistant texts",
        ),
        (
            {"role": "user", "content": "42", "tool_calls": [1]},
            "a message cannot be sent (role 'user'); accepted: system, user and assistant texts",
        ),
        ({"role": "user", "content": 7}, "a message has no content (int)"),
        (
            {"role": "user", "content": [{"type": "image"}]},
            "a part of a message cannot be sent (image); accepted: text and media",
        ),
        (
            {"role": "user", "content": [{"type": "text", "text": ""}]},
            "a part of a message cannot be sent (text); accepted: text and media",
        ),
    ],
)
def test_a_message_of_evalscopes_that_cannot_be_sent_is_told(message, told):
    with pytest.raises(DataError) as caught:
        sample_of(read({**RECORD, "prompt": {"input": [message]}}), where="here")
    assert caught.value.message == f"here: {told}"


def test_messages_of_evalscopes_lose_what_is_not_for_the_model():
    url = {"type": "image_url", "image_url": {"url": "http://x/cat.png", "detail": "low"}}
    sound = {"type": "audio", "audio": "http://x/cat.wav", "format": "wav"}
    parts = [{"type": "text", "text": "Hi", "id": 1}, sound, {**url, "more": 1}]
    messages = [
        {"role": "system", "content": "Be brief.", "id": "1"},
        {"role": "user", "content": parts, "tool_calls": []},
        {"role": "assistant", "content": "Yes?"},
    ]
    sample = sample_of(read({**RECORD, "prompt": {"input": messages}}), where="here")
    cat = Media.from_url("http://x/cat.png")
    meows = Media.from_url("http://x/cat.wav", kind="audio")
    shown = [
        {"type": "text", "text": "Hi"},
        {"type": "media", "media": meows},
        {"type": "media", "media": cat, "detail": "low"},
    ]
    assert sample.input == (
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": shown},
        {"role": "assistant", "content": "Yes?"},
    )


def test_the_order_of_drawing_is_the_same_on_every_machine():
    assert rank(42, "a", "x", "s1") == 12299347565126448249
    assert rank(42, "a", "x", "\ud83d") == rank(42, "a", "x", "\ud83d")
    others = {rank(43, "a", "x", "s1"), rank(42, "b", "x", "s1"), rank(42, "a", "y", "s1"), rank(42, "a", "x", "s2")}
    assert len(others | {rank(42, "a", "x", "s1")}) == 5


def test_stored_records_are_read_by_the_places_of_their_lines(make, tmp_path):
    written = [b"\n", *(json.dumps({**RECORD, "index": at, "subset_name": name}).encode() + b"\n"
                        for at, name in enumerate("yxy"))]  # fmt: skip
    path = tmp_path / "set.jsonl"
    path.write_bytes(b"".join(written))
    starts = [sum(map(len, written[:at])) for at in range(4)]
    benchmark = make("a", few_shot=1, x=1)
    stored = Stored(
        path=path,
        benchmark=benchmark,
        offsets={"y": array("Q", [starts[1], starts[3]]), "x": array("Q", [starts[2]])},
        lines={"y": array("Q", [2, 4]), "x": array("Q", [3])},
    )
    assert (stored.subsets, stored.size("y"), stored.size("x")) == (("x", "y"), 2, 1)
    rows = list(stored.read("y", source=Source()))
    assert [(row["sample"].input, row["row"]) for row in rows] == [("Q: one?", {"row": 1})] * 2
    assert [row["sample"].id for row in stored.read("x", part="few_shot", source=Source())] == ["shot-0", "shot-1"]
    broken = replace(stored, offsets={"y": array("Q", [0, starts[1]])})
    with pytest.raises(DataError, match=rf"^mixed set {path}, line 2: the record does not fit"):
        list(broken.read("y", source=Source()))


def test_what_marking_needs_of_a_kept_row_comes_from_our_benchmark(make, tmp_path):
    def sample(row):
        return Sample(id="no", input="no", target=row["answer"], group="ours", metadata={"more": row["more"]})

    path = tmp_path / "set.jsonl"
    for prompt, expected in (
        ({"input": "?", "metadata": {"answer": "1", "more": 2}}, ("1", "ours", {"more": 2})),
        ({"input": "?", "target": "0", "metadata": {"answer": "1", "more": 2}}, ("0", "ours", {"more": 2})),
        ({"input": "?", "target": "0", "metadata": {"answer": "1"}}, ("0", "", {"answer": "1"})),
        ({"input": "?"}, ("", "", {})),
    ):
        path.write_text(json.dumps({**RECORD, "prompt": prompt}), encoding="utf-8")
        benchmark = replace(make("a", x=1), sample=sample)
        stored = Stored(path=path, benchmark=benchmark, offsets={"x": array("Q", [0])}, lines={"x": array("Q", [1])})
        [row] = stored.read("x", source=Source())
        made = row["sample"]
        assert (made.target, made.group, made.metadata) == expected
        assert (made.id, made.input) == ("", "?")


def test_a_share_is_exact():
    entry = {
        "name": "a",
        "dataset": "a",
        "version": "1",
        "share": "1/3",
        "count": 1,
        "task_type": "",
        "rendered": False,
    }
    told = {"schema": 1, "name": "index", "leaves": [{**entry, "tags": [], "categories": [], "args": {}}]}
    provenance = read({**RECORD, "provenance": told}).provenance
    assert provenance is not None
    assert provenance.leaves[0].exact_share == Fraction(1, 3)
    assert (provenance.drawn, provenance.remarks) == ({}, [])
    drawn = {"sampler": "uniform", "seed": 0, "count": 3, "normalize": "level", "collection": {"name": "root"}}
    provenance = read({**RECORD, "provenance": {**told, **drawn}}).provenance
    assert provenance is not None
    assert provenance.drawn == drawn
