"""Every real row is read, has an id of its own, and a reply that gives its target is right."""

from typing import Any, cast

import pytest

from pytest_evalscope.benchmarks import load
from pytest_evalscope.data import Source
from pytest_evalscope.types import Completion, Context

pytestmark = pytest.mark.slow  # rows by the thousand

CONTEXT = Context(model=cast("Any", None))
# A mirror may hold less than a whole subset: these are the rows that the benchmark promises, and no more may be there.
WHOLE = {
    "gsm8k": 1319,
    "aime25": 30,
    "mmlu": 14042,
    "mmlu_pro": 12032,
    "agieval": 7150,
    "boolq": 3270,
    "arc": 2376 + 1172,
    "hellaswag": 10042,
}
# Of these a mirror may lack whole subsets; the others are looked for in all of theirs.
GAOKAO = ("biology", "chemistry", "chinese", "geography", "history", "mathqa", "physics")
SOME = {"agieval": ("aqua-rat", *(f"gaokao-{subject}" for subject in GAOKAO))}


def samples(name, source):
    benchmark = load(name)
    subsets = SOME.get(name, benchmark.data.subsets)
    return [sample for subset in subsets for sample in benchmark.samples(subset, source)]


def right(name, sample, reply):
    score: Any = load(name).score(sample, Completion(text=reply), CONTEXT)
    return score.values["accuracy"] == 1.0


@pytest.mark.parametrize("name", WHOLE)
def test_every_row_is_read_and_can_be_answered(name, hub_dir):
    found = samples(name, Source(data_dir=hub_dir, offline=True))
    assert min(500, WHOLE[name]) <= len(found) <= WHOLE[name]
    assert len({(sample.subset, sample.id) for sample in found}) == len(found)
    assert [sample.id for sample in found if not right(name, sample, f"So.\n\nANSWER: {sample.target}")] == []
    # Several labels without a word beside them are no answer; one is.
    alone = [sample for sample in found if not (sample.choices and "," in sample.target)]
    assert [sample.id for sample in alone if not right(name, sample, sample.target)] == []
    assert all(sample.input and all(sample.choices) for sample in found)


@pytest.mark.parametrize(("name", "count"), [("simple_qa", 4326), ("chinese_simpleqa", 3000)])
def test_every_row_that_a_judge_marks_is_read(name, count, hub_dir):
    found = samples(name, Source(data_dir=hub_dir, offline=True))
    assert len(found) == len({(sample.subset, sample.id) for sample in found}) == count
    assert all(sample.input and sample.target for sample in found)


def test_a_whole_subset_has_as_many_rows_as_promised(hub_dir):
    source = Source(data_dir=hub_dir, offline=True)
    for name in ("gsm8k", "aime25", "mmlu", "simple_qa", "chinese_simpleqa"):
        data = load(name).data
        counts = {subset: sum(1 for _ in data.read(subset, source=source)) for subset in data.subsets}
        assert counts == {subset: data.size(subset) for subset in data.subsets}


def test_the_worked_solutions_of_gsm8k_are_right(hub_dir):
    source = Source(data_dir=hub_dir, offline=True)
    benchmark = load("gsm8k")
    rows = list(benchmark.data.read("main", source=source))
    for sample, row in zip(benchmark.samples("main", source), rows, strict=True):
        assert right("gsm8k", sample, row["answer"])


@pytest.mark.parametrize("name", ["mmlu", "mmlu_pro", "boolq", "arc", "hellaswag"])
def test_a_label_with_its_option_is_understood_whatever_the_option_says(name, hub_dir):
    for sample in samples(name, Source(data_dir=hub_dir, offline=True)):
        option = sample.choices[ord(sample.target) - ord("A")]
        assert right(name, sample, f"{sample.target}) {option}")
        assert right(name, sample, f"ANSWER: ({sample.target}) {option}")


@pytest.mark.parametrize(("name", "count"), [("gsm8k", 4), ("mmlu", 5)])
def test_worked_examples_are_there_and_shown(name, count, hub_dir):
    source = Source(data_dir=hub_dir, offline=True)
    benchmark = load(name)
    solver: Any = benchmark.solve
    for subset in benchmark.data.subsets:
        shots = benchmark.shots(subset, source)
        assert len(shots) == count
        shown = solver.render(next(benchmark.samples(subset, source, limit=1)), shots)[0]["content"]
        assert all(solver.render_shot(shot) in shown for shot in shots)
