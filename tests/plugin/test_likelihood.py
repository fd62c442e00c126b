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


APP = """
def answer(messages):
    with open("asked.txt", "a") as file:
        file.write("1")
    return "ANSWER: A"
"""


def test_a_model_that_gives_none_is_an_error_that_says_so(plain_project):
    plain_project.write("test_sums.py", EVALS.replace('name="as_they_are"', 'name="as_they_are", limit=1'))
    plain_project.write("app.py", APP)
    result = plain_project.run("--model=python/app:answer")
    result.assert_outcomes(passed=1, errors=2)
    for name in ("sums", "by_option"):
        result.stdout.fnmatch_lines(
            [
                f"*model python/app:answer: cannot give log-probabilities of texts, needed by {name}; models that can: hf/*"
            ]
        )
    assert (plain_project.path / "asked.txt").read_text("utf-8") == "1"


def test_collecting_needs_neither_key_nor_ability(plain_project, monkeypatch):
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    plain_project.write("test_sums.py", EVALS)
    result = plain_project.run("--model=anthropic/m", "--collect-only", "-q")
    assert result.ret == 0
    assert "test_by_name" in result.stdout.str()


def test_a_users_own_model_says_what_it_can(plain_project):
    plain_project.write("test_sums.py", EVALS)
    plain_project.write("conftest.py", OWN_MODEL)
    result = plain_project.run("--model=fake/letter:A")
    result.assert_outcomes(passed=1, errors=2)
    result.stdout.fnmatch_lines(["*cannot give log-probabilities of texts, needed by sums;*"])


OWN_MODEL = """
import pytest
from pytest_evalscope import Completion
from pytest_evalscope.types import Chat


class Own:
    name, identity, can = "own", {}, frozenset({Chat})

    async def send(self, request):
        return Completion(text="ANSWER: A")

    async def aclose(self):
        pass


@pytest.fixture
def model():
    return Own()
"""
