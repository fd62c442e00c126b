"""Haystacks, document sets and bins: what the benchmarks of long contexts make of their data."""

import gzip
import json
from pathlib import Path
from typing import Any, cast
from zipfile import ZipFile

import pytest

from pytest_evalscope.benchmarks import load
from pytest_evalscope.benchmarks.long_context.needle_haystack import LANGUAGES, hidden, needle_haystack
from pytest_evalscope.benchmarks.long_context.openai_mrcr import SUBSETS, subset_of
from pytest_evalscope.benchmarks.options import lookup
from pytest_evalscope.collections import configure
from pytest_evalscope.data import Source
from pytest_evalscope.errors import DataError, DataNotFound, UsageError
from pytest_evalscope.types import Completion, Context

OFFLINE = Source(offline=True)
ENGLISH = "The sea was calm that day. " * 40
CHINESE = "海面很平静，船都停在港里。" * 40


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    (tmp_path / "english.txt").write_text(ENGLISH, encoding="utf-8")
    (tmp_path / "chinese.txt.gz").write_bytes(gzip.compress(CHINESE.encode()))
    return tmp_path


def marks(benchmark: Any, sample: Any, reply: str) -> Any:
    return benchmark.score(sample, Completion(text=reply), Context(model=cast("Any", None)))


def test_every_length_meets_every_depth_in_both_languages(texts):
    benchmark = needle_haystack(
        texts, context_lengths_min=100, context_lengths_max=1000, context_lengths_num_intervals=4
    )
    for subset, language in LANGUAGES.items():
        samples = list(benchmark.samples(subset, OFFLINE))
        assert len({sample.id for sample in samples}) == len(samples) == benchmark.data.size(subset) == 4 * 10
        assert {sample.metadata["context_length"] for sample in samples} == {100, 400, 700, 1000}
        for sample in samples:
            asked = str(sample.input)
            assert asked.count(language.needle.sentence) == 1
            assert asked.count(language.needle.answer) == 1
            context = asked.partition("<text>\n")[2].partition("\n</text>")[0]
            assert abs(len(context) - sample.metadata["context_length"] * language.characters) <= 2
            assert marks(benchmark, sample, language.needle.answer).values["accuracy"] == 1


def test_the_needle_is_as_deep_as_said_and_behind_a_sentence():
    text = "One two. " * 500
    for depth in (0, 10, 50, 90, 99):
        made = hidden("NEEDLE", text, 4000, depth, ".")
        before, _, after = made.partition("\nNEEDLE\n")
        assert len(made) == 4000
        place = (4000 - len("\nNEEDLE\n")) * depth // 100
        assert place - 9 <= len(before) <= place
        assert before == "" or before.endswith(".")
        assert before + after == text[: len(before + after)]
    assert hidden("NEEDLE", text, 4000, 100, ".").endswith("\nNEEDLE\n")
    assert hidden("NEEDLE", "no stop", 30, 50, ".").startswith("\nNEEDLE\nno stop\nno stop")


def test_texts_of_a_mirror_have_evalscopes_names(tmp_path):
    place = tmp_path / "AI-ModelScope" / "Needle-in-a-Haystack-Corpus"
    place.mkdir(parents=True)
    (place / "PaulGraham_Essays.txt").write_text(ENGLISH, encoding="utf-8")
    first = next(load("needle_haystack").samples("english", Source(data_dir=tmp_path, offline=True)))
    assert "The sea was calm" in str(first.input)
    with pytest.raises(DataNotFound, match=r"Journey_to_the_West\.txt not found; tried"):
        next(load("needle_haystack").samples("chinese", Source(data_dir=tmp_path, offline=True)))


def test_options_have_evalscopes_names(texts):
    extra = {
        "context_lengths_min": 200,
        "context_lengths_max": 200,
        "context_lengths_num_intervals": 1,
        "document_depth_percent_min": 40,
        "document_depth_percent_intervals": 3,
        "needles": ["Ann has a cat."],
        "retrieval_question": "What has Ann?",
        "answer": "a cat",
    }
    made = configure(load("needle_haystack"), {"local_path": str(texts), "extra_params": extra}, where="test")
    assert [sample.id for sample in made.samples("english", OFFLINE)] == ["200-40", "200-70", "200-100"]
    sample = next(made.samples("english", OFFLINE))
    assert "\nAnn has a cat.\n" in str(sample.input)
    assert marks(made, sample, "A cat!").values == {"accuracy": 1, "context_length": 200, "depth_percent": 40}
    assert lookup("needle_haystack", {}, [], where="test") is load("needle_haystack")


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"needles": ["a"]}, "needles, retrieval_question and answer belong together"),
        (
            {"document_depth_percent_max": 101},
            "invalid steps of document_depth_percent .0 to 101 in 10.; accepted: such as 0 to 100 in 5",
        ),
        ({"context_lengths_min": 9, "context_lengths_max": 1}, "invalid steps of context_lengths .9 to 1 in 10."),
        ({"context_lengths_num_intervals": 0}, "invalid steps of context_lengths"),
    ],
)
def test_a_haystack_that_cannot_be_is_refused(extra, message):
    with pytest.raises(UsageError, match=f"needle_haystack: {message}"):
        needle_haystack(**extra)


def test_a_folder_without_texts_is_named(tmp_path):
    with pytest.raises(DataNotFound, match=r"no text to hide a needle in; tried english.txt, PaulGraham_Essays.txt"):
        next(needle_haystack(tmp_path).samples("english", OFFLINE))
    (tmp_path / "english.txt").write_text(" \n", encoding="utf-8")
    with pytest.raises(DataError, match="the text is empty; a few pages"):
        next(needle_haystack(tmp_path).samples("english", OFFLINE))


def document_sets(folder: Path, **files: str) -> Source:
    place = folder / "ArtificialAnalysis" / "AA-LCR"
    (place / "default").mkdir(parents=True)
    (place / "extracted_text").mkdir()
    rows = [
        {
            "document_category": "Law",
            "document_set_id": "s1",
            "question_id": number,
            "question": f"Question {number}?",
            "answer": str(number),
            "data_source_filenames": "b.txt;a.txt",
        }
        for number in (1, 2)
    ]
    (place / "default" / "test.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with ZipFile(place / "extracted_text" / "AA-LCR_extracted-text.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(f"lcr/Law/s1/{name}.txt", text)
    return Source(data_dir=folder, offline=True)


def test_documents_stand_in_the_order_of_their_row_and_are_held_once(tmp_path):
    first, second = load("aa_lcr").samples("default", document_sets(tmp_path, a="Of law. ", b="Of order."))
    assert first.metadata["documents"] is second.metadata["documents"]
    assert first.metadata["documents"] == (
        "BEGIN DOCUMENT 1:\nOf order.\nEND DOCUMENT 1\n\nBEGIN DOCUMENT 2:\nOf law.\nEND DOCUMENT 2"
    )
    assert (second.id, second.target) == ("2", "2")


def test_a_document_that_is_missing_or_an_archive_that_is_none_is_named(tmp_path):
    source = document_sets(tmp_path, a="Of law.")
    with pytest.raises(DataError, match=r"AA-LCR_extracted-text\.zip: a document cannot be read .*lcr/Law/s1/b\.txt"):
        next(load("aa_lcr").samples("default", source))
    next(tmp_path.rglob("*.zip")).write_bytes(b"no archive")
    with pytest.raises(DataError, match="a document cannot be read"):
        next(load("aa_lcr").samples("default", source))


def test_bins_of_mrcr_are_told_by_needles_and_characters():
    told = [subset_of({"n_needles": 4, "n_chars": length}) for length in (15_459, 20_000, 20_001, 5_244_934)]
    assert told == ["4needle_20k", "4needle_20k", "4needle_40k", "4needle_5120k"]
    assert len(SUBSETS) == len(set(SUBSETS)) == 27
