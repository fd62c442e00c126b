"""Log-probabilities of choices, requested by an option and by a test, and of whole texts."""

from pytest_evalscope import Benchmark, Rows, Sample, benchmark, likelihood, perplexities, perplexity, surprisal

TEXTS = Benchmark(
    name="texts",
    data=Rows([{"text": "The sea was calm that day."}, {"text": "Nobody saw the ship leave."}]),
    sample=lambda row: Sample(input=row["text"]),
    solve=perplexity(),
    score=surprisal(),
    metrics=perplexities(),
)


@benchmark("smoke_knowledge", subsets=["en", "zh"], limit=5, threshold=0.0)
def test_knowledge(scores, threshold):
    assert scores.accuracy >= threshold


@benchmark("smoke_knowledge", name="by_letter", subsets=["zh"], limit=3, solve=likelihood(by="letter"))
def test_by_letter(scores):
    assert scores.acc_norm >= 0.0


@benchmark(TEXTS)
def test_texts(scores):
    assert scores.bits_per_byte >= 0.0
