"""What a decorator puts on a test."""

from pathlib import Path
from typing import Any

from pytest_evalscope.benchmarks import load
from pytest_evalscope.collections import CollectionSchema, DatasetInfo
from pytest_evalscope.plugin.declare import (
    ATTRIBUTE,
    ArenaDeclaration,
    Declaration,
    IndexDeclaration,
    arena,
    benchmark,
    index,
)


def declared(decorate: Any) -> Any:
    def test_it() -> None:
        """Say nothing."""

    assert decorate(test_it) is test_it
    return getattr(test_it, ATTRIBUTE)


def test_a_benchmark_declares_the_options_that_were_given():
    assert declared(benchmark("gsm8k")) == Declaration(
        benchmark="gsm8k", options={}, name="", weight=1.0, task_type="", tags=(), threshold=None
    )
    assert declared(benchmark("gsm8k")) == Declaration(benchmark="gsm8k")
    options: dict[str, Any] = {
        "few_shot": 0, "limit": 1, "repeats": 2, "aggregation": "mean", "template": "{input}", "system": "",
        "solve": "likelihood", "params": {}, "extra": {"a": 1},
    }  # fmt: skip
    made = benchmark(
        "gsm8k", subsets=["main"], name="mine", weight=2, task_type="math", tags=["a"], threshold=0.0, **options
    )
    assert declared(made) == Declaration(
        benchmark="gsm8k", options={"subsets": ("main",), **options}, name="mine", weight=2, task_type="math",
        tags=("a",), threshold=0.0,
    )  # fmt: skip


def test_an_index_goes_by_the_name_of_its_schema_or_file():
    plain = declared(index("sets/mine.json"))
    assert plain == IndexDeclaration(
        schema="sets/mine.json", count=None, sampler="weighted", seed=None, normalize="product", benchmarks=()
    )
    assert plain == IndexDeclaration(schema="sets/mine.json")
    assert plain.name == "mine"
    assert declared(index(Path("other.jsonl"))).name == "other"
    schema, own = CollectionSchema("third", datasets=[DatasetInfo("gsm8k", 1)]), load("gsm8k")
    made = index(schema, count=5, sampler="uniform", seed=0, normalize="level", benchmarks=[own])
    assert declared(made) == IndexDeclaration(
        schema=schema, count=5, sampler="uniform", seed=0, normalize="level", benchmarks=(own,)
    )
    assert declared(made).name == "third"


def test_an_arena_has_one_data_set_or_several_and_models_with_parameters():
    own: Any = load("gsm8k")
    for data, several in (("a", ("a",)), (Path("a"), (Path("a"),)), (own, (own,)), (["a", own], ("a", own))):
        assert declared(arena(data=data)) == ArenaDeclaration(
            data=several, models=(), baseline="", schedule="round_robin", criteria="", limit=None, params={}
        )
    assert declared(arena(data="a")) == ArenaDeclaration(data=("a",))
    models: dict[str, dict[str, Any]] = {"cold": {"model": "m", "temperature": 0}, "hot": {"model": "m"}}
    made = arena(data="a", models=models, baseline="hot", schedule="baseline", criteria="be brief", limit=0.5)
    assert declared(made) == ArenaDeclaration(
        data=("a",), models=("cold", "hot"), baseline="hot", schedule="baseline", criteria="be brief", limit=0.5,
        params=models,
    )  # fmt: skip
    assert declared(arena(data="a", models=["x", "y"])).params == {}
