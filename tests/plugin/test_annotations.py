"""Annotations of GitHub Actions, there and nowhere else."""

import pytest


@pytest.mark.workers
def test_a_failed_gate_is_an_annotation_on_github_actions_alone(project, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    lines = project.run("--eval-threshold=sums.accuracy=0.9").stdout.lines
    [command] = [line for line in lines if line.startswith("::error")]
    assert command.startswith("::error file=test_sums.py,line=14,title=failed%3A sums/default of fake/fixed%3A4::")
    assert "accuracy 0.100" in command
    monkeypatch.delenv("GITHUB_ACTIONS")
    lines = project.run("--eval-threshold=sums.accuracy=0.9").stdout.lines
    assert not [line for line in lines if line.startswith("::error")]
