"""What happens to a worker of xdist never turns into a pass."""

import json

import pytest

pytest.importorskip("xdist", reason="xdist is not installed")


def test_a_worker_that_dies_leaves_the_run_red_and_incomplete(pytester, sums):
    pytester.makepyfile(
        test_sums=sums
        + "\n\n@benchmark(SUMS)\ndef test_sums(scores):\n    pass\n"
        + "\n\nimport os\nfrom dataclasses import replace\n\n"
        "async def deadly(sample, context):\n    os._exit(3)\n\n\n"
        "@benchmark(replace(SUMS, name='deadly', solve=deadly))\ndef test_deadly(scores):\n    pass\n"
    )
    result = pytester.runpytest_subprocess("-n", "2", "--eval-model=fake/fixed:4", "--eval-cache-dir=cache")
    assert result.ret == 1
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*INCOMPLETE*", "FAILED test_sums.py::test_deadly*"])
    config = json.loads((pytester.path / "outputs" / "latest" / "configs" / "run.json").read_text(encoding="utf-8"))
    assert config["status"] == "incomplete"


@pytest.mark.parametrize(
    "choice",
    ["--dist=load", *(pytest.param(f"--dist={name}", marks=pytest.mark.nightly) for name in ("loadfile", "worksteal"))],
)
def test_a_distribution_that_was_chosen_by_hand_is_kept(pytester, sums, choice):
    pytester.makepyfile(
        test_sums=sums
        + "\n\n@benchmark(SUMS, threshold=0.05)\ndef test_sums(scores, threshold):\n    assert scores.accuracy >= threshold\n"
    )
    result = pytester.runpytest_subprocess("-n", "2", choice, "--eval-model=fake/fixed:4", "--eval-cache-dir=cache")
    result.assert_outcomes(passed=1)
