"""How an item ends, and what its report then carries."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.api.failing import Behind
from pytest_evalscope.errors import StorageError, UsageError
from pytest_evalscope.folder.paths import RunFolder
from pytest_evalscope.plugin.item_report import ItemState, attach, begin_anew, fail, located, measured_of, state_of
from pytest_evalscope.plugin.keys import CASE
from pytest_evalscope.types import Declared

FOLDER = RunFolder(Path("no records are read"))


@dataclass
class Measured:
    """What is known of an item of a kind that a test makes up."""

    begun: bool = False
    kind = "made up"

    def behind(self, _: object) -> Sequence[Behind]:
        return ()

    def to_plain(self, ended: Any) -> dict[str, Any]:
        return {"outcome": ended.outcome, "message": ended.message, "of": ended.nodeid, "at": ended.location}

    def properties(self, ended: Any) -> list[tuple[str, str | float]]:
        return [("evalscope.outcome", ended.outcome)]


@pytest.fixture
def mine(item) -> Any:
    """An item of that kind, about which nothing is known yet."""
    return item(case=SimpleNamespace(measure=Measured))


@pytest.fixture
def made(report) -> Any:
    """A report with a property of somebody else's."""

    def made(when: str = "call", outcome: str = "passed") -> Any:
        made = report(when, outcome)
        made.user_properties = [("theirs", 1)]
        return made

    return made


def called(error: BaseException | None = None) -> Any:
    excinfo = None if error is None else SimpleNamespace(value=error, typename=type(error).__name__)
    return SimpleNamespace(excinfo=excinfo)


def test_what_is_known_of_an_item_is_one_object(item):
    one, other = item(), item()
    assert state_of(one) == ItemState(measured=None, recorded=[])
    assert state_of(one) is state_of(one)
    assert state_of(one) is not state_of(other)


def test_what_an_item_measured_is_begun_once_and_an_ordinary_test_measures_nothing(item, mine):
    measured = measured_of(mine)
    assert type(measured) is Measured
    assert measured_of(mine) is measured
    assert state_of(mine).measured is measured
    plain = item(None)
    assert measured_of(plain) is None
    assert state_of(plain).measured is None


def test_a_job_knows_the_test_that_declares_it(item):
    mine = item(declared=Declared(weight=2.0, tags=("a",)))
    job = located(mine.callspec.params[CASE].job, mine)
    assert job.declared == Declared(weight=2.0, tags=("a",), test=mine.nodeid, location="test_it.py:7")


def test_an_item_fails_with_its_place_and_without_a_traceback(item):
    with pytest.raises(pytest.fail.Exception) as failed:
        fail(item(), UsageError("scores: no benchmark", hint="decorate it"))
    assert failed.value.msg == "scores: no benchmark\nhint: decorate it\ntest_it.py:7"
    assert failed.value.pytrace is False
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__


def test_a_full_disk_ends_the_whole_session_and_no_other_error_does(item):
    for error, ends in ((UsageError("typed wrong"), False), (StorageError("disk full", hint="buy one"), "disk full")):
        made = item()
        with pytest.raises(pytest.fail.Exception):
            fail(made, error)
        assert made.session.shouldfail == ends


def test_a_report_carries_the_kind_what_was_measured_and_its_properties(mine, made):
    measured_of(mine)
    mine.user_properties.append(("before", 2))
    carrying = made("call", "failed")
    attach(mine, called(AssertionError("accuracy is low")), carrying, folder=FOLDER, sharded=False)
    assert carrying.evalscope == {
        "kind": "made up",
        "measured": {
            "outcome": "failed",
            "message": "accuracy is low",
            "of": "test_it.py::test_sums[fake/fixed:4-default]",
            "at": "test_it.py:7",
        },
    }
    assert mine.user_properties == [("before", 2), ("evalscope.outcome", "failed")]
    assert carrying.user_properties == [("theirs", 1), ("evalscope.outcome", "failed")]
    assert not hasattr(carrying, "evalscope_recorded")


@pytest.mark.parametrize(
    ("when", "outcome", "gave"),
    [
        ("setup", "passed", None),
        ("setup", "failed", "error"),
        ("setup", "skipped", "skipped"),
        ("call", "passed", "passed"),
        ("call", "failed", "failed"),
        ("call", "skipped", "skipped"),
        ("teardown", "passed", None),
        ("teardown", "failed", None),
    ],
)
def test_a_report_carries_a_result_once_the_outcome_is_known(mine, made, when, outcome, gave):
    measured_of(mine).begun = True
    carrying = made(when, outcome)
    attach(mine, called(), carrying, folder=FOLDER, sharded=False)
    carried = getattr(carrying, "evalscope", {"measured": {"outcome": None}})
    assert carried["measured"]["outcome"] == gave
    assert bool(mine.user_properties) == (gave is not None)


def test_an_item_that_was_skipped_before_it_measured_carries_nothing(mine, made):
    measured_of(mine)
    for error, expected in ((pytest.skip.Exception("no"), False), (pytest.xfail.Exception("no"), True)):
        carrying = made("setup", "skipped")
        if expected:
            carrying.wasxfail = "no"
        attach(mine, called(error), carrying, folder=FOLDER, sharded=False)
        assert not hasattr(carrying, "evalscope")


@pytest.mark.parametrize(("begun", "when"), [(True, "call"), (False, "setup")])
def test_a_gate_that_is_expected_to_fail_counts_and_says_so(mine, made, begun, when):
    measured_of(mine).begun = begun
    carrying = made(when, "skipped")
    carrying.wasxfail = "known"
    attach(mine, called(AssertionError("accuracy is low")), carrying, folder=FOLDER, sharded=False)
    measured = carrying.evalscope["measured"]
    assert (measured["outcome"], measured["message"]) == (
        "xfailed", "skipped, as it is expected to fail (known): accuracy is low",
    )  # fmt: skip


def test_an_item_that_runs_again_begins_with_nothing(mine, made):
    mine.user_properties.append(("theirs", 1))
    for _ in range(2):
        begin_anew(mine)
        measured_of(mine)
        state_of(mine).recorded.append({"benchmark": "cases"})
        carrying = made()
        attach(mine, called(), carrying, folder=FOLDER, sharded=False)
        assert carrying.evalscope_recorded == [{"benchmark": "cases"}]
        assert mine.user_properties == [("theirs", 1), ("evalscope.outcome", "passed")]


def test_properties_are_left_out_where_that_is_wanted(mine, made):
    measured_of(mine)
    carrying = made()
    attach(mine, called(), carrying, folder=FOLDER, sharded=False, properties=False)
    assert (mine.user_properties, carrying.user_properties) == ([], [("theirs", 1)])
    assert carrying.evalscope["measured"]["outcome"] == "passed"


@pytest.mark.parametrize("when", ["setup", "call"])
@pytest.mark.parametrize("begun", [True, False])
def test_of_a_shard_what_was_recorded_is_carried_without_an_outcome(mine, made, when, begun):
    measured_of(mine).begun = begun
    carrying = made(when, "skipped")
    attach(mine, called(pytest.skip.Exception("shard 1/2")), carrying, folder=FOLDER, sharded=True)
    assert hasattr(carrying, "evalscope") == begun
    if begun:
        assert carrying.evalscope["measured"]["outcome"] == "none"


def test_of_a_shard_an_item_that_measures_nothing_is_skipped_as_any_other(item, made):
    plain, carrying = item(None), made("setup", "skipped")
    state_of(plain).recorded.append({"benchmark": "cases"})
    attach(plain, called(), carrying, folder=FOLDER, sharded=True)
    assert not hasattr(carrying, "evalscope_recorded")


def test_an_ordinary_test_carries_what_it_recorded_and_nothing_else(item, made):
    plain, carrying = item(None), made()
    attach(plain, called(), carrying, folder=FOLDER, sharded=False)
    assert not hasattr(carrying, "evalscope_recorded"), "nothing is known of an item that used no fixture"
    state_of(plain).recorded.append({"benchmark": "cases"})
    attach(plain, called(), carrying, folder=FOLDER, sharded=False)
    assert carrying.evalscope_recorded == [{"benchmark": "cases"}]
    assert not hasattr(carrying, "evalscope")
    assert carrying.user_properties == [("theirs", 1)]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (None, ""),
        (AssertionError("  accuracy is low\nassert 0 > 1"), "accuracy is low"),
        (ValueError(), "ValueError"),
        (ValueError(" \n "), "ValueError"),
        (ValueError("x" * 501), "x" * 500),
    ],
)
def test_a_message_is_the_first_line_of_what_was_raised(mine, made, error, message):
    measured_of(mine)
    carrying = made("call", "failed")
    attach(mine, called(error), carrying, folder=FOLDER, sharded=False)
    assert carrying.evalscope["measured"]["message"] == message
