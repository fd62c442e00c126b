"""Rows come from files one at a time, and a bad line is named."""

import gzip
import json
import tracemalloc
from pathlib import Path

import pytest

from pytest_evalscope.data import files
from pytest_evalscope.data.files import read_file, read_text
from pytest_evalscope.errors import DataError

ROWS = [{"question": "1 + 1?", "answer": "2"}, {"question": "größer, 大?", "answer": 'say "no"'}]


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


JSONL = '{"question": "1 + 1?", "answer": "2"}\n\n  \n{"question": "größer, 大?", "answer": "say \\"no\\""}'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", JSONL),
        ("a.jsonl", JSONL.replace("\n", "\r\n")),
        ("a.jsonl.gz", gzip.compress(JSONL.encode(), mtime=0)),
        ("a.csv", '\ufeffquestion,answer\r\n1 + 1?,2\r\n"größer, 大?","say ""no"""\r\n'),
        ("a.json", "\ufeff " + f"[{JSONL.strip()}]".replace("\n\n  \n", ",\n")),
        ("a.tsv", 'question\tanswer\n1 + 1?\t2\ngrößer, 大?\t"say ""no"""\n'),
    ],
)
def test_every_format_gives_the_same_rows(tmp_path, name, content):
    assert list(read_file(written(tmp_path, name, content))) == ROWS


def test_parquet_keeps_lists_and_structures(tmp_path):
    pyarrow = pytest.importorskip("pyarrow", reason="parquet needs the extra `datasets`")
    from pyarrow import parquet

    rows = [{"choices": {"text": ["x", "y"], "label": ["1", "2"]}, "answerKey": "2"}] * 3
    parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "a.parquet")
    assert list(read_file(tmp_path / "a.parquet")) == rows


def test_rows_stream(tmp_path):
    path = written(tmp_path, "a.jsonl", '{"n": 1}\n{"n": 2}\nthis line is never reached')
    rows = read_file(path)
    assert [next(rows), next(rows)] == [{"n": 1}, {"n": 2}]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", '{"n": 1}\n{"n": }\n', "a.jsonl, line 2: not JSON"),
        ("a.jsonl", '{"n": NaN}\n', "a.jsonl, line 1: not JSON"),
        ("a.jsonl", b'{"n": "\xff"}\n', "a.jsonl, line 1: not JSON"),
        ("a.jsonl", '{"n": 1}\n\n[1, 2]\n', "a.jsonl, line 3: not a JSON object (list); a line holds one row"),
        ("a.jsonl.gz", gzip.compress(b'{"n": 1}\n' * 9, mtime=0)[:-9], "a.jsonl.gz: damaged gzip file"),
        ("a.jsonl.gz", b'{"n": 1}\n', "a.jsonl.gz: damaged gzip file"),
        ("a.csv", "x,y\n1,2\n3\n", "a.csv, line 3: not as many values as the first line has columns (2)"),
        ("a.csv", "x,y\n1,2,3\n", "a.csv, line 2: not as many values"),
        ("a.csv", b"x,y\n1,\xff\n", "a.csv, line"),
        ("a.csv", 'x,y\n1,"2\n', "a.csv, line"),
        ("a.json", '{"n": 1}', "a.json: not a JSON array of objects (it begins with '{')"),
        ("a.json", '[{"n": 1}, 2]', "a.json: not a JSON array of objects (int in it)"),
        ("a.json", '[{"n": 1}, {"n": ', "a.json: not a JSON array of objects (Expecting value)"),
        ("a.json", b'[{"n": "\xff"}]', "a.json: not in UTF-8"),
        ("a.xlsx", "", "unknown kind of data file; known are .jsonl, .jsonl.gz, .csv, .tsv, .parquet"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(tmp_path, name, content, message):
    path = written(tmp_path, name, content)
    with pytest.raises(DataError) as caught:
        list(read_file(path))
    assert message in str(caught.value)


def test_a_damaged_parquet_file_is_named(tmp_path):
    pytest.importorskip("pyarrow", reason="parquet needs the extra `datasets`")
    with pytest.raises(DataError, match=r"a\.parquet: damaged parquet file"):
        list(read_file(written(tmp_path, "a.parquet", "no parquet")))


def test_a_json_array_is_read_in_parts(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_PART", 7)
    rows = [{"text": "x" * n, "parts": [{"n": n}, "]", "}"]} for n in range(40)]
    for indent in (None, 2):
        assert list(read_file(written(tmp_path, "a.json", json.dumps(rows, indent=indent)))) == rows
    assert list(read_file(written(tmp_path, "a.json", " [ ] "))) == []


def test_a_text_may_be_packed(tmp_path):
    assert read_text(written(tmp_path, "a.txt", "größer")) == "größer"
    assert read_text(written(tmp_path, "a.txt.gz", gzip.compress("größer".encode()))) == "größer"
    for name, content in (("a.txt", b"\xff"), ("a.txt.gz", b"no gzip"), ("b.txt.gz", gzip.compress(b"abc" * 99)[:-9])):
        with pytest.raises(DataError, match=rf"{name}: not a text in UTF-8"):
            read_text(written(tmp_path, name, content))


def test_long_rows_of_a_parquet_file_are_not_held_together(tmp_path, monkeypatch):
    pyarrow = pytest.importorskip("pyarrow", reason="parquet needs the extra `datasets`")
    from pyarrow import parquet

    path = tmp_path / "long.parquet"
    monkeypatch.setattr(files, "_PART", 1 << 16)
    texts = [f"{n:07d}" * 150_000 for n in range(8)]
    parquet.write_table(pyarrow.table({"text": texts}), path, compression="none", use_dictionary=False)
    tracemalloc.start()
    try:
        assert [row["text"][:7] for row in read_file(path)] == [text[:7] for text in texts]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000  # of 8.4 million characters
