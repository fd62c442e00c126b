"""Questions of quizzes, with long pages to find the answer in."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("trivia_qa")
def test_trivia_qa(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
