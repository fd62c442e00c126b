"""What every kind of test has in common: its three functions, and what its items say of themselves."""

from dataclasses import replace
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

from pytest_evalscope.errors import UsageError
from pytest_evalscope.plugin import kinds
from pytest_evalscope.plugin.cases import Case, Measured
from pytest_evalscope.plugin.collect import kind_of
from pytest_evalscope.plugin.collector import Gathered
from pytest_evalscope.plugin.declare import ArenaDeclaration, Declaration, IndexDeclaration
from pytest_evalscope.plugin.kinds.arena import ArenaCase
from pytest_evalscope.plugin.kinds.benchmark import BenchmarkCase
from pytest_evalscope.plugin.kinds.index import IndexCase
from pytest_evalscope.plugin.settings import settings_of
from pytest_evalscope.types import Declared

KINDS = sorted(module.name for module in iter_modules(kinds.__path__))


@pytest.fixture
def cases(made_job) -> dict[str, Case]:
    """A case of each kind; the benchmark's needs a judge."""
    job = made_job(model="m", declared=Declared(task_type="math"))
    judged = replace(job.benchmark, needs=("judge",))
    return {
        "benchmark": BenchmarkCase(job=replace(job, benchmark=judged), own_model=False),
        "index": IndexCase(declaration=IndexDeclaration(schema="sets/mine.json"), model="m"),
        "arena": ArenaCase(
            declaration=ArenaDeclaration(data=("sums",)),
            benchmark=replace(judged, name="arena-sums"),
            models=("m", "n"),
            baseline="n",
        ),
    }


def test_a_kind_has_three_functions_a_declaration_and_a_case(cases):
    assert KINDS == sorted(cases) == sorted(each.kind for each in (Declaration, IndexDeclaration, ArenaDeclaration))
    for kind in KINDS:
        assert all(callable(getattr(kind_of(kind), name)) for name in ("cases", "deliver", "collect"))


def test_a_case_says_what_its_item_is(cases):
    said = {
        kind: (case.id, case.label, case.model, case.own_model, dict(case.marker), len(case.jobs))
        for kind, case in cases.items()
    }
    assert said == {
        "benchmark": (
            "m-default",
            "sums/default of m",
            "m",
            False,
            {"benchmark": "sums", "subset": "default", "model": "m", "task_type": "math"},
            1,
        ),
        "index": ("m", "index mine of m", "m", True, {"index": "mine", "model": "m"}, 0),
        "arena": ("sums", "arena sums against n", "", True, {"arena": "sums", "baseline": "n"}, 0),
    }


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("benchmark", "sums: a judge scores its completions, but no judge is named"),
        ("index", ""),
        ("arena", "arena: judges compare completions, but no judge is named"),
    ],
)
def test_a_case_requires_a_judge_where_one_is_needed(cases, options, kind, says):
    settings, case = settings_of(options()).run, cases[kind]
    if says:
        with pytest.raises(UsageError) as refused:
            case.require(settings)
        assert refused.value.message.startswith(says)
        assert refused.value.hint.startswith("name one with --eval-judge=")
    else:
        case.require(settings)
    case.require(replace(settings, judges=("fake/echo",)))
    case.require(replace(settings, run_dir=Path("earlier")))


@pytest.mark.parametrize("kind", KINDS)
def test_before_anything_was_recorded_a_report_carries_an_error_of_that_kind(cases, ended, kind, tmp_path):
    case: Case = cases[kind]
    measured: Measured = case.measure()
    assert measured.kind == kind
    assert not measured.begun
    assert measured is not case.measure(), "a rerun begins with nothing"
    plain: Any = measured.to_plain(ended("error", "lost"))
    gathered = Gathered(tmp_path)
    kind_of(kind).collect(gathered, "t.py::a", plain)
    assert [made.verdict for made in gathered.results.values()] == ["error"]
    assert gathered.indexes == ({"t.py::a": None} if kind == "index" else {})
    assert gathered.arenas == {}
    names = [name.removeprefix("evalscope.") for name, _ in measured.properties(ended("error", "lost"))]
    assert names == (["benchmark", "subset", "model", "planned", "weight", "verdict"] if kind == "benchmark" else [])
