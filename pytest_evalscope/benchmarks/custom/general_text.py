"""Perplexity over the user's own texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Part, Source
from pytest_evalscope.data.files import SUFFIXES, read_file
from pytest_evalscope.errors import DataError, DataNotFound, UsageError
from pytest_evalscope.scorers import surprisal
from pytest_evalscope.solvers import perplexity
from pytest_evalscope.stats import perplexities
from pytest_evalscope.types import Row, Sample

PLAIN = (".txt", ".md")
"""Files that are one text each; those of rows hold one in the field `text` of every row."""


def general_text(path: str | Path, *, name: str = "general_text") -> Benchmark:
    """Return the benchmark of the likelihood of texts under a model; nothing is generated.

    The model must give log-probabilities of texts: `hf/`, `gguf/`, `smollm2`, and endpoints that echo a prompt with
    them. Texts longer than its context are read in windows.

    Args:
        path: A file, or a folder of them: .txt and .md are one text each; .jsonl, .csv, .tsv and .parquet have rows
            with the field `text`, and maybe `id`.
        name: The name of the results.
    """
    return Benchmark(
        name=name,
        title="Perplexity, own texts",
        description="How well a model foresees the user's own texts, by word, byte and token",
        data=Texts(path=Path(path).expanduser() if str(path) else None),
        sample=sample,
        solve=perplexity(),
        score=surprisal(),
        metrics=perplexities(),
        vary=partial(general_text, path=path),
        task_type="language_modeling",
        tags=("custom", "perplexity"),
        languages=(),
        reference="LM Evaluation Harness (word_perplexity, byte_perplexity, bits_per_byte, rolling windows)",
    )


def sample(row: Row) -> Sample:
    """Return one text as a sample. Raises ValueError for a row without one."""
    if not isinstance(row.get("text"), str) or not row["text"]:
        raise ValueError("no text to read in the field 'text'")
    identity = row.get("id")
    return Sample(id="" if identity is None else str(identity), input=row["text"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Texts in a file or in all files of a folder, in the order of their names; they are the subset `default`."""

    path: Path | None
    """The folder or file; None: not named yet, so that reading it says how to name it."""

    @property
    def subsets(self) -> tuple[str, ...]:
        """The one subset."""
        return ("default",)

    def size(self, subset: str) -> None:
        """Return None: the files say when they are read."""

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield one row per text. Raises DataNotFound without any, DataError for a file that is not text."""
        if self.path is None:
            raise UsageError(
                "general_text: no texts are named (nothing was given); local_path or the first argument names them"
            )
        if part != "eval":
            return
        files = [self.path] if self.path.is_file() else sorted(filter(_readable, self.path.glob("*")))
        if not files:
            raise DataNotFound(f"{self.path}: no text there; accepted: files with {', '.join((*PLAIN, *SUFFIXES))}")
        for file in files:
            if file.suffix in PLAIN:
                yield {"id": file.name, "text": _text(file)}
            else:
                yield from read_file(file)


def _readable(path: Path) -> bool:
    return path.is_file() and path.name.endswith((*PLAIN, *SUFFIXES))


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"{file}: is not text in UTF-8 ({error.reason} at byte {error.start})") from None


BENCHMARK = general_text("")
