"""What `pytest-evalscope init` writes is an eval that runs."""

import yaml
from click.testing import CliRunner

from pytest_evalscope.cli.root import commands


def test_the_starter_runs_as_it_is_written(pytester):
    assert CliRunner().invoke(commands, ["init", str(pytester.path), "--ci"]).exit_code == 0
    result = pytester.runpytest_subprocess("evals", "--model=fake/letter:A", "--eval-cache=off")
    assert result.parseoutcomes() == {"failed": 3}, "a model that says A to everything"
    result = pytester.runpytest_subprocess(
        "evals", "--model=fake/letter:A", "--eval-cache=off", "--eval-threshold=smoke_knowledge=0.2"
    )
    assert result.parseoutcomes() == {"passed": 1, "failed": 2}, "it has a quarter of the letters, and nothing else"


def test_the_starters_workflow_runs_the_starter(pytester):
    CliRunner().invoke(commands, ["init", str(pytester.path), "--ci"])
    workflow = yaml.safe_load((pytester.path / ".github" / "workflows" / "evals.yml").read_text())
    commands_run = [step["run"] for step in workflow["jobs"]["evals"]["steps"] if "run" in step]
    assert "pytest evals --model=smollm2 --junitxml=report.xml" in commands_run
