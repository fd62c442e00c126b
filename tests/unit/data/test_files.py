"""Rows come from files one at a time, and a bad line is named."""

import csv
import gzip
import json
import re
import sys
import tracemalloc
from pathlib import Path

import pytest

from pytest_evalscope.data import files
from pytest_evalscope.data.files import Located, read_file, read_rows, read_text
from pytest_evalscope.errors import DataError, MissingExtra

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
        ("a.jsonl", "\ufeff" + JSONL.replace("\n", "\r\n")),
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
    read = list(read_file(tmp_path / "a.parquet"))
    assert read == rows
    assert [getattr(row, "place", None) for row in read] == [f"{tmp_path / 'a.parquet'}, row {n}" for n in (1, 2, 3)]


def test_rows_stream(tmp_path):
    path = written(tmp_path, "a.jsonl", '{"n": 1}\n{"n": 2}\nthis line is never reached')
    rows = read_file(path)
    assert [next(rows), next(rows)] == [{"n": 1}, {"n": 2}]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", '{"n": 1}\n{"n": }\n', ", line 2: not JSON (…)"),
        ("a.jsonl", '{"n": NaN}\n', ", line 1: not JSON (…)"),
        ("a.jsonl", b'{"n": "\xff"}\n', ", line 1: not JSON (…)"),
        ("a.jsonl", '{"n": 1}\n\ufeff{"n": 2}\n', ", line 2: not JSON (…)"),
        ("a.jsonl", '{"n": 1}\n\n[1, 2]\n', ", line 3: not a JSON object (list); a line holds one row"),
        ("a.jsonl.gz", gzip.compress(b'{"n": 1}\n' * 9, mtime=0)[:-9], ": damaged gzip file (…)"),
        ("a.jsonl.gz", b'{"n": 1}\n', ": damaged gzip file (…)"),
        ("a.jsonl.gz", gzip.compress(b"x" * 99, mtime=0)[:12] + b"\xff" * 9, ": damaged gzip file (…)"),
        ("a.csv", "x,y\n1,2\n3\n", ", line 3: not as many values as the first line has columns (2)"),
        ("a.csv", "x,y,z\n1,2\n", ", line 2: not as many values as the first line has columns (3)"),
        ("a.csv", "x\n1,2,3\n", ", line 2: not as many values as the first line has columns (1)"),
        ("a.csv", b"x,y\n1,\xff\n", ": not in UTF-8 (…)"),
        ("a.csv", 'x,y\n1,2\n1,"2\n', ", line 3: not a row (…)"),
        ("a.csv", 'x,y\n1,"2"3\n', ", line 2: not a row (…)"),
        ("a.csv", 'x,"y', ", line 1: not a row (…)"),
        ("a.json", "", ": neither a JSON array of objects nor JSON lines (it begins with '')"),
        ("a.json", '{\n"n": 1}', ": neither a JSON array of objects nor JSON lines (it begins with '{')"),
        ("a.json", ' \n{"n": 1}\n{"n": }\n', ", line 3: not JSON (…)"),
        ("a.json", '[{"n": 1}, 2]', ": not a JSON array of objects (int in it)"),
        ("a.json", '[{"n": 1}, {"n": ', ": not a JSON array of objects (Expecting value)"),
        ("a.json", "[", ": not a JSON array of objects (Expecting value)"),
        ("a.json", b'[{"n": "\xff"}]', ": not in UTF-8 (…)"),
        ("a.xlsx", "", ": unknown kind of data file; accepted: .jsonl, .jsonl.gz, .csv, .tsv, .parquet, .json"),
        ("a.parquet", "no parquet", ": damaged parquet file (…)"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(tmp_path, name, content, message):
    if name == "a.parquet":
        pytest.importorskip("pyarrow", reason="parquet needs the extra `datasets`")
    path = written(tmp_path, name, content)
    with pytest.raises(DataError) as caught:
        list(read_file(path))
    expected = re.escape(f"{path}{message}").replace("…", "[^\n]+")  # what a parser says is its own affair
    assert re.fullmatch(expected, str(caught.value))


@pytest.mark.parametrize(
    ("name", "content", "places"),
    [
        ("a.jsonl", '{"n": 1}\n\n{"n": 2}\n', ["line 1", "line 3"]),
        ("a.jsonl.gz", gzip.compress(b'\n{"n": 1}\n'), ["line 2"]),
        ("a.csv", 'x,y\n1,"2\n3"\n4,5\n', ["line 3", "line 4"]),
        ("a.json", '[{"n": 1}, {"n": 2}]', ["object 1", "object 2"]),
    ],
)
def test_a_row_says_where_it_stands(tmp_path, name, content, places):
    path = written(tmp_path, name, content)
    assert [getattr(row, "place", None) for row in read_file(path)] == [f"{path}, {place}" for place in places]


def test_the_missing_reader_of_parquet_is_named_with_its_remedy(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtra) as caught:
        list(read_file(tmp_path / "a.parquet"))
    missing = f"{tmp_path / 'a.parquet'}: needs the package 'pyarrow', which is not installed"
    assert str(caught.value) == f"{missing}\nhint: pip install 'pytest-evalscope[datasets]'"


def test_a_json_array_is_read_in_parts(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_PART", 7)
    rows = [{"text": "x" * n, "parts": [{"n": n}, "]", "}"]} for n in range(40)]
    for indent in (None, 2):
        assert list(read_file(written(tmp_path, "a.json", json.dumps(rows, indent=indent)))) == rows
    assert list(read_file(written(tmp_path, "a.json", " \n [ ] "))) == []


def test_an_object_read_in_parts_is_not_begun_again_for_each(tmp_path, monkeypatch):
    tries = []

    class Counted(json.JSONDecoder):
        def raw_decode(self, text, idx=0):
            tries.append(len(text))
            return super().raw_decode(text, idx)

    monkeypatch.setattr(files, "_PART", 16)
    monkeypatch.setattr(files, "JSONDecoder", Counted)
    rows = [{"text": "x" * 10_000}, {"text": "y" * 10_000}]
    assert list(read_file(written(tmp_path, "a.json", json.dumps(rows)))) == rows
    assert len(tries) < 30
    assert max(tries) < 3 * 10_000


def test_a_text_may_be_packed(tmp_path):
    assert read_text(written(tmp_path, "a.txt", "\ufeffgrößer\n")) == "größer\n"
    assert read_text(written(tmp_path, "a.txt.gz", gzip.compress("größer".encode()))) == "größer"
    for name, content in (("a.txt", b"\xff"), ("a.txt.gz", b"no gzip"), ("b.txt.gz", gzip.compress(b"abc" * 99)[:-9])):
        with pytest.raises(DataError) as caught:
            read_text(written(tmp_path, name, content))
        assert str(caught.value).startswith(f"{tmp_path / name}: not a text in UTF-8 (")


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


@pytest.mark.parametrize(("length", "held"), [(10, 1024), (4096, 16)])
def test_as_many_rows_of_a_parquet_file_are_held_as_make_sixteen_parts(tmp_path, monkeypatch, length, held):
    pyarrow = pytest.importorskip("pyarrow", reason="parquet needs the extra `datasets`")
    from pyarrow import parquet

    asked = []

    class Spied(parquet.ParquetFile):  # type: ignore[misc]  # pyarrow has no types
        def iter_batches(self, batch_size):
            asked.append(batch_size)
            return super().iter_batches(batch_size=batch_size)

    texts = [f"{n:0{length}d}" for n in range(1500)]
    table = pyarrow.table({"text": texts})
    parquet.write_table(table, tmp_path / "a.parquet", compression="none", use_dictionary=False, row_group_size=700)
    monkeypatch.setattr(files, "_PART", 4096)
    monkeypatch.setattr(parquet, "ParquetFile", Spied)
    assert [row["text"] for row in read_file(tmp_path / "a.parquet")] == texts
    assert asked == [held]


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("a.jsonl", '{"n": 1}\n{"n": 1, "a": "x", "n": 2}\n', "line 2"),
        ("a.jsonl", '{"n":1,"n":1}', "line 1"),
        ("a.jsonl", '{"n" : 1, "n" : 2}', "line 1"),
        ("a.jsonl", '{"n": 1, "\\u006e": 2}', "line 1"),
        ("a.jsonl", '{"a": [{"b": {"n": 1, "n": 2}}]}', "line 1"),
        ("a.jsonl", '{"t": "so: \\"n\\": 1", "n": 1, "n": 2}', "line 1"),
        ("a.jsonl.gz", gzip.compress(b'{"n": 1, "n": 2}\n'), "line 1"),
        ("a.json", '[{"n": 1}, {"n": 1, "n": 2}]', "object 2"),
        ("a.json", '[{"a": {"n": 1, "n": 2}}]', "object 1"),
    ],
)
def test_a_key_that_is_there_twice_is_refused(tmp_path, name, content, place):
    path = written(tmp_path, name, content)
    with pytest.raises(DataError) as caught:
        list(read_file(path))
    assert caught.value.message == f"{path}, {place}: an object has the key 'n' twice; accepted: each key once"


@pytest.mark.parametrize(
    "line",
    [
        '{"a": [{"n": 1}, {"n": 2}], "n": 3}',
        '{"a": "\\"n\\": 1", "n": ":n", "b": "\\\\\\"n\\":"}',
        '{"a\\\\": 1, "b": "x"}',
        '{"a" : 1, "b" : {"c" : ":"}}',
        '{"": 1, " ": 2}',
    ],
)
def test_keys_that_only_look_alike_are_none(tmp_path, line):
    (row,) = read_file(written(tmp_path, "a.jsonl", line))
    assert dict(row) == json.loads(line)


@pytest.mark.parametrize(("name", "head"), [("a.csv", "x,y,x"), ("a.tsv", "x\ty\tx"), ("a.csv", 'x,y,"x"')])
def test_two_columns_of_one_name_are_refused(tmp_path, name, head):
    path = written(tmp_path, name, f"{head}\n1,2,3\n")
    with pytest.raises(DataError) as caught:
        list(read_file(path))
    assert caught.value.message == f"{path}, line 1: two columns have the name 'x'; accepted: a name for each"


def test_two_columns_of_one_name_in_parquet(tmp_path):
    pyarrow = pytest.importorskip("pyarrow", reason="parquet needs the extra `datasets`")
    from pyarrow import parquet

    path = tmp_path / "a.parquet"
    parquet.write_table(pyarrow.Table.from_arrays([pyarrow.array([1]), pyarrow.array([2])], names=["x", "x"]), path)
    with pytest.raises(DataError, match="two columns have the name 'x'"):
        list(read_file(path))


@pytest.fixture
def csv_limit():
    """Put the parser's limit, which reading raises, back for the tests that follow."""
    before = csv.field_size_limit(131_072)
    yield
    csv.field_size_limit(before)


@pytest.mark.usefixtures("csv_limit")
@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
def test_a_long_field_is_read(tmp_path, name):
    text = "x" * 400_000
    between = "," if name == "a.csv" else "\t"
    (row,) = read_file(written(tmp_path, name, f'a{between}b\n"{text}"{between}1\n'))
    assert row["a"] == text


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("a.jsonl", b'{"n": 1}\n{"n": "' + b"x" * 3000 + b'"}', "line 2"),
        ("a.jsonl.gz", gzip.compress(b'{"n": 1}\n' + b"x" * 3000), "line 2"),
        ("a.csv", b"n\n1\n" + b"x" * 3000, "line 3"),
        ("a.tsv", b"n" * 3000, "line 1"),
        ("a.json", b'[{"n": 1}, {"n": "' + b"x" * 3000 + b'"}]', "object 2"),
    ],
)
def test_a_row_that_would_fill_the_memory_is_refused(tmp_path, monkeypatch, name, content, place):
    monkeypatch.setattr(files, "_LONGEST", 1 << 10)
    monkeypatch.setattr(files, "_PART", 1 << 9)
    path = written(tmp_path, name, content)
    with pytest.raises(DataError) as caught:
        list(read_file(path))
    assert caught.value.message.startswith(f"{path}, {place}: longer than ")


def test_no_more_of_a_packed_line_is_unpacked_than_may_be_read(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_LONGEST", 1 << 20)
    path = written(tmp_path, "a.jsonl.gz", gzip.compress(b" " * (64 << 20)))
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="line 1: longer than 1 MiB"):
            list(read_file(path))
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
@pytest.mark.parametrize("levels", [2000, 100_000])
def test_what_is_nested_too_deeply_is_refused_by_its_place(tmp_path, name, levels):
    deep = '{"a": ' + "[" * levels + "]" * levels + "}"
    path = written(tmp_path, name, f"[{deep}]" if name == "a.json" else deep)
    with pytest.raises(DataError, match=f"{name}, (object|line) 1: "):
        list(read_file(path))


def test_a_text_that_is_too_long_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_LONGEST", 1 << 10)
    for name, content in (("a.txt", b"x" * 2000), ("a.txt.gz", gzip.compress(b"x" * 2000))):
        with pytest.raises(DataError, match="longer than 0 MiB"):
            files.read_text(written(tmp_path, name, content))


def test_json_lines_may_be_in_a_file_that_is_named_json(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('\ufeff{"n": 1}\n\n{"n": {"m": 2}}\n', encoding="utf-8")
    rows = list(read_file(path))
    assert rows == [{"n": 1}, {"n": {"m": 2}}]
    assert isinstance(rows[1], Located)
    assert rows[1].place == f"{path}, line 3"


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", ""), ("a.csv", "question,answer\n"), ("a.tsv", "\n\n"), ("a.jsonl", "\n \n"), ("a.json", "[]")],
)
def test_a_file_without_rows_is_named_where_it_must_have_some(tmp_path, name, content):
    path = written(tmp_path, name, content)
    assert list(read_file(path)) == []
    with pytest.raises(DataError, match=rf"{re.escape(str(path))}: it has no rows; accepted: a file with at least one"):
        list(read_rows(path))
    assert list(read_rows(written(tmp_path, "b.csv", "question\n1?\n2?\n"))) == [{"question": "1?"}, {"question": "2?"}]


@pytest.mark.parametrize(
    ("name", "content", "sign"),
    [
        ("a.csv", "question;answer\n1,5?;2\n", "';'"),
        ("a.csv", '"question";"answer"\n"1?";"2"\n', "';'"),
        ("a.csv", "question\tanswer\n1?\t2\n", r"'\t'"),
        ("a.csv", "question|answer\n", "'|'"),
        ("a.tsv", "question,answer\n1?,2\n", "','"),
        ("a.tsv", "id; question; answer\n1?;2\n", "';'"),
    ],
)
def test_another_sign_between_values_is_told(tmp_path, name, content, sign):
    with pytest.raises(DataError) as caught:
        list(read_file(written(tmp_path, name, content)))
    wanted = "tabs" if name == "a.tsv" else "commas"
    assert f"{name}, line 1: one column (" in caught.value.message
    assert caught.value.message.endswith(f"; accepted: values separated by {wanted}")
    assert caught.value.hint == f"they are separated by {sign} here: write the file with {wanted}, or as .jsonl"


@pytest.mark.parametrize(
    ("name", "column"),
    [("a.csv", "question"), ("a.csv", "why; and how?"), ("a.csv", '"a,b"'), ("a.tsv", "Is it so, or not?")],
)
def test_a_file_of_one_column_is_read(tmp_path, name, column):
    assert [*read_file(written(tmp_path, name, f"{column}\n1?\n"))] == [{column.strip('"'): "1?"}]
