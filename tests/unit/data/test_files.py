"""Rows come from files one at a time, and a bad line is named."""

import gzip
from pathlib import Path

import pytest

from pytest_evalscope.data.files import read_file
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
        ("a.jsonl.gz", gzip.compress(JSONL.encode())),
        ("a.csv", '\ufeffquestion,answer\r\n1 + 1?,2\r\n"größer, 大?","say ""no"""\r\n'),
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
        ("a.jsonl.gz", gzip.compress(b'{"n": 1}\n' * 9)[:-9], "a.jsonl.gz: damaged gzip file"),
        ("a.jsonl.gz", b'{"n": 1}\n', "a.jsonl.gz: damaged gzip file"),
        ("a.csv", "x,y\n1,2\n3\n", "a.csv, line 3: not as many values as the first line has columns (2)"),
        ("a.csv", "x,y\n1,2,3\n", "a.csv, line 2: not as many values"),
        ("a.csv", b"x,y\n1,\xff\n", "a.csv, line"),
        ("a.csv", 'x,y\n1,"2\n', "a.csv, line"),
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
