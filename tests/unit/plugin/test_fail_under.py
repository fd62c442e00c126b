"""The gate on the run's index: the reports that it emits."""

from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.plugin.collector import COLLECTOR, Collector
from pytest_evalscope.plugin.fail_under import emit
from pytest_evalscope.run import RunFolder

NUMBERS = {
    "evalscope.weighted_avg.value": 0.5,
    "evalscope.weighted_avg.low": 0.4,
    "evalscope.weighted_avg.high": 0.6,
    "evalscope.weighted_avg.stderr": 0.051235,
    "evalscope.weighted_avg.n": 10,
    "evalscope.weighted_avg.detectable": 0.141768,
}


@pytest.fixture
def gate(options, tmp_path, result):
    """Return a function that emits the gate and returns its reports; `names` are the benchmarks with a result."""

    def made(*names: str, worker: bool = True, reports: Any = (), **given: Any) -> list[Any]:
        config = options(**given)
        told: list[Any] = []
        config.hook = SimpleNamespace(pytest_runtest_logreport=lambda *, report: told.append(report))
        last_failed = SimpleNamespace(lastfailed={"evalscope::fail_under[index-m]": True, "t.py::other": True})
        config.pluginmanager.register(last_failed, "lfplugin")
        collector = Collector(config, RunFolder(tmp_path))
        for name in names:
            collector._gathered.add(result(name))
        for one in reports:
            collector.take(one)
        if not worker:
            config.pluginmanager.register(collector, COLLECTOR)
        emit(SimpleNamespace(config=config, testscollected=0), SimpleNamespace(gathered=collector) if worker else None)  # type: ignore[arg-type]
        if names and told:
            assert last_failed.lastfailed == {"t.py::other": True}, "--lf could not find it among the items"
        return told

    return made


def fields(report: Any) -> tuple[Any, ...]:
    return (report.nodeid, report.when, report.outcome, report.longrepr)


NAME = "evalscope::fail_under[index-m]"


@pytest.mark.parametrize("worker", [True, False])
@pytest.mark.parametrize(
    ("least", "outcome", "says"),
    [
        ("0.5", "passed", None),
        (
            "0.51",
            "failed",
            (
                "--eval-fail-under=0.51: weighted_avg 0.500 ± 0.100 (95 % 0.40–0.60, n=10) is below 0.51; "
                "that may be chance: n=10 shows drops from 0.142 up (80 % power)"
            ),
        ),
    ],
)
def test_an_index_passes_or_fails_as_a_test_of_three_phases(gate, worker, least, outcome, says):
    told = gate("sums", worker=worker, fail_under=least)
    assert [fields(report) for report in told] == [
        (NAME, "setup", "passed", None),
        (NAME, "call", outcome, says),
        (NAME, "teardown", "passed", None),
    ]
    for report in told:
        assert report.location == ("evalscope", None, "fail_under[index-m]")
        assert report.keywords == {"fail_under[index-m]": 1}
        assert dict(report.user_properties) == {"evalscope.threshold": float(least), **NUMBERS}


def test_an_index_that_cannot_be_computed_is_an_error_with_all_reasons(gate, result):
    lost = pytest.TestReport("t.py::lost", ("t.py", 1, "lost"), {}, "failed", None, "setup")
    broken = result("more", None, verdict="error", nodeid="t.py::more", planned=4)
    vars(lost)["evalscope"] = {"kind": "benchmark", "measured": broken.to_plain()}
    [told] = gate("sums", fail_under="0", reports=[lost])
    assert fields(told) == (
        NAME, "setup", "failed", "--eval-fail-under=0: the index was not computed: more/default has no score",
    )  # fmt: skip
    assert dict(told.user_properties) == {"evalscope.threshold": 0.0, **NUMBERS}


def test_without_any_index_there_is_one_error(gate, options):
    [told] = gate(fail_under="0.25")
    assert fields(told) == (
        "evalscope::fail_under", "setup", "failed",
        "--eval-fail-under=0.25: the index was not computed: no eval was measured, so there is no index",
    )  # fmt: skip
    assert told.user_properties == [("evalscope.threshold", 0.25)]


def test_without_the_option_there_is_no_gate_and_of_a_shard_none_yet(gate):
    assert gate("sums") == []
    [told] = gate(fail_under="0.5", shard="1/2")
    assert fields(told) == (
        "evalscope::fail_under", "setup", "skipped",
        ("evalscope", 0, "Skipped: --eval-fail-under=0.5: shard 1/2 has a part of the samples; it needs all shards"),
    )  # fmt: skip
    assert (told.location, told.keywords) == (("evalscope", None, "fail_under"), {"fail_under": 1})


def test_a_controller_that_gathered_nothing_has_no_index(options):
    for controller in (None, SimpleNamespace(gathered=None)):
        config = options(fail_under="0.5")
        told: list[Any] = []
        config.hook = SimpleNamespace(pytest_runtest_logreport=lambda *, report, told=told: told.append(report))
        emit(SimpleNamespace(config=config, testscollected=0), controller)  # type: ignore[arg-type]  # no more of a session is asked for
        assert [report.when for report in told] == ["setup"]
