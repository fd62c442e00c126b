"""A skip means that nothing is requested, by whatever way of pytest an eval is skipped; and reports say so."""

import json

import pytest

SOURCE = """
import sys
import unittest

import pytest

from pytest_evalscope import Benchmark, Rows, Sample, benchmark, number


def sums(name):
    return Benchmark(
        name=name,
        task_type="math",
        data=Rows([{"q": f"{name} {n} + {n}", "a": str(2 * n)} for n in range(1, 6)]),
        sample=lambda row: Sample(input=row["q"], target=row["a"]),
        score=number(),
    )


@benchmark(sums("first"))
def test_first(scores):
    assert scores.accuracy >= 0.1

"""
LAST = """

@benchmark(sums("last"))
def test_last(scores):
    assert scores.accuracy >= 0.1
"""
EVAL = '@benchmark(sums("{name}"))\ndef test_{name}(scores):\n    pass\n\n\n'
MARKS = {
    "skip": '@pytest.mark.skip(reason="no")',
    "skipif": '@pytest.mark.skipif(True, reason="no")',
    "text": "@pytest.mark.skipif(\"sys.platform != 'none'\")",
    "kwarg": '@pytest.mark.skipif(condition=True, reason="no")',
    "not_run": '@pytest.mark.xfail(run=False, reason="no")',
    "unit": '@unittest.skip("no")',
    "used": '@pytest.mark.usefixtures("skipper")',
    "imported": '@pytest.mark.usefixtures("needs")',
}
FIXTURES = """
@pytest.fixture
def skipper():
    pytest.skip("no")


@pytest.fixture
def needs():
    pytest.importorskip("nothing_of_this_name")


@benchmark(sums("own"))
def test_own(scores, skipper):
    pass


@benchmark(sums("given_up"))
def test_given_up(scores, giving_up):
    pass


@pytest.fixture
def giving_up():
    pytest.xfail("no")


@benchmark(sums("below"))
@unittest.skipIf(True, "no")
def test_below(scores):
    pass


class TestClass:
    pytestmark = pytest.mark.skip

    @benchmark(sums("in_class"))
    def test_in_class(self, scores):
        pass


class TestSetup:
    def setup_method(self):
        pytest.skip("no")

    @benchmark(sums("in_setup"))
    def test_in_setup(self, scores):
        pass
"""
EVERY = SOURCE + "".join(f"{mark}\n{EVAL.format(name=name)}" for name, mark in MARKS.items()) + FIXTURES + LAST
SHOP = """
def answer(prompt: str):
    with open("requests.log", "a") as file:
        file.write(prompt.split()[0] + "\\n")
    return "4"
"""
MODEL = "--model=python/shop_of_skips:answer"


@pytest.fixture
def shop(project):
    (project.path / "test_sums.py").unlink()
    project.write("shop_of_skips.py", SHOP)
    project.pytester.syspathinsert()
    return project


def requested(project):
    """How many requests each benchmark has made."""
    names = (project.path / "requests.log").read_text(encoding="utf-8").split()
    return {name: names.count(name) for name in sorted(set(names))}


@pytest.mark.workers
def test_nothing_is_requested_for_an_eval_that_is_skipped(shop):
    shop.write("test_every.py", EVERY)
    result = shop.run(MODEL, "--eval-cache=off", "--eval-fail-under=0.1", "--junitxml=junit.xml")
    result.assert_outcomes(passed=3, skipped=11, xfailed=2)
    assert result.ret == 0
    assert requested(shop) == {"first": 5, "last": 5}
    result.stdout.no_fnmatch_line("*INCOMPLETE*")
    assert json.loads((shop.folder / "configs" / "run.json").read_text("utf-8"))["status"] == "complete"
    assert {path.stem for path in (shop.folder / "reports").glob("python_*/*.json")} == {"first", "last"}
    levels = shop.report("index.json")["levels"]
    assert {row["dataset_name"] for row in levels["dataset"]} == {"first", "last"}


def test_nothing_is_requested_for_an_eval_whose_fixture_is_nowhere(shop):
    """It can never be set up: with workers nobody requests its samples, so that nobody does without."""
    missing = '\n@benchmark(sums("missing"))\ndef test_missing(scores, of_no_plugin):\n    pass\n\n\n'
    shop.write("test_every.py", SOURCE + missing + LAST)
    result = shop.run(MODEL, "--eval-cache=off")
    result.assert_outcomes(passed=2, errors=1)
    assert requested(shop) == {"first": 5, "last": 5}


HOOK = """
import pytest


def pytest_runtest_setup(item):
    if "second" in item.name:
        pytest.skip("slow")
"""
AUTOUSE = """
import pytest


@pytest.fixture(autouse=True)
def quick(request):
    if "second" in request.node.name:
        pytest.skip("slow")
"""


@pytest.mark.parametrize("conftest", [HOOK, AUTOUSE], ids=["hook", "fixture"])
def test_a_conftest_may_skip_at_any_time(shop, conftest):
    shop.write("conftest.py", conftest)
    shop.write("test_every.py", SOURCE + EVAL.format(name="second") + LAST)
    shop.run(MODEL, "--eval-cache=off").assert_outcomes(passed=2, skipped=1)
    assert requested(shop) == {"first": 5, "last": 5}


@pytest.mark.parametrize(("scope", "ahead"), [("session", True), ("module", True), ("function", False)])
def test_samples_of_an_item_that_is_certain_to_run_are_requested_ahead(plain_project, scope, ahead):
    """The first test sees what is queued: a fixture that is to be set up once more for the second may skip it."""
    body = f"""
@pytest.fixture(autouse=True, scope="{scope}")
def mine():
    pass


@benchmark(sums("second"))
def test_second(scores):
    assert scores.accuracy >= 0.1
"""
    source = SOURCE.replace(
        "    assert scores.accuracy >= 0.1\n",
        "    session = __import__('pytest_evalscope.plugin.keys').plugin.keys.SESSION\n"
        "    run = request.config.pluginmanager.get_plugin(session).open_run()\n"
        f"    assert ['second' in key for key in run.tallies] == {[False, True] if ahead else [False]}\n",
    ).replace("def test_first(scores)", "def test_first(scores, request)")
    plain_project.write("test_sums.py", source + body)
    plain_project.run().assert_outcomes(passed=2)


MEASURED = """
@pytest.mark.xfail(reason="known")
@benchmark(sums("expected"))
def test_expected(scores):
    assert scores.accuracy >= 0.9


@benchmark(sums("given_up"))
def test_given_up(scores):
    pytest.skip("no use")
"""


@pytest.mark.workers
def test_reports_say_what_was_skipped_after_its_measurement(shop):
    shop.write("test_every.py", SOURCE + MEASURED)
    result = shop.run(MODEL, "--eval-cache=off", "--eval-fail-under=0.1")
    result.assert_outcomes(passed=2, skipped=1, xfailed=1)
    [folder] = (shop.folder / "reports").glob("python_*")
    found = {path.stem: json.loads(path.read_text("utf-8"))["subsets"]["default"] for path in folder.glob("*.json")}
    assert {name: (each["verdict"], each["complete"]) for name, each in found.items()} == {
        "first": ("passed", True), "expected": ("xfailed", True), "given_up": ("skipped", True),
    }  # fmt: skip
    assert found["given_up"]["message"] == "skipped: no use"
    assert found["expected"]["message"].startswith("skipped, as it is expected to fail (known): assert accuracy 0.200")
    levels = shop.report("index.json")["levels"]
    assert {row["dataset_name"] for row in levels["dataset"]} == {"first", "expected"}
    result.stdout.fnmatch_lines(["expected *xfailed*"])
    result.stdout.no_fnmatch_line("given_up *")


RERUN = """
import pytest
from _pytest.runner import runtestprotocol


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    for _ in range(2):
        item._initrequest()
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    return True
"""


def test_an_item_that_runs_twice_has_each_property_once(plain_project):
    plain_project.write("conftest.py", RERUN)
    cases = "\n\ndef test_case(record_score):\n    record_score(0.5)\n"
    text = (plain_project.path / "test_sums.py").read_text("utf-8")
    plain_project.write("test_sums.py", text + cases)
    plain_project.run("--junitxml=junit.xml").assert_outcomes(passed=2)
    written = (plain_project.path / "junit.xml").read_text("utf-8")
    assert written.count('name="evalscope.accuracy.value"') == 1
    [path] = (plain_project.folder / "reports").glob("*/case.json")
    assert json.loads(path.read_text("utf-8"))["overall"]["planned"] == 1


@pytest.mark.parametrize(("option", "there"), [((), True), (("--eval-junit-properties=false",), False)])
def test_properties_can_be_left_out_of_every_junit_file(plain_project, option, there):
    plain_project.run("--junitxml=junit.xml", *option).assert_outcomes(passed=1)
    for path in (plain_project.path / "junit.xml", plain_project.folder / "reports" / "junit.xml"):
        assert ("evalscope.accuracy.value" in path.read_text("utf-8")) == there
