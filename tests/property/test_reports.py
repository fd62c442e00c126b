"""Whatever models and data write, the reports stay what they are: JSON, XML, tables, and lines that command nothing."""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_evalscope.collections.levels import index_report, measures_of_marks
from pytest_evalscope.reports import summary_lines, write_reports
from pytest_evalscope.reports.junit import write_gates, write_samples
from pytest_evalscope.reports.summary import summary_markdown
from pytest_evalscope.run import RunFolder
from pytest_evalscope.stats import mean
from pytest_evalscope.types import Columns, Result, RunSummary, clean, plain

NASTY = [
    "::error::x",
    "##[group]",
    "|",
    "`",
    "<script>",
    "]]>",
    "\x1b[31m",
    "\ud83d",
    "\ufffe",
    "\x00",
    "\r\n",
    "../",
    "…",
]
texts = st.lists(st.text(max_size=8) | st.sampled_from(NASTY), max_size=5).map("".join)
names = texts.filter(str.strip)


@st.composite
def results(draw):
    estimate = mean("a")(Columns(values={"a": [1.0, 0.0, 1.0]}, clusters=range(3), samples=range(3)))
    metric = draw(names)
    return Result(
        benchmark=draw(names),
        version=draw(texts),
        model=draw(names),
        subset=draw(names),
        primary_metric=metric,
        metrics={metric: replace(estimate, metric=metric)} if draw(st.booleans()) else {},
        planned=3,
        outcomes={"scored": 3},
        task_type=draw(texts),
        tags=tuple(draw(st.lists(texts, max_size=2))),
        thresholds={metric: 0.5},
        verdict=draw(st.sampled_from(["passed", "failed", "error", "none"])),
        message=draw(texts),
        location=draw(st.sampled_from(["", "tests/test_x.py:3"])),
    )


@st.composite
def summaries(draw):
    made = tuple(draw(st.lists(results(), min_size=1, max_size=3)))
    measured, missing = measures_of_marks([result for result in made if result.model == made[0].model])
    indexes = (index_report(draw(names), made[0].model, measured, missing),) if measured else ()
    return RunSummary(
        folder=Path("run"), results=made, indexes=indexes, remarks=tuple(draw(st.lists(texts, max_size=2)))
    )


@settings(max_examples=50)
@given(summaries(), st.integers(1, 200))
def test_terminal_lines_command_nothing(summary, width):
    for line in summary_lines(summary, width):
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", line)
        assert not line.lstrip().startswith(("::", "##["))
        line.encode()


@settings(max_examples=50)
@given(summaries())
def test_markdown_tables_keep_their_columns(summary):
    page = summary_markdown(summary)
    page.encode()
    assert "<" not in page
    columns = None
    for line in page.split("\n"):
        if not line.startswith("| "):
            columns = None
            continue
        cells = len(re.findall(r"(?<!\\)(?:\\\\)*\|", line))
        assert columns in (None, cells)
        columns = cells


@settings(max_examples=50)
@given(summaries())
def test_junit_can_be_read_back(summary):
    file = BytesIO()
    write_gates(file, summary)
    root = ET.fromstring(file.getvalue())
    assert len(root.findall("testsuite/testcase")) == len(summary.results)
    bad = root.findall("testsuite/testcase/failure") + root.findall("testsuite/testcase/error")
    assert len(bad) == sum(result.verdict in ("failed", "error") for result in summary.results)


@settings(max_examples=30)
@given(summaries())
def test_json_can_be_read_back_and_nothing_leaves_the_folder(summary):
    with TemporaryDirectory() as place:
        folder = Path(place) / "a" / "run"
        paths = write_reports(replace(summary, folder=folder), "gates")
        for path in paths:
            assert folder.resolve() in path.resolve().parents
        assert [path.name for path in Path(place).iterdir()] == ["a"]
        first = summary.results[0]
        report = json.loads(paths[0].read_text(encoding="utf-8"))
        assert report["benchmark"] == clean(first.benchmark)
        assert report["model"] == clean(first.model)
        assert report["subsets"][clean(first.subset)]["planned"] == 3


@settings(max_examples=30)
@given(st.lists(st.tuples(names, texts, texts | st.none(), texts, texts), min_size=1, max_size=4))
def test_samples_in_junit_can_be_read_back(samples):
    with TemporaryDirectory() as place:
        result = Result(
            benchmark="b", version="1", model="m", subset="s", primary_metric="a", metrics={}, planned=1, outcomes={}
        )  # fmt: skip
        path = RunFolder(Path(place)).file("reviews", "m", "b", "s")
        path.parent.mkdir(parents=True)
        with path.open("wb") as file:
            for name, target, answer, explanation, error in samples:
                review = {
                    "sample_id": name,
                    "repeat": 0,
                    "outcome": "model_error" if error else "scored",
                    "values": {"a": 0.0},
                    "answer": answer,
                    "target": target,
                    "explanation": explanation,
                    "error": error,
                    "group": "",
                    "attempts": 1,
                    "seconds": 0.1,
                }
                file.write(orjson.dumps(plain(review), option=orjson.OPT_APPEND_NEWLINE))
        made = BytesIO()
        write_samples(made, RunSummary(folder=Path(place), results=(result,)))
        suite = ET.fromstring(made.getvalue()).findall("testsuite")[0]
        assert len(suite.findall("testcase")) == len(samples)
        assert len(suite.findall("testcase/*[@message]")) == len(samples)
