"""The worked example of EvalScope's documents, from a real run: pytest asks an endpoint and writes the five levels."""

import json

import pytest

from pytest_evalscope.collections import CollectionSchema, DatasetInfo, WeightedSampler
from pytest_evalscope.data import Source

OPTIONS = {"A": "yes", "B": "no", "C": "perhaps", "D": "never"}
CHOICES = {"label": list(OPTIONS), "text": list(OPTIONS.values())}
COUNTS = {
    "allenai/ai2_arc/ARC-Challenge/test": 5,
    "allenai/ai2_arc/ARC-Easy/test": 4,
    "ceval/ceval-exam/logic/val": 1,
    "ceval/ceval-exam/logic/dev": 5,
}
TEST = """
from pytest_evalscope import index


@index("example.json")
def test_example(report):
    assert round(report.weighted_avg.value, 4) == 0.3556
    assert report.weighted_avg >= 0.5
"""
# Group → (micro, macro, weighted, count), as the documents print them.
DATASETS = {"arc": (0.8889, 0.9, 0.8889, 9), "ceval": (0.0, 0.0, 0.0, 1)}
WHOLE = (0.8, 0.6, 0.3556, 10)


@pytest.fixture
def mirror(tmp_path):
    """As many rows as the example has."""
    for name, count in COUNTS.items():
        path = tmp_path / "mirror" / f"{name}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        if "arc" in name:
            rows = [{"id": f"{name}{n}", "question": f"{name} {n}?", "choices": CHOICES} for n in range(count)]
            rows = [{**row, "answerKey": "A"} for row in rows]
        else:
            rows = [{"question": f"{name} {n}？", **OPTIONS, "answer": "A", "explanation": ""} for n in range(count)]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path / "mirror"


def averages(row):
    return (*(round(row[name], 4) for name in ("micro_avg", "macro_avg", "weighted_avg")), row["count"])


def test_the_worked_example_comes_out_at_all_five_levels(evals, endpoint, mirror):
    arc = DatasetInfo("arc", 2, "reasoning", ["en"])
    ceval = DatasetInfo("ceval", 3, "reasoning", ["zh"], {"subset_list": ["logic"]})
    schema = CollectionSchema("example", datasets=[arc, ceval])
    schema.dump_json(evals.path / "example.json")
    (evals.path / "test_example.py").write_text(TEST)
    answers, wrong = {}, 1
    for record in WeightedSampler(schema, source=Source(data_dir=mirror)).sample():
        right = record["subset_name"] == "ARC-Easy"
        if record["subset_name"] == "ARC-Challenge":
            right, wrong = not wrong, 0
        answers[record["prompt"]["input"][-1]["content"]] = f"ANSWER: {'A' if right else 'B'}"
    with endpoint(answers) as server:
        status, output = evals.run("--model=openai/made", f"--eval-api-url={server.url}", f"--eval-data-dir={mirror}")
    assert status == 1
    assert "weighted_avg 0.356 ± " in output
    assert " is below 0.5" in output
    levels = json.loads((evals.folder / "reports" / "index.json").read_text())["levels"]
    subsets = {row["subset_name"]: (row["micro_avg"], row["count"]) for row in levels["subset"]}
    assert subsets == {"ARC-Challenge": (0.8, 5), "ARC-Easy": (1.0, 4), "logic": (0.0, 1)}
    assert {row["dataset_name"]: averages(row) for row in levels["dataset"]} == DATASETS
    assert {row["task_type"]: averages(row) for row in levels["task"]} == {"reasoning": WHOLE}
    tags = {row["tags"]: averages(row) for row in levels["tag"]}
    assert tags == {"en": DATASETS["arc"], "zh": DATASETS["ceval"], "example": WHOLE}
    assert {row["category0"]: averages(row) for row in levels["category"]} == {"example": WHOLE}
