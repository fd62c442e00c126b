"""From decorated tests to items: their parameters, ids and marks."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.collections import MixedSet
from pytest_evalscope.plugin import fixtures, pytest_generate_tests
from pytest_evalscope.plugin import indexes as indexes_of_plugin
from pytest_evalscope.plugin.collect import settings_of
from pytest_evalscope.plugin.declare import IndexDeclaration, arena, benchmark, index
from pytest_evalscope.plugin.indexes import IndexItem, drawn_for, index_items


def theirs() -> None:
    """Stand for a fixture that a user wrote."""


@pytest.fixture
def metafunc(options, tmp_path):
    """Return what pytest hands to a plugin for a test with these fixtures; `model` is this plugin's unless `own`."""

    def made(decorate: Any, *names: str, own: bool = False, marks: Any = (), **given: Any) -> Any:
        def test_it() -> None:
            """Say nothing."""

        definition = SimpleNamespace(
            nodeid="t.py::test_it",
            path=tmp_path / "t.py",
            iter_markers=lambda name: marks if name == "parametrize" else (),
        )
        config = options(**{"model": ["fake/fixed:4", "fake/echo"], **given})
        fake: Any = SimpleNamespace(
            function=decorate(test_it), config=config, definition=definition, fixturenames=list(names), parametrized=[]
        )
        fake._arg2fixturedefs = {"model": [SimpleNamespace(func=theirs if own else fixtures.model)]}
        fake.parametrize = lambda name, values, ids=None: fake.parametrized.append((name, values, ids))
        pytest_generate_tests(fake)
        return fake

    return made


def items(made: Any) -> list[Any]:
    """Return name, id, mark's fields and value of each parameter set."""
    [(name, values, ids)] = made.parametrized
    assert ids is None
    assert made.fixturenames[-1] == name
    return [(name, one.id, dict(one.marks[0].kwargs), one.values[0]) for one in values]


def test_a_benchmark_is_an_item_per_model_and_subset(metafunc, made_job):
    own = made_job().benchmark
    made = items(metafunc(benchmark(own, limit=2, name="mine", task_type="sums"), "scores", "model", repeats="3"))
    assert [(name, identity, fields) for name, identity, fields, _ in made] == [
        (
            "evalscope_case",
            f"{model}-default",
            {"benchmark": "mine", "subset": "default", "model": model, "task_type": "sums"},
        )
        for model in ("fake/fixed:4", "fake/echo")
    ]
    assert [(case.job.limit, case.job.repeats, case.own_model) for *_, case in made] == [(2, 3, True)] * 2
    assert made[0][3].declaration.name == "mine"
    assert [case.job.benchmark.name for *_, case in items(metafunc(benchmark("smoke_facts"), "scores"))] == [
        "smoke_facts"
    ] * 2, "who asks for no model has this plugin's"


@pytest.mark.parametrize("decorate", [benchmark("smoke_facts"), index("mine.json")])
def test_an_application_is_one_model_whatever_the_options_name(metafunc, decorate):
    [(_, identity, fields, case)] = items(metafunc(decorate, "model", own=True))
    assert identity.partition("-")[0] == "application"
    assert fields["model"] == "application"
    assert case.own_model is False
    unasked = items(metafunc(decorate, own=True))
    assert [case.own_model for *_, case in unasked] == [True, True], "a fixture that the test does not ask for is none"


def test_an_index_is_an_item_per_model(metafunc):
    made = items(metafunc(index("sets/mine.json"), "report", "model"))
    assert [(name, identity, fields) for name, identity, fields, _ in made] == [
        ("evalscope_index", model, {"index": "mine", "model": model}) for model in ("fake/fixed:4", "fake/echo")
    ]
    assert [(case.model, case.own_model, case.declaration.schema) for *_, case in made] == [
        ("fake/fixed:4", True, "sets/mine.json"),
        ("fake/echo", True, "sets/mine.json"),
    ]


def test_an_arena_is_an_item_per_data_set(metafunc, made_job, tmp_path):
    (tmp_path / "open.v2.jsonl").write_text('{"query": "q"}\n', "utf-8")
    own = replace(made_job().benchmark, axes=("accuracy", "accuracy"), needs=("judge",))
    plain = arena(data=["open.v2.jsonl", tmp_path / "gone", own, "smoke_facts"])
    made = items(metafunc(plain, "leaderboard"))
    assert [(name, identity, fields) for name, identity, fields, _ in made] == [
        ("evalscope_arena", name, {"arena": name, "baseline": "fake/fixed:4"})
        for name in ("open", "gone", "sums", "smoke_facts")
    ]
    for name, _, _, case in made:
        found = case.benchmark
        assert found.name == f"arena-{case.dataset}"
        assert (found.primary_metric, tuple(found.metrics), found.aggregation) == ("replied", ("replied",), "mean")
        assert (found.axes, found.needs, found.task_type) == ((), (), "arena")
        assert (case.models, case.baseline) == (("fake/fixed:4", "fake/echo"), "fake/fixed:4")
        assert name == "evalscope_arena"
    given = arena(data="smoke_facts", models=["a", "b", "c"], baseline="b")
    [(_, _, fields, case)] = items(metafunc(given, "leaderboard"))
    assert (case.models, case.baseline, fields["baseline"]) == (("a", "b", "c"), "b", "b")


@pytest.mark.parametrize(
    ("decorate", "says"),
    [
        (benchmark("smoke_fact"), "benchmark: unknown name ('smoke_fact')"),
        (benchmark("smoke_facts", subsets=["nowhere"]), "@benchmark"),
        (arena(data="smoke_fact"), "benchmark: unknown name ('smoke_fact')"),
        (arena(data="smoke_facts", models=["one"]), "arena: too few models (one); at least 2 are needed"),
        (arena(data="smoke_facts", models=["a", "b"], baseline="c"), "arena: baseline: unknown name ('c')"),
        (arena(data="smoke_facts", schedule="knockout"), "arena: schedule: unknown name ('knockout')"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_an_item_is_told_with_the_test(metafunc, decorate, says):
    with pytest.raises(pytest.Collector.CollectError) as told:
        metafunc(decorate, "model")
    assert str(told.value).startswith("t.py::test_it: ")
    assert says in str(told.value)


def test_an_ordinary_test_that_asks_for_the_model_is_an_item_per_model(metafunc):
    def plain(function: Any) -> Any:
        return function

    models = ("fake/fixed:4", "fake/echo")
    assert metafunc(plain, "model").parametrized == [("evalscope_model", models, models)]
    assert metafunc(plain, "model").fixturenames == ["model", "evalscope_model"]
    for made in (
        metafunc(plain, "model", model=["fake/echo"]),
        metafunc(plain, "tmp_path"),
        metafunc(plain, "model", own=True),
        metafunc(plain, "model", marks=[SimpleNamespace(args=("n",)), SimpleNamespace(args=("model",))]),
    ):
        assert made.parametrized == []
    assert len(metafunc(plain, "model", marks=[SimpleNamespace(args=("n",))]).parametrized) == 1


def test_settings_are_read_once(options):
    config = options()
    first = settings_of(config)
    config.option.evalscope_seed = "7"
    assert settings_of(config) is first


@pytest.fixture
def session(options, pytester, tmp_path):
    """Return a session of pytest whose options name models."""

    def made(*models: str) -> Any:
        return pytest.Session.from_config(pytester.parseconfig(*(f"--eval-model={model}" for model in models)))

    return made


def test_an_index_of_the_command_line_is_an_item_per_model(session, pytester):
    with pytest.raises(pytest.UsageError) as told:
        index_items(session("fake/echo"), "mine.json")
    assert str(told.value) == (
        "--eval-index: there is no such file (mine.json); a schema (.json) or a mixed set (.jsonl)"
    )
    pytester.path.joinpath("mine.json").write_text("{}", "utf-8")
    made = index_items(session("fake/echo", "fake/fixed:4"), "mine.json")
    file = pytester.path / "mine.json"
    for item, model in zip(made, ("fake/echo", "fake/fixed:4"), strict=True):
        assert isinstance(item, IndexItem)
        assert (item.name, item.nodeid) == (f"mine.json[{model}]", f"mine.json::index[{model}]")
        case = item.evalscope_parameters["evalscope_index"]
        assert (case.model, case.declaration, case.own_model) == (model, IndexDeclaration(schema=file), True)
        assert [mark.kwargs for mark in item.iter_markers("evalscope")] == [{"index": "mine", "model": model}]
        assert item.reportinfo() == (file, 0, f"mine.json[{model}]")


def test_an_index_is_drawn_as_it_was_declared(options, made_job, monkeypatch, tmp_path):
    asked: list[Any] = []
    monkeypatch.setattr(indexes_of_plugin, "drawn", lambda schema, settings, **fields: asked.append((schema, fields)))
    settings, own = settings_of(options()).run, made_job().benchmark
    mixed = MixedSet(name="third", leaves=(), source=settings.data)
    declared = {"count": 5, "sampler": "uniform", "seed": 0, "normalize": "level", "benchmarks": (own,)}
    for schema, found in (("a.json", tmp_path / "a.json"), (tmp_path / "b.json", tmp_path / "b.json"), (mixed, mixed)):
        drawn_for(IndexDeclaration(schema=schema, **declared), settings, tmp_path)  # type: ignore[arg-type]
        assert asked.pop() == (found, declared)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    drawn_for(IndexDeclaration(schema="~/c.json"), settings, tmp_path)
    assert asked.pop()[0] == tmp_path / "home" / "c.json"
