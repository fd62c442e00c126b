"""HaluEval: does an answer, a dialogue turn or a summary say what is not so."""

from collections.abc import Mapping
from dataclasses import dataclass

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import label
from pytest_evalscope.solvers import chat
from pytest_evalscope.stats import f1, mean, ratio
from pytest_evalscope.types import Completion, Context, Row, Sample, Score

DIALOGUE = (
    "Judge the response to a dialogue. It is hallucinated if it says what the knowledge or the world contradicts: if "
    "it names a similar thing, another thing or a thing of another kind in place of the right one."
)
QUESTION = (
    "Judge the answer to a question. It is hallucinated if it misses what the question means, contradicts what is "
    "known, is too general or too specific for the question, or does not follow from the knowledge."
)
SUMMARY = (
    "Judge the summary of a document. It is hallucinated if it says what the document does not say or imply, or what "
    "is not so, be it in a detail."
)
_VERDICT = label(("yes", "no"))


@dataclass(frozen=True, slots=True)
class _Hallucinated:
    """1 when the verdict is right, with the counts that precision and recall of "yes" are made of."""

    metrics: tuple[str, ...] = ("accuracy", "correct", "predicted", "expected")

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        score = _VERDICT(sample, completion, context)
        is_, said = sample.target == "yes", score.answer == "yes"
        return Score(
            values={
                "accuracy": score.values["accuracy"],
                "correct": float(is_ and said),
                "predicted": float(said),
                "expected": float(is_),
            },
            answer=score.answer,
            explanation=score.explanation,
        )

    def failed(self, sample: Sample) -> Mapping[str, float]:
        return {"accuracy": 0.0, "correct": 0.0, "predicted": 0.0, "expected": float(sample.target == "yes")}


def read(row: Row) -> Sample:
    """Return what is to be judged, under the headings of its kind."""
    if "dialogue_history" in row:
        task, names = (
            DIALOGUE,
            {"Knowledge": "knowledge", "Dialogue History": "dialogue_history", "Response": "response"},
        )
    elif "question" in row:
        task, names = QUESTION, {"Knowledge": "knowledge", "Question": "question", "Answer": "answer"}
    else:
        task, names = SUMMARY, {"Document": "document", "Summary": "summary"}
    target = str(row["hallucination"]).strip().lower()
    if target not in ("yes", "no"):
        raise ValueError(f"whether it is hallucinated is neither yes nor no ({row['hallucination']!r})")
    parts = [f"#{heading}#: {row[name]}" for heading, name in names.items()]
    return Sample(input="\n".join(parts), target=target, metadata={"task": task})


BENCHMARK = Benchmark(
    name="halueval",
    version="2",  # how answers are read
    title="HaluEval",
    description=(
        "30,000 answers, dialogue turns and summaries, each with its source, half of them hallucinated: "
        "yes or no. The authors' prompts show few-shot examples; these here are written anew, without."
    ),
    task_type="knowledge",
    tags=("en", "hallucination", "yes_no"),
    paper="arXiv:2305.11747",
    licence="MIT",
    reference="RUCAIBox/HaluEval and EvalScope 1.14 (headings and marks)",
    data=Hub(
        "pminervini/HaluEval",
        config="{subset}",
        split="data",
        subsets=("dialogue_samples", "qa_samples", "summarization_samples"),
        rows=10_000,
        modelscope="evalscope/HaluEval",
    ),
    sample=read,
    solve=chat(template='{task}\nThe answer you give MUST be "Yes" or "No".\n\n{input}\n#Your Judgement#:'),
    score=_Hallucinated(),
    metrics={
        "accuracy": mean("accuracy"),
        "precision": ratio("correct", "predicted", empty=0.0),
        "recall": ratio("correct", "expected", empty=0.0),
        "f1": f1(),
        "yes_ratio": mean("predicted"),
    },
    params={"temperature": 0.0},
)
