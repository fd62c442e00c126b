import xml.etree.ElementTree as ET
from io import BytesIO
from typing import Any

import pytest

from pytest_evalscope.errors import DataError
from pytest_evalscope.reports.junit import write_gates, write_samples
from pytest_evalscope.run import RunFolder


def suites(summary, *, samples=False, **options):
    """The suites of both files, or of that of the gates alone."""
    made: dict[Any, Any] = {}
    for write in (write_gates, write_samples) if samples else (write_gates,):
        file = BytesIO()
        write(file, summary, **options)
        root = ET.fromstring(file.getvalue())
        assert root.tag == "testsuites"
        made |= {suite.get("name"): suite for suite in root}
    return made


def properties(element):
    return {item.get("name"): item.get("value") for item in element.findall("properties/property")}


def plain(element: ET.Element) -> tuple[Any, ...]:
    """The element and all below it: tag, attributes, text, and the same of its children."""
    return (element.tag, dict(element.attrib), (element.text or "").strip(), [plain(child) for child in element])


def told(**fields):
    """The properties of those names and values, as `plain` has them."""
    made: list[Any] = [
        ("property", {"name": f"evalscope.{name}", "value": value}, "", []) for name, value in fields.items()
    ]
    return ("properties", {}, "", made)


def test_the_whole_file(result, summary, write_reviews):
    place = r"C:\evals\test_a.py"
    below = {"verdict": "failed", "message": "it\x1b[31m is\nbelow", "location": f"{place}:9"}
    whole = result(metrics={}, thresholds={}, seconds=1.23456)
    run = summary(whole, result(subset="b", metrics={}, thresholds={}, **below), complete=False)
    wrong = {"values": {"accuracy": 0.0, "x": 0.5}, "answer": "5", "target": ["4", "four"], "explanation": "a\nb"}
    write_reviews(run, whole, [{}, {**wrong, "seconds": 0.12345}])
    files = [BytesIO(), BytesIO()]
    write_gates(files[0], run)
    write_samples(files[1], run)
    counts = {"failures": "1", "errors": "0", "skipped": "0", "tests": "2"}
    names = {"benchmark": "gsm8k", "subset": "main", "model": "fake/echo"}
    further = {"planned": "10", "weight": "1.0", "verdict": "passed", "outcome.scored": "10"}
    case = {"classname": "evals.math.test_gsm8k", "file": "evals/math/test_gsm8k.py", "line": "7", "time": "1.235"}
    lost = {"classname": "C:.evals.test_a", "file": place, "line": "9", "time": "1.25"}
    failure = {"message": "it is below", "type": "gate"}
    shown = f"it is\nbelow\n{place}:9: it is below"
    gates = [
        told(run="20260102T030405Z-abc123", state="incomplete"),
        ("testcase", {"name": "gsm8k/main/fake/echo", **case}, "", [told(**names, **further)]),
        (
            "testcase",
            {"name": "gsm8k/b/fake/echo", **lost},
            "",
            [told(**{**names, "subset": "b"}, **{**further, "verdict": "failed"}), ("failure", failure, shown, [])],
        ),
    ]
    place_of_test = {name: case[name] for name in ("file", "line")}
    first = {"name": "q0", "classname": "gsm8k.main", "time": "0.5", **place_of_test}
    second = {"name": "q1", "classname": "gsm8k.main", "time": "0.123", **place_of_test}
    marked = {"message": "answer 5; expected 4 or four", "type": "wrong"}
    details = (
        "answer       5\n  target       4 or four\n  explanation  a\n               b\n"
        "  record       reviews/fake_echo-44e970/gsm8k/main.jsonl:2"
    )
    samples = [
        told(**names),
        ("testcase", first, "", [told(accuracy="1.0")]),
        ("testcase", second, "", [told(accuracy="0.0", x="0.5"), ("failure", marked, details, [])]),
    ]
    none = dict.fromkeys(counts, "0")
    made = [plain(ET.fromstring(file.getvalue())) for file in files]
    suite = ("testsuite", {"name": "gates", **counts, "time": "2.485"}, "", gates)
    assert [root[:3] for root in made] == [("testsuites", {"name": "evalscope"}, "")] * 2
    right = ("testsuite", {"name": "samples of gsm8k/main/fake/echo", **counts, "time": "0.623"}, "", samples)
    empty = {"name": "samples of gsm8k/b/fake/echo", **none, "time": "0.0"}
    other = ("testsuite", empty, "", [told(**{**names, "subset": "b"})])
    assert [root[3] for root in made] == [[suite], [right, other]]


def test_the_file_says_what_it_is_encoded_in(summary):
    file = BytesIO()
    write_gates(file, summary())
    assert file.getvalue().startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<testsuites name=\"evalscope\">\n")


def test_long_texts_are_cut(result, summary, write_reviews):
    long = "x" * 20_000
    run = summary(result(verdict="failed", message=long, location=f"{long}:7", model=long))
    write_reviews(run, run.results[0], [{"outcome": "timeout", "error": long, "sample_id": long}])
    gates, samples = suites(run, samples=True).values()
    assert (len(gates.find("testcase").get("name")), len(samples.get("name"))) == (300, 300)
    assert len(gates.find("testcase").get("file")) == 1000
    assert len(properties(gates.find("testcase"))["evalscope.model"]) == 1000
    failure = gates.find("testcase/failure")
    assert len(failure.get("message")) == 1000
    text, place = failure.text.split("\n")
    assert (len(text), len(place)) == (10_001, 1000 + len(": ") + 1000)
    assert (len(samples.find("testcase").get("name")), len(samples.find("testcase/error").get("message"))) == (300, 300)


def test_a_failure_without_a_place_ends_in_its_message(result, summary):
    failure = suites(summary(result(verdict="failed", message="below", location="")))["gates"].find("testcase/failure")
    assert failure.text == "below\nbelow"


def test_a_sample_without_a_value_or_an_error_is_told_by_its_outcome(result, summary, write_reviews):
    run = summary(result())
    write_reviews(run, run.results[0], [{"values": {}}, {"outcome": "scorer_error"}, {"values": {"accuracy": -1.0}}])
    suite = suites(run, samples=True)["samples of gsm8k/main/fake/echo"]
    assert [(case[1].tag, case[1].get("message")) for case in suite.findall("testcase")] == [
        ("failure", "answer 4; expected 4"),
        ("error", "scorer_error"),
        ("failure", "answer 4; expected 4"),
    ]


def test_a_gate_is_a_case(result, summary):
    gates = suites(summary(result()))["gates"]
    assert properties(gates) == {"evalscope.run": "20260102T030405Z-abc123", "evalscope.state": "complete"}
    assert {name: gates.get(name) for name in ("tests", "failures", "errors", "skipped", "time")} == {
        "tests": "1", "failures": "0", "errors": "0", "skipped": "0", "time": "1.25",
    }  # fmt: skip
    [case] = gates.findall("testcase")
    assert case.attrib == {
        "name": "gsm8k/main/fake/echo",
        "classname": "evals.math.test_gsm8k",
        "file": "evals/math/test_gsm8k.py",
        "line": "7",
        "time": "1.25",
    }
    assert [child.tag for child in case] == ["properties"]
    assert properties(case) == {
        "evalscope.benchmark": "gsm8k",
        "evalscope.subset": "main",
        "evalscope.model": "fake/echo",
        "evalscope.planned": "10",
        "evalscope.weight": "1.0",
        "evalscope.verdict": "passed",
        "evalscope.accuracy.value": "0.8",
        "evalscope.accuracy.low": "0.490162",
        "evalscope.accuracy.high": "0.943318",
        "evalscope.accuracy.stderr": "0.133333",
        "evalscope.accuracy.n": "10",
        "evalscope.accuracy.detectable": "0.398831",
        "evalscope.accuracy.threshold": "0.5",
        "evalscope.outcome.scored": "10",
    }


def test_a_gate_that_failed_ends_in_the_place_of_its_test(result, summary):
    gates = suites(summary(result(), result(subset="b", verdict="failed", message="accuracy 0.8 is below 0.9")))[
        "gates"
    ]
    failure = gates.find("testcase/failure")
    assert failure is not None
    assert failure.attrib == {"message": "accuracy 0.8 is below 0.9", "type": "gate"}
    assert failure.text == "accuracy 0.8 is below 0.9\nevals/math/test_gsm8k.py:7: accuracy 0.8 is below 0.9"
    assert (gates.get("tests"), gates.get("failures"), gates.get("errors")) == ("2", "1", "0")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"verdict": "error", "message": "3 of 10 samples have no score"}, "3 of 10 samples have no score"),
        ({"verdict": "error"}, "no reason given"),
        ({"verdict": "none", "complete": False}, "cut off before the end"),
        ({"verdict": "passed", "complete": False}, "cut off before the end"),
    ],
)
def test_what_is_not_proven_is_an_error(result, summary, changes, message):
    gates = suites(summary(result(**changes), complete=False))["gates"]
    error = gates.find("testcase/error")
    assert error is not None
    assert error.attrib == {"message": message, "type": "unproven"}
    assert gates.get("errors") == "1"
    assert properties(gates)["evalscope.state"] == "incomplete"


def test_a_measurement_without_a_gate_is_skipped(result, summary):
    gates = suites(summary(result(verdict="none", thresholds={})))["gates"]
    skipped = gates.find("testcase/skipped")
    assert skipped is not None
    assert skipped.get("message") == "measured; no gate"
    assert gates.get("skipped") == "1"


def test_a_result_without_a_place_has_none(result, summary):
    [case] = suites(summary(result(location="")))["gates"].findall("testcase")
    assert "file" not in case.attrib
    assert case.get("classname") == "evalscope"


def test_a_sample_is_a_case(result, summary, write_reviews):
    run = summary(result())
    wrong = {"values": {"accuracy": 0.0}, "answer": "5", "target": ["4", "four"], "explanation": "5 is not 4"}
    write_reviews(
        run,
        run.results[0],
        [
            {},
            wrong,
            {"repeat": 1, "outcome": "no_answer", "values": {"accuracy": 0.0}, "answer": None},
            {"outcome": "timeout", "values": {"accuracy": 0.0}, "answer": None, "error": "no reply in 600 s"},
            {"values": {"accuracy": 0.25}},
            {"outcome": "truncated", "values": {"accuracy": 0.0}, "answer": None},
        ],
    )
    found = suites(run, samples=True)
    assert list(found) == ["gates", "samples of gsm8k/main/fake/echo"]
    suite = found["samples of gsm8k/main/fake/echo"]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors"), suite.get("time")) == ("6", "3", "1", "3.0")
    assert properties(suite)["evalscope.model"] == "fake/echo"
    cases = suite.findall("testcase")
    assert [case.get("name") for case in cases] == ["q0", "q1", "q2 repeat 1", "q3", "q4", "q5"]
    assert {case.get("classname") for case in cases} == {"gsm8k.main"}
    assert properties(cases[4]) == {"evalscope.accuracy": "0.25"}
    told = [(child.tag, child.get("message"), child.get("type")) for case in cases for child in case[1:]]
    assert told == [
        ("failure", "answer 5; expected 4 or four", "wrong"),
        ("failure", "no answer found; expected 4", "wrong"),
        ("error", "no reply in 600 s", "timeout"),
        ("failure", "cut off at the token limit, no answer found; expected 4", "wrong"),
    ]
    assert (cases[1].findtext("failure") or "").splitlines() == [
        "  answer       5",
        "  target       4 or four",
        "  explanation  5 is not 4",
        "  record       reviews/fake_echo-44e970/gsm8k/main.jsonl:2",
    ]
    assert "  error        no reply in 600 s\n" in (cases[3].findtext("error") or "")


def test_a_sample_that_failed_has_its_prompt_and_its_completion(result, summary, write_reviews):
    run = summary(result())
    write_reviews(run, run.results[0], [{}, {"values": {"accuracy": 0.0}}, {"values": {"accuracy": 0.0}}])
    path = RunFolder(run.folder).file("predictions", "fake/echo", "gsm8k", "main")
    path.parent.mkdir(parents=True)
    usage = '"usage": {"prompt_tokens": 1, "completion_tokens": 1}, "timing": {"latency": 0.1, "ttft": null}'
    path.write_text(
        "".join(
            f'{{"sample_id": "q{number}", "repeat": 0, "messages": [{{"role": "user", "content": "to q{number}"}}], '
            f'"completion": {{"text": "of q{number}", {usage}}}, "error": ""}}\n'
            for number in range(3)
        ),
        "utf-8",
    )
    suite = suites(run, samples=True)["samples of gsm8k/main/fake/echo"]
    texts = [failure.text or "" for failure in suite.findall("testcase/failure")]
    assert ["  prompt       to q1\n  completion   of q1\n" in texts[0], "to q2" in texts[1]] == [True, True]
    path.write_text("broken\n" * 3, "utf-8")
    suite = suites(run, samples=True)["samples of gsm8k/main/fake/echo"]
    assert [failure.text for failure in suite.findall("testcase/failure")] == [
        f"  answer       4\n  target       4\n  record       reviews/fake_echo-44e970/gsm8k/main.jsonl:{line}"
        for line in (2, 3)
    ], "broken predictions break no report"


def test_wrong_samples_do_not_flood_the_report(result, summary, write_reviews):
    run = summary(result())
    wrong = {"values": {"accuracy": 0.0}, "answer": "5" * 5000, "explanation": "x" * 5000}
    write_reviews(run, run.results[0], [wrong] * 150)
    failures = suites(run, samples=True)["samples of gsm8k/main/fake/echo"].findall("testcase/failure")
    assert len(failures) == 150
    assert [failure.get("message") for failure in failures[100:]] == ["scored"] * 50
    assert {failure.get("type") for failure in failures} == {"wrong"}
    assert all((failure.get("message") or "").startswith("answer 555") for failure in failures[:100])
    assert max(len(failure.get("message") or "") for failure in failures) == 200
    assert all("5 […" in (failure.text or "") for failure in failures[:100])
    assert not any(failure.text for failure in failures[100:])
    assert max(len(failure.text or "") for failure in failures) < 1500


def test_a_metric_made_of_other_values_marks_a_sample_by_the_first(result, summary, write_reviews):
    run = summary(result(primary_metric="pass_at_2"))
    write_reviews(
        run, run.results[0], [{"values": {"solved": 1.0, "style": 0.0}}, {"values": {"solved": 0.0, "style": 1.0}}]
    )
    assert suites(run, samples=True)["samples of gsm8k/main/fake/echo"].get("failures") == "1"


def test_results_without_reviews_have_an_empty_suite(result, summary):
    assert suites(summary(result()), samples=True)["samples of gsm8k/main/fake/echo"].get("tests") == "0"


def test_a_torn_last_line_is_left_out_and_a_broken_one_told(result, summary, write_reviews):
    run = summary(result())
    write_reviews(run, run.results[0], [{}, {}])
    path = RunFolder(run.folder).file("reviews", "fake/echo", "gsm8k", "main")
    path.write_bytes(path.read_bytes() + b'{"sample_id": "q')
    assert suites(run, samples=True)["samples of gsm8k/main/fake/echo"].get("tests") == "2"
    path.write_bytes(b"[]\n" + path.read_bytes())
    with pytest.raises(DataError, match=r"main\.jsonl:1: not a record"):
        suites(run, samples=True)


def test_a_suite_larger_than_memory_may_be_is_written_whole(result, summary, write_reviews, monkeypatch):
    monkeypatch.setattr("pytest_evalscope.reports.junit._IN_MEMORY", 1000)
    run = summary(result())
    write_reviews(run, run.results[0], [{}] * 300)
    assert len(suites(run, samples=True)["samples of gsm8k/main/fake/echo"].findall("testcase")) == 300


def test_properties_of_test_cases_can_be_left_out(result, summary, write_reviews):
    run = summary(result())
    write_reviews(run, run.results[0], [{}])
    found = suites(run, samples=True, properties=False)
    assert [suite.findall("testcase/properties") for suite in found.values()] == [[], []]
    assert all(suite.find("properties") is not None for suite in found.values()), "those of a suite every schema has"
    cases = [case for suite in found.values() for case in suite.findall("testcase")]
    assert {name for case in cases for name in case.attrib} == {"name", "classname", "time"}, "junit-10.xsd knows these"


@pytest.mark.parametrize(
    ("verdict", "message"), [("skipped", "skipped: no"), ("xfailed", "skipped, as it is expected to fail: 0.1")]
)
def test_a_skipped_gate_is_skipped_with_its_reason_and_place(result, summary, verdict, message):
    [case] = suites(summary(result(verdict=verdict, message=message, complete=False)))["gates"].findall("testcase")
    assert [(child.tag, child.get("message")) for child in case[1:]] == [("skipped", message)]
    assert (case.get("classname"), case.get("line")) == ("evals.math.test_gsm8k", "7")
