"""Options by log-probability, from the decorator and from the command line, into the reports and the cache."""

EVALS = """
from pytest_evalscope import Benchmark, Rows, Sample, benchmark, choice, likelihood, multiple_choice

ROWS = [{"q": f"What is {number} + 1?", "a": "ABC"[number % 3]} for number in range(9)]
SUMS = Benchmark(
    name="sums",
    data=Rows(ROWS),
    sample=lambda row: Sample(input=row["q"], choices=("one", "two or so", "three"), target=row["a"]),
    solve=multiple_choice(),
    score=choice(),
    params={"temperature": 0.0},
)


@benchmark(SUMS, solve=likelihood(unconditional="Answer:"), threshold=0.0)
def test_sums(scores, threshold):
    assert scores.accuracy >= threshold
    assert scores.outcomes["scored"] == 9
    assert 0 <= scores.acc_mutual_info.value <= 1


@benchmark(SUMS, name="as_they_are")
def test_as_they_are(scores):
    assert "acc_norm" not in scores.metrics


@benchmark(SUMS, name="by_option", solve="likelihood", few_shot=0, template="Q: {question}")
def test_by_name(scores):
    assert set(scores.metrics) == {"accuracy", "acc_norm", "acc_bytes", "acc_token"}
"""


def test_a_benchmark_is_asked_by_log_probability(plain_project):
    plain_project.write("test_sums.py", EVALS)
    result = plain_project.run("--model=fake/letter:A")
    result.assert_outcomes(passed=3)
    again = plain_project.run("--model=fake/letter:A", "--eval-cache=replay")
    again.assert_outcomes(passed=3)


def test_a_model_that_gives_none_is_an_error_that_says_so(plain_project):
    plain_project.write("test_sums.py", EVALS.replace('name="as_they_are"', 'name="as_they_are", limit=1'))
    plain_project.write("app.py", "def answer(messages):\n    return 'ANSWER: A'\n")
    result = plain_project.run("--model=python/app:answer")
    result.assert_outcomes(passed=1, errors=2)
    result.stdout.fnmatch_lines(["*python/app:answer: a function gives no log-probabilities of texts*"])
