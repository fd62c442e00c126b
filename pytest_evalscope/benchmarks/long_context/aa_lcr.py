"""AA-LCR: questions that several long documents answer together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zipfile import BadZipFile, ZipFile

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.long_context._prompts import same_answer
from pytest_evalscope.data import Hub, Part, Source
from pytest_evalscope.errors import DataError, UnknownName
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Row, Sample

_MOST = 50_000_000
"""Bytes of one document."""


@dataclass(frozen=True, slots=True)
class DocumentSets:
    """Rows of a hub with the documents that they name, which are in one archive beside them.

    The questions about one set of documents follow each other and share its text, which is read once.
    """

    hub: Hub
    archive: str

    @property
    def id(self) -> str:
        """The hub's name of the data."""
        return self.hub.id

    @property
    def subsets(self) -> tuple[str, ...]:
        """The names of the subsets."""
        return self.hub.subsets

    def size(self, subset: str) -> int | None:
        """Return how many rows the complete subset has."""
        return self.hub.size(subset)

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the rows, each with its `documents`. Raises DataNotFound, DataError, UnknownName."""
        if subset not in self.subsets:  # before the archive is fetched
            raise UnknownName(f"subset of {self.id}", subset, self.subsets)
        place, current, documents = self.hub.file(self.archive, source), "", ""
        try:
            with ZipFile(place) as archive:
                for row in self.hub.read(subset, part=part, source=source):
                    folder = f"lcr/{row['document_category']}/{row['document_set_id']}"
                    named = f"{folder}/{row['data_source_filenames']}"
                    if named != current:
                        files = (f"{folder}/{name.strip()}" for name in row["data_source_filenames"].split(";"))
                        current, documents = named, _joined(archive, files)
                    yield {**row, "documents": documents}
        except (BadZipFile, KeyError, UnicodeDecodeError) as error:
            raise DataError(f"{place}: a document cannot be read ({error})") from None


def _joined(archive: ZipFile, names: Iterator[str]) -> str:
    made = []
    for number, name in enumerate(names, start=1):
        if archive.getinfo(name).file_size > _MOST:
            raise DataError(f"{archive.filename}: {name} is too long (more than {_MOST:,} bytes)")
        text = archive.read(name).decode().strip()
        made.append(f"BEGIN DOCUMENT {number}:\n{text}\nEND DOCUMENT {number}")
    return "\n\n".join(made)


def read(row: Row) -> Sample:
    """Return the question; the documents go into the metadata."""
    return Sample(
        id=str(row["question_id"]),
        input=row["question"],
        target=str(row["answer"]),
        metadata={"documents": row["documents"]},
    )


BENCHMARK = Benchmark(
    name="aa_lcr",
    title="AA-LCR",
    description=(
        "100 questions, each about a set of documents of some 100,000 tokens together: reports, laws, papers, "
        "marketing. A judge marks."
    ),
    task_type="long_context",
    tags=("en", "long_context", "reasoning", "qa"),
    licence="Apache-2.0",
    reference="Artificial Analysis, AA-LCR (prompt, order of the documents); the judge's criteria in our own words",
    data=DocumentSets(
        Hub("ArtificialAnalysis/AA-LCR", split="test", rows=100, modelscope="evalscope/AA-LCR"),
        archive="extracted_text/AA-LCR_extracted-text.zip",
    ),
    sample=read,
    solve=chat(
        template=(
            "BEGIN INPUT DOCUMENTS\n\n{documents}\n\nEND INPUT DOCUMENTS\n\n"
            "Answer the following question using the input documents provided above.\n\n"
            "START QUESTION\n\n{input}\n\nEND QUESTION\n"
        )
    ),
    score=same_answer(),
)
