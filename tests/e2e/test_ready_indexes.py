"""The indices in `evals/indexes`, run as a user runs them, on a mirror of a few rows."""

import json
import re
from pathlib import Path

import pytest

from pytest_evalscope.collections import CollectionSchema

FOLDER = Path(__file__).resolve().parents[2] / "evals" / "indexes"
OPTIONS = {"A": "yes", "B": "no", "C": "perhaps", "D": "never"}
CHOICES = {"label": list(OPTIONS), "text": list(OPTIONS.values())}
ROWS = {
    "openai/gsm8k/main/test": {"question": "{n} + 1 - {n} + 1?", "answer": "It is 2.\n#### 2"},
    "openai/gsm8k/main/train": {"question": "{n} + 2 - {n}?", "answer": "It is 2.\n#### 2"},
    "math-ai/aime25/default/test": {"id": "{n}", "problem": "{n} - {n} + 2?", "answer": "2"},
    "allenai/ai2_arc/ARC-Easy/test": {"id": "e{n}", "question": "Easy, {n}?", "choices": CHOICES, "answerKey": "A"},
    "allenai/ai2_arc/ARC-Challenge/test": {
        "id": "c{n}",
        "question": "Hard, {n}?",
        "choices": CHOICES,
        "answerKey": "A",
    },
    "ceval/ceval-exam/logic/val": {"question": "对吗，{n}？", **OPTIONS, "answer": "A"},
    "ceval/ceval-exam/logic/dev": {"question": "是吗，{n}？", **OPTIONS, "answer": "A", "explanation": "对"},
}


@pytest.fixture
def mirror(tmp_path):
    """Fifty rows of everything."""
    for name, row in ROWS.items():
        path = tmp_path / "mirror" / f"{name}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(row).replace("{n}", str(n)) + "\n" for n in range(50)))
    return tmp_path / "mirror"


def test_one_is_measured_and_those_with_missing_members_are_errors_that_name_one(evals, mirror):
    reply = "So it is \\boxed{2}.\n\nANSWER: A"
    offline = (f"--eval-data-dir={mirror}", "--eval-offline=true")
    status, output = evals.run(str(FOLDER), f"--model=fake/fixed:{reply}", *offline)
    assert status == 10
    assert "1 passed, 2 errors" in output
    assert re.search(r"^data set ArtificialAnalysis/AA-LCR: .* not found; tried ", output, re.MULTILINE)
    assert re.search(r"^data set openai/openai_humaneval: 'test' of .* not found; tried ", output, re.MULTILINE)
    assert "During handling" not in output, "told once"
    report = json.loads((evals.folder / "reports" / "index.json").read_text())
    assert (report["name"], report["headline"]["weighted_avg"]) == ("reasoning", 1.0)
    counts = {row["dataset_name"]: row["count"] for row in report["levels"]["dataset"]}
    assert counts == {"gsm8k": 50, "aime25": 50, "arc": 50, "ceval": 50}


def test_a_model_that_can_do_half_of_it_fails(evals, mirror):
    status, output = evals.run(str(FOLDER), "--model=fake/fixed:2", f"--eval-data-dir={mirror}", "-k", "reasoning")
    assert status == 1
    assert "1 failed" in output
    report = json.loads((evals.folder / "reports" / "index.json").read_text())
    assert report["headline"]["weighted_avg"] == 0.5


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_a_schema_is_named_like_its_file_and_its_shares_sum_to_one(path):
    schema = CollectionSchema.from_json(path)
    assert schema.name == path.stem
    assert sum(leaf.weight for leaf in schema.flatten()) == pytest.approx(1)
    assert all(leaf.task_type for leaf in schema.flatten())
