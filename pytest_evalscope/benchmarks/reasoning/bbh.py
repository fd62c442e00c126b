"""BBH: 27 tasks of BIG-Bench that language models once failed, with few-shot examples that reason."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub, Part, Source
from pytest_evalscope.errors import DataNotFound, UnknownName
from pytest_evalscope.text import clean, extract_choice, fill, layers, normalize, regions
from pytest_evalscope.text.patterns import pattern
from pytest_evalscope.types import Chat, Completion, Context, Messages, Row, Sample, Score

TASKS = (
    "temporal_sequences", "disambiguation_qa", "date_understanding", "tracking_shuffled_objects_three_objects",
    "penguins_in_a_table", "geometric_shapes", "snarks", "ruin_names", "tracking_shuffled_objects_seven_objects",
    "tracking_shuffled_objects_five_objects", "logical_deduction_three_objects", "hyperbaton",
    "logical_deduction_five_objects", "logical_deduction_seven_objects", "movie_recommendation",
    "salient_translation_error_detection", "reasoning_about_colored_objects", "multistep_arithmetic_two", "navigate",
    "dyck_languages", "word_sorting", "sports_understanding", "boolean_expressions", "object_counting",
    "formal_fallacies", "causal_judgement", "web_of_lies",
)  # fmt: skip
ROWS = {**dict.fromkeys(TASKS, 250), "penguins_in_a_table": 146, "snarks": 178, "causal_judgement": 187}

TEMPLATE = (
    "Q: {input}\nA: Let's think step by step. Put your final answer in the format of "
    '"So the answer is [ANSWER]" (without quotes and markdown) where [ANSWER] is the answer to the problem.\n'
)
_OPTION = pattern(r"^\(([A-Z])\)", re.MULTILINE)
_LETTER = pattern(r"\(([A-Z])\)")
_ANSWER = "answer is"
_SHORT = 80
"""Characters of a last line that may be an answer by itself."""
_BEHIND = pattern(r"(?<=\.)\s+(?=[A-Z])|,\s+(?:and\s+)?not\s")
"""Continuation of a sentence behind its answer."""
_CORRECTED = pattern(
    r"\s*(?:Actually|Correction|Rather|(?:Wait|No|Sorry|Oops|Hmm)(?=[,.:!… —-]*[,.:!…—-]))[,.:!…\s—-]*"
)
"""Words with which a completion takes its answer back, for the one that follows."""
_LABELS = frozenset({"yes", "no", "true", "false", "valid", "invalid"})
"""Targets that a reason may follow: "Yes, because …"."""
_BRACKETS = frozenset("[({<")
_WHOLE = pattern(r"-?[0-9]{1,30}")
_COUNT = pattern(
    r"(?:[-+*/×÷().0-9\s]{1,200}=\s?)?(-?[0-9]{1,3}(?:,[0-9]{3})+|-?[0-9]{1,30})(?:\.0{1,9})?"
    r"(?: (?!(?:thousand|million|billion|hundred|dozen|and|or|to|of|out|more|less)\b)[^\W\d_]{1,30}){0,3}"
)


@dataclass(frozen=True, slots=True)
class _Tasks:
    """The tasks on the hub; the few-shot examples of each in a text file beside them, as the authors keep it."""

    hub: Hub

    @property
    def subsets(self) -> tuple[str, ...]:
        """The names of the tasks."""
        return self.hub.subsets

    def size(self, subset: str) -> int | None:
        """Return how many rows the complete task has."""
        return self.hub.size(subset)

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the rows of a task, or its few-shot examples. Raises as `Hub.read`."""
        if subset not in TASKS:
            raise UnknownName("task of BBH", subset, TASKS)
        if part == "eval":
            yield from self.hub.read(subset, source=source)
            return
        path = source.data_dir / self.hub.id / "cot-prompts" / f"{subset}.txt" if source.data_dir else None
        if path is None or not path.is_file():
            raise DataNotFound(
                f"bbh/{subset}: few-shot examples not found; tried {path or 'no mirror, since none is named'}",
                hint="put cot-prompts of github.com/suzgunmirac/BIG-Bench-Hard into lukaemon/bbh of the mirror "
                "(--eval-data-dir), or run without them: few_shot=0",
            )
        yield from worked_examples(path.read_text("utf-8"))


def worked_examples(text: str) -> Iterator[Row]:
    """Yield the examples of one of the authors' files: a warning, a line of dashes, the task, then `Q:` and `A:`."""
    task, *examples = text.partition("-----\n")[2].split("\nQ: ")
    for example in examples:
        question, _, reasoning = example.partition("\nA: ")
        yield {"task": task.strip(), "input": question.strip(), "target": reasoning.strip()}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Worked:
    """Sends a question below the task's description and its few-shot examples, three at most."""

    few_shot: int = 3

    needs_requests: ClassVar[frozenset[type]] = frozenset({Chat})

    async def __call__(self, sample: Sample, context: Context) -> Completion:
        return await context.generate(self.render(sample, context.shots))

    def render(self, sample: Sample, shots: Sequence[Sample] = ()) -> Messages:
        """Return the prompt of `sample`."""
        above = [f"Task description: {shots[0].metadata['task']}"] if shots else []
        above += [f"Q: {shot.input}\nA: {shot.target}" for shot in shots]
        return ({"role": "user", "content": "\n\n".join([*above, fill(TEMPLATE, {"input": str(sample.input)})])},)


@dataclass(frozen=True, slots=True)
class _Answer:
    """1 when the last "So the answer is …" gives the target: the letter of an option, or the text itself.

    Quotation marks, markup and brackets around the text and a full stop behind it count for nothing.
    """

    metrics: tuple[str, ...] = ("accuracy",)

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        target = str(sample.target)
        letter = _LETTER.fullmatch(target)
        said, how = stated(completion.text)
        if letter:
            # An option that only the reasoning names is no answer, as where a completion was cut off.
            last = completion.text.strip().rpartition("\n")[2]
            text = completion.text if said else last if len(last) <= _SHORT else ""
            answer = extract_choice(text, set(_OPTION.findall(str(sample.input))) | {letter[1]})
            return Score(values={"accuracy": float(answer == letter[1])}, answer=answer)
        forms = list(layers(said, brackets=True)) if said else []
        plain = normalize(target)
        found = [form for form in forms if _same(form, plain)]
        # The last layer is the plainest; of what is no answer, the one that still has its brackets.
        answer = found[-1] if found else _without_layers(said, forms) if said else None
        return Score(values={"accuracy": float(bool(found))}, answer=answer, explanation=how)


def _without_layers(said: str, forms: Sequence[str]) -> str:
    return forms[-1] if _BRACKETS.isdisjoint(said) else [*layers(said)][-1]


def stated(text: str) -> tuple[str, str]:
    """Return the line behind the last "answer is", else the answer that is stated, and how it was found.

    What a completion states further on, as `Answer: 25` or in a box, comes first, and so does a correction. One that
    states none is its own answer if it has one line; else the answer is empty.
    """
    text = clean(text)
    start = text.lower().rfind(_ANSWER)
    if start >= 0:
        start += len(_ANSWER)
        for line in text[start:].split("\n", 3)[:3]:
            start += len(line) + 1
            line = line.strip(" :").removeprefix("[ANSWER]")
            line = line.strip().strip("*" * (line.count("**") % 2)).strip()  # of "**So the answer is Yes.**"
            if line:
                return _last(line, text[start:])
    region = next(regions(text))
    said = region.text.strip()
    if said.startswith("```"):
        *_, said = layers(said)
    if not said or (region.stage == "alone" and "\n" in said):
        return "", ""
    return said.partition("\n")[0], f"{region.stage}, {region.where}"


def _last(line: str, below: str) -> tuple[str, str]:
    """Return the answer that `line` begins with, or the one that it or the text below states after it."""
    said, *more = _BEHIND.split(line, maxsplit=1)
    behind = f"{more[0]}\n{below}" if more else below
    if behind.strip():
        region = next(regions(behind))
        if region.stage != "alone" and (later := region.text.strip()):
            return later.partition("\n")[0], f"{region.stage}, {region.where}"
        if corrected := _CORRECTED.match(behind):
            return behind[corrected.end() :].partition("\n")[0], "stated, as a correction"
    return said, f'stated, behind "{_ANSWER}"'


def _same(form: str, target: str) -> bool:
    """Return whether a text is the target of a task: a number, a label, closing brackets or sorted words."""
    form = normalize(form)
    if form == target:
        return True
    if _WHOLE.fullmatch(target):
        return _number(form) == int(target)
    if target in _LABELS:
        return re.split(r"[,.;:(]|\s[-—]+\s|\s(?:because|since|as)\s", form, maxsplit=1)[0].strip() == target
    if not any(map(str.isalnum, target)):
        return form.replace(" ", "") == target.replace(" ", "")
    return "," in form and form.replace(",", " ").split() == target.split()


def _number(form: str) -> int | None:
    """Return the value of a whole number, with a unit behind it or a sum before it ("2 + 3 = 5"); None otherwise."""
    found = _COUNT.fullmatch(form)
    return int(found[1].replace(",", "")) if found else None


def read(row: Row) -> Sample:
    """Return the question with its answer unchanged; few-shot examples carry the task's description."""
    task = {"task": row["task"]} if "task" in row else {}
    return Sample(input=row["input"], target=row["target"].strip(), metadata=task)


BENCHMARK = Benchmark(
    name="bbh",
    version="2",  # how answers are read
    title="BIG-Bench Hard",
    description=(
        "27 tasks of BIG-Bench with 6,511 questions, asked below the authors' few-shot examples, "
        "which are read from the data."
    ),
    task_type="reasoning",
    tags=("en", "reasoning"),
    paper="arXiv:2210.09261",
    licence="MIT",
    reference="EvalScope 1.14 (prompt); suzgunmirac/BIG-Bench-Hard (3 few-shot examples)",
    data=_Tasks(Hub("lukaemon/bbh", config="{subset}", subsets=TASKS, rows=ROWS, modelscope="evalscope/bbh")),
    sample=read,
    solve=_Worked(),
    score=_Answer(),
    params={"temperature": 0.0},
)
