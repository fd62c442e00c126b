"""A benchmark of one's own, run from Python beside one of the catalogue."""

from pathlib import Path

from pytest_evalscope import Benchmark, Rows, Sample, exact
from pytest_evalscope.api import evaluate
from pytest_evalscope.run import Settings

CAPITALS = Benchmark(
    name="capitals",
    data=Rows([{"of": "France", "is": "Paris"}, {"of": "Peru", "is": "Lima"}]),
    sample=lambda row: Sample(input=f"What is the capital of {row['of']}?", target=row["is"]),
    score=exact(),
)


def application(prompt: str) -> str:
    """Look the capital up."""
    found = {"France": "Paris", "Peru": "Lima", "Germany": "Berlin"}
    return next((capital for country, capital in found.items() if country in prompt), "I do not know.")


if __name__ == "__main__":
    evaluate(
        [CAPITALS, "smoke_facts"],
        models={"mine": application, "blank": "fake/blank"},
        settings=Settings(limit=2, cache="off", cache_dir=Path("cache"), work_dir=Path("made")),
        folder=Path("python"),
        progress=False,
    )
