"""An endpoint that fails, over a real protocol: what passes costs nothing, what does not is counted and told."""

from collections import Counter

SUMS = """
from pytest_evalscope import Benchmark, Rows, Sample, benchmark, number

SUMS = Benchmark(
    name="sums",
    data=Rows([{"q": f"{n} + {n}", "a": str(2 * n)} for n in range(200)]),
    sample=lambda row: Sample(input=row["q"], target=row["a"]),
    score=number(),
)


@benchmark(SUMS)
def test_sums(scores):
    assert scores.accuracy >= LEAST
"""
ANSWERS = {f"{n} + {n}": str(2 * n) for n in range(200)}


def run(evals, server, *, least, attempts=6):
    (evals.path / "test_sums.py").write_text(SUMS.replace("LEAST", str(least)), encoding="utf-8")
    return evals.run(
        "--model=openai/m", f"--eval-api-url={server.url}", "--eval-cache-dir=cache", f"--eval-attempts={attempts}",
        "--eval-timeout=2",
    )  # fmt: skip


def test_passing_faults_lose_nothing(evals, endpoint):
    with endpoint(ANSWERS, "--faults", "500=0.05,429=0.02,reset=0.02,hang=0.01,garbage=0.02") as server:
        status, output = run(evals, server, least=1)
        assert status == 0, output
        stats = server.stats()
    assert stats["distinct"] == stats["answered"] == 200
    assert stats["requests"] > 210, "there were faults"
    assert [review["outcome"] for review in evals.reviews("sums")] == ["scored"] * 200


def test_faults_that_stay_are_counted_told_and_no_failed_gate(evals, endpoint):
    with endpoint(ANSWERS, "--faults", "500=0.05", "--sticky") as server:
        status, output = run(evals, server, least=0.5, attempts=2)
        reviews = evals.reviews("sums")
        lost = [review for review in reviews if review["outcome"] == "model_error"]
        assert 2 <= len(lost) <= 25
        assert Counter(review["outcome"] for review in reviews) == {"scored": 200 - len(lost), "model_error": len(lost)}
        assert all("HTTP 500" in review["error"] and review["values"] == {"accuracy": 0.0} for review in lost)
        overall = evals.report("sums")["overall"]
        assert (overall["unscored"], overall["metrics"]["accuracy"]["n"]) == (len(lost), 200)
        assert overall["metrics"]["accuracy"]["value"] == (200 - len(lost)) / 200, "what is lost counts 0"
        assert status == 10, "no gate failed, one could not be computed"
        assert f"{len(lost)} of 200 samples have no score ({len(lost)} model_error)" in output
    with endpoint(ANSWERS) as server:
        status, output = run(evals, server, least=1.1)
    assert status == 1, "a gate that fails is another matter"
