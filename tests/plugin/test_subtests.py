"""A subtest that fails inside an eval fails its gate in every report, as pytest fails its test."""

import json

import pytest

pytest.importorskip("_pytest.subtests", reason="this pytest has no subtests")

EVAL = """

@benchmark(SUMS)
def test_sums(scores, subtests):
    with subtests.test("first"):
        assert scores.accuracy >= 0.05
    with subtests.test("second"):
        assert scores.accuracy >= {least}
    with subtests.test("third"):
        assert scores.accuracy >= {least}, "a later one"
"""
CASE = """

def test_case(record_score, subtests):
    record_score(1.0, benchmark="mine")
    with subtests.test("first"):
        assert {least} < 0.1
"""


@pytest.mark.workers
@pytest.mark.parametrize(("least", "verdict"), [(0.05, "passed"), (0.5, "failed")])
def test_reports_say_what_pytest_says_of_a_test_with_subtests(project, sums, least, verdict):
    project.write("test_sums.py", (sums + EVAL + CASE).replace("{least}", str(least)))
    result = project.run("--junitxml=junit.xml")
    assert result.ret == (verdict == "failed")
    for name, subset in (("sums", "default"), ("mine", "cases")):
        [path] = (project.folder / "reports").glob(f"fake_*/{name}.json")
        [found] = json.loads(path.read_text("utf-8"))["subsets"].values()
        assert found["verdict"] == verdict, subset
    result.stdout.re_match_lines([rf"(sums|mine)\S* +{verdict} .*"] * 2)
    junit = (project.path / "junit.xml").read_text("utf-8")
    assert junit.count('name="evalscope.outcome.scored"') == 1, "and not once for each subtest"
    [gate] = (project.folder / "reports").glob("junit*.xml")
    said = "a subtest failed: assert accuracy 0.100"
    assert (said in gate.read_text("utf-8")) == (verdict == "failed"), "the first that failed is the reason"
