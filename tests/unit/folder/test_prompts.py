"""Prompts are written once, and found by whoever reads."""

import orjson
import pytest

from pytest_evalscope.errors import DataError
from pytest_evalscope.folder.lines import Lines, read_lines, with_messages
from pytest_evalscope.folder.paths import RunFolder
from pytest_evalscope.folder.prompts import PromptsWritten
from pytest_evalscope.folder.records import RecordWriter
from pytest_evalscope.types import Media, Record, media_part

ASKED = [{"role": "user", "content": "2 + 2"}]
OTHER = [{"role": "user", "content": "3 + 3"}]


def test_repeats_refer_to_the_first_that_comes():
    prompts = PromptsWritten()
    assert prompts.fields("a", 2, ASKED, 3) == {"messages": ASKED}
    assert prompts.fields("a", 0, ASKED, 3) == {"messages": None, "messages_of": 2}
    assert prompts.fields("b", 0, ASKED, 3) == {"messages": ASKED}
    assert prompts.fields("a", 1, OTHER, 3) == {"messages": OTHER}


def test_nothing_is_remembered_of_what_is_complete():
    prompts = PromptsWritten()
    for sample in ("a", "b"):
        for repeat in range(3):
            prompts.fields(sample, repeat, ASKED, 3)
    prompts.fields("c", 0, ASKED, 1)
    assert (prompts._first, prompts._missing) == ({}, {})


def record(sample_id, repeat):
    return Record(
        benchmark="b",
        subset="s",
        model="m",
        sample_id=sample_id,
        repeat=repeat,
        outcome="scored",
        values={"accuracy": 1.0},
    )


@pytest.fixture
def written(tmp_path, png):
    """A file of two samples with a picture, three repeats each, and the picture."""
    folder = RunFolder(tmp_path)
    folder.create()
    media = Media.from_bytes(png())
    writer = RecordWriter(folder)
    for repeat in (1, 0, 2):
        for sample in "ab":
            messages = [{"role": "user", "content": [media_part(media), {"type": "text", "text": sample}]}]
            writer.write(record(sample, repeat), messages, repeats=3)
    writer.finish(("m", "b", "s"))
    return folder.file("predictions", "m", "b", "s"), media


def test_a_file_has_each_prompt_once_and_no_picture(written):
    path, media = written
    fields = [fields for _, fields in read_lines(path)]
    assert [one["messages"] is not None for one in fields] == [True, True, False, False, False, False]
    assert [one.get("messages_of") for one in fields] == [None, None, 1, 1, 1, 1]
    (picture, text) = fields[0]["messages"][0]["content"]
    assert picture == {"type": "media", "kind": "image", "mime": "image/png", "sha256": media.sha256}
    assert text == {"type": "text", "text": "a"}
    assert b"base64" not in path.read_bytes()


def test_every_line_is_read_with_its_messages(written):
    path, _ = written
    lines = Lines(path)
    for sample in "ab":
        for repeat in range(3):
            found = lines.find(sample, repeat)
            assert found is not None
            whole = with_messages(found, lines)
            assert (whole["repeat"], "messages_of" in whole) == (repeat, False)
            assert whole["messages"][0]["content"][1]["text"] == sample
    assert lines.find("c", 0) is None


def test_a_line_as_it_was_written_before_is_whole(tmp_path):
    path = tmp_path / "old.jsonl"
    old = [
        {"sample_id": "a", "repeat": repeat, "messages": ASKED, "completion": None, "error": ""} for repeat in (0, 1)
    ]
    path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in old))
    lines = Lines(path)
    assert [with_messages(fields, lines) for _, fields in read_lines(path)] == old


def test_a_reference_to_what_is_not_there_is_told(tmp_path):
    path = tmp_path / "broken.jsonl"
    line = {"sample_id": "a", "repeat": 0, "messages": None, "messages_of": 1}
    for other in ([], [{"sample_id": "a", "repeat": 1, "messages": None, "messages_of": 0}]):
        path.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in [line, *other]))
        with pytest.raises(
            DataError, match=r"broken.jsonl: sample a refers to messages that are not there \(repeat 1\)"
        ):
            with_messages(line, Lines(path))


@pytest.mark.parametrize("junk", [None, "1", [], {}, 1.5, True])
def test_a_reference_that_is_none_is_told_with_its_line(junk, tmp_path):
    path = tmp_path / "broken.jsonl"
    path.write_bytes(orjson.dumps({"sample_id": "a", "repeat": 0, "messages_of": junk}) + b"\n")
    with pytest.raises(DataError, match=r"broken.jsonl:1: not a record \(messages_of names no repeat\)"):
        list(read_lines(path))
