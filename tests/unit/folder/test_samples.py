"""Records are read whole: with prompt and completion, wherever their predictions are in the file."""

import pytest

from pytest_evalscope.errors import DataError
from pytest_evalscope.folder.paths import RunFolder
from pytest_evalscope.folder.records import RecordWriter
from pytest_evalscope.folder.samples import read_samples, samples_of
from pytest_evalscope.types import Completion, Media, Record, Usage, media_part

KEY = ("m", "b", "s")


def record(sample_id, repeat=0, **fields):
    made = {
        "outcome": "scored",
        "values": {"accuracy": 1.0},
        "completion": Completion(text=f"of {sample_id}"),
        **fields,
    }
    return Record(benchmark="b", subset="s", model="m", sample_id=sample_id, repeat=repeat, **made)


def said(made):
    return None if made.completion is None else made.completion.text


def prompt(text):
    return [{"role": "user", "content": text}]


@pytest.fixture
def folder(tmp_path):
    made = RunFolder(tmp_path)
    made.create()
    return made


@pytest.fixture
def write(folder):
    def written(*records, repeats=1):
        writer = RecordWriter(folder)
        for one in records:
            writer.write(one, prompt(f"to {one.sample_id}"), repeats=repeats)
        writer.finish(KEY)

    return written


def test_each_has_its_prompt_and_its_completion(folder, write):
    write(record("a"), record("b", completion=Completion(text="", usage=Usage(prompt_tokens=3))))
    first, second = samples_of(folder, KEY)
    assert (first.sample_id, first.messages, said(first)) == (
        "a",
        ({"role": "user", "content": "to a"},),
        "of a",
    )
    assert second.completion is not None
    assert second.completion.usage.prompt_tokens == 3


def test_one_without_a_completion_has_its_prompt(folder, write):
    write(record("a", completion=None, outcome="timeout", error="too slow"))
    (only,) = samples_of(folder, KEY)
    assert (only.completion, only.error, only.messages[0]["content"]) == (None, "too slow", "to a")


def test_only_those_that_are_wanted_are_read(folder, write):
    write(*(record(name) for name in "abc"))
    path = folder.file("predictions", *KEY)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0].replace(b'"completion":{', b'"completion":{"new":1,') + b"".join(lines[1:]))
    assert [one.sample_id for one in read_samples(folder, KEY, lambda one: one.sample_id != "a")] == ["b", "c"]
    with pytest.raises(DataError, match=r"s\.jsonl: sample a: not a prediction, damaged or of a newer version"):
        samples_of(folder, KEY)


def test_predictions_in_another_order_are_found(folder, write):
    write(*(record(name) for name in "abc"))
    path = folder.file("predictions", *KEY)
    path.write_bytes(b"".join(reversed(path.read_bytes().splitlines(keepends=True))))
    assert [said(one) for one in samples_of(folder, KEY)] == ["of a", "of b", "of c"]


def test_repeats_have_the_prompt_that_is_stored_once(folder, write):
    write(*(record("a", repeat) for repeat in (1, 0, 2)), repeats=3)
    assert {one.messages[0]["content"] for one in samples_of(folder, KEY)} == {"to a"}


def test_one_whose_prediction_is_missing_is_read_as_it_was_scored(folder, write):
    write(record("a"), record("b"))
    path = folder.file("predictions", *KEY)
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[1])
    assert [(one.completion is None, one.messages == ()) for one in samples_of(folder, KEY)] == [
        (True, True), (False, False),
    ]  # fmt: skip
    path.unlink()
    assert [one.completion for one in samples_of(folder, KEY)] == [None, None]


def test_nothing_was_recorded(folder):
    assert samples_of(folder, KEY) == ()


def test_a_torn_last_line_is_left_out(folder, write):
    write(record("a"), record("b"))
    reviews = folder.file("reviews", *KEY)
    reviews.write_bytes(reviews.read_bytes()[:-5])
    assert [one.sample_id for one in samples_of(folder, KEY)] == ["a"]


def test_pictures_are_those_of_the_folder(folder, png):
    media = Media.from_bytes(png())
    writer = RecordWriter(folder)
    writer.write(record("a"), [{"role": "user", "content": [media_part(media)]}])
    writer.finish(KEY)
    (only,) = samples_of(folder, KEY)
    assert only.messages[0]["content"][0]["media"].sha256 == media.sha256
