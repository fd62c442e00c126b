"""What will be asked: models by their names, groups and jobs, and what is refused before anything is."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope import Benchmark, Rows, Sample, perplexity, surprisal
from pytest_evalscope.api.plan import Group, Plan, named_models, plan_of
from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.run import Settings
from pytest_evalscope.run.prices import Price
from pytest_evalscope.run.settings import MediaLimits
from pytest_evalscope.types import EVERY_REQUEST

SETTINGS = Settings(cache="off")


TRIES = Benchmark(
    name="tries",
    data=Rows([{"q": "?"}]),
    sample=lambda row: Sample(input=row["q"]),
    solve=perplexity(),
    score=surprisal(),
)


class Own:
    """A model of one's own."""

    can = EVERY_REQUEST
    name, identity = "own", {"own": 1}

    async def send(self, request: Any) -> Any:
        """Say nothing."""

    async def aclose(self) -> None:
        """Hold nothing."""


class Callable:
    """An application without a name."""

    def __call__(self, prompt: str) -> str:
        return prompt


def test_models_go_by_their_own_names_or_those_they_are_given(add):
    own, nameless = Own(), Callable()
    made = named_models(["fake/echo", own, add, nameless, "fake/echo", add], SETTINGS)
    assert list(made) == ["fake/echo", "own", "add", "Callable"]
    assert made["own"] is own
    assert [model.name for model in made.values()] == ["fake/echo", "own", "add", "Callable"]
    assert list(named_models({"a": "fake/echo", "b": "fake/echo"}, SETTINGS)) == ["a", "b"]
    odd = Callable()
    odd.name = 3  # type: ignore[attr-defined]  # a user's attribute may be anything
    assert list(named_models([odd], SETTINGS)) == ["Callable"]


def test_models_are_opened_for_as_many_requests_as_samples_are_in_flight(monkeypatch):
    opened: list[Any] = []

    def resolve(name: str, options: Any) -> Any:
        opened.append((name, options.concurrency, options.timeout))
        return SimpleNamespace(name=name)

    monkeypatch.setattr("pytest_evalscope.api.plan.resolve", resolve)
    named_models(["a"], replace(SETTINGS, concurrency=3, model=replace(SETTINGS.model, timeout=5.0)))
    assert opened == [("a", 3, 5.0)]


def test_two_models_of_one_name_or_none_at_all_are_refused():
    with pytest.raises(UsageError) as told:
        named_models([Callable(), Callable()], SETTINGS)
    assert str(told.value) == (
        "model Callable: two go by this name; each needs its own\n"
        'hint: give them names: models={"first": …, "second": …}'
    )
    with pytest.raises(UsageError) as told:
        named_models([], SETTINGS)
    assert str(told.value) == (
        "model: none is named; accepted: provider/model, such as openai/gpt-4o-mini\n"
        "hint: fake/echo or fake/letter:A answer by a rule, for a dry run"
    )


def test_a_plan_is_a_group_per_benchmark_or_index_and_model(sums, mixed, folder):
    plan = plan_of([sums("a", 2), "smoke_facts", "smoke_facts"], [mixed], ["fake/echo", "fake/letter:A"], SETTINGS)
    assert plan.settings == replace(SETTINGS, models=("fake/echo", "fake/letter:A"))
    assert list(plan.models) == ["fake/echo", "fake/letter:A"]
    assert [(group.model, group.index, group.jobs[0].benchmark.name) for group in plan.groups] == [
        ("fake/echo", "", "a"),
        ("fake/letter:A", "", "a"),
        ("fake/echo", "", "smoke_facts"),
        ("fake/letter:A", "", "smoke_facts"),
        ("fake/echo", "mine", "mine.smoke_arithmetic"),
        ("fake/letter:A", "mine", "mine.smoke_arithmetic"),
    ]
    assert (plan.indexes, plan.remarks) == ((str(folder / "mixed.jsonl"),), ())
    first, last = plan.groups[0], plan.groups[-1]
    assert (len(first.jobs), first.members) == (1, ())
    assert [job.benchmark for job in last.jobs] == [member.leaf.benchmark for member in last.members]
    assert [job.benchmark.name for job in plan.jobs][:3] == ["a", "a", "smoke_facts"]


def test_a_plan_reads_as_a_line_per_job(sums):
    class Endless:
        """Rows of unknown number."""

        subsets = ("x", "y")

        def size(self, subset: str) -> None:
            """Return None."""

        def read(self, subset: str, *, part: str = "eval", source: Any) -> Any:
            return iter([])

    plan = plan_of([sums("a", 2), sums("b", data=Endless())], [], ["fake/echo"], SETTINGS)
    assert str(plan) == (
        "a/default of fake/echo: 2 samples\nb/x of fake/echo: all samples\nb/y of fake/echo: all samples"
    )
    assert str(Plan(settings=SETTINGS, models={}, groups=(Group(model="m", jobs=()),))) == ""


def test_remarks_and_names_of_indexes_are_kept(sums, mixed):
    from pytest_evalscope.collections import CollectionSchema, DatasetInfo, WeightedSampler

    few = sums("few", 2)
    schema = CollectionSchema("third", datasets=[DatasetInfo("few", 1)])
    drawn = WeightedSampler(schema, benchmarks=[few]).sample()
    drawn = replace(drawn, remarks=("fewer rows",))
    plan = plan_of([few], [drawn, Path(mixed)], ["fake/echo"], SETTINGS)
    assert plan.indexes == ("third", str(mixed))
    assert plan.remarks == ("fewer rows",)


def test_what_lacks_a_judge_or_a_price_is_refused(sums):
    def planned(*, judged: bool = False, **changes: Any) -> Plan:
        benchmark = sums(needs=("judge",)) if judged else sums()
        return plan_of([benchmark], [], {"mine": "fake/echo"}, replace(SETTINGS, **changes))

    with pytest.raises(UsageError, match=r"^sums: a judge scores its completions, but no judge is named"):
        planned(judged=True)
    assert planned(judged=True, judges=("fake/echo",)).settings.judges == ("fake/echo",)
    with pytest.raises(UnknownName, match=r"^model provider: unknown name \('nowhere'\)"):
        planned(judges=("nowhere/x",))
    prices = {"fake/echo": Price(1.0, 1.0)}
    assert planned(prices=prices, cost_budget=1.0).settings.prices == prices
    with pytest.raises(UnknownName, match=r"^--eval-prices: price of a model: unknown name \('fake/letter:A'\)"):
        planned(prices=prices, judges=("fake/letter:A",))
    with pytest.raises(UnknownName, match=r"^--eval-prices: price of a model: unknown name \('fake/echo'\)"):
        planned(prices={"other": Price(1.0, 1.0)})
    with pytest.raises(UsageError, match=r"^--eval-cost-budget: no price is known"):
        planned(cost_budget=1.0)


def test_options_of_a_data_set_that_do_not_fit_name_it(sums):
    settings = replace(SETTINGS, dataset_args={"sums": {"few_shots": 0}})
    with pytest.raises(UnknownName, match=r"^dataset_args of sums: args: unknown name \('few_shots'\)"):
        plan_of([sums()], [], ["fake/echo"], settings)


def test_what_a_model_cannot_is_refused_before_anything_is_asked(add):
    with pytest.raises(
        UsageError, match=r"^model add: cannot give log-probabilities of texts, needed by tries; models"
    ):
        plan_of([TRIES], [], ["fake/echo", add], SETTINGS)
    assert len(list(plan_of([TRIES], [], ["fake/echo"], SETTINGS).jobs)) == 1


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"limit": -1}, "settings.limit: neither a count nor a share ('-1')"),
        ({"limit": 0}, "settings.limit: neither a count nor a share ('0')"),
        ({"limit": 1.5}, "settings.limit: neither a count nor a share ('1.500000')"),
        ({"limit": True}, "settings.limit: not a count or a share (True)"),
        ({"limit": "5"}, "settings.limit: not a count or a share ('5')"),
        ({"repeats": 0}, "settings.repeats: not a whole number from 1 ('0')"),
        ({"repeats": 2.0}, "settings.repeats: not a whole number (2.0)"),
        ({"seed": -1}, "settings.seed: not a whole number from 0 ('-1')"),
        ({"max_errors": 2}, "settings.max_errors: not a number from 0 to 1 ('2')"),
        ({"sample_timeout": 0}, "settings.sample_timeout: not a number from 0.001 ('0')"),
        ({"cache": "onn"}, "settings.cache: unknown name ('onn'); did you mean on?"),
        ({"media": MediaLimits(max_bytes=0)}, "settings.media.max_bytes: not a whole number from 1 ('0')"),
        ({"dataset_args": {"summs": {}}}, "settings.dataset_args: benchmark: unknown name ('summs')"),
    ],
)  # fmt: skip
def test_settings_that_no_option_would_take_are_refused_by_their_names(sums, changed, says):
    with pytest.raises(UsageError) as refused:
        plan_of([sums()], (), ["fake/echo"], replace(SETTINGS, **changed))
    assert refused.value.message.startswith(says)


@pytest.mark.parametrize("limit", [1, 1000, 0.5, 0.001, None])
def test_a_limit_that_fits_is_none_of_them(sums, limit):
    assert list(plan_of([sums()], (), ["fake/echo"], replace(SETTINGS, limit=limit)).jobs)
