"""Tests of an index: their items, how `report` is delivered, what a report carries; and `--eval-index`."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.collections import MixedSet
from pytest_evalscope.collections.levels import Measured
from pytest_evalscope.plugin.begin import open_folder
from pytest_evalscope.plugin.collector import Gathered
from pytest_evalscope.plugin.declare import IndexDeclaration, index
from pytest_evalscope.plugin.item_report import state_of
from pytest_evalscope.plugin.keys import CASE
from pytest_evalscope.plugin.kinds import index as module
from pytest_evalscope.plugin.kinds.index import IndexCase, IndexItem, MeasuredIndex, collect, deliver, index_items
from pytest_evalscope.plugin.settings import settings_of


def test_an_index_is_an_item_per_model(items):
    made = items(index("sets/mine.json"), "report", "model")
    assert [(identity, marker) for identity, marker, _ in made] == [
        (model, {"index": "mine", "model": model}) for model in ("fake/fixed:4", "fake/echo")
    ]
    assert [(case.model, case.own_model, case.declaration.schema) for *_, case in made] == [
        ("fake/fixed:4", True, "sets/mine.json"),
        ("fake/echo", True, "sets/mine.json"),
    ]


def test_an_application_is_one_model_whatever_the_options_name(items):
    [(identity, marker, case)] = items(index("mine.json"), "report", "model", own=True)
    assert (identity, marker["model"], case.own_model) == ("application", "application", False)
    unused = items(index("mine.json"), "report", own=True)
    assert [case.own_model for *_, case in unused] == [True, True], "a fixture that the test does not use is none"


def test_an_index_is_drawn_as_it_was_declared(options, made_job, monkeypatch, tmp_path):
    drawn: list[Any] = []
    monkeypatch.setattr(module, "sampled", lambda schema, settings, **fields: drawn.append((schema, fields)))
    settings, own = settings_of(options()).run, made_job().benchmark
    mixed = MixedSet(name="third", leaves=(), source=settings.data)
    declared: dict[str, Any] = {
        "count": 5, "sampler": "uniform", "seed": 0, "normalize": "level", "benchmarks": (own,),
    }  # fmt: skip

    def draw(schema: Any, **fields: Any) -> Any:
        IndexCase(declaration=IndexDeclaration(schema=schema, **fields), model="m").sampled(settings, tmp_path)
        return drawn.pop()

    for schema, found in (("a.json", tmp_path / "a.json"), (tmp_path / "b.json", tmp_path / "b.json"), (mixed, mixed)):
        assert draw(schema, **declared) == (found, declared)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    assert draw("~/c.json")[0] == tmp_path / "home" / "c.json"


def measured_index(estimate: Any, result: Any) -> MeasuredIndex:
    made = IndexCase(declaration=IndexDeclaration(schema="mine.json"), model="m").measure()
    made.name, made.remarks, made.missing = "mine", ("fewer rows",), ("b/default",)
    made.measured = [
        Measured(
            dataset="a",
            subset="default",
            task_type="math",
            tags=("x",),
            categories=("mine", "group"),
            share=1.0,
            estimate=estimate(0.5),
            count=10,
            unscored=1,
        )
    ]
    made.results = [result("a", weight=0.0, nodeid="")]
    return made


def test_an_index_crosses_from_a_worker(estimate, result, ended, tmp_path):
    measured, gathered = measured_index(estimate, result), Gathered(tmp_path)
    assert measured.begun
    collect(gathered, "t.py::index", json.loads(json.dumps(measured.to_plain(ended()))))
    assert gathered.indexes == {"t.py::index": measured.report()}
    gate, *others = gathered.results.values()
    assert [(one.benchmark, one.metrics["accuracy"].value) for one in others] == [("a", 0.5)]
    assert (gate.benchmark, gate.model, gate.verdict, gate.weight) == ("index mine", "m", "passed", 0.0)
    assert gate.primary == replace(measured.report().weighted_avg, metric="weighted_avg")
    assert (gate.planned, gate.outcomes, gate.location) == (0, {}, "test_it.py:7"), "its leaves are counted"
    assert gathered.remarks == ["fewer rows"]


def test_an_index_of_which_nothing_was_measured_is_none_and_its_members_are_kept(estimate, result, ended, tmp_path):
    measured, gathered = measured_index(estimate, result), Gathered(tmp_path)
    measured.measured = ()
    collect(gathered, "t.py::index", measured.to_plain(ended("error", "lost")))
    assert gathered.indexes == {"t.py::index": None}
    assert [(one.benchmark, one.verdict) for one in gathered.results.values()] == [
        ("index mine", "error"),
        ("a", "none"),
    ]
    empty: dict[str, Any] = {"name": "", "model": "m", "results": [], "measured": [], "missing": [], "remarks": []}
    made = measured.case.measure().to_plain(ended())
    assert {name: made[name] for name in empty} == empty


def test_a_skipped_index_is_none(estimate, result, ended, tmp_path):
    gathered = Gathered(tmp_path)
    collect(gathered, "t.py::index", measured_index(estimate, result).to_plain(ended("skipped", "skipped: no")))
    assert gathered.indexes == {}
    assert [(one.verdict, one.message) for one in gathered.results.values()] == [("skipped", "skipped: no")]


INDEX = (
    '{"name": "mine", "datasets": [{"name": "smoke_facts", "weight": 3}, {"name": "smoke_arithmetic", "weight": 1}]}'
)


def of_index(item: Any, tmp_path: Path, model: str = "fake/letter:A") -> Any:
    (tmp_path / "mine.json").write_text(INDEX, "utf-8")
    return item(case=IndexCase(declaration=IndexDeclaration(schema="mine.json"), model=model))


def measured_of(item: Any) -> MeasuredIndex:
    measured = state_of(item).measured
    assert isinstance(measured, MeasuredIndex)
    return measured


@pytest.mark.parametrize("name", ["sums", None])
def test_a_fixture_without_its_decorator_ends_the_item(opened, item, name):
    with pytest.raises(pytest.fail.Exception) as failed:
        deliver(opened(), item(name), None)
    assert failed.value.msg == "report: this test declares no index\nhint: decorate it with @index(…)\ntest_it.py:7"


def test_an_index_beside_the_test_is_drawn_run_and_written_down(opened, item, tmp_path):
    made, mine = opened(), of_index(item, tmp_path)
    open_folder(made.config, [mine])
    paused: list[str] = []
    made.open_run()
    made._progress = SimpleNamespace(tick=lambda: None, pause=lambda: paused.append("now"))
    found = deliver(made, mine, made.model_handle(mine))
    assert (found.name, found.model, found.missing) == ("mine", "fake/letter:A", ())
    measured = measured_of(mine)
    assert [(one.benchmark, one.weight) for one in measured.results] == [
        ("mine.smoke_arithmetic", 0.0),
        ("mine.smoke_facts", 0.0),
    ]
    assert sum(one.planned for one in measured.results) == found.count
    assert measured.report() == found
    assert len(list((made.folder.path / "configs" / "indexes").iterdir())) == 1
    assert paused == ["now"]
    deliver(made, mine, made.model_handle(mine))
    assert len(measured_of(mine).results) == 2, "a rerun begins with nothing"


def test_an_index_with_lost_samples_is_an_error_that_names_every_part(opened, item, tmp_path):
    made, mine = opened(), of_index(item, tmp_path, "fake/error")
    open_folder(made.config, [mine])
    with pytest.raises(pytest.fail.Exception, match=r"^the index was not computed: smoke_arithmetic/") as failed:
        deliver(made, mine, made.model_handle(mine))
    text = str(failed.value)
    assert text.count("samples have no score") == 2
    assert "; smoke_facts/" in text
    assert [one.verdict for one in measured_of(mine).results] == ["error", "error"]


def test_a_schema_that_cannot_be_read_ends_the_item(opened, item, tmp_path):
    made, mine = opened(), of_index(item, tmp_path)
    (tmp_path / "mine.json").unlink()
    open_folder(made.config, [mine])
    with pytest.raises(pytest.fail.Exception, match=r"mine\.json") as failed:
        deliver(made, mine, made.model_handle(mine))
    assert str(failed.value).endswith("\ntest_it.py:7")
    assert not measured_of(mine).begun


def test_an_index_of_an_application_requests_it_for_every_sample(opened, item, tmp_path):
    made, mine = opened(), of_index(item, tmp_path, "application")
    open_folder(made.config, [mine])
    prompts: list[str] = []

    def answer(prompt: str) -> str:
        prompts.append(prompt)
        return "A"

    found = deliver(made, mine, answer)
    assert (found.model, len(prompts)) == ("application", found.count)


def test_the_limit_is_the_samples_of_the_whole_index_and_a_shard_waits(opened, item, tmp_path):
    made, mine = opened(limit="8", shard="1/2"), of_index(item, tmp_path)
    open_folder(made.config, [mine])
    with pytest.raises(pytest.skip.Exception) as skipped:
        deliver(made, mine, made.model_handle(mine))
    recorded = sum(one.planned for one in measured_of(mine).results)
    assert 0 < recorded < 8
    assert skipped.value.msg == f"shard 1/2: {recorded} samples recorded; its gate needs all shards"


@pytest.fixture
def session(pytester):
    """Return a session of pytest whose options name models."""

    def made(*models: str) -> Any:
        return pytest.Session.from_config(pytester.parseconfig(*(f"--eval-model={model}" for model in models)))

    return made


def test_an_index_of_the_command_line_is_an_item_per_model(session, pytester):
    pytester.path.joinpath("mine.json").write_text("{}", "utf-8")
    made = index_items(session("fake/echo", "fake/fixed:4"), "mine.json")
    file = pytester.path / "mine.json"
    for item, model in zip(made, ("fake/echo", "fake/fixed:4"), strict=True):
        assert isinstance(item, IndexItem)
        assert (item.name, item.nodeid) == (f"mine.json[{model}]", f"mine.json::index[{model}]")
        case = item.evalscope_parameters[CASE]
        assert (case.model, case.declaration, case.own_model) == (model, IndexDeclaration(schema=file), True)
        assert [mark.kwargs for mark in item.iter_markers("evalscope")] == [{"index": "mine", "model": model}]
        assert item.reportinfo() == (file, 0, f"mine.json[{model}]")


def test_an_item_of_the_command_line_computes_its_index(session, pytester, monkeypatch):
    pytester.path.joinpath("mine.json").write_text("{}", "utf-8")
    owner = session("fake/echo")
    [mine] = index_items(owner, "mine.json")
    delivered: list[Any] = []
    monkeypatch.setattr(module, "deliver", lambda *given: delivered.append(given))
    evals = SimpleNamespace(model_handle=lambda item: f"the model of {item.name}")
    owner.config.pluginmanager.register(evals, "evalscope-session")
    mine.setup()
    assert delivered == [(evals, mine, "the model of mine.json[fake/echo]")]
