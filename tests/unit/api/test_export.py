"""Samples of a run as CSV, Parquet, JSON Lines and as a data frame."""

import csv
import io
import json
import sys

import pytest
from click.testing import CliRunner

from pytest_evalscope import Benchmark, Rows, Sample, Score
from pytest_evalscope.api import evaluate, export, samples_frame
from pytest_evalscope.cli.root import commands
from pytest_evalscope.errors import MissingExtra, UsageError
from pytest_evalscope.run import Settings
from pytest_evalscope.stats import mean

TEXTS = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "plain", 'two\nlines, "quoted"', "名前")


def scored(sample, completion):
    return Score(values={"accuracy": -1.0, "close": 0.5}, answer=completion.text)


def bench(name, texts):
    return Benchmark(
        name=name,
        data=Rows([{"q": text} for text in texts]),
        sample=lambda row: Sample(input=row["q"], target=["a", "b"]),
        score=scored,
        metrics={"accuracy": mean("accuracy"), "close": mean("close")},
    )


def echo(prompt: str) -> str:
    return prompt


@pytest.fixture
def run(tmp_path):
    settings = Settings(work_dir=tmp_path / "outputs", cache="off")
    other = bench("other", ["x"])
    return evaluate([bench("own", TEXTS), other], models={"echo": echo}, settings=settings, progress=False).folder


def written(run, kind, *benchmarks):
    file = io.BytesIO()
    count = export(run, file, kind, benchmarks)
    return count, file.getvalue()


def test_csv_has_a_row_per_sample_and_no_formula(run):
    count, content = written(run, "csv", "own")
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    assert count == len(rows) == len(TEXTS)
    found = {row["completion"] for row in rows}
    assert found == {"'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\tx", "plain", 'two\nlines, "quoted"', "名前"}
    [row] = [row for row in rows if row["completion"] == "plain"]
    told = ("model", "benchmark", "subset", "repeat", "outcome", "value.accuracy", "value.close", "target", "error")
    assert [row[name] for name in told] == ["echo", "own", "default", "0", "scored", "-1.0", "0.5", "a or b", ""]
    assert json.loads(row["prompt"])[0]["content"] == "plain"
    assert float(row["seconds"]) >= 0


def test_json_lines_have_records_whole(run):
    count, content = written(run, "jsonl")
    records = [json.loads(line) for line in content.splitlines()]
    assert count == len(records) == len(TEXTS) + 1
    assert {record["completion"]["text"] for record in records} == {*TEXTS, "x"}
    assert records[0]["values"] == {"accuracy": -1.0, "close": 0.5}


def test_parquet_has_the_types_of_its_columns(run):
    parquet = pytest.importorskip("pyarrow.parquet")
    count, content = written(run, "parquet", "own")
    table = parquet.read_table(io.BytesIO(content))
    assert (count, table.num_rows) == (len(TEXTS), len(TEXTS))
    assert {str(table.schema.field(name).type) for name in ("value.accuracy", "seconds")} == {"double"}
    assert {*table.column("completion").to_pylist()} == {*TEXTS}


def test_a_data_frame(run):
    pytest.importorskip("pandas")
    frame = samples_frame(run, ["own"])
    assert len(frame) == len(TEXTS)
    assert frame["value.close"].mean() == 0.5
    assert list(frame.columns[:4]) == ["model", "benchmark", "subset", "sample_id"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("--format=dataframe",),
            "a data frame is a value of Python and no file ('dataframe'); accepted: csv",
        ),
        (("--format=cvs",), "--format: unknown name ('cvs'); did you mean csv?"),
        (("--benchmark=onw",), "unknown name ('onw'); did you mean own?"),
        (("--output={run}/configs/run.json/x",), "--output: the file cannot be written"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(run, arguments, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(commands, ["export", str(run), *(each.format(run=run) for each in arguments)])
    assert (result.exit_code, message in result.output) == (2, True), result.output
    assert not list(tmp_path.glob("samples*"))


def test_the_command_writes_a_file_or_stdout(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(commands, ["export", str(run)])
    assert (result.exit_code, result.output) == (0, "samples.csv: 9 samples\n")
    with (tmp_path / "samples.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.reader(file))) == 10
    result = CliRunner().invoke(commands, ["export", str(run), "--format=jsonl", "--output=-", "--benchmark=other"])
    assert result.exit_code == 0, result.exception
    assert json.loads(result.output)["completion"]["text"] == "x"


@pytest.mark.parametrize(("module", "call"), [("pyarrow", "parquet"), ("pandas", "frame")])
def test_a_package_that_is_missing_is_named_with_its_extra(run, monkeypatch, module, call):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra) as caught:
        samples_frame(run) if call == "frame" else export(run, io.BytesIO(), "parquet")
    assert f"needs the package '{module}'" in caught.value.message
    assert "pytest-evalscope[datasets]" in caught.value.install


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    with pytest.raises(UsageError, match="not a run folder"):
        export(tmp_path, io.BytesIO(), "csv")


def test_rows_are_read_as_they_are_written(run):
    """The first line is in the file before the second record is read."""

    class Stopped(Exception):
        pass

    class File(io.BytesIO):
        def write(self, data):
            raise Stopped

    with pytest.raises(Stopped):
        export(run, File(), "jsonl")
