"""Benchmarks of mathematics and reasoning: every row is read, has an id of its own, and its own target is right."""

import asyncio
import inspect
import json
from dataclasses import replace
from typing import Any, cast

import pytest

from pytest_evalscope.benchmarks import load
from pytest_evalscope.data import Hub, Rows, Source
from pytest_evalscope.errors import DataError, DataNotFound, UnknownName
from pytest_evalscope.types import Columns, Completion, Context

CONTEXT = Context(model=cast("Any", None))
MIRRORED = {
    "math_500": (500, 500),
    "cmath": (600, 1098),
    "mgsm": (1500, 2750),
    "winogrande": (1267, 1267),
    "piqa": (1838, 1838),
    "commonsense_qa": (1221, 1221),
    "bbh": (4261, 6511),
}
"""Benchmark → rows in the mirror at least, and rows that the benchmark promises."""
RIGHT: dict[str, str] = {
    "bbh": "So the answer is {}.",
    "coin_flip": "ANSWER: {}",
    "zebralogicbench": '{{"reasoning": "", "solution": {}}}',
}
"""Benchmark → how a right reply looks; the others: the target in a box, or its letter."""


def reply_of(name, sample):
    target = sample.target if isinstance(sample.target, str) else sample.target[0]
    return RIGHT.get(name, "ANSWER: {}" if sample.choices else "So it is \\boxed{{{}}}.").format(target)


def wrong(benchmark, samples, replies):
    """The ids of the samples whose reply does not get the full mark."""

    async def mark():
        found = []
        for sample, reply in zip(samples, replies, strict=True):
            score = benchmark.score(sample, Completion(text=reply), CONTEXT)
            score = await score if inspect.isawaitable(score) else score
            if next(iter(score.values.values())) != 1.0:
                found.append((sample.id, reply))
        return found

    return asyncio.run(mark())


def check(benchmark, samples):
    assert len({(sample.subset, sample.id) for sample in samples}) == len(samples)
    assert all(sample.input and all(sample.choices) for sample in samples)
    assert wrong(benchmark, samples, [reply_of(benchmark.name, sample) for sample in samples]) == []
    assert len(wrong(benchmark, samples, [""] * len(samples))) == len(samples)


@pytest.mark.parametrize("name", MIRRORED)
def test_every_real_row_is_read_and_can_be_answered(name, hub_dir):
    benchmark = load(name)
    present = [
        subset
        for subset in benchmark.data.subsets
        if has_rows(benchmark, subset, Source(data_dir=hub_dir, offline=True))
    ]
    samples = [s for subset in present for s in benchmark.samples(subset, Source(data_dir=hub_dir, offline=True))]
    least, most = MIRRORED[name]
    assert least <= len(samples) <= most
    check(benchmark, samples)


def has_rows(benchmark, subset, source):
    try:
        return next(iter(benchmark.data.read(subset, source=source)), None) is not None
    except DataError:
        return False  # a mirror may hold some of the subsets


@pytest.mark.slow
def test_the_worked_solutions_of_math_500_are_right(hub_dir):
    benchmark, source = load("math_500"), Source(data_dir=hub_dir, offline=True)
    rows = [row for subset in benchmark.data.subsets for row in benchmark.data.read(subset, source=source)]
    samples = [sample for subset in benchmark.data.subsets for sample in benchmark.samples(subset, source)]
    failed = wrong(benchmark, samples, [row["solution"] for row in rows])
    # One solution boxes its answer twice, as a mixed number and as a fraction.
    assert len(failed) <= 1


FIXTURES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "aime24": (
        {"id": 60, "problem": "What is 6 times 9?", "solution": "\\boxed{54}", "url": "u"},
        {"id": 61, "problem": "What is 6 times 8?", "solution": "\\boxed{48}", "url": "v"},
    ),
    "aime26": ({"id": 1, "problem": "What is 2 + 2?", "answer": 4}, {"id": 2, "problem": "And 2 + 3?", "answer": "5"}),
    "hmmt25": (
        {"problem_idx": 1, "problem": "Root of 8?", "answer": "2\\sqrt{2}", "problem_type": ["Algebra"]},
        {"problem_idx": 2, "problem": "A third of 1?", "answer": "\\frac{1}{3}", "problem_type": ["Algebra"]},
    ),
    "amc": (
        {"problem": "A half of a half?", "answer": "\\frac{1}{4}", "url": "https://example.org/1", "year": 2022},
        {"problem": "A half of 9?", "answer": "4.5", "url": "https://example.org/2", "year": 2022},
    ),
    "minerva_math": (
        {"problem": "A full turn?", "solution": "It is $\\boxed{2 \\pi}$.", "type": "t", "idx": 0},
        {"problem": "A light year?", "solution": "$\\boxed{9.5e15}$ m", "type": "t", "idx": 1},
    ),
    "competition_math": (
        {"problem": "1 + 1?", "level": "Level 1", "type": "t", "solution": "It is $\\boxed{2}$."},
        {"problem": "Where?", "level": "Level 1", "type": "t", "solution": "At $\\boxed{(1,-2)}$."},
    ),
    "siqa": (
        {"context": "c", "question": "q?", "answerA": "x", "answerB": "y", "answerC": "z", "label": "1"},
        {"context": "d", "question": "q?", "answerA": "x", "answerB": "y", "answerC": "z", "label": "3"},
    ),
    "qasc": (
        {"question": "q?", "choices": list("stuvwxyz"), "answer": "H"},
        {"question": "r?", "choices": list("stuvwxyz"), "answer": "A"},
    ),
    "logi_qa": (
        {"context": "c", "question": "q?", "choices": ["w", "x", "y", "z"], "answer": "D"},
        {"context": "d", "question": "q?", "choices": ["w", "x", "y", "z"], "answer": "A"},
    ),
    "musr": (
        {"narrative": "n", "question": "q?", "choices": "['x', \"y's\"]", "answer_index": 1, "answer_choice": "y's"},
        {"narrative": "m", "question": "q?", "choices": "['x', 'y', 'z']", "answer_index": 0, "answer_choice": "x"},
    ),
    "truthful_qa": (
        {"question": "q?", "mc1_targets": {"choices": ["x", "y", "z"], "labels": [1, 0, 0]}},
        {"question": "r?", "mc1_targets": {"choices": ["x", "y"], "labels": [0, 1]}},
    ),
    "coin_flip": ({"question": "Heads?", "answer": "yes"}, {"question": "Tails?", "answer": "no"}),
    "zebralogicbench": (
        {"id": "1", "puzzle": "p", "solution": {"header": ["House", "Name"], "rows": [["1", "x"], ["2", "y"]]}},
        {"id": "2", "puzzle": "q", "solution": {"header": ["House", "Name", "Pet"], "rows": [["1", "x", "cat"]]}},
    ),
    "math_qa": (
        {"question": "half of 8 ?", "choices": ["2", "4", "6", "8", "10"], "answer": "B", "reasoning": "8 / 2"},
        {"question": "half of 2 ?", "choices": ["1", "2", "3", "4", "5"], "answer": "A", "reasoning": "2 / 2"},
    ),
    "poly_math": (
        {"id": "low-en-0", "question": "3 + 4?", "answer": "7"},
        {"id": "low-en-1", "question": "Half of 1?", "answer": "$\\frac{1}{2}$"},
    ),
}
"""Benchmark → two rows in the hub's own fields."""


@pytest.mark.parametrize("name", FIXTURES)
def test_rows_in_the_hubs_form_are_read_and_can_be_answered(name):
    benchmark = load(name)
    subset = benchmark.data.subsets[0]
    benchmark = replace(benchmark, data=Rows({subset: FIXTURES[name]}))
    samples = list(benchmark.samples(subset, Source(offline=True)))
    assert len(samples) == 2
    check(benchmark, samples)


@pytest.mark.parametrize(
    ("name", "row", "said"),
    [
        ("aime24", {"problem": "?", "solution": "none"}, "the answer is no whole number"),
        ("minerva_math", {"problem": "?", "solution": "It is 5."}, "the solution has no boxed answer"),
        ("hmmt25", {"problem": "?", "answer": " "}, "the answer is empty"),
        ("musr", {"narrative": "n", "question": "q", "choices": "['x']", "answer_index": 1}, "no option number 1"),
        ("musr", {"narrative": "n", "question": "q", "choices": "f()", "answer_index": 0}, "ValueError: malformed"),
        (
            "truthful_qa",
            {"question": "q", "mc1_targets": {"choices": ["x"], "labels": [0]}},
            "0 answers are labelled true",
        ),
        ("coin_flip", {"question": "?", "answer": "maybe"}, "the answer is neither yes nor no"),
        ("halueval", {"document": "d", "summary": "s", "hallucination": "?"}, "is neither yes nor no"),
        ("process_bench", {"problem": "?", "steps": ["a"], "label": 1}, "no paragraph 1 among 1"),
        ("arc_agi_2", {"fewshots": [], "question": [{"input": [[1]], "output": [[1], []]}]}, "the output is no grid"),
        ("eq_bench", {"prompt": "?", "reference_answer_fullscale": "{'a"}, "the reference is no dictionary"),
        ("poly_math", {"id": "low-xx-0", "question": "?", "answer": "1"}, "KeyError: 'xx'"),
    ],
)
def test_a_row_without_an_answer_is_refused(name, row, said):
    benchmark = replace(load(name), data=Rows({"default": [row]}))
    with pytest.raises(DataError, match=said):
        list(benchmark.samples("default", Source(offline=True)))


def test_poly_math_has_every_level_of_every_language(tmp_path):
    data = load("poly_math").data
    assert len(data.subsets) == 72
    assert sum(data.size(subset) or 0 for subset in data.subsets) == 9000
    place = tmp_path / "Qwen/PolyMath/sw/top.jsonl"
    place.parent.mkdir(parents=True)
    place.write_text('{"id": "top-sw-0", "question": "?", "answer": "1"}\n')
    assert [row["id"] for row in data.read("sw-top", source=Source(data_dir=tmp_path, offline=True))] == ["top-sw-0"]
    with pytest.raises(UnknownName, match=r"subset of Qwen/PolyMath: unknown name \('en-lo'\); did you mean en-low"):
        list(data.read("en-lo", source=Source(data_dir=tmp_path, offline=True)))


def test_bbh_has_three_worked_examples_of_every_task_in_the_data(hub_dir):
    benchmark, source = load("bbh"), Source(data_dir=hub_dir, offline=True)
    solver: Any = benchmark.solve
    for task in benchmark.data.subsets:
        shots = benchmark.shots(task, source)
        assert len(shots) == 3
        assert all("Let's think step by step" in shot.target and "answer is" in shot.target for shot in shots)
        content = solver.render(shots[0], shots)[0]["content"]
        assert content.startswith("Task description: ")
        assert content.count("\n\nQ: ") == 4
        assert "canary" not in content


def test_bbh_without_its_worked_examples_says_where_they_are(tmp_path):
    with pytest.raises(DataNotFound, match=r"bbh/snarks: few-shot examples not found; tried .*snarks\.txt") as told:
        load("bbh").shots("snarks", Source(data_dir=tmp_path, offline=True))
    assert "few_shot=0" in told.value.hint


def test_every_real_question_of_truthful_qa_is_read_and_can_be_answered(hub_dir):
    """The mirror has the form without choices: the best answer and the wrong ones make them, as in the original."""
    source = Source(data_dir=hub_dir, offline=True)
    generation = Hub("truthfulqa/truthful_qa", config="generation", split="validation")
    rows = [
        {
            "question": row["question"],
            "mc1_targets": {
                "choices": [row["best_answer"], *row["incorrect_answers"]],
                "labels": [1] + [0] * len(row["incorrect_answers"]),
            },
        }
        for row in generation.read("generation", source=source)
    ]
    benchmark = replace(load("truthful_qa"), data=Rows(rows))
    samples = list(benchmark.samples("default", Source(offline=True)))
    assert len(samples) == 817
    check(benchmark, samples)
    assert all(
        sample.choices["ABCDEFGHIJKLMNOP".index(str(sample.target))] == row["mc1_targets"]["choices"][0]
        for sample, row in zip(samples, rows, strict=True)
    )


def test_arc_agi_2_has_a_sample_for_every_input_and_counts_by_task(tmp_path):
    benchmark = load("arc_agi_2")
    place = tmp_path / "arc-agi-community/arc-agi-2/default/test.jsonl"
    place.parent.mkdir(parents=True)
    shown, pairs = {"input": [[1]], "output": [[2]]}, [{"input": [[n]], "output": [[n + 1]]} for n in range(3)]
    tasks = [{"fewshots": [shown], "question": pairs[:2]}, {"fewshots": [shown], "question": pairs[2:]}]
    place.write_text("".join(json.dumps(task) + "\n" for task in tasks))
    samples = list(benchmark.samples("default", Source(data_dir=tmp_path, offline=True)))
    assert [sample.target for sample in samples] == ["[[1]]", "[[2]]", "[[3]]"]
    assert len({sample.group for sample in samples}) == 2
    marks: list[Any] = [benchmark.score(sample, Completion(text="[[1]]"), CONTEXT) for sample in samples]
    values = {name: [mark.values[name] for mark in marks] for name in benchmark.score.metrics}
    estimate = benchmark.metrics["accuracy"](Columns(values=values, clusters=[0, 0, 1], samples=range(3)))
    assert estimate.value == 0.25  # half of one task and none of the other
    assert estimate.stderr > 0


def test_the_true_answer_of_truthful_qa_is_not_always_first():
    rows = [{"question": f"{n}?", "mc1_targets": {"choices": list("tfgh"), "labels": [1, 0, 0, 0]}} for n in range(40)]
    benchmark = replace(load("truthful_qa"), data=Rows(rows))
    assert {sample.target for sample in benchmark.samples("default", Source(offline=True))} == set("ABCD")
