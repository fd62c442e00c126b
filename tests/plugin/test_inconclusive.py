"""Three answers of an interval: a gate that passes, one that fails, and one that is inconclusive under each policy."""

import xml.etree.ElementTree as ET

import pytest

SHOWN = ("-W", "default::pytest_evalscope.types.InconclusiveWarning")
"""These tests run with `-W error`, under which the warning is an error like any other."""
GATE = "\n\nimport pytest\n\n\n{mark}@benchmark(SUMS{declared})\ndef test_sums(scores{more}):\n    {body}\n"
TEXT = "inconclusive: accuracy 0.100 ± 0.193 (95 % 0.02–0.40, n=10) may or may not be at least 0.3"
TOLD = f"{TEXT}; n=10 shows no drop from this value"
ASSERTED = "assert scores.accuracy.at_least(0.3)"
WARN, FAIL, PASS = ("--eval-inconclusive=warn", "--eval-inconclusive=fail", "--eval-inconclusive=pass")
DECLARED = {"declared": ", threshold=0.3, decide='interval'", "body": "pass"}


def gate(sums, body=ASSERTED, *, mark="", declared="", more=""):
    return sums + GATE.format(body=body, mark=mark, declared=declared, more=more)


def verdict(project):
    [subset] = project.report(found(project))["subsets"].values()
    return subset["verdict"], subset["message"]


def found(project):
    [path] = (project.folder / "reports").glob("*/sums.json")
    return path.relative_to(project.folder / "reports")


def junit(project):
    root = ET.parse(project.folder / "reports" / "junit.xml").getroot()
    [case] = root.iter("testcase")
    return case, {one.get("name"): one.get("value") for one in case.iter("property")}


# What the gate is → (options, outcomes of pytest, exit status, verdict).
TABLE = {
    "above": ({"body": "assert scores.accuracy.at_least(0.01)"}, (FAIL,), {"passed": 1}, 0, "passed"),
    "below": ({"body": "assert scores.accuracy.at_least(0.5)"}, (PASS,), {"failed": 1}, 1, "failed"),
    "warn": ({}, (WARN,), {"passed": 1, "warnings": 1}, 0, "inconclusive"),
    "by default": ({}, (), {"passed": 1, "warnings": 1}, 0, "inconclusive"),
    "fail": ({}, (FAIL,), {"failed": 1}, 1, "failed"),
    "pass": ({}, (PASS,), {"passed": 1}, 0, "inconclusive"),
    "declared, warn": (DECLARED, (), {"passed": 1, "warnings": 1}, 0, "inconclusive"),
    "declared, fail": (DECLARED, (FAIL,), {"failed": 1}, 1, "failed"),
    "declared, pass": (DECLARED, (PASS,), {"passed": 1}, 0, "inconclusive"),
    "declared, above": ({**DECLARED, "declared": ", threshold=0.01, decide='interval'"}, (FAIL,), {"passed": 1}, 0, "passed"),
    "declared, below": ({**DECLARED, "declared": ", threshold=0.5, decide='interval'"}, (PASS,), {"failed": 1}, 1, "failed"),
    "the option wins": (DECLARED, ("--eval-decide=value",), {"failed": 1}, 1, "failed"),
    "the option": ({"declared": ", threshold=0.3", "body": "pass"}, ("--eval-decide=interval",), {"passed": 1, "warnings": 1}, 0, "inconclusive"),
    "the values by default": ({"declared": ", threshold=0.3", "body": "pass"}, (), {"failed": 1}, 1, "failed"),
    "the fixture": ({"declared": ", threshold=0.3", "more": ", threshold", "body": "assert scores.at_least(threshold)"}, (), {"passed": 1, "warnings": 1}, 0, "inconclusive"),
    "the fixture, fail": ({"declared": ", threshold=0.3", "more": ", threshold", "body": "assert scores.accuracy.at_least(threshold)"}, (FAIL,), {"failed": 1}, 1, "failed"),
    "a test that goes on below the threshold": ({"declared": ", threshold=0.5", "more": ", threshold", "body": "print(bool(scores.at_least(threshold)))"}, (PASS,), {"failed": 1}, 1, "failed"),
    "a lower bound of its own": ({"declared": ", threshold=0.3", "body": "assert scores.at_least(0.2)"}, (PASS,), {"failed": 1}, 1, "failed"),
    "a policy of its own": ({"body": "assert scores.accuracy.at_least(0.3, inconclusive='pass')"}, (FAIL,), {"passed": 1}, 0, "inconclusive"),
    "a strict policy of its own": ({"body": "assert scores.at_least(0.3, inconclusive='fail')"}, (PASS,), {"failed": 1}, 1, "failed"),
    "at most": ({"body": "assert scores.accuracy.at_most(0.5)"}, (FAIL,), {"passed": 1}, 0, "passed"),
    "at most, above": ({"body": "assert scores.accuracy.at_most(0.01)"}, (PASS,), {"failed": 1}, 1, "failed"),
    "at most, inconclusive": ({"body": "assert scores.accuracy.at_most(0.3)"}, (PASS,), {"passed": 1}, 0, "inconclusive"),
    "xfail, warn": ({"mark": "@pytest.mark.xfail\n"}, (), {"xpassed": 1, "warnings": 1}, 0, "inconclusive"),
    "strict xfail, warn": ({"mark": "@pytest.mark.xfail(strict=True)\n"}, (), {"failed": 1, "warnings": 1}, 1, "failed"),
    "xfail, fail": ({"mark": "@pytest.mark.xfail(strict=True)\n"}, (FAIL,), {"xfailed": 1}, 0, "xfailed"),
    "declared, xfail, fail": ({**DECLARED, "mark": "@pytest.mark.xfail(strict=True)\n"}, (FAIL,), {"xfailed": 1}, 0, "xfailed"),
    "skipped afterwards": ({"body": ASSERTED + "\n    pytest.skip('later')"}, (), {"skipped": 1, "warnings": 1}, 0, "skipped"),
    "failed afterwards": ({"body": ASSERTED + "\n    assert scores.accuracy >= 0.9"}, (), {"failed": 1, "warnings": 1}, 1, "failed"),
    "not inconclusive": ({"body": "assert not scores.accuracy.at_least(0.3)"}, (FAIL,), {"passed": 1}, 0, "passed"),
}  # fmt: skip


@pytest.mark.workers
@pytest.mark.parametrize("case", TABLE)
def test_a_gate_is_passed_failed_or_inconclusive(project, sums, case):
    made, options, counts, status, said = TABLE[case]
    project.write("test_sums.py", gate(sums, **made))
    result = project.run(*SHOWN, *options)
    result.assert_outcomes(**counts)
    assert result.ret == status
    assert verdict(project)[0] == said
    _, properties = junit(project)
    assert properties["evalscope.verdict"] == said


@pytest.mark.workers
def test_an_inconclusive_gate_is_called_so_in_every_report_and_warned_of(project, sums):
    project.write("test_sums.py", gate(sums))
    result = project.run(*SHOWN, "--junitxml=all.xml")
    result.stdout.fnmatch_lines([f"*test_sums.py:*: InconclusiveWarning: {TOLD}", "sums *inconclusive *"])
    assert verdict(project) == ("inconclusive", TOLD)
    case, _ = junit(project)
    assert [(one.tag, one.get("message")) for one in case if one.tag != "properties"] == [("skipped", TOLD)]
    page = (project.folder / "reports" / "summary.md").read_text("utf-8")
    assert "gates without an answer" in page
    assert "gates that did not hold" not in page
    assert ET.parse(project.path / "all.xml").getroot().find(".//property[@value='inconclusive']") is not None


@pytest.mark.workers
@pytest.mark.parametrize("body", [ASSERTED, "pass"])
def test_an_inconclusive_gate_that_fails_says_so_first(project, sums, body):
    project.write("test_sums.py", gate(sums, body, declared="" if body != "pass" else DECLARED["declared"]))
    project.run(FAIL).assert_outcomes(failed=1)
    told = TOLD if body != "pass" else TOLD.replace("0.3;", "0.3 (set by the decorator);")
    assert verdict(project) == ("failed", told)
    case, _ = junit(project)
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("message") == told


@pytest.mark.workers
@pytest.mark.parametrize("place", ["EVALSCOPE_INCONCLUSIVE", "evalscope_inconclusive"])
def test_the_policy_is_set_in_the_environment_or_the_ini_file_too(project, sums, place, monkeypatch):
    project.write("test_sums.py", gate(sums))
    if place.islower():
        project.write("pytest.ini", f"[pytest]\n{place} = fail\n")
    else:
        monkeypatch.setenv(place, "fail")
    project.run().assert_outcomes(failed=1)
    project.run(PASS).assert_outcomes(passed=1)


@pytest.mark.workers
@pytest.mark.parametrize("made", [{}, DECLARED])
def test_where_warnings_are_errors_an_inconclusive_gate_is_one(project, sums, made):
    project.write("test_sums.py", gate(sums, **made))
    result = project.run()
    result.assert_outcomes(failed=1)
    assert verdict(project)[0] == "failed"
    assert verdict(project)[1].startswith("inconclusive: accuracy 0.100")
    assert "item_report.py" not in result.stdout.str()


@pytest.mark.workers
def test_a_policy_or_a_way_to_decide_that_is_none_is_refused(project, sums):
    for option in ("inconclusive", "decide"):
        result = project.run(f"--eval-{option}=warm")
        assert result.ret == 4
        assert f"--eval-{option}: unknown name ('warm')" in result.stderr.str()
    project.write("test_sums.py", gate(sums, "pass", declared=", decide='both'"))
    result = project.run()
    result.assert_outcomes(errors=1)
    assert "@benchmark: decide: unknown name ('both'); known: value, interval" in result.stdout.str()


@pytest.mark.parametrize(
    ("asserted", "says"),
    [
        ("scores.accuracy.at_least", "accuracy.at_least, which is not called here, has no truth value"),
        ("scores.accuracy.at_most", "accuracy.at_most, which is not called here, has no truth value"),
        ("scores.at_least", "scores.at_least, which is not called here, has no truth value"),
        ("scores.accuracy.at_least(0.9) != 'failed'", "a decision compares with True and False, and not with 'failed'"),
        ("scores.accuracy.at_least(scores.accuracy)", "accuracy.at_least: not a bound (accuracy 0.100"),
        ("scores.accuracy.at_most(threshold)", "a threshold is the least value of a metric (accuracy >= 0)"),
        ("scores.accuracy.at_least(0.3, inconclusive='ok')", "accuracy.at_least: inconclusive: unknown name ('ok')"),
    ],
)
def test_what_decides_nothing_is_refused(plain_project, sums, asserted, says):
    plain_project.write(
        "test_sums.py", gate(sums, f"assert {asserted}", declared=", threshold=0.0", more=", threshold")
    )
    result = plain_project.run()
    result.assert_outcomes(failed=1)
    assert says in " ".join(result.stdout.str().split())
    assert "types/estimate.py" not in result.stdout.str()


def test_without_an_interval_a_gate_is_not_computed(plain_project, sums):
    own = "from dataclasses import replace\nfrom pytest_evalscope import Estimate\n" + sums + (
        "SUMS = replace(SUMS, metrics={'accuracy': lambda columns: "
        "Estimate(value=1.0, stderr=0.0, low=1.0, high=1.0, n=10, metric='accuracy')})\n"
    )  # fmt: skip
    for options, counts in (({"body": "assert scores.at_least(0.5)"}, {"failed": 1}), (DECLARED, {"errors": 1})):
        plain_project.write("test_sums.py", gate(own, **options))
        plain_project.run(PASS).assert_outcomes(**counts)
        assert verdict(plain_project)[0] == "error"
        assert verdict(plain_project)[1].startswith("accuracy: it has no interval, so nothing is decided")


def test_one_sample_passes_nothing_silently(plain_project, sums):
    plain_project.write("test_sums.py", gate(sums, "assert scores.at_least(0.5)"))
    result = plain_project.run(*SHOWN, "--eval-limit=1", model="fake/fixed:2")
    result.assert_outcomes(passed=1, warnings=1)
    assert verdict(plain_project)[0] == "inconclusive"
    assert "accuracy 1.000 ± 0.397 (95 % 0.21–1.00, n=1)" in verdict(plain_project)[1]


@pytest.mark.workers
@pytest.mark.parametrize(("policy", "counts"), [(WARN, {"warnings": 1}), (FAIL, {"failed": 1}), (PASS, {})])
def test_the_index_is_decided_by_its_interval_too(project, sums, policy, counts):
    project.write("test_sums.py", gate(sums, "assert scores.planned"))
    result = project.run(*SHOWN, policy, "--eval-decide=interval", "--eval-fail-under=0.3")
    result.assert_outcomes(**{"passed": 2 - counts.get("failed", 0), **counts})
    said = "inconclusive: weighted_avg 0.100 ± 0.193 (95 % 0.02–0.40, n=10) may or may not be at least 0.3 (set by"
    assert (said in result.stdout.str()) == bool(counts)
    project.run(*SHOWN, PASS, "--eval-decide=interval", "--eval-fail-under=0.5").assert_outcomes(passed=1, failed=1)
    project.run(*SHOWN, FAIL, "--eval-decide=interval", "--eval-fail-under=0.01").assert_outcomes(passed=2)


def test_of_several_gates_on_one_subset_the_inconclusive_one_counts_over_the_passed(plain_project, sums):
    more = "\n\n@benchmark(SUMS)\ndef test_again(scores):\n    assert scores.accuracy.at_least(0.01)\n"
    plain_project.write("test_sums.py", gate(sums) + more)
    plain_project.run(PASS).assert_outcomes(passed=2)
    assert verdict(plain_project)[0] == "inconclusive"


def test_a_fixture_that_decides_has_the_policy_of_the_run(plain_project, sums):
    fixture = (
        "\n\nimport pytest\n\n\n@pytest.fixture\ndef good(scores):\n    assert scores.at_least(0.3)\n    return True\n"
    )
    plain_project.write(
        "test_sums.py", sums + fixture + "\n\n@benchmark(SUMS)\ndef test_sums(good):\n    assert good\n"
    )
    plain_project.run(PASS).assert_outcomes(passed=1)
    assert verdict(plain_project)[0] == "inconclusive"
    plain_project.run(FAIL).assert_outcomes(errors=1)
