"""A gate that is inconclusive has a word of its own in every report."""

from io import BytesIO
from typing import get_args
from xml.etree import ElementTree as ET

from pytest_evalscope.reports.junit import write_gates
from pytest_evalscope.reports.overall import overall
from pytest_evalscope.reports.summary import summary_lines, summary_markdown
from pytest_evalscope.reports.write import benchmark_content
from pytest_evalscope.types import GateOutcome
from pytest_evalscope.types.result import SEVERITY

TEXT = "inconclusive: accuracy 0.800 ± 0.226 (95 % 0.49–0.94, n=10) may or may not be at least 0.6"


def open_one(result, subset="main"):
    return result(verdict="inconclusive", message=TEXT, subset=subset)


def test_it_is_worse_than_passed_and_better_than_a_gate_that_did_not_hold():
    assert SEVERITY["passed"] < SEVERITY["inconclusive"] < SEVERITY["xfailed"] < SEVERITY["failed"] < SEVERITY["error"]
    assert set(SEVERITY) == set(get_args(GateOutcome))


def test_it_is_a_skipped_case_with_its_reason(result, summary):
    file = BytesIO()
    write_gates(file, summary(open_one(result)))
    root = ET.fromstring(file.getvalue())
    assert [(one.tag, one.get("message")) for one in root.iter("skipped")] == [("skipped", TEXT)]
    [suite] = root
    assert (suite.get("skipped"), suite.get("failures"), suite.get("errors")) == ("1", "0", "0")


def test_one_that_was_cut_off_is_an_error(result, summary):
    file = BytesIO()
    write_gates(file, summary(result(verdict="inconclusive", message=TEXT, complete=False)))
    assert [one.get("message") for one in ET.fromstring(file.getvalue()).iter("error")] == [TEXT]


def test_the_table_the_page_and_the_file_say_it(result, summary):
    run = summary(open_one(result), result(subset="other"))
    lines = summary_lines(run, 160)
    assert [line.split()[1] for line in lines if line.startswith("  main")] == ["inconclusive"]
    assert any("(2 subsets)" in line and "1 inconclusive" in line for line in lines)
    page = summary_markdown(run)
    assert "gates without an answer" in page
    assert "gates that did not hold" not in page
    assert "gsm8k/main of fake/echo: inconclusive: accuracy" in page
    content = benchmark_content([*run.results])
    assert (content["overall"]["verdict"], content["subsets"]["main"]["message"]) == ("inconclusive", TEXT)


def test_a_benchmark_counts_what_did_not_pass_by_word(result, summary):
    others = [result(subset=name, verdict=name) for name in ("failed", "xfailed", "error")]
    run = summary(open_one(result), open_one(result, "more"), *others)
    [whole] = [line for line in summary_lines(run, 200) if "(5 subsets)" in line]
    assert "1 error, 1 failed, 1 xfailed, 2 inconclusive" in whole
    assert overall([open_one(result), result(subset="b")]).verdict == "inconclusive"
