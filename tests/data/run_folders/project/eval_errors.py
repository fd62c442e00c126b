"""Every outcome that a record can have, and a benchmark of the catalogue with two samples that have no score."""

from pytest_evalscope import Benchmark, Rows, Sample, Score, benchmark

ENDS = (
    "scored", "wrong", "no_answer", "truncated", "filtered", "model_error", "timeout", "scorer_error",
    "not_asked", "not_asked_either",
)  # fmt: skip


class SaysYes:
    """Scores a completion that is the target, and breaks where the sample says so."""

    metrics = ("accuracy",)

    def __call__(self, sample, completion, context):
        if sample.id == "scorer_error":
            raise ValueError("the scorer is broken")
        text = completion.text.strip()
        return Score(values={"accuracy": float(text == sample.target)}, answer=text or None)

    def failed(self, sample):
        return {"accuracy": 0.0}


OUTCOMES = Benchmark(
    name="outcomes",
    data=Rows([{"end": end} for end in ENDS]),
    sample=lambda row: Sample(id=row["end"], input=f"Say yes. ({row['end']})", target="yes"),
    score=SaysYes(),
)


@benchmark("smoke_facts", limit=6)
def test_facts(scores):
    assert scores.accuracy >= 0.3


@benchmark(OUTCOMES)
def test_outcomes(scores):
    assert scores.accuracy >= 0.1
