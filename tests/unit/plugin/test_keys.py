"""What an item says of itself: hidden parameters, whose fixtures it asks for, and what a decorator put on it."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.benchmarks import load
from pytest_evalscope.collections import CollectionSchema, DatasetInfo
from pytest_evalscope.plugin import fixtures, pytest_deselected
from pytest_evalscope.plugin.collect import Case
from pytest_evalscope.plugin.declare import (
    ARENA_ATTRIBUTE,
    ATTRIBUTE,
    INDEX_ATTRIBUTE,
    ArenaDeclaration,
    Declaration,
    IndexDeclaration,
    arena,
    benchmark,
    index,
)
from pytest_evalscope.plugin.keys import DESELECTED, is_eval, parameter, session_of, uses_own_model
from pytest_evalscope.plugin.workers import bucket_of, write_buckets


def item(*names: str, **params: Any) -> Any:
    """An item that asks for fixtures, each of them this plugin's, with hidden parameters."""
    own = {name: [SimpleNamespace(func=getattr(fixtures, name, test_a_parameter_is_found))] for name in names}
    made: Any = SimpleNamespace(nodeid="t.py::test_it[x]", fixturenames=names)
    made._fixtureinfo = SimpleNamespace(name2fixturedefs=own)
    if params:
        made.callspec = SimpleNamespace(params=params)
    return made


def test_a_parameter_is_found():
    assert parameter(item(evalscope_case=1), "evalscope_case") == 1
    assert parameter(item(evalscope_case=1), "evalscope_index") is None
    assert parameter(item(), "evalscope_case") is None
    made = item(evalscope_case=1)
    made.evalscope_parameters = {"evalscope_index": 2}
    assert parameter(made, "evalscope_index") == 2
    assert parameter(made, "evalscope_case") is None, "what an item without a test says of itself is all there is"


def test_the_last_definition_of_a_fixture_says_whose_it_is():
    ours, theirs = SimpleNamespace(func=fixtures.model), SimpleNamespace(func=test_a_parameter_is_found)
    assert uses_own_model({"model": [ours]})
    assert not uses_own_model({"model": [ours, theirs]})
    assert uses_own_model({"model": [theirs, ours]})
    assert not uses_own_model({"model": []})
    assert not uses_own_model({"judge": [ours]})
    assert not uses_own_model({"model": [SimpleNamespace(func=object())]})


def test_an_item_that_measures_something_is_an_eval():
    for hidden in ("evalscope_case", "evalscope_index", "evalscope_arena"):
        assert is_eval(item(**{hidden: object()}))
        assert not is_eval(item(**{hidden: None}))
    for asked in ("record_score", "model", "judge"):
        assert is_eval(item(asked))
    assert not is_eval(item("tmp_path", "scores", "threshold"))
    assert not is_eval(item(evalscope_model="m"))
    theirs = item("model", "judge")
    theirs._fixtureinfo.name2fixturedefs = {name: [SimpleNamespace(func=item)] for name in ("model", "judge")}
    assert not is_eval(theirs)
    unasked = item()
    unasked._fixtureinfo.name2fixturedefs = {"model": [SimpleNamespace(func=fixtures.model)]}
    assert not is_eval(unasked)
    assert not is_eval(SimpleNamespace())  # type: ignore[arg-type]  # a doctest, say: it has none of these attributes


def test_without_an_eval_there_is_no_session(options):
    assert session_of(options()) is None


@pytest.fixture
def case(made_job) -> Any:
    """A case of the benchmark `sums`."""
    declaration = Declaration(benchmark="sums", tags=("easy", "mine"))
    return Case(job=made_job(model="m"), declaration=declaration, own_model=True)


def test_subsets_of_a_test_and_model_go_together_and_an_index_or_arena_by_itself(case, tmp_path):
    assert bucket_of(item(evalscope_case=case)) == "t.py::test_it[m]"
    assert bucket_of(item(evalscope_index=object())) == "t.py::test_it[x]"
    assert bucket_of(item(evalscope_arena=object())) == "t.py::test_it[x]"
    assert bucket_of(item(evalscope_model="m")) is None
    assert bucket_of(item()) is None
    written: list[Any] = []
    folder: Any = SimpleNamespace(write_json=lambda *told: written.append(told))
    write_buckets(folder, [item(evalscope_case=case), item()], ["left out"])
    buckets = {"t.py::test_it[x]": "t.py::test_it[m]"}
    assert written == [("configs/buckets.json", {"buckets": buckets, "deselected": ["left out"]})]


def test_a_case_has_a_name_a_task_type_and_tags(case, made_job):
    assert (case.label, case.task_type, case.tags) == ("sums/default of m", "math", ("easy", "mine"))
    named = Case(job=made_job(), declaration=Declaration(benchmark="sums", task_type="sums"), own_model=True)
    assert named.task_type == "sums"


def test_evals_that_were_left_out_are_remembered(case, options):
    config = options()
    for made in (item(evalscope_case=case), item(), item(evalscope_case=case)):
        made.config = config
        pytest_deselected([made])
    assert config.stash[DESELECTED] == ["sums/default of m"] * 2


def marked(decorate: Any, attribute: str) -> Any:
    def test_it() -> None:
        """Say nothing."""

    assert decorate(test_it) is test_it
    return getattr(test_it, attribute)


def test_a_benchmark_declares_the_options_that_were_given():
    assert marked(benchmark("gsm8k"), ATTRIBUTE) == Declaration(
        benchmark="gsm8k", options={}, name="", weight=1.0, task_type="", tags=(), threshold=None
    )
    assert marked(benchmark("gsm8k"), ATTRIBUTE) == Declaration(benchmark="gsm8k")
    options: dict[str, Any] = {
        "few_shot": 0, "limit": 1, "repeats": 2, "aggregation": "mean", "template": "{input}", "system": "",
        "solve": "likelihood", "params": {}, "extra": {"a": 1},
    }  # fmt: skip
    made = benchmark(
        "gsm8k", subsets=["main"], name="mine", weight=2, task_type="math", tags=["a"], threshold=0.0, **options
    )
    assert marked(made, ATTRIBUTE) == Declaration(
        benchmark="gsm8k", options={"subsets": ("main",), **options}, name="mine", weight=2, task_type="math",
        tags=("a",), threshold=0.0,
    )  # fmt: skip


def test_an_index_goes_by_the_name_of_its_schema_or_file():
    plain = marked(index("sets/mine.json"), INDEX_ATTRIBUTE)
    assert plain == IndexDeclaration(
        schema="sets/mine.json", count=None, sampler="weighted", seed=None, normalize="product", benchmarks=()
    )
    assert plain == IndexDeclaration(schema="sets/mine.json")
    assert plain.name == "mine"
    assert marked(index(Path("other.jsonl")), INDEX_ATTRIBUTE).name == "other"
    schema, own = CollectionSchema("third", datasets=[DatasetInfo("gsm8k", 1)]), load("gsm8k")
    made = index(schema, count=5, sampler="uniform", seed=0, normalize="level", benchmarks=[own])
    assert marked(made, INDEX_ATTRIBUTE) == IndexDeclaration(
        schema=schema, count=5, sampler="uniform", seed=0, normalize="level", benchmarks=(own,)
    )
    assert marked(made, INDEX_ATTRIBUTE).name == "third"


def test_an_arena_has_one_data_set_or_several_and_models_with_parameters():
    own: Any = load("gsm8k")
    for data, several in (("a", ("a",)), (Path("a"), (Path("a"),)), (own, (own,)), (["a", own], ("a", own))):
        assert marked(arena(data=data), ARENA_ATTRIBUTE) == ArenaDeclaration(
            data=several, models=(), baseline="", schedule="round_robin", criteria="", limit=None, params={}
        )
    assert marked(arena(data="a"), ARENA_ATTRIBUTE) == ArenaDeclaration(data=("a",))
    models: dict[str, dict[str, Any]] = {"cold": {"model": "m", "temperature": 0}, "hot": {"model": "m"}}
    made = arena(data="a", models=models, baseline="hot", schedule="baseline", criteria="be brief", limit=0.5)
    assert marked(made, ARENA_ATTRIBUTE) == ArenaDeclaration(
        data=("a",), models=("cold", "hot"), baseline="hot", schedule="baseline", criteria="be brief", limit=0.5,
        params=models,
    )  # fmt: skip
    assert marked(arena(data="a", models=["x", "y"]), ARENA_ATTRIBUTE).params == {}
