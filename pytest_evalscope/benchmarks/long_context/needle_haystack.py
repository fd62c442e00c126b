"""A needle in a haystack: one sentence, hidden in a long text, must be found; by length of the text and by depth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub, Part, Source
from pytest_evalscope.data.files import read_text
from pytest_evalscope.errors import DataError, DataNotFound, UnknownName, UsageError
from pytest_evalscope.scorers import includes
from pytest_evalscope.solvers import chat
from pytest_evalscope.stats import mean
from pytest_evalscope.types import Completion, Context, Row, Sample, Score

SYSTEM = "You are a helpful AI bot that answers questions for a user. Keep your response short and direct"
PROMPT = (
    "Please read the following text and answer the question below.\n\n<text>\n{context}\n</text>\n\n"
    "<question>\n{question}\n</question>\n\nDon't give information outside the document or repeat your findings."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Needle:
    """A hidden sentence, and the question about it."""

    sentence: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A text to hide it in, and how long a token of it is."""

    file: str
    """EvalScope's name of it."""
    characters: float
    """Characters that are taken for a token."""
    stops: str
    needle: Needle


LANGUAGES = {
    "english": Language(
        file="PaulGraham_Essays.txt",
        characters=4.0,
        stops=".!?",
        needle=Needle(
            sentence="The keeper of the lighthouse at Marrow Bay locks its door with the word copperheron.",
            question="With which word does the keeper of the lighthouse at Marrow Bay lock its door?",
            answer="copperheron",
        ),
    ),
    "chinese": Language(
        file="Journey_to_the_West.txt",
        characters=1.5,
        stops="。！？",
        needle=Needle(
            sentence="马罗湾灯塔的看守人用“铜鹭七号”这个口令锁门。",
            question="马罗湾灯塔的看守人用什么口令锁门？",
            answer="铜鹭七号",
        ),
    ),
}


CORPUS = Hub("AI-ModelScope/Needle-in-a-Haystack-Corpus")
"""The id on ModelScope; Hugging Face does not have the data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Haystack:
    """Every length with every depth; the text is read once, and each context is made when it is its turn."""

    lengths: tuple[int, ...]
    """In tokens."""
    depths: tuple[int, ...]
    """In percent of the text: 0 is its beginning, 100 its end."""
    folder: Path | None = None
    """The user's own texts, `english.txt` and `chinese.txt`; None: those of the hub or a mirror of it."""
    needle: Needle | None = None
    """The hidden sentence; None: the language's own."""

    @property
    def id(self) -> str:
        """The hub's name of the texts, or the folder."""
        return CORPUS.id if self.folder is None else str(self.folder)

    @property
    def subsets(self) -> tuple[str, ...]:
        """The languages."""
        return tuple(LANGUAGES)

    def size(self, subset: str) -> int:
        """Return how many rows the subset has."""
        return len(self.lengths) * len(self.depths)

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield a row per length and depth. Raises DataNotFound, DataError, UnknownName."""
        if subset not in LANGUAGES:
            raise UnknownName("language of the haystack", subset, LANGUAGES)
        if part == "few_shot":
            return
        language = LANGUAGES[subset]
        needle = self.needle or language.needle
        text = self._text(subset, source)
        for length, depth in product(self.lengths, self.depths):
            context = hidden(needle.sentence, text, int(length * language.characters), depth, language.stops)
            yield {
                "context": context,
                "question": needle.question,
                "answer": needle.answer,
                "context_length": length,
                "depth_percent": depth,
            }

    def _text(self, subset: str, source: Source) -> str:
        name = LANGUAGES[subset].file
        place = CORPUS.file(name, source) if self.folder is None else _own(self.folder, (f"{subset}.txt", name))
        text = read_text(place).strip()
        if not text:
            raise DataError(f"{place}: the text is empty; a few pages at least are needed")
        return text


def _own(folder: Path, names: Sequence[str]) -> Path:
    for path in (folder / f"{name}{packed}" for name in names for packed in ("", ".gz")):
        if path.is_file():
            return path
    raise DataNotFound(f"{folder}: no text to hide a needle in; tried {', '.join(names)}, each also with .gz")


def hidden(needle: str, text: str, length: int, depth: int, stops: str) -> str:
    """Return `length` characters of `text`, repeated where it is shorter, with the needle `depth` percent into it.

    It comes after the end of a sentence, the last one before the place; where none is, at the beginning.
    """
    room = max(0, length - len(needle) - 2)
    hay = (text + "\n") * (room // (len(text) + 1)) + text[: room % (len(text) + 1)]
    place = room * depth // 100
    if depth < 100:
        place = max(hay.rfind(stop, 0, place) for stop in stops) + 1
    return f"{hay[:place]}\n{needle}\n{hay[place:]}"


@dataclass(frozen=True, slots=True)
class found:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=found()`
    """1 when the completion contains the needle's answer, else 0; with the place, for the heat map."""

    metrics: tuple[str, ...] = ("accuracy", "context_length", "depth_percent")

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the score of one completion."""
        score = includes()(sample, completion, context)
        return Score(values={**self.failed(sample), **score.values}, answer=score.answer)

    def failed(self, sample: Sample) -> Mapping[str, float]:
        """Return the values of a sample without a completion: not found, but there."""
        place = {name: float(sample.metadata[name]) for name in ("context_length", "depth_percent")}
        return {"accuracy": 0.0, **place}


def read(row: Row) -> Sample:
    """Return the text with its needle, and the question below it."""
    return Sample(
        id=f"{row['context_length']}-{row['depth_percent']}",
        input=PROMPT.replace("{question}", row["question"]).replace("{context}", row["context"]),
        target=row["answer"],
        metadata={name: row[name] for name in ("context_length", "depth_percent")},
    )


def needle_haystack(
    path: str | Path = "",
    *,
    context_lengths_min: int = 1000,
    context_lengths_max: int = 32000,
    context_lengths_num_intervals: int = 10,
    document_depth_percent_min: int = 0,
    document_depth_percent_max: int = 100,
    document_depth_percent_intervals: int = 10,
    needles: Sequence[str] = (),
    retrieval_question: str = "",
    answer: str = "",
) -> Benchmark:
    """Return the benchmark on texts of the user's own, in other lengths or depths, or with another needle.

    The names are those of EvalScope's `extra_params`. Lengths are in tokens, of which 4 characters of English or 1.5
    of Chinese are taken for one: the same text for every model, and no tokenizer to fetch.

    Args:
        path: A folder with `english.txt` and `chinese.txt` (or .txt.gz); empty: EvalScope's texts.
        context_lengths_min: The shortest context, in tokens.
        context_lengths_max: The longest one.
        context_lengths_num_intervals: Number of lengths, evenly from one to the other.
        document_depth_percent_min: The first depth, in percent.
        document_depth_percent_max: The last one.
        document_depth_percent_intervals: Number of depths.
        needles: The sentences to hide, one after the other in one place; empty: one of ours.
        retrieval_question: The question; it belongs to `needles`.
        answer: The text that a completion must contain; it belongs to `needles`.
    """
    if bool(needles) != bool(retrieval_question) or bool(needles) != bool(answer):
        raise UsageError(
            "needle_haystack: needles, retrieval_question and answer belong together (not all of them are given); "
            "the answer is the text that a completion must contain: a few words of the needle"
        )
    own = Needle(sentence=" ".join(each.strip() for each in needles), question=retrieval_question, answer=answer)
    made = Haystack(
        folder=Path(path).expanduser() if str(path) else None,
        lengths=_steps("context_lengths", context_lengths_min, context_lengths_max, context_lengths_num_intervals),
        depths=_steps(
            "document_depth_percent",
            document_depth_percent_min,
            document_depth_percent_max,
            document_depth_percent_intervals,
            most=100,
        ),
        needle=own if needles else None,
    )
    return replace(BENCHMARK, data=made)


def _steps(what: str, first: int, last: int, count: int, *, most: int | None = None) -> tuple[int, ...]:
    if not (0 <= first <= last and count >= 1 and (most is None or last <= most)):
        raise UsageError(
            f"needle_haystack: invalid steps of {what} ({first} to {last} in {count}); accepted: such as 0 to 100 in 5"
        )
    if count == 1:
        return (first,)
    return tuple(dict.fromkeys(round(first + (last - first) * step / (count - 1)) for step in range(count)))


BENCHMARK = Benchmark(
    name="needle_haystack",
    version="2",  # how answers are read
    title="Needle in a haystack",
    description=(
        "One invented sentence in a long text, English or Chinese, asked for by a question: ten lengths from 1,000 to "
        "32,000 tokens, each at ten depths. The report has a heat map. Texts, needle, lengths and depths may be yours."
    ),
    task_type="long_context",
    tags=("en", "zh", "long_context", "retrieval"),
    subset_tags={"english": ("en",), "chinese": ("zh",)},
    languages=("en", "zh"),
    licence="Apache-2.0 for needle and grid; the texts are not ours to license",
    reference=(
        "EvalScope 1.14 (prompt, grid); the needle is our own, so that no model knows it, and its answer is looked for "
        "in the response where EvalScope asks a judge"
    ),
    data=Haystack(
        lengths=_steps("context_lengths", 1000, 32000, 10), depths=_steps("document_depth_percent", 0, 100, 10)
    ),
    sample=read,
    solve=chat(system=SYSTEM),
    score=found(),
    metrics={"accuracy": mean("accuracy")},
    axes=("context_length", "depth_percent"),
    vary=needle_haystack,
    params={"temperature": 0.0},
)
