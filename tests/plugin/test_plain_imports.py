"""Modules of the package are loaded by Python itself: pytest rewrites none of them once the plugin is loaded."""

from __future__ import annotations

EVAL = """
import sys
from pytest_evalscope import benchmark

@benchmark("smoke_arithmetic")
def test_it(scores):
    ours = {
        type(module.__spec__.loader).__name__
        for name, module in sys.modules.items()
        if name.startswith(("pytest_evalscope.run", "pytest_evalscope.scorers", "pytest_evalscope.models"))
    }
    assert ours == {"SourceFileLoader"}
    assert scores.accuracy >= 0

def test_asserts_of_tests_are_rewritten():
    assert sys.modules[__name__].__spec__.loader.__class__.__name__ == "AssertionRewritingHook"
"""


def test_no_module_that_is_imported_later_is_rewritten(pytester):
    pytester.makepyfile(EVAL)
    done = pytester.runpytest_subprocess("--eval-model=fake/echo", "-p", "no:randomly")
    done.assert_outcomes(passed=2)
