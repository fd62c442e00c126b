"""The samples behind a gate are read from the run folder, and a broken folder is told in one line."""

import pytest

from pytest_evalscope.api.failing import Behind, failing_samples
from pytest_evalscope.folder.paths import RunFolder
from pytest_evalscope.folder.records import RecordWriter
from pytest_evalscope.types import Completion, Record

KEY = ("m", "sums", "default")
OTHER = ("m", "facts", "easy")


def record(sample_id, value=0.0, key=KEY, **fields):
    made = {"outcome": "scored", "values": {"accuracy": value}, "completion": Completion(text=f"of {sample_id}")}
    model, benchmark, subset = key
    return Record(model=model, benchmark=benchmark, subset=subset, sample_id=sample_id, **{**made, **fields})


@pytest.fixture
def folder(tmp_path):
    made = RunFolder(tmp_path / "run")
    made.create()
    return made


@pytest.fixture
def write(folder):
    def written(*records):
        writer = RecordWriter(folder)
        for one in records:
            writer.write(one, [{"role": "user", "content": f"to {one.sample_id}"}])
        writer.close()

    return written


def found(folder, *keys, computed=True):
    return failing_samples(folder, [Behind(key=key, metric="accuracy") for key in keys], computed=computed)


def test_the_worst_are_whole_and_say_where_they_are(folder, write, monkeypatch):
    monkeypatch.chdir(folder.path.parent)
    write(record("a", 1), record("b"), record("c", 0.5))
    failing = found(folder, KEY)
    assert [(one.sample_id, one.prompt, one.completion, one.place) for one in failing.samples] == [
        ("b", "to b", "of b", "reviews/m/sums/default.jsonl:2"),
        ("c", "to c", "of c", "reviews/m/sums/default.jsonl:3"),
    ]
    assert failing.title == "worst samples"
    assert failing.more == "pytest-evalscope show run --failed --benchmark sums"


def test_of_several_subsets_each_has_its_turn(folder, write):
    write(*(record(str(number)) for number in range(5)), *(record(f"o{number}", key=OTHER) for number in range(5)))
    failing = found(folder, OTHER, KEY)
    assert [(one.benchmark, one.subset, one.sample_id) for one in failing.samples] == [
        ("facts", "easy", "o0"),
        ("sums", "default", "0"),
        ("facts", "easy", "o1"),
    ]
    assert failing.more.endswith(" --failed")


def test_without_a_gate_only_those_without_a_score_are_there(folder, write):
    write(record("a"), record("b", outcome="scorer_error", error="KeyError: 'y' at test_it.py:6"))
    failing = found(folder, KEY, computed=False)
    assert [(one.sample_id, one.error) for one in failing.samples] == [("b", "KeyError: 'y' at test_it.py:6")]
    assert failing.title == "samples without a score"


def test_where_no_sample_is_behind_it_there_is_nothing(folder, write):
    assert found(folder, KEY) is None
    write(record("a"))
    assert found(folder, KEY, computed=False) is None
    assert found(folder) is None


@pytest.mark.parametrize("kind", ["reviews", "predictions"])
@pytest.mark.parametrize("line", [b"no json\n", b"[]\n", b'{"sample_id": 3}\n', b"\xff\xfe\n"])
def test_a_broken_line_is_told(folder, write, kind, line):
    write(record("a"), record("b"))
    path = folder.file(kind, *KEY)
    path.write_bytes(line + path.read_bytes().partition(b"\n")[2])
    failing = found(folder, KEY)
    assert failing.samples == ()
    assert "\n" not in failing.problem
    assert str(path) in failing.problem


def test_a_file_that_cannot_be_opened_is_told(folder, write):
    write(record("a"))
    folder.file("reviews", *KEY).unlink()
    folder.file("reviews", *KEY).mkdir()
    assert found(folder, KEY).problem.startswith("IsADirectoryError")


def test_a_record_without_its_prediction_is_shown_without(folder, write):
    write(record("a"))
    folder.file("predictions", *KEY).unlink()
    (sample,) = found(folder, KEY).samples
    assert (sample.sample_id, sample.prompt, sample.completion) == ("a", "", None)
