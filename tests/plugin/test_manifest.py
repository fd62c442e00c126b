"""A run leaves the same manifest, whichever front door it came through."""

import json

from pytest_evalscope.api import evaluate
from pytest_evalscope.options import OPTIONS
from pytest_evalscope.run import Settings


def _manifest(folder):
    return json.loads((folder / "latest" / "configs" / "run.json").read_text("utf-8"))


def test_python_the_command_line_and_pytest_write_the_same_keys(alone, invoke, pytester, tmp_path):
    evaluate(
        ["smoke_facts"], models=["fake/echo"], settings=Settings(work_dir=tmp_path / "python", limit=2), progress=False
    )
    command = ("eval", "--model", "fake/echo", "--datasets", "smoke_facts", "--limit", "2")
    assert invoke([*command, "--work-dir", str(tmp_path / "command")]).exit_code == 0
    pytester.makepyfile(
        """
        from pytest_evalscope import benchmark

        @benchmark("smoke_facts", limit=2)
        def test_facts(scores):
            assert scores.accuracy <= 1
        """
    )
    pytester.runpytest("--model=fake/echo", f"--eval-work-dir={tmp_path / 'pytest'}").assert_outcomes(passed=1)
    made = [_manifest(tmp_path / door) for door in ("python", "command", "pytest")]
    assert made[0].keys() == made[1].keys() == made[2].keys()
    assert [list(one["options"]) for one in made] == [[option.name for option in OPTIONS]] * 3
    assert {one["options"]["sandbox"] for one in made} == {"local"}
    assert [one["status"] for one in made] == ["complete"] * 3
