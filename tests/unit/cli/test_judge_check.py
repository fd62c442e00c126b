"""`pytest-evalscope judge-check`, as a person types it."""

import json

import pytest


@pytest.fixture
def run(invoke, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [{"judge": "y", "label": "y"}] * 9 + [{"judge": "n", "label": "n"}] * 8 + [{"judge": "y", "label": "n"}]
    rows += [{"judge": "y"}] * 30 + [{"judge": "n"}] * 10
    (tmp_path / "labels.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    def typed(*words):
        return invoke(["judge-check", *words])

    return typed


def test_the_tables(run):
    result = run("--labels", "labels.jsonl")
    assert result.exit_code == 0
    for text in (
        "judge judge",
        "accuracy 0.944 (",
        "Cohen's kappa 0.889 (",
        "18 items with people's label, 40 without",
        "rows: people; columns: judge",
        "corrected by Rogan and Gladen",
    ):
        assert text in result.stdout
    assert "0.719 (" in result.stdout  # (0.75 + 8/9 - 1) / (1 + 8/9 - 1)


def test_json(run):
    (judge,) = json.loads(run("--labels", "labels.jsonl", "--json").stdout)["judges"]
    assert (judge["labelled"], judge["unlabelled"], judge["method"]) == (18, 40, "rogan_gladen")


def test_a_mistake_is_told(run):
    result = run("--labels", "nowhere.jsonl")
    assert (result.exit_code, result.stderr) == (2, "error: --labels: no such file (nowhere.jsonl)\n")
