"""The evals that are run against every server: nothing is gated, so a sample without a score is what fails."""

from pytest_evalscope import Scores, benchmark, likelihood


@benchmark("smoke_arithmetic")
def test_generation(scores: Scores) -> None:
    """Ask for an answer in words."""
    assert scores.unscored == 0


@benchmark("smoke_knowledge", subsets=["en"], solve=likelihood())
def test_likelihood(scores: Scores) -> None:
    """Ask for the log-probability of each option."""
    assert scores.unscored == 0
